import { posix } from 'node:path';
import { everyCommand } from '../dockerfile/shell.ts';
import type { Found, View } from './closure-view.ts';
import type { ImageConfig } from './snapshot.ts';

/** A program that an image's configuration starts. */
export interface Program {
  name: string;
  /** What starts it. */
  by: 'entrypoint' | 'command' | 'health check';
  /** It is started whatever happens; else a script may start it. */
  isSure: boolean;
  /** The words that follow it. */
  args: readonly string[];
}

/** The programs of ENTRYPOINT and CMD, and of HEALTHCHECK, those that wrappers and shells start too. */
export function startedPrograms({ Entrypoint, Cmd, Healthcheck, Shell }: ImageConfig): Program[] {
  const [kind, ...test] = Healthcheck?.Test ?? [];
  const check = kind === 'CMD' ? test : kind === 'CMD-SHELL' ? [...(Shell?.length ? Shell : ['/bin/sh', '-c']), ...test] : [];
  const words = [...(Entrypoint ?? []), ...(Cmd ?? [])];
  const by = Entrypoint?.length ? 'entrypoint' : 'command';
  const started = [...programsOf(words, by, true)];
  // a script as entrypoint mostly ends by running CMD
  const command = Entrypoint?.length && started.every(({ name }) => name !== Cmd?.[0]) ? programsOf(Cmd ?? [], 'command', false) : [];
  return [...started, ...command, ...programsOf(check, 'health check', true)];
}

/** Programs that run another, by how many words they take before it. */
const WRAPPERS: Record<string, number> = {
  catatonit: 0,
  'dumb-init': 0,
  env: 0,
  gosu: 1,
  nice: 0,
  nohup: 0,
  's6-setuidgid': 1,
  setsid: 0,
  stdbuf: 0,
  'su-exec': 1,
  sudo: 0,
  time: 0,
  timeout: 1,
  tini: 0,
};
const SHELLS: ReadonlySet<string> = new Set(['ash', 'bash', 'dash', 'ksh', 'sh', 'zsh']);
/** What every POSIX shell, dash or bash does itself. */
const BUILTINS: ReadonlySet<string> = new Set(
  ': . [ alias bg break builtin cd command continue declare echo eval exec exit export false fg getopts hash jobs kill let local printf pwd read readonly return set shift shopt source test times trap true type typeset ulimit umask unalias unset wait'.split(
    ' ',
  ),
);
const STARTING_BUILTINS: ReadonlySet<string> = new Set(['builtin', 'command', 'exec']);

function* programsOf(words: readonly string[], by: Program['by'], isSure: boolean): Iterable<Program> {
  const [name, ...args] = words;
  if (!name) return;
  yield { name, by, isSure, args };
  const base = posix.basename(name);
  if (SHELLS.has(base)) {
    const script = scriptOf(args);
    if (script !== undefined) yield* programsOfScript(script, by, isSure);
    // an option may have a value, which would be taken for the program
  } else if (Object.hasOwn(WRAPPERS, base)) yield* programsOf(wrapped(args, WRAPPERS[base] as number), by, false);
}

/** The text that a shell is given with `-c`. */
function scriptOf(args: readonly string[]): string | undefined {
  const option = args.findIndex(word => /^-[a-z]*c$/.test(word));
  return option < 0 ? undefined : args[option + 1];
}

function* programsOfScript(script: string, by: Program['by'], isSure: boolean): Iterable<Program> {
  for (const [index, { words }] of (everyCommand(script) ?? []).entries()) {
    const unknown = words.findIndex(({ literal }) => literal === undefined);
    const literals = (unknown < 0 ? words : words.slice(0, unknown)).flatMap(({ literal = '' }) => [literal]);
    while (STARTING_BUILTINS.has(literals[0] ?? '')) literals.shift();
    if (!BUILTINS.has(literals[0] ?? '')) yield* programsOf(literals, by, isSure && index === 0);
  }
}

/** What follows a wrapper's options, assignments and own words. */
function wrapped(args: readonly string[], own: number): readonly string[] {
  const first = args.findIndex(word => !/^-|^\w+=/.test(word));
  return first < 0 ? [] : args.slice(first + own);
}

/** Where a program is; what was searched where it isn't there; or the file that somebody can't execute. */
export type Lookup = { found: Found } | { searched: readonly string[] } | { forbidden: Found };

/** Looks a program up as execvp(3) does: by PATH, or from WORKDIR where its name has a slash. */
export function lookUp(view: View, name: string, mayExecute: (path: string) => boolean): Lookup {
  const isPath = name.includes('/');
  const candidates = isPath ? [posix.resolve(view.workdir, name)] : view.searchPath.map(folder => posix.join(folder, name));
  const files = candidates.flatMap(path => {
    const found = view.find(path);
    return found?.entry.type === 'file' ? [found] : [];
  });
  const found = files.find(({ path }) => mayExecute(path));
  if (found) return { found };
  return files[0] ? { forbidden: files[0] } : { searched: isPath ? [] : view.searchPath };
}

/** The programs that the line after `#!` starts: the interpreter, and what env(1) looks up. */
export function interpretersOf(line: string): string[] {
  const [interpreter = '', ...words] = line.split(/\s+/);
  if (posix.basename(interpreter) !== 'env') return [interpreter];
  const [program] = wrapped(wordsOfEnv(words), 0);
  return program ? [interpreter, program] : [interpreter];
}

/** The words of env(1) without the values of its options; the program may follow `-S` without a space. */
function wordsOfEnv(words: readonly string[]): string[] {
  const apart = words.map(word => word.replace(/^-[0iv]*S(?=.)/, ''));
  return apart.filter((_, at) => !/^-[uC]$/.test(apart[at - 1] ?? ''));
}
