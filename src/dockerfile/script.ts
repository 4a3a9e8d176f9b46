import type { Statement } from 'unbash';
import type { Instruction, Word } from './nodes.ts';
import { rememberedScript } from './remembered-script.ts';
import { isPosixShell, nodesOf, type ScriptText, type ShellCommand, scripts, scriptTree, shellSequence, simple, wordsOf } from './shell.ts';

/** All of a RUN's script: what runs one after the other, and what doesn't. */
export interface Script {
  /** Every simple command in the order of the text, those of pipes, branches, functions and substitutions too. */
  commands: ShellCommand[];
  /** The commands where it is nothing else than a sequence. */
  sequence: ShellCommand[] | undefined;
  /** Its last statement. */
  last: Word;
  /** The last statement: one simple command; more of them, joined or piped; one in the background; anything else. */
  shape: 'command' | 'commands' | 'background' | 'compound';
  /** The shell stops at the first command that fails: throughout, not at all, or it can't be told. */
  errexit: boolean | 'unsure';
  definesFunctions: boolean;
  /** It is the body of a heredoc. */
  heredoc: boolean;
}

/** The script of a RUN in shell form or heredoc; or why it can't be read. */
export const shellScript = rememberedScript(readRun);

function readRun(instruction: Instruction, escape: string, shell: string[] | undefined): Script | { reason: string } {
  if (instruction.json) return { reason: 'is in exec form' };
  const [text, ...rest] = scripts(instruction);
  if (!text || rest.length > 0) return { reason: text ? 'has more than one heredoc' : 'has no command' };
  if (escape !== '\\' || (shell && !isPosixShell(shell))) return { reason: 'runs in a shell that is not known to be POSIX-like' };
  const heredoc = text.line !== instruction.logical;
  if (heredoc ? text.text.startsWith('#!') : instruction.heredocs.length > 0) return { reason: 'hands a heredoc to a program' };
  return readScript(text, heredoc, instruction, escape, shell);
}

function readScript(text: ScriptText, heredoc: boolean, instruction: Instruction, escape: string, shell: string[] | undefined) {
  const parsed = scriptTree(text);
  if (parsed.errors?.length) return { reason: `has shell that can't be parsed: ${parsed.errors[0]?.message}` };
  const last = parsed.commands.at(-1);
  if (!last) return { reason: 'has no command' };
  const word = wordsOf(text);
  const nodes = nodesOf(parsed);
  const commands = nodes.flatMap(node =>
    node.type === 'Command' ? [{ ...word(node.pos, node.end), ...simple(node, word), joined: undefined }] : [],
  );
  const sequence = shellSequence(instruction, escape, shell);
  return {
    commands,
    sequence: 'commands' in sequence ? sequence.commands : undefined,
    last: word(last.command.pos, last.command.end),
    shape: last.background ? ('background' as const) : shapeOf(last.command),
    errexit: errexitOf(commands, parsed.commands[0], shell),
    definesFunctions: nodes.some(({ type }) => type === 'Function'),
    heredoc,
  };
}

function shapeOf(node: Statement['command']): Script['shape'] {
  if (node.type === 'Command') return 'command';
  const isPlain = (node.type === 'AndOr' || node.type === 'Pipeline') && node.commands.every(each => shapeOf(each) !== 'compound');
  return isPlain ? 'commands' : 'compound';
}

/** `set -e` as the first command holds throughout where no other `set` speaks of it. */
function errexitOf(commands: readonly ShellCommand[], first: Statement | undefined, shell: string[] | undefined): Script['errexit'] {
  if (shell?.slice(1).some(setsErrexit)) return commands.some(({ words }) => isSet(words, '+')) ? 'unsure' : true;
  const setting = commands.filter(({ words }) => isSet(words, '-') || isSet(words, '+'));
  if (setting.length === 0) return false;
  const node = first?.command.type === 'AndOr' ? first.command.commands[0] : first?.command;
  const isFirst = setting[0] === commands[0] && node?.type === 'Command';
  return isFirst && setting.length === 1 && isSet(setting[0]?.words ?? [], '-') ? true : 'unsure';
}

const setsErrexit = (option: string): boolean => /^-[a-z]*e/i.test(option) || option === 'errexit';

function isSet([program, ...words]: ShellCommand['words'], sign: '-' | '+'): boolean {
  if (program?.literal !== 'set') return false;
  return words.some(({ literal }, index) => {
    if (literal === undefined) return true;
    if (literal === 'errexit') return words[index - 1]?.literal?.startsWith(sign) ?? false;
    return literal.startsWith(sign) && literal.slice(1).includes('e');
  });
}
