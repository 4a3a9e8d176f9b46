import type { Alteration } from '../transform.ts';
import { healthPaths } from './answers.ts';
import { BuildFailure } from './builder.ts';
import { closure } from './closure.ts';
import { contentNoise, differences } from './compare.ts';
import type { Broken, Difference } from './difference.ts';
import { EngineError } from './engine.ts';
import { aligned, freshNames } from './fresh-names.ts';
import type { Observation } from './observe.ts';
import { isRebased, type Sorted, sorted } from './promised.ts';
import { partsInContent, runDifferences, steady } from './runs.ts';
import type { Snapshot } from './snapshot.ts';
import type { Subject } from './subject.ts';
import type { Exercise } from './verification.ts';

/** What the comparison of two images has shown. */
export interface Judgement {
  broken: Broken[];
  promised: Difference[];
  noise: Difference[];
  doesBuild: boolean;
  exercise: Exercise;
  /** How long it took to build and compare both, and to run them. */
  seconds: { compare: number; run: number };
}

/** How far to look: `first` ends at the first thing that is broken, cheapest checks first. */
export type Depth = 'everything' | 'first';

/** Holds an image to what its original shows but for `alters`. Throws the BuildFailure of the original where that doesn't build. */
export async function judge(before: Subject, after: Subject, alters: readonly Alteration[], depth: Depth): Promise<Judgement> {
  const compare = stopwatch();
  const compared = await withoutRunning(before, after, alters);
  const seconds = { compare: compare(), run: 0 };
  const { broken, doesBuild } = compared;
  if (!doesBuild || (broken.length > 0 && depth === 'first')) return { ...compared, exercise: NOT_RUN, seconds };
  const running = stopwatch();
  const { written, broken: inRun, exercise } = await run(before, after);
  const late = written.length > 0 ? await missing(before, after, alters, written) : [];
  const known = new Set(broken.map(({ message }) => message));
  const added = late.filter(({ message }) => !known.has(message));
  return { ...compared, broken: [...broken, ...added, ...inRun], exercise, seconds: { ...seconds, run: running() } };
}

const NOT_RUN: Exercise = { kind: 'not exercised', why: 'it was not run' };

function stopwatch(): () => number {
  const started = performance.now();
  return () => (performance.now() - started) / 1000;
}

type Compared = Omit<Judgement, 'exercise' | 'seconds'>;

async function withoutRunning(before: Subject, after: Subject, alters: readonly Alteration[]): Promise<Compared> {
  const failed = await bothBuilds(before, after);
  if (failed) return { broken: [failed], promised: [], noise: [], doesBuild: false };
  const { broken, promised, noise } = weighed(await evidence(before, after, alters), alters);
  return { broken: [...(await missing(before, after, alters, [])), ...broken.map(brokenBy)], promised, noise, doesBuild: true };
}

/** What was reached in the original, or written by it, and isn't to be reached in the result. */
async function missing(before: Subject, after: Subject, alters: readonly Alteration[], written: string[]): Promise<Broken[]> {
  return closure(await before.snapshot(), await after.snapshot(), { written, base: isRebased(alters) ? await after.base() : undefined });
}

/** Builds both at the same time, on the same digests of their bases; why the second fails. */
async function bothBuilds(before: Subject, after: Subject): Promise<Broken | undefined> {
  // while one is still built the other is read already
  const [old, now] = await Promise.allSettled([before.snapshot().then(() => before.build()), after.snapshot().then(() => after.build())]);
  if (old.status === 'rejected') throw old.reason;
  if (now.status === 'rejected') {
    if (!(now.reason instanceof BuildFailure)) throw now.reason;
    return { by: 'build', message: `the result doesn't build: ${now.reason.what}`, output: now.reason.output };
  }
  const moved = [...now.value.bases].find(([image, digest]) => (old.value.bases.get(image) ?? digest) !== digest);
  if (moved) throw new EngineError(`${moved[0]} was pushed anew while both were built: verify once more`);
  return undefined;
}

/** What is known of the differences of two images before a promise is asked. */
export interface Evidence {
  found: Difference[];
  /** The images that both stand on, where a promise names a base, or what of the builder is left behind. */
  bases: { before: Snapshot; after: Snapshot } | undefined;
  /** What differs between two builds of the original; undefined where it wasn't built twice. */
  unstable: Set<string> | undefined;
}

/**
 * A broken promise is looked at again in two builds without cache, so that a cached image isn't held against a fresh one. A file whose name is new with
 * each build is the same file. Throws the BuildFailure of an original that can't be built again: nobody can tell then what is noise.
 */
export async function evidence(before: Subject, after: Subject, alters: readonly Alteration[]): Promise<Evidence> {
  const bases = isOfStages(alters) ? { before: await before.base(), after: await after.base() } : undefined;
  const original = await before.snapshot();
  const first: Evidence = { found: differences(original, await after.snapshot()), bases, unstable: undefined };
  if (weighed(first, alters).broken.every(({ kind }) => kind === 'config')) return first;
  const [one, two] = await Promise.allSettled([before.fresh().snapshot(), after.fresh().snapshot()]);
  if (one.status === 'rejected') throw one.reason;
  if (two.status === 'rejected') {
    if (!(two.reason instanceof BuildFailure)) throw two.reason;
    return first;
  }
  const fresh = freshNames(one.value, original);
  const again = (snapshot: Snapshot) => aligned(one.value, snapshot, fresh);
  return { found: differences(one.value, again(two.value)), bases, unstable: contentNoise(again(original), one.value) };
}

function isOfStages(alters: readonly Alteration[]): boolean {
  return isRebased(alters) || alters.some(alteration => 'unreachable' in alteration);
}

/** The evidence by what a promise says to it. */
export function weighed({ found, bases, unstable }: Evidence, alters: readonly Alteration[]): Sorted {
  return sorted(found, { alters, bases }, unstable);
}

/** What running both shows, and the paths that the original writes meanwhile. */
async function run(before: Subject, after: Subject): Promise<{ written: string[]; broken: Broken[]; exercise: Exercise }> {
  const readers = [await before.build(), await after.build()].flatMap(({ image }) => image ?? []);
  if (readers.length < 2) {
    return { written: [], broken: [], exercise: { kind: 'not exercised', why: 'the builder loads its images into no engine' } };
  }
  const paths = [await before.snapshot(), await after.snapshot()].flatMap(({ config }) => healthPaths(config));
  const old = await before.seen({ paths, readers });
  const now = await after.seen({ paths, readers }, old);
  const held = partsInContent(old, now) ? await steadied(old, () => before.fresh().seen({ paths, readers }, old)) : old;
  return { written: old.written, ...runDifferences(held, now) };
}

/** What the original did, but for what it answers or prints otherwise once it is built and started again. */
async function steadied(old: Observation, seeAgain: () => Promise<Observation>): Promise<Observation> {
  try {
    return steady(old, await seeAgain());
  } catch (error) {
    if (!(error instanceof BuildFailure)) throw error;
    return old;
  }
}

const CLAUSES: Record<Difference['kind'], (difference: Difference) => string> = {
  removed: ({ name }) => `${name} is gone`,
  added: ({ name }) => `${name} is new`,
  type: ({ name, before, after }) => `${name} was a ${before} and is a ${after}`,
  changed: ({ name }) => `${name} has another content`,
  mode: ({ name, before, after }) => `${name} had mode ${before} and has ${after}`,
  owner: ({ name, before, after }) => `${name} belonged to ${before} and belongs to ${after}`,
  config: ({ name, before, after }) => `${name} was ${before ?? 'not set'} and is ${after ?? 'not set'}`,
};

function brokenBy(difference: Difference): Broken {
  return { by: difference.kind === 'config' ? 'config' : 'files', message: CLAUSES[difference.kind](difference), difference };
}
