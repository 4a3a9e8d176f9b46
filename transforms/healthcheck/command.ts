import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { type ShellCommand, shellArgument, shellSequence } from '../../src/dockerfile/shell.ts';
import type { Scope } from '../../src/dockerfile/stages.ts';
import { type Argument, type Command, type Found, unsure } from './server.ts';

/** What base images whose ENTRYPOINT takes a command as arguments start (https://github.com/GoogleContainerTools/distroless). */
const INTERPRETERS: [family: RegExp, program: string][] = [
  [/^distroless\/nodejs/, '/nodejs/bin/node'],
  [/^distroless\/python3/, '/usr/bin/python3'],
];

/** What a container of the image starts, by ENTRYPOINT and CMD; undefined where the file says nothing of it. */
export function startedCommand(file: Dockerfile, scope: Scope): Command | Found | undefined {
  const { entrypoint, cmd } = scope;
  if (entrypoint && !entrypoint.json) return shellCommand(file, scope, entrypoint);
  if (!entrypoint && !cmd) return undefined;
  const before = entrypoint ? entrypoint.words.map(({ text }) => plain(text)) : inheritedEntrypoint(scope);
  if (!Array.isArray(before)) return before;
  const script = entrypoint && shellArgument(entrypoint);
  if (script) return 'reason' in script ? { kind: 'unknown' } : lastOf(script.commands, scope);
  if (!cmd || cmd.words.length === 0) return before.length > 0 ? started(before, scope) : undefined;
  if (cmd.json) {
    const handed = before.length === 0 ? shellArgument(cmd) : undefined;
    if (handed) return 'reason' in handed ? { kind: 'unknown' } : lastOf(handed.commands, scope);
    return started([...before, ...cmd.words.map(({ text }) => plain(text))], scope);
  }
  // the ENTRYPOINT receives `/bin/sh -c TEXT`: one that hands over runs it
  const inner = shellCommand(file, scope, cmd);
  return 'kind' in inner || before.length === 0 ? inner : { ...inner, words: [...before, ...inner.words] };
}

export function plain(text: string): Argument {
  return { literal: text, text };
}

function started(words: Argument[], { workdir }: Scope): Command {
  return { words, workdir: workdir === UNKNOWN ? undefined : workdir, environment: new Map() };
}

function inheritedEntrypoint({ image }: Scope): Argument[] | Found {
  const interpreter = INTERPRETERS.find(([family]) => family.test(image?.family ?? ''));
  if (interpreter) return [plain(interpreter[1])];
  if (image?.entrypoint === 'none' || image?.entrypoint === 'passes') return [];
  return unsure('base', 'stands on an image whose entrypoint is not known');
}

function shellCommand(file: Dockerfile, scope: Scope, instruction: Instruction): Command | Found {
  const sequence = shellSequence(instruction, file.escape, scope.shell);
  return 'reason' in sequence ? { kind: 'unknown' } : lastOf(sequence.commands, scope);
}

/** The last of several commands: those before it prepare what it runs with. */
function lastOf(commands: ShellCommand[], { workdir }: Scope): Command {
  return afterOthers(commands, { words: [], workdir: workdir === UNKNOWN ? undefined : workdir, environment: new Map() });
}

/** The last command of a script that another command runs, where `cd` and `export` before it have been followed. */
export function afterOthers(commands: readonly ShellCommand[], outer: Command): Command {
  let { workdir } = outer;
  const environment = new Map(outer.environment);
  for (const command of commands) {
    const [program, argument] = command.words;
    const isLast = command === commands.at(-1);
    if (isLast || !program) for (const { name, value } of command.assignments) environment.set(name, value);
    if (program?.literal === 'cd' && !isLast) workdir = joined(workdir, argument?.literal);
    if (program?.literal === 'export') for (const { text, literal } of command.words.slice(1)) assign(environment, text, literal);
  }
  return { words: commands.at(-1)?.words ?? [], workdir, environment };
}

function joined(folder: string | undefined, next: string | undefined): string | undefined {
  if (next === undefined) return undefined;
  return next.startsWith('/') ? next : folder && `${folder}/${next}`;
}

/** Keeps what `NAME=value` sets. */
export function assign(environment: Map<string, string | undefined>, text: string, literal: string | undefined): boolean {
  const name = /^[A-Za-z_]\w*(?==)/.exec(text)?.[0];
  if (name !== undefined) environment.set(name, literal?.slice(name.length + 1));
  return name !== undefined;
}
