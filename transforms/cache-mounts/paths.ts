import { posix } from 'node:path';
import { isIn } from '../../src/context/copied.ts';
import { UNKNOWN, variablesOf } from '../../src/dockerfile/lex.ts';
import type { ShellWord } from '../../src/dockerfile/shell.ts';
import { expandAt } from '../../src/dockerfile/stages.ts';
import type { PlacedCommand } from '../../src/tools/calls.ts';
import type { RunCommands, Subject } from './runs.ts';

/** A path that a word of a command names; `content`: what is in the folder, not the folder. */
export interface NamedPath {
  path: string;
  content: boolean;
}

/** What a word names as a path; undefined where only the shell knows. A pattern names what is in the folder before it. */
export function namedPath(
  subject: Subject,
  run: RunCommands,
  command: PlacedCommand,
  word: ShellWord,
  home: string,
): NamedPath | undefined {
  if (word.text.startsWith('-')) return { path: '/dev/null', content: false };
  const text = word.literal ?? expanded(subject, run, word, home);
  if (text === undefined) return undefined;
  const pattern = word.literal === undefined ? text.search(/[*?[{]/) : -1;
  const written = pattern < 0 ? text : posix.dirname(`${text.slice(0, pattern)}x`);
  if (!posix.isAbsolute(written) && command.folder === undefined) return undefined;
  const path = posix.resolve(command.folder ?? '/', written);
  return { path, content: pattern >= 0 };
}

function expanded({ file, facts }: Subject, { instruction }: RunCommands, { text }: ShellWord, home: string): string | undefined {
  const own = text === '~' || text.startsWith('~/') ? home + text.slice(1) : text;
  const withHome = own.replace(/\$HOME(?!\w)|\$\{HOME\}/g, home);
  if (/[`(]/.test(withHome)) return undefined;
  const found = expandAt(file, facts.images, instruction, { text: withHome });
  return found.text === UNKNOWN ? undefined : found.text;
}

/** Whether a word's variables are all the script's own, so that it names none of the folders that tools take from the environment. */
export function isOwnVariable(run: RunCommands, word: ShellWord): boolean {
  const names = variablesOf(word.text, '\\');
  const own = new Set(
    run.commands.flatMap(({ command, environment }) => [...command.assignments.map(({ name }) => name), ...environment.keys()]),
  );
  return names.length > 0 && !/[`(]/.test(word.text) && names.every(name => own.has(name));
}

/** Whether what is known of a word's beginning tells that it names nothing at or around a path. */
export function isElsewhere({ text }: ShellWord, path: string): boolean {
  const [, known = ''] = /^["']?([^"'$`*?[{(~\\]*)/.exec(text) ?? [];
  if (posix.isAbsolute(known)) return !path.startsWith(known) && !isIn(known, path);
  const last = known.slice(known.lastIndexOf('/') + 1) || known.slice(0, known.lastIndexOf('/'));
  return last !== '' && !last.startsWith('.') && !path.split('/').some(part => part.startsWith(last));
}
