import { posix } from 'node:path';
import type { BuildContext } from '../../src/context/context.ts';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Instruction, Word } from '../../src/dockerfile/nodes.ts';
import { shellSequence } from '../../src/dockerfile/shell.ts';
import { expandAt, lineage, type Stage, scopeAt } from '../../src/dockerfile/stages.ts';
import { type Facts, type Refusal, refuse } from '../../src/transform.ts';

/** Folders where packages put their programs: those begin with `#!` or are compiled. */
const PACKAGED: ReadonlySet<string> = new Set(['/bin', '/sbin', '/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin']);

/**
 * Why the program may be a script without `#!`: a shell runs such a file, the kernel does not (execve(2), ENOEXEC). A program that the file itself
 * brings must be seen to be none; one that it doesn't touch comes from a package.
 */
export function programProblem(
  file: Dockerfile,
  facts: Facts,
  stage: Stage,
  instruction: Instruction,
  program: Word & { literal: string | undefined },
): Refusal | undefined {
  const { literal } = program;
  if (literal === undefined) return refuse(program, 'variable', `needs a shell to expand ${program.text}`);
  const workdir = scopeAt(file, facts.images, instruction)?.workdir ?? UNKNOWN;
  const isPath = literal.includes('/');
  if (isPath && !literal.startsWith('/') && workdir === UNKNOWN) return refuse(program, 'script', mayBeScript(literal));
  const path = isPath ? posix.resolve(workdir === UNKNOWN ? '/' : workdir, literal) : undefined;
  const name = posix.basename(literal);
  const brought = lineage(stage)
    .flatMap(each => each.instructions)
    .map(each => (each.name === 'RUN' ? writtenBy(file, facts, each, path, name) : copiedBy(file, facts, each, path, name)));
  if (brought.includes('unknown')) return refuse(program, 'script', mayBeScript(literal));
  if (brought.includes('program')) return undefined;
  if (path && !PACKAGED.has(posix.dirname(path))) return refuse(program, 'script', mayBeScript(literal));
  return /\.(?:sh|bash|ksh|ash)$/.test(name) ? refuse(program, 'script', mayBeScript(literal)) : undefined;
}

function mayBeScript(program: string): string {
  return `may be a script without #!, which only a shell runs: ${program}`;
}

/** What an instruction brings under the program's name: nothing, a program that the kernel runs, or what can't be told. */
type Brought = 'nothing' | 'program' | 'unknown';

/** Compilers that name their output with `-o`. */
const COMPILERS: ReadonlySet<string> = new Set(['go', 'gcc', 'g++', 'cc', 'c++', 'clang', 'clang++', 'rustc']);

function writtenBy(file: Dockerfile, facts: Facts, run: Instruction, path: string | undefined, name: string): Brought {
  const text = [run.logical.text, ...run.heredocs.map(({ content }) => content)].join('\n');
  const isNamed = (each: string) => (path ? mentions(each, name) : mentionsAsFile(each, name));
  if (!isNamed(text)) return 'nothing';
  const scope = scopeAt(file, facts.images, run);
  const sequence = shellSequence(run, file.escape, scope?.shell);
  if ('reason' in sequence) return path || writes(text) ? 'unknown' : 'nothing';
  let folder = scope?.workdir ?? UNKNOWN;
  let brought: Brought = 'nothing';
  for (const { words, redirects } of sequence.commands) {
    const [command, ...rest] = words.map(({ literal }) => literal);
    if (command === 'cd') folder = rest[0] === undefined || folder === UNKNOWN ? UNKNOWN : posix.resolve(folder, rest[0]);
    const output = rest[rest.indexOf('-o') + 1];
    const compiles = command !== undefined && COMPILERS.has(command) && rest.includes('-o') && output !== undefined;
    if (compiles && path && folder !== UNKNOWN && posix.resolve(folder, output) === path) brought = 'program';
    else if (!compiles && (redirects || writes(words.map(word => word.text).join(' '))) && words.some(word => isNamed(word.text)))
      return 'unknown';
    else if (redirects) return 'unknown';
  }
  return brought;
}

/** Commands that may put a file of any content under a name. */
function writes(text: string): boolean {
  return /[<>]|\b(?:cp|mv|ln|install|tee|sed|curl|wget|git|tar|unzip|rsync|scp|dd|python3?|node|perl|make)\b/.test(text);
}

/** Whether a name stands in a text as a file's name would. */
function mentions(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!/[\w.-]/.test(text[at - 1] ?? '') && !/[\w-]/.test(text[at + name.length] ?? '')) return true;
  }
  return false;
}

/** Whether a name stands at the end of a path or behind what names an output. */
function mentionsAsFile(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const before = text.slice(Math.max(0, at - 20), at);
    if (/(?:[/>]|(?:-o|-O|--output|tee)\s)\s*$/.test(before) && !/[\w-]/.test(text[at + name.length] ?? '')) return true;
  }
  return false;
}

function copiedBy(file: Dockerfile, facts: Facts, copy: Instruction, path: string | undefined, name: string): Brought {
  if (copy.name !== 'COPY' && copy.name !== 'ADD') return 'nothing';
  const words = copy.words.map(word => expandAt(file, facts.images, copy, word).text);
  const destination = words.at(-1) ?? UNKNOWN;
  const sources = words.slice(0, -1);
  const workdir = scopeAt(file, facts.images, copy)?.workdir ?? UNKNOWN;
  const target = resolved(workdir, destination);
  if (target !== UNKNOWN && path && !isAbove(target, path)) return 'nothing';
  if (copy.heredocs.length > 0 || sources.includes(UNKNOWN)) return 'unknown';
  const isLocal = !copy.flags.some(flag => flag.name === 'from' || flag.name === 'parents');
  if (!isLocal || !facts.context) return bringsByName(sources as string[], destination, path, name) ? 'unknown' : 'nothing';
  return sources
    .map(source => contentOf(facts.context as BuildContext, source as string, { target, destination, path, name }))
    .reduce(worst, 'nothing');
}

function resolved(workdir: string | typeof UNKNOWN, path: string | typeof UNKNOWN): string | typeof UNKNOWN {
  if (path === UNKNOWN || (workdir === UNKNOWN && !path.startsWith('/'))) return UNKNOWN;
  return posix.resolve(workdir === UNKNOWN ? '/' : workdir, path);
}

function isAbove(folder: string, path: string): boolean {
  return folder === path || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

/** Without a look at the files: a path below the destination may be among them, a bare name is if somebody names it. */
function bringsByName(sources: string[], destination: string | typeof UNKNOWN, path: string | undefined, name: string): boolean {
  if (path) return true;
  return destination === UNKNOWN || [destination, ...sources].some(each => posix.basename(each) === name);
}

interface Wanted {
  target: string | typeof UNKNOWN;
  destination: string | typeof UNKNOWN;
  path: string | undefined;
  name: string;
}

function contentOf(context: BuildContext, source: string, { target, destination, path, name }: Wanted): Brought {
  const brought = context.match(source).map((found): Brought => {
    if (context.kind(found) === 'folder') {
      if (path && target !== UNKNOWN) return kindOfFile(context, posix.join(found, posix.relative(target, path)));
      const { paths, complete } = context.files(found, 20_000);
      return complete
        ? paths
            .filter(each => posix.basename(each) === name)
            .map(each => kindOfFile(context, each))
            .reduce(worst, 'nothing')
        : 'unknown';
    }
    const isNamed = posix.basename(found) === name || (destination !== UNKNOWN && posix.basename(destination) === name);
    return isNamed ? kindOfFile(context, found) : 'nothing';
  });
  return brought.reduce(worst, 'nothing');
}

/** A file that begins with `#!` or is an ELF binary is one that the kernel runs. */
function kindOfFile(context: BuildContext, path: string): Brought {
  if (context.kind(path) === undefined) return 'nothing';
  const head = context.head(path, 4);
  if (!head) return 'unknown';
  const text = String.fromCharCode(...head);
  return text.startsWith('#!') || text === '\x7fELF' ? 'program' : 'unknown';
}

function worst(a: Brought, b: Brought): Brought {
  if (a === 'unknown' || b === 'unknown') return 'unknown';
  return a === 'program' ? a : b;
}
