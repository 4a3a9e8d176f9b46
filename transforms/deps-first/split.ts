import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Instruction, Span } from '../../src/dockerfile/nodes.ts';
import type { ShellCommand } from '../../src/dockerfile/shell.ts';
import { toolCalls } from '../../src/tools/calls.ts';
import { type Doubt, doubt } from './reads.ts';
import type { Head } from './run.ts';

const CLEANING_PROGRAMS: ReadonlySet<string> = new Set(['find', 'rm', 'unlink']);
const CLEANING_VERBS = /^(?:autoclean|autoremove|cache clean|cache purge|clean|del|prune|purge|remove|store prune|uninstall)$/;

/** Why the head of a RUN can't become a RUN of its own; undefined where two do the same as one. */
export function splitProblem(instruction: Instruction, { commands, rest }: Head): Doubt | undefined {
  if (instruction.heredocs.length > 0) return doubt('heredoc', 'stands in a heredoc with commands that may read the sources');
  if (!instruction.argument || instruction.dangling) return doubt('run', 'ends with the file');
  if (!failsTogether([...commands, ...rest])) return doubt('joined', 'is followed by commands that run even where it fails');
  const cleaning = rest.find(({ words }) => CLEANING_PROGRAMS.has(words[0]?.literal ?? '') || words[0]?.literal === undefined);
  const clean = toolCalls(rest, UNKNOWN).some(({ verb }) => CLEANING_VERBS.test(verb ?? ''));
  if (cleaning || clean) return doubt('cleanup', 'is followed in the same RUN by commands that remove files');
  const gap = gapOf(commands, rest);
  if (instruction.comments.some(({ start }) => start >= gap.start && start < gap.end)) {
    return doubt('comment', 'has a comment where the RUN would be split');
  }
  return undefined;
}

/** Whether no command runs after one that fails: `a && b`, or `set -e; a; b`. */
function failsTogether([first, ...others]: ShellCommand[]): boolean {
  if (others.every(({ joined }) => joined === '&&')) return true;
  const [program, option] = first?.words ?? [];
  return program?.literal === 'set' && /^-[a-z]*e[a-z]*$/.test(option?.literal ?? '') && others.every(({ joined }) => joined === ';');
}

/** What stands between the head and the rest. */
function gapOf(commands: readonly ShellCommand[], [next]: readonly ShellCommand[]): Span {
  return { start: commands.at(-1)?.end ?? 0, end: next?.start ?? 0 };
}

/** What replaces what stands between the head of a RUN and the rest, so that the lines stand between them, and the rest is a RUN that starts as the head does. */
export function splitEdit(
  file: Dockerfile,
  instruction: Instruction,
  { commands, rest, states }: Head,
  lines: readonly string[],
): { start: number; end: number; text: string } {
  const prefix = instruction.logical.text.slice(0, instruction.argument?.from);
  const joint = rest[0]?.joined === ';' ? '; ' : ' && ';
  const again = states.map(({ start, end }) => file.source.slice(start, end) + joint).join('');
  return { ...gapOf(commands, rest), text: [''].concat(lines, '').join(file.eol) + prefix + again };
}
