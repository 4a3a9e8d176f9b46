import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { commandWords, type ShellCommand, shellArgument, shellSequence } from '../../src/dockerfile/shell.ts';
import type { Scope } from '../../src/dockerfile/stages.ts';
import { type Refusal, refuse } from '../../src/transform.ts';

/** What a container starts. */
export interface Started {
  /** The instruction that names it. */
  by: Instruction;
  /** As written: absolute, relative or a name to be found in PATH. */
  program: string;
  /** A shell form: the runtime image needs a shell. */
  shell: boolean;
}

/** What shells do themselves, or any small image with a shell has. */
const SHELL_WORDS: ReadonlySet<string> = new Set(': cd echo exec exit export printf set sleep test true umask wait [ mkdir'.split(' '));

/** The programs that ENTRYPOINT, CMD and HEALTHCHECK start, the container's own first. */
export function startedPrograms(file: Dockerfile, scope: Scope, at: Instruction): Started[] | Refusal {
  const { entrypoint, cmd, healthcheck } = scope;
  const main = entrypoint ?? cmd;
  if (!main) return refuse(at, 'no-command', 'says nowhere what a container starts');
  if (entrypoint?.json && cmd && !cmd.json) return refuse(cmd, 'entrypoint', 'is a parameter of ENTRYPOINT: /bin/sh -c and the text');
  const found: Started[] = [];
  for (const by of [main, healthcheck]) {
    const isNone = by?.name === 'HEALTHCHECK' && by.words.length < 2;
    const programs = by && !isNone ? programsOf(file, scope, by) : [];
    if (!Array.isArray(programs)) return programs;
    found.push(...programs);
  }
  return found.length > 0 ? found : refuse(main, 'no-command', 'starts nothing');
}

function programsOf(file: Dockerfile, scope: Scope, by: Instruction): Started[] | Refusal {
  const handed = shellArgument(by);
  const sequence = handed ?? shellSequence(by, file.escape, scope.shell);
  const isShell = !by.json || handed !== undefined;
  const named = handed && commandWords(by)[0]?.text;
  if (named !== undefined && !hasShell(named, scope)) return refuse(by, 'command', `starts ${named}, which the runtime image may not have`);
  if ('reason' in sequence) return refuse(by, 'command', `starts what can't be named: it ${sequence.reason}`);
  const found: Started[] = [];
  for (const command of sequence.commands) {
    const program = programOf(command);
    if (program === undefined) return refuse(by, 'command', `starts what can't be named: ${command.text}`);
    if (/^(?:\/usr)?(?:\/bin\/)?(?:ba|da|a)?sh$/.test(program)) return refuse(by, 'command', 'starts a shell');
    if (!isShell || !SHELL_WORDS.has(program)) found.push({ by, program, shell: isShell });
  }
  return found;
}

/** Images with a shell have sh, Debian's bash as well. */
function hasShell(shell: string, { image }: Scope): boolean {
  return /(?:^|\/)sh$/.test(shell) || (/(?:^|\/)(?:ba|da)sh$/.test(shell) && image?.distribution === 'debian');
}

function programOf({ words }: ShellCommand): string | undefined {
  const skipped = words[0]?.literal === 'exec' ? words.slice(1) : words;
  return skipped[0]?.literal;
}
