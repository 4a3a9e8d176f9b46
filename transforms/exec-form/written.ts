import { posix } from 'node:path';
import { UNKNOWN, type Value } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { shellSequence } from '../../src/dockerfile/shell.ts';
import { scopeAt } from '../../src/dockerfile/stages.ts';
import type { Facts } from '../../src/transform.ts';
import type { Origin, Wanted } from './origin.ts';
import { PACKAGED, PROGRAMS, segments } from './programs.ts';

/** What a RUN puts where a program is looked for. */
export function writtenBy(file: Dockerfile, facts: Facts, run: Instruction, wanted: Wanted): Origin {
  const text = [run.logical.text, ...run.heredocs.map(({ content }) => content)].join('\n');
  if (!wanted.isKnown && movesManyInto(text, wanted)) return 'unknown';
  if (!text.includes(wanted.name) && !text.includes('cargo')) return 'nothing';
  const commands = commandsOrigin(file, facts, run, text, wanted);
  if (commands === 'program') return commands;
  if (wanted.isKnown) return isTarget(text, wanted) ? 'unknown' : 'nothing';
  return commands ?? (writes(text) && mentions(text, wanted.name) ? 'unknown' : 'nothing');
}

/** Compilers that name their output with `-o`. */
const COMPILERS: ReadonlySet<string> = new Set(['go', 'gcc', 'g++', 'cc', 'c++', 'clang', 'clang++', 'rustc']);

/** What simple commands compile, or do with a file of the program's name; undefined where there are others. */
function commandsOrigin(file: Dockerfile, facts: Facts, run: Instruction, text: string, { paths, name }: Wanted): Origin | undefined {
  const scope = scopeAt(file, facts.images, run);
  const sequence = shellSequence(run, file.escape, scope?.shell);
  if ('reason' in sequence) return undefined;
  let folder: Value = scope?.workdir ?? UNKNOWN;
  let origin: Origin = 'nothing';
  for (const { words, redirects } of sequence.commands) {
    const [command, ...rest] = words.map(({ literal }) => literal);
    if (command === 'cd') folder = rest[0] === undefined || folder === UNKNOWN ? UNKNOWN : posix.resolve(folder, rest[0]);
    const output = outputOf(command, rest);
    if (output !== undefined && folder !== UNKNOWN && paths.includes(posix.resolve(folder, output(name)))) origin = 'program';
    else if (output === undefined && redirects && mentions(text, name)) return 'unknown';
    else if (output === undefined && writes(words.map(word => word.text).join(' '))) {
      if (words.some(word => mentions(word.text, name))) return 'unknown';
    }
  }
  return origin;
}

/** Where a compiler puts a program of a name; undefined for what is no compiler, or doesn't say. */
function outputOf(command: string | undefined, rest: (string | undefined)[]): ((name: string) => string) | undefined {
  if (command === undefined) return undefined;
  if (command === 'cargo' && rest[0] === 'build' && rest.includes('--release') && !rest.some(isElsewhere))
    return name => `target/release/${name}`;
  const output = rest[rest.indexOf('-o') + 1];
  return COMPILERS.has(command) && rest.includes('-o') && output !== undefined ? () => output : undefined;
}

/** cargo's options that move its output. */
function isElsewhere(option: string | undefined): boolean {
  return option === undefined || /^--(?:target|target-dir|artifact-dir|manifest-path|config)(?:=|$)/.test(option);
}

/** Whether a command of a script copies, links, downloads or redirects something to a program's place, but for another known program. */
function isTarget(text: string, { paths, name }: Wanted): boolean {
  const isPlace = (word: string | undefined) => word !== undefined && (paths.includes(word) || posix.basename(word) === name);
  return segments(text.replace(/\d*>>?/g, ' > ')).some(words => {
    if (words.some((word, at) => OUTPUTS.has(word) && isPlace(words[at + 1]))) return true;
    const verb = words.findIndex(word => MOVES.has(posix.basename(word)));
    if (verb < 0 || words.some(word => INSTALLERS.has(word))) return false;
    const operands = words.slice(verb + 1).filter(word => !word.startsWith('-'));
    const [source = ''] = operands;
    const last = operands.at(-1) ?? '';
    const isMoved = operands.slice(1).some(isPlace) || paths.includes(posix.join(last, posix.basename(source)));
    return isMoved && !isKnownProgram(source);
  });
}

/** Whether a command copies or links files that a pattern or variable names into a program's folder. */
function movesManyInto(text: string, { paths }: Wanted): boolean {
  return segments(text).some(words => {
    const folder = posix.resolve('/', words.at(-1) ?? '');
    const isMove = words.some(word => MOVES.has(word)) && !words.some(word => INSTALLERS.has(word));
    return isMove && words.slice(0, -1).some(word => /[*?$[]/.test(word)) && paths.some(path => posix.dirname(path) === folder);
  });
}

const OUTPUTS: ReadonlySet<string> = new Set(['>', '-o', '-O', '--output', '--output-document', 'tee']);
const MOVES: ReadonlySet<string> = new Set(['cp', 'mv', 'ln', 'install', 'sed', 'dpkg-divert']);
/** Whose `install` takes packages, not files. */
const INSTALLERS: ReadonlySet<string> = new Set(
  'apt apt-get aptitude apk conda dnf gem go cargo microdnf npm pip pip2 pip3 pnpm poetry python -m yarn yum zypper bundle composer'.split(
    ' ',
  ),
);

function isKnownProgram(path: string): boolean {
  return PROGRAMS.has(posix.basename(path)) && PACKAGED.includes(posix.dirname(path));
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
