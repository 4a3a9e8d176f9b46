import { posix } from 'node:path';
import { UNKNOWN, variablesOf } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { type Stage, scopeAfter, scopeAt } from '../../src/dockerfile/stages.ts';
import { cutInstructions, type Edit, inCaseOf, insertAfter, keywordIn, nameStage } from '../../src/edit.ts';
import { type Change, change, type Facts, type Refusal, refuse } from '../../src/transform.ts';
import type { Kept, Split } from './strategy.ts';

/** What describes an image and fills nothing: the runtime stage has it instead of the builder. */
export const MOVED: ReadonlySet<string> = new Set([
  'LABEL',
  'MAINTAINER',
  'VOLUME',
  'EXPOSE',
  'STOPSIGNAL',
  'HEALTHCHECK',
  'ENTRYPOINT',
  'CMD',
]);

/** Of those there is one in force. */
const SINGLE: ReadonlySet<string> = new Set(['STOPSIGNAL', 'HEALTHCHECK', 'ENTRYPOINT', 'CMD', 'USER']);

/** What the runtime stage says first, since others may use it. */
const FIRST: ReadonlySet<string> = new Set(['ARG', 'ENV', 'LABEL', 'MAINTAINER']);

/** The change that splits a stage: the builder gets a name, and the runtime stage stands between the builder's last instruction and what follows it. */
export function splitChange(file: Dockerfile, facts: Facts, stage: Stage, split: Split): Change | Refusal {
  const after = stage.instructions.filter(({ start }) => start > split.after.start);
  const scope = after[0] ? scopeAt(file, facts.images, after[0]) : scopeAfter(file, facts.images, stage);
  if (!scope || scope.workdir === UNKNOWN) return refuse(stage.from, 'workdir', 'works in a folder that is not known');
  const builder = builderName(stage);
  const say = (keyword: string, rest: string) => `${keywordIn(file, keyword)} ${rest}`;
  const opening = ['', say('FROM', fromArguments(file, stage, split.base))];
  if (split.body) return stagesChange(file, stage, split, split.body, opening);
  const carried = carriedOver(stage, split);
  const used = usedVariables(file, [...carried.filter(({ name }) => name !== 'ARG'), ...after, ...split.repeated], carried);
  const environment = missingVariables(file, facts, stage, used, split);
  if ('kind' in environment) return environment;
  const moved = carried.filter(({ name }) => MOVED.has(name));
  const cut = cutInstructions(file, moved);
  const text = (each: Instruction) => cut.texts[moved.indexOf(each)] ?? file.source.slice(each.start, each.end);
  const first = carried.filter(each => FIRST.has(each.name) && (each.name !== 'ARG' || each.pairs.some(({ name }) => used.has(name.text))));
  const user = carried.filter(({ name }) => name === 'USER').map(text);
  const lines = [
    ...opening,
    ...environment.pairs.map(({ name, value }) => say('ENV', `${name}="${value}"`)),
    ...first.map(text),
    ...(split.ownsWorkdir ? [...split.runs, ...user] : []),
    ...(scope.workdir === '/' || isReplaced(after) ? [] : [say('WORKDIR', scope.workdir)]),
    ...(split.ownsWorkdir ? [] : split.runs),
    ...copies(split.kept).map(rest => say('COPY', `--from=${builder} ${rest}`)),
    ...split.runsAfter,
    ...carried.filter(({ name }) => !FIRST.has(name) && !(name === 'USER' && split.ownsWorkdir)).map(text),
  ];
  const alters = [...split.alters, ...split.environment.map(({ name }) => ({ config: `Env.${name}` }))];
  return proposal(file, stage, { ...split, alters }, cut.edits, lines);
}

/** The change of a split that says what its runtime stage does, one after the other: what describes the image moves there. */
function stagesChange(file: Dockerfile, stage: Stage, split: Split, body: (Instruction | string)[], opening: string[]): Change {
  const moved = body.filter(each => typeof each !== 'string').filter(({ name }) => MOVED.has(name));
  const cut = cutInstructions(file, moved);
  const lines = body.map(each =>
    typeof each === 'string' ? each : (cut.texts[moved.indexOf(each)] ?? file.source.slice(each.start, each.end)),
  );
  return proposal(file, stage, split, cut.edits, [...opening, ...lines]);
}

function proposal(file: Dockerfile, stage: Stage, split: Split, cuts: Edit[], lines: string[]): Change {
  return change({
    at: stage.from,
    title: `build in one stage and ship ${split.what} on ${split.base}`,
    keeps: split.base === stage.from.words[0]?.text ? 'behaviour' : 'intent',
    alters: split.alters,
    notes: split.notes,
    ...(split.gain && { gain: split.gain }),
    edits: [
      ...nameStage(stage.from, builderName(stage)),
      ...split.edits,
      ...cuts,
      ...insertAfter(file, split.after, [...(split.finish ?? []), ...lines]),
    ],
  });
}

/** The builder's instructions that the runtime stage says again, or says instead; of those that replace each other, the last of the stage. */
function carriedOver({ instructions }: Stage, split: Split): Instruction[] {
  const isLast = (each: Instruction) => instructions.findLast(({ name }) => name === each.name) === each;
  return instructions.filter(
    each =>
      each.start < split.after.start &&
      (MOVED.has(each.name) || ['ARG', 'ENV', 'USER'].includes(each.name)) &&
      (!SINGLE.has(each.name) || isLast(each)),
  );
}

/** The platform and the name of the stage go to what ships. */
function fromArguments(file: Dockerfile, { from, name }: Stage, base: string): string {
  const flags = from.flags.map(({ start, end }) => `${file.source.slice(start, end)} `).join('');
  return `${flags}${base}${name ? ` ${inCaseOf(from.keyword.text, 'AS')} ${from.words[2]?.text}` : ''}`;
}

/** The builder's name: one that the file doesn't use. */
export function builderName({ name }: Stage): string {
  return name === 'build' ? 'builder' : 'build';
}

function isReplaced([next]: Instruction[]): boolean {
  return next?.name === 'WORKDIR' && next.words[0]?.text.startsWith('/') === true;
}

/** The variables that instructions use, those of the ARGs' defaults with them. */
function usedVariables(file: Dockerfile, instructions: Instruction[], carried: Instruction[]): Set<string> {
  const used = new Set<string>();
  const add = (each: Instruction) => {
    const texts = [...each.words, ...each.pairs.flatMap(({ name, value }) => (value ? [name, value] : [name])), ...each.flags];
    for (const { text } of texts) for (const name of variablesOf(text, file.escape)) used.add(name);
    // a shell's quotes hide no variable that matters less for it
    if (each.name === 'RUN') for (const [, name] of each.logical.text.matchAll(/\$\{?(\w+)/g)) used.add(name as string);
  };
  // CMD, ENTRYPOINT and HEALTHCHECK leave their variables to the shell of the container
  for (const each of instructions) if (!['CMD', 'ENTRYPOINT', 'HEALTHCHECK'].includes(each.name)) add(each);
  for (const each of [...carried].reverse()) if (each.name === 'ARG' && each.pairs.some(({ name }) => used.has(name.text))) add(each);
  return used;
}

/** The old base image's variables that what is carried over expands. */
function missingVariables(
  file: Dockerfile,
  facts: Facts,
  stage: Stage,
  used: Set<string>,
  split: Split,
): { pairs: Split['environment'] } | Refusal {
  const defined = new Set(stage.instructions.flatMap(({ pairs }) => pairs.map(({ name }) => name.text)));
  const image = scopeAt(file, facts.images, split.after)?.image?.env ?? {};
  const needed = new Map(split.environment.map(({ name, value }) => [name, value]));
  for (const name of used) {
    if (defined.has(name) || name === 'PATH' || !Object.hasOwn(image, name)) continue;
    const value = image[name];
    if (value === undefined) return refuse(stage.from, 'environment', `uses ${name} of the base image, whose value is not known`);
    needed.set(name, value);
  }
  return { pairs: [...needed].map(([name, value]) => ({ name, value })) };
}

/** What COPY takes from where to where: files of one folder together, each folder for itself, since COPY spreads its content. */
function copies(kept: Kept[]): string[] {
  const byFolder = new Map<string, string[]>();
  for (const { path, isFolder } of kept) {
    const key = isFolder ? path : `${posix.dirname(path).replace(/\/$/, '')}/`;
    byFolder.set(key, [...(byFolder.get(key) ?? []), path]);
  }
  return [...byFolder].map(([folder, paths]) =>
    shown(paths.length > 1 ? [...paths.map(escaped), folder] : [...paths.map(escaped), ...paths]),
  );
}

/** A path as a source: COPY would take `[`, `*` and `?` for a pattern. */
function escaped(path: string): string {
  return path.replace(/[[*?\\]/g, '[$&]').replace('[\\]', '[\\\\]');
}

function shown(words: string[]): string {
  return words.some(word => /[\s"'[\]\\$#]/.test(word))
    ? `[${words.map(word => JSON.stringify(word.replaceAll('$', '\\$'))).join(', ')}]`
    : words.join(' ');
}

/** What the image can no longer reach: the folders of a builder's tools and sources, root's own excepted. */
export function unreachable(folders: string[]): { unreachable: string }[] {
  return [...new Set(folders.map(folder => posix.normalize(folder)))]
    .filter(folder => folder !== '/')
    .map(folder => ({ unreachable: `${folder}/**` }));
}
