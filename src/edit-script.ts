import type { Dockerfile, Instruction, Span } from './dockerfile/nodes.ts';
import type { Script } from './dockerfile/script.ts';
import type { ShellCommand } from './dockerfile/shell.ts';
import { type Edit, LONGEST_LINE } from './edit.ts';
import { placeOf } from './place.ts';

/** What a line that continues an instruction begins with where the instruction has none. */
const INDENTATION = '    ';

/**
 * A command put at the end of a RUN's script, in its layout, to run where the script went well; undefined where that could change the status that
 * the script ends with, or whether it is reached.
 */
export function appendCommand(file: Dockerfile, instruction: Instruction, script: Script, command: string): Edit[] | undefined {
  const joint = endJoint(script);
  return joint && [insertion(file, instruction, script, script.last, joint, command)];
}

/** A command put behind one of a script that is a sequence, to run where that went well; undefined where it could change what runs after it. */
export function insertCommand(
  file: Dockerfile,
  instruction: Instruction,
  script: Script,
  after: ShellCommand,
  command: string,
): Edit[] | undefined {
  const { sequence } = script;
  const index = sequence?.findIndex(({ from }) => from === after.from) ?? -1;
  if (!sequence || index < 0) return undefined;
  const next = sequence[index + 1];
  if (!next) return appendCommand(file, instruction, script, command);
  const isAlone = sequence[index]?.joined !== '&&' && next.joined !== '&&';
  const joint = next.joined === '&&' || script.errexit === false ? '&&' : isAlone && script.errexit === true ? ';' : undefined;
  return joint && [insertion(file, instruction, script, after, joint, command)];
}

/** An option put behind a word of a command. */
export function addOption(word: Span, option: string): Edit {
  return { start: word.end, end: word.end, text: ` ${option}` };
}

/** A command taken out of a sequence with one of the joints beside it; undefined where a comment stands there, or it is the last. */
export function removeCommand(
  { source, comments }: Dockerfile,
  sequence: readonly ShellCommand[],
  command: ShellCommand,
): Edit[] | undefined {
  const index = sequence.findIndex(({ from }) => from === command.from);
  const [before, after] = [sequence[index - 1], sequence[index + 1]];
  if (index < 0 || !after) return undefined;
  // the joint that is left is the one that says when the next command runs
  const isTail = before && sequence[index]?.joined === '&&' && after.joined === ';';
  const [start, end] = isTail ? [before.end, command.end] : [command.start, after.start];
  if (comments.some(comment => comment.start >= start && comment.end <= end) || source.slice(start, end).includes('#')) return undefined;
  return [{ start, end, text: '' }];
}

/** Programs after which nothing of the script runs, or whose status the shell's own `-e` hangs on. */
const LEAVING: ReadonlySet<string> = new Set(['exec', 'exit', 'return']);
const SOURCING: ReadonlySet<string> = new Set(['.', 'source', 'eval']);

/** What joins a command to the end: `&&` gives the status of the list before, but takes `set -e` away from what runs within it. */
function endJoint({ shape, errexit, definesFunctions, commands, last }: Script): '&&' | ';' | undefined {
  const within = commands.filter(({ from, to }) => from >= last.from && to <= last.to).map(({ words }) => words[0]?.literal ?? '');
  if (shape === 'background' || within.some(program => LEAVING.has(program))) return undefined;
  if (errexit === false) return '&&';
  if (definesFunctions || within.some(program => SOURCING.has(program))) return undefined;
  if (shape === 'command' && errexit === true) return ';';
  return shape === 'compound' ? undefined : '&&';
}

function insertion(file: Dockerfile, instruction: Instruction, script: Script, { end }: Span, joint: '&&' | ';', command: string): Edit {
  return { start: end, end, text: jointText(file, instruction, script, end, joint, command) + command };
}

/** The joint in the layout that the script has: as its commands are joined already, else on the same line where that is short. */
function jointText(file: Dockerfile, instruction: Instruction, script: Script, at: number, joint: '&&' | ';', command: string): string {
  const own = ownJoint(file, script, joint);
  if (own !== undefined) return own;
  const same = joint === ';' ? '; ' : ' && ';
  const start = file.lineStarts[placeOf(file, { start: at, end: at }).line - 1] ?? 0;
  const isOneLine = instruction.line === instruction.endLine;
  if (script.heredoc || (isOneLine && instruction.end - start + same.length + command.length <= LONGEST_LINE)) return same;
  const indentation = isOneLine ? INDENTATION : (/^[ \t]*/.exec(file.source.slice(start, at))?.[0] ?? '');
  return joint === ';' ? `; \\${file.eol}${indentation}` : ` \\${file.eol}${indentation}&& `;
}

/** What stands between two commands that are joined over a line's end, without comments: of the last that are. */
function ownJoint({ source }: Dockerfile, { commands, heredoc }: Script, joint: '&&' | ';'): string | undefined {
  for (let index = commands.length - 1; index > 0; index--) {
    const [before, after] = [commands[index - 1] as ShellCommand, commands[index] as ShellCommand];
    const gap = withoutComments(source.slice(before.end, after.start));
    const operator = JOINT.exec(gap)?.slice(1).find(Boolean);
    const isNewline = heredoc && joint === ';' && /^[ \t]*\r*\n[ \t]*$/.test(gap);
    if (operator === joint || isNewline) return gap;
  }
  return undefined;
}

const JOINT = /^[ \t]*(&&|;)?[ \t]*\\?[ \t]*\r*\n[ \t]*(?:(&&)[ \t]*)?$/;

function withoutComments(gap: string): string {
  const lines = gap.split('\n');
  return lines.filter((line, index) => index === 0 || index === lines.length - 1 || !/^\s*(?:#|$)/.test(line)).join('\n');
}
