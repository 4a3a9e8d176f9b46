import { posix } from 'node:path';
import { isArchiveName } from '../../src/context/archive.ts';
import type { BuildContext } from '../../src/context/context.ts';
import { UNKNOWN, type Value } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { expandAt, type Stage, scopeAt, stages } from '../../src/dockerfile/stages.ts';
import { type CopySource, copy as copyOf } from '../../src/dockerfile/views.ts';
import type { Facts } from '../../src/transform.ts';
import { historyOf, LONGEST_HISTORY } from './history.ts';
import { PACKAGED, PROGRAMS } from './programs.ts';
import { writtenBy } from './written.ts';

/** What brings a file: nothing that is seen, something that makes it a program that the kernel runs, or what can't be told. */
export type Origin = 'nothing' | 'program' | 'unknown';

/** A program to look for. */
export interface Wanted {
  /** Where it may stand. */
  paths: readonly string[];
  name: string;
  /** A package brings it, so that only what names it can be meant to put another in its place. */
  isKnown: boolean;
}

/** What the instructions of a stage, and of those that it stands on, put where a program is looked for. */
export function originOf(file: Dockerfile, facts: Facts, stage: Stage, wanted: Wanted): Origin {
  const { bringing } = historyOf(stage);
  if (bringing.length > LONGEST_HISTORY) return 'unknown';
  return bringing
    .map(each => (each.name === 'RUN' ? writtenBy(file, facts, each, wanted) : copiedBy(file, facts, stage, each, wanted)))
    .reduce(wanted.paths.length === 1 ? last : worst, 'nothing');
}

/** Of one file, what is put there last is there. */
function last(before: Origin, now: Origin): Origin {
  return now === 'nothing' ? before : now;
}

function worst(a: Origin, b: Origin): Origin {
  if (a === 'unknown' || b === 'unknown') return 'unknown';
  return a === 'program' ? a : b;
}

interface Placement extends Wanted {
  file: Dockerfile;
  facts: Facts;
  instruction: Instruction;
  stage: Stage;
  /** Where the files go; what is above or at one of the paths. */
  target: Value;
  /** Of the stage that they come from; 'image' for another image or what can't be known. */
  from: Stage | 'image' | undefined;
}

function copiedBy(file: Dockerfile, facts: Facts, stage: Stage, instruction: Instruction, wanted: Wanted): Origin {
  const copy = copyOf(instruction);
  if (!copy) return 'nothing';
  const expanded = (word: { text: string }) => expandAt(file, facts.images, instruction, word).text;
  const target = resolved(scopeAt(file, facts.images, instruction)?.workdir ?? UNKNOWN, expanded(copy.destination));
  const paths = target === UNKNOWN ? wanted.paths : wanted.paths.filter(path => isAbove(target, path));
  if (paths.length === 0) return 'nothing';
  const from = copy.from || copy.parents ? stageNamed(file, facts, stage, expanded({ text: copy.from?.value ?? '' })) : undefined;
  const placement: Placement = { ...wanted, file, facts, instruction, stage, target, paths, from };
  return copy.sources.map(source => sourceOrigin(placement, source, source.inline ? '' : expanded(source))).reduce(worst, 'nothing');
}

/** An earlier stage by its name or number. */
function stageNamed(file: Dockerfile, facts: Facts, stage: Stage, name: Value): Stage | 'image' {
  if (name === UNKNOWN) return 'image';
  const earlier = stages(file, facts.images).filter(({ index }) => index < stage.index);
  return earlier.findLast(each => each.name === name.toLowerCase() || String(each.index) === name) ?? 'image';
}

function sourceOrigin(placement: Placement, { inline }: CopySource, source: Value): Origin {
  const { paths, target, from, facts, instruction, name } = placement;
  if (inline) {
    const isHere =
      paths.some(path => path === target || path === under(target, inline.name)) || (target === UNKNOWN && inline.name === name);
    return isHere ? (inline.content.startsWith('#!') ? 'program' : 'unknown') : 'nothing';
  }
  if (source === UNKNOWN) return byName(placement, source);
  if (from && from !== 'image') return paths.map(path => stageOrigin(placement, from, source, path)).reduce(worst, 'nothing');
  const found = from || !facts.context ? [] : facts.context.match(source);
  if (found.length === 0 || target === UNKNOWN) return byName(placement, source);
  if (instruction.name === 'ADD' && found.some(each => isArchiveName(each))) return placement.isKnown ? 'nothing' : 'unknown';
  return found.flatMap(each => paths.map(path => fileOrigin(facts.context as BuildContext, each, target, path))).reduce(worst, 'nothing');
}

/** Without a look at the files: one of the name brings it, and where nobody knows the program so does any folder or archive above it. */
function byName({ paths, name, isKnown, target }: Placement, source: Value): Origin {
  if (paths.includes(target as string)) return 'unknown';
  if (source !== UNKNOWN && posix.basename(source) === name) return 'unknown';
  const isFile = source !== UNKNOWN && /^[^*?[]*\.[A-Za-z][A-Za-z0-9]*$/.test(posix.basename(source)) && !isArchiveName(source);
  return isKnown || isFile ? 'nothing' : 'unknown';
}

/** A file of another stage: a program that was compiled there, or that its base image has. */
function stageOrigin(placement: Placement, from: Stage, source: string, path: string): Origin {
  const { file, facts, target, isKnown } = placement;
  const origin = byName({ ...placement, paths: [path] }, source);
  if (origin === 'nothing' || target === UNKNOWN || /[*?[]/.test(source)) return origin;
  const whole = posix.resolve('/', source);
  const candidates = [whole, posix.join(whole, posix.relative(target, path))];
  const isProgram = candidates.some(candidate => {
    const name = posix.basename(candidate);
    const isPackaged = PACKAGED.includes(posix.dirname(candidate)) && PROGRAMS.has(name);
    const there = originOf(file, facts, from, { paths: [candidate], name, isKnown: isPackaged });
    return there === 'program' || (there === 'nothing' && isPackaged);
  });
  return isProgram ? 'program' : isKnown && posix.basename(whole) !== posix.basename(path) ? 'nothing' : 'unknown';
}

function fileOrigin(context: BuildContext, found: string, target: string, path: string): Origin {
  if (context.kind(found) === 'folder') return kindOfFile(context, posix.join(found, posix.relative(target, path)));
  return path === target || path === posix.join(target, posix.basename(found)) ? kindOfFile(context, found) : 'nothing';
}

/** A file that begins with `#!` or is an ELF binary is one that the kernel runs. */
function kindOfFile(context: BuildContext, path: string): Origin {
  const kind = context.kind(path);
  if (kind === undefined || kind === 'folder') return 'nothing';
  const text = String.fromCharCode(...(context.head(path, 4) ?? []));
  return text.startsWith('#!') || text === '\x7fELF' ? 'program' : 'unknown';
}

function resolved(workdir: Value, path: Value): Value {
  if (path === UNKNOWN || (workdir === UNKNOWN && !path.startsWith('/'))) return UNKNOWN;
  return posix.resolve(workdir === UNKNOWN ? '/' : workdir, path);
}

function under(folder: Value, name: string): string | undefined {
  return folder === UNKNOWN ? undefined : posix.join(folder, name);
}

function isAbove(folder: string, path: string): boolean {
  return folder === path || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}
