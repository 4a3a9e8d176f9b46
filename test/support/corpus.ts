import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '../../src/dockerfile/parse.ts';
import { knownImages } from '../../src/images/known.ts';
import { type Migration, migrate } from '../../src/migrate.ts';
import type { Facts } from '../../src/transform.ts';
import { appliedChanges, brokenGuards } from './invariants.ts';
import { judgeLint, type Verdict } from './judge.ts';
import { brokenPromises, type Judgement, judgements, refusal } from './promises.ts';
import type { Run } from './runs.ts';
import { readSource } from './shared.ts';

/** A file to run transforms over. */
export interface Subject {
  name: string;
  path: string;
  context: Facts['context'];
}

/** What a transform or preset did to many files. */
export interface Tally {
  run: Run;
  /** Names of the files that it changed. */
  changed: string[];
  changes: number;
  /** How many refusals there are of each kind. */
  refusals: Map<string, number>;
  /** Guards and promises that don't hold, by file. */
  broken: Map<string, string[]>;
  /** For each rule of BuildKit's that it settles: the files that have a warning of it before, and those of them that have none after. */
  settled: Map<string, { before: number; without: number }>;
}

interface Changed {
  name: string;
  before: string;
  after: string;
  changes: ReturnType<typeof appliedChanges>;
}

/** Runs transforms by themselves and presets over every file when they are asked for, and asks BuildKit of what came out; results are written below a folder. */
export function tallier(subjects: readonly Subject[], folder: string): (run: Run) => Promise<Tally> {
  const tallies = new Map<Run, Promise<Tally>>();
  let lints: Promise<ReadonlyMap<string, Verdict>> | undefined;
  const made = async (run: Run) => {
    lints ??= lintsOf(subjects.map(({ path }) => path));
    const found = await lints;
    return tally(run, subjects, join(folder, run.name), path => found.get(path));
  };
  return run => {
    const result = tallies.get(run) ?? made(run);
    tallies.set(run, result);
    return result;
  };
}

async function lintsOf(paths: readonly string[]): Promise<ReadonlyMap<string, Verdict>> {
  return new Map((await judgeLint(paths)).map((lint, index) => [paths[index] as string, lint]));
}

function migrated({ steps }: Run, source: string, context: Facts['context']): Migration {
  return migrate(parse(source), steps, { context, callers: [], images: knownImages });
}

async function tally(
  run: Run,
  subjects: readonly Subject[],
  folder: string,
  lintOf: (path: string) => Verdict | undefined,
): Promise<Tally> {
  mkdirSync(folder, { recursive: true });
  const result: Tally = { run, changed: [], changes: 0, refusals: new Map(), broken: new Map(), settled: new Map() };
  const changed: Changed[] = [];
  for (const [index, { name, path, context }] of subjects.entries()) {
    const { source } = readSource(path);
    const migration = migrated(run, source, context);
    result.broken.set(
      name,
      brokenGuards(migration, text => migrated(run, text, context)),
    );
    for (const finding of migration.findings) {
      if (finding.kind === 'refused') result.refusals.set(finding.refusal.code, (result.refusals.get(finding.refusal.code) ?? 0) + 1);
    }
    if (migration.text === source) continue;
    const after = join(folder, `${index}`);
    writeFileSync(after, migration.text);
    changed.push({ name, before: path, after, changes: appliedChanges(migration) });
  }
  result.changed = changed.map(({ name }) => name);
  result.changes = changed.reduce((sum, { changes }) => sum + changes.length, 0);
  const verdicts = await judged(result, changed);
  for (const rule of run.isPreset ? [] : run.steps.flatMap(({ transform }) => transform.settles))
    countSettled(result, rule, subjects, path => [lintOf(path), verdicts.get(path) ?? lintOf(path)]);
  return result;
}

/** Adds the promises that BuildKit sees broken; returns the results' warnings by the path of the original. */
async function judged(result: Tally, changed: readonly Changed[]): Promise<Map<string, Verdict>> {
  const verdicts = new Map<string, Verdict>();
  const unsure: Changed[] = [];
  for (const [file, before, after] of await judgedPairs(changed, [])) {
    if (refusal(before)) unsure.push(file);
    else result.broken.get(file.name)?.push(...brokenPromises(before, after, file.changes, namesOf(result.run)));
    verdicts.set(file.before, after.lint);
  }
  // some can't be built without arguments
  const names = new Set(unsure.flatMap(({ before }) => neededArgs(readSource(before).source)));
  const buildArgs = [...names].map(name => `${name}=x`);
  for (const [file, before, after] of await judgedPairs(unsure, buildArgs)) {
    const refused = refusal(before);
    const broken = refused
      ? [`it was changed, though BuildKit refuses it: ${refused}`]
      : brokenPromises(before, after, file.changes, namesOf(result.run));
    result.broken.get(file.name)?.push(...broken);
  }
  return verdicts;
}

function namesOf({ steps }: Run): string[] {
  return steps.map(({ transform }) => transform.name);
}

async function judgedPairs(changed: readonly Changed[], buildArgs: readonly string[]) {
  const befores = await judgements(
    changed.map(({ before }) => before),
    buildArgs,
  );
  const afters = await judgements(
    changed.map(({ after }) => after),
    buildArgs,
  );
  return changed.map((file, index) => [file, befores[index] as Judgement, afters[index] as Judgement] as const);
}

/** The build arguments that may stand in the way of a build: those that no ARG gives a value, and those of base images, but for digests. */
function neededArgs(source: string): string[] {
  const { instructions } = parse(source);
  const first = instructions.findIndex(({ name }) => name === 'FROM');
  const pairs = instructions.flatMap((each, index) =>
    each.name === 'ARG' ? each.pairs.map(({ name, value }) => ({ name: name.text, text: value?.text ?? '', isGlobal: index < first })) : [],
  );
  const isKept = ({ text, isGlobal }: (typeof pairs)[number]) => (isGlobal ? /^["']?(?:sha256:)?[0-9a-f]{64}/.test(text) : text !== '');
  const kept = new Set(pairs.filter(isKept).map(({ name }) => name));
  return pairs.map(({ name }) => name).filter(name => !kept.has(name));
}

function countSettled(
  result: Tally,
  rule: string,
  subjects: readonly Subject[],
  lintsOf: (path: string) => [before: Verdict | undefined, after: Verdict | undefined],
): void {
  const warns = (lint: Verdict | undefined) => lint?.warnings.some(each => each.rule === rule) ?? false;
  const pairs = subjects.map(({ path }) => lintsOf(path)).filter(([before]) => warns(before));
  if (pairs.length > 0) result.settled.set(rule, { before: pairs.length, without: pairs.filter(([, after]) => !warns(after)).length });
}
