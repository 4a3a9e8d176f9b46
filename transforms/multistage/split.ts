import { posix } from 'node:path';
import { UNKNOWN, variablesOf } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { type Stage, scopeAfter, scopeAt } from '../../src/dockerfile/stages.ts';
import { insertAfter, nameStage } from '../../src/edit.ts';
import { type Change, change, type Facts, type Refusal, refuse } from '../../src/transform.ts';
import type { Split } from './strategy.ts';

/** What describes an image rather than fills it, and so is said again in the runtime stage: first what others may use, then the rest. */
const FIRST: ReadonlySet<string> = new Set(['ARG', 'ENV', 'LABEL', 'MAINTAINER']);
const LAST: ReadonlySet<string> = new Set(['VOLUME', 'EXPOSE', 'STOPSIGNAL', 'HEALTHCHECK', 'USER', 'ENTRYPOINT', 'CMD']);

/** The change that splits a stage: the builder gets a name, and the runtime stage stands between the builder's last instruction and what follows it. */
export function splitChange(file: Dockerfile, facts: Facts, stage: Stage, split: Split): Change | Refusal {
  const before = stage.instructions.filter(({ start }) => start <= split.after.start);
  const after = stage.instructions.filter(({ start }) => start > split.after.start);
  const scope = after[0] ? scopeAt(file, facts.images, after[0]) : scopeAfter(file, facts.images, stage);
  if (!scope || scope.workdir === UNKNOWN) return refuse(stage.from, 'workdir', 'works in a folder that is not known');
  const carried = before.filter(({ name }) => FIRST.has(name) || LAST.has(name));
  const used = usedVariables(file, [...carried.filter(({ name }) => name !== 'ARG'), ...after], carried);
  const environment = missingVariables(file, facts, stage, used, split);
  if ('kind' in environment) return environment;
  const text = ({ start, end }: Instruction) => file.source.slice(start, end);
  const builder = builderName(stage);
  const platform = stage.from.flags.map(({ start, end }) => `${file.source.slice(start, end)} `).join('');
  const lines = [
    '',
    `FROM ${platform}${split.base}${stage.name ? ` AS ${stage.from.words[2]?.text}` : ''}`,
    ...environment.lines,
    ...carried
      .filter(each => FIRST.has(each.name) && (each.name !== 'ARG' || each.pairs.some(({ name }) => used.has(name.text))))
      .map(text),
    ...(scope.workdir === '/' || isReplaced(after) ? [] : [`WORKDIR ${scope.workdir}`]),
    ...split.runs,
    ...copyLines(builder, split.kept),
    ...inForce(carried).map(text),
  ];
  return change({
    at: stage.from,
    title: `build in one stage and ship ${split.what} on ${split.base}`,
    keeps: 'intent',
    alters: split.alters,
    notes: split.notes,
    edits: [...nameStage(stage.from, builder), ...split.edits, ...insertAfter(file, split.after, lines)],
  });
}

/** The builder's name: one that the file doesn't use. */
function builderName({ name }: Stage): string {
  return name === 'build' ? 'builder' : 'build';
}

/** Of those that replace each other, the last. */
function inForce(carried: Instruction[]): Instruction[] {
  // root is whom the runtime image starts as without a word
  const last = carried.filter(
    ({ name, words }) => LAST.has(name) && !(name === 'USER' && /^(?:root|0)(?::(?:root|0))?$/.test(words[0]?.text ?? '')),
  );
  const single = (each: Instruction) => each.name !== 'VOLUME' && each.name !== 'EXPOSE';
  return last.filter((each, index) => !single(each) || !last.slice(index + 1).some(({ name }) => name === each.name));
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
  };
  // CMD, ENTRYPOINT and HEALTHCHECK leave their variables to the shell of the container
  for (const each of instructions) if (!['CMD', 'ENTRYPOINT', 'HEALTHCHECK'].includes(each.name)) add(each);
  for (const each of [...carried].reverse()) if (each.name === 'ARG' && each.pairs.some(({ name }) => used.has(name.text))) add(each);
  return used;
}

/** The old base image's variables that what is carried over expands. */
function missingVariables(file: Dockerfile, facts: Facts, stage: Stage, used: Set<string>, split: Split): { lines: string[] } | Refusal {
  const defined = new Set(stage.instructions.flatMap(({ pairs }) => pairs.map(({ name }) => name.text)));
  const image = scopeAt(file, facts.images, split.after)?.image?.env ?? {};
  const needed = new Map(split.environment.map(({ name, value }) => [name, value]));
  for (const name of used) {
    if (defined.has(name) || name === 'PATH' || !Object.hasOwn(image, name)) continue;
    const value = image[name];
    if (value === undefined) return refuse(stage.from, 'environment', `uses ${name} of the base image, whose value is not known`);
    needed.set(name, value);
  }
  return { lines: [...needed].map(([name, value]) => `ENV ${name}="${value}"`) };
}

/** COPY lines, one for each folder that files come from; a path that is a folder gets a line of its own. */
function copyLines(builder: string, kept: string[]): string[] {
  return kept.map(path => `COPY --from=${builder} ${shown(path)}`);
}

function shown(path: string): string {
  return /[\s"[\]\\$#]/.test(path) ? JSON.stringify([path, path]) : `${path} ${path}`;
}

/** What the image can no longer reach: the folders of a builder's tools and sources, root's own excepted. */
export function unreachable(folders: string[]): { unreachable: string }[] {
  return [...new Set(folders.map(folder => posix.normalize(folder)))]
    .filter(folder => folder !== '/')
    .map(folder => ({ unreachable: `${folder}/**` }));
}
