import { type Word as BashWord, type Command, forEachChild, parse as parseBash, type Statement, type SyntaxNode } from 'unbash';
import { sourceSpan } from './lines.ts';
import type { Instruction, LogicalLine, Word } from './nodes.ts';
import { rememberedScript } from './remembered-script.ts';

/** A word of a shell command. */
export interface ShellWord extends Word {
  /** What the program receives, in every POSIX shell; undefined where an expansion, a glob or the shell's dialect decides. */
  literal: string | undefined;
}

export interface ShellCommand extends Word {
  /** `NAME=value` before the command, or alone. */
  assignments: { name: string; value: string | undefined }[];
  words: ShellWord[];
  redirects: boolean;
  /** What joins it to the command before: undefined for the first. */
  joined: '&&' | ';' | undefined;
}

/** Commands that run one after the other; or why it can't be told so. */
export type Sequence = { commands: ShellCommand[] } | { reason: string };

/**
 * The simple commands of a shell form's or RUN's script, in order, each with its words mapped to the source. A reason where the text is more than
 * simple commands joined by `&&`, `;` and new lines: pipes, `||`, compound commands, a shell that isn't known to be POSIX-like.
 * `shell` is the SHELL in force. Errors and offsets are unbash's (facts: it agrees with `bash -n` on 4,999 of 5,000 RUNs).
 */
export const shellSequence = rememberedScript(readSequence);

function readSequence(instruction: Instruction, escape: string, shell: string[] | undefined): Sequence {
  if (instruction.json) return execSequence(instruction);
  const [script, ...rest] = scripts(instruction);
  if (!script || rest.length > 0) return { reason: script ? 'has more than one heredoc' : 'has no command' };
  if (escape !== '\\' || (shell && !isPosixShell(shell))) return { reason: 'runs in a shell that is not known to be POSIX-like' };
  return sequenceOf(script);
}

/** The commands of what an exec form hands to a POSIX shell, as in `["sh", "-c", "./app"]`, each with the place of the whole; undefined for any other. */
export function shellArgument(instruction: Instruction): Sequence | undefined {
  const [shell, option, script, ...rest] = commandWords(instruction);
  if (!instruction.json || !shell || !option || !script || rest.length > 0) return undefined;
  if (option.text !== '-c' || !isPosixShell([shell.text, option.text])) return undefined;
  const { text, start } = script;
  return sequenceOf({ text, line: { text, segments: [{ at: 0, start, length: text.length }] }, offset: 0 });
}

/** A command wherever it stands in a script, and the files that it writes by redirection: undefined for one that only the shell knows. */
export interface NestedCommand extends ShellCommand {
  writes: (string | undefined)[];
}

/** Every simple command of a shell's script, those in loops, branches, pipes, functions and substitutions too, in order; undefined where it doesn't parse. */
export function everyCommand(text: string): NestedCommand[] | undefined {
  const parsed = parseBash(text);
  if (parsed.errors?.length) return undefined;
  const line: LogicalLine = { text, segments: [{ at: 0, start: 0, length: text.length }] };
  const word = (pos: number, end: number): Word => ({ from: pos, to: end, text: text.slice(pos, end), ...sourceSpan(line, pos, end) });
  const found: NestedCommand[] = [];
  for (const node of nodesOf(parsed)) {
    if (node.type === 'Command') {
      found.push({ ...word(node.pos, node.end), ...simple(node, word), joined: undefined, writes: node.redirects.flatMap(written) });
    } else if (node.type === 'Redirected') {
      const writes = node.redirects.flatMap(written);
      if (writes.length > 0)
        found.push({ ...word(node.pos, node.end), assignments: [], words: [], redirects: true, joined: undefined, writes });
    }
  }
  return found;
}

/** The file that a redirection writes. */
function written(redirect: Command['redirects'][number]): (string | undefined)[] {
  if (redirect.type !== 'Redirect' || redirect.operator.startsWith('<') || redirect.operator === '>&') return [];
  return [redirect.target && literalOf(redirect.target)];
}

/** The texts that the shell of a RUN, CMD or ENTRYPOINT in shell form reads. */
export function scriptTexts(instruction: Instruction): string[] {
  return instruction.json ? [] : scripts(instruction).map(({ text }) => text);
}

const POSIX_SHELL = /^(?:\/usr)?(?:\/local)?(?:\/bin\/)?(?:ash|bash|dash|ksh|sh|zsh)$/;

/** Whether a SHELL reads its last argument as a POSIX shell does: `["/bin/bash", "-o", "pipefail", "-c"]`. */
export function isPosixShell(shell: string[]): boolean {
  return POSIX_SHELL.test(shell[0] ?? '') && shell.slice(1).some(option => /^-[a-z]*c$/.test(option));
}

function execSequence(instruction: Instruction): Sequence {
  const words = commandWords(instruction).map(word => ({ ...word, literal: word.text }));
  const [first] = words;
  const last = words.at(-1);
  if (!first || !last) return { reason: 'has no command' };
  const whole = {
    from: first.from,
    to: last.to,
    start: first.start,
    end: last.end,
    text: instruction.logical.text.slice(first.from, last.to),
  };
  return { commands: [{ ...whole, assignments: [], words, redirects: false, joined: undefined }] };
}

/** HEALTHCHECK's arguments without its type, any other instruction's as they are. */
export function commandWords(instruction: Instruction): Word[] {
  return instruction.name === 'HEALTHCHECK' ? instruction.words.slice(1) : instruction.words;
}

/** A text that a shell reads, and where it stands. */
export interface ScriptText {
  text: string;
  line: LogicalLine;
  /** Of its first character in the line. */
  offset: number;
}

const textsOf = new WeakMap<Instruction, ScriptText[]>();

/** The texts that a shell reads, each as a logical line of its own with its offset there. */
export function scripts(instruction: Instruction): ScriptText[] {
  const found = textsOf.get(instruction) ?? readScripts(instruction);
  textsOf.set(instruction, found);
  return found;
}

function readScripts(instruction: Instruction): ScriptText[] {
  const [command] = commandWords(instruction);
  if (!command) return [];
  const { heredocs, logical } = instruction;
  if (heredocs.length === 0) return [{ text: command.text, line: logical, offset: command.from }];
  // a heredoc alone is the script; one that a command reads makes the command's own text
  if (!/^\d*<<-?\s*\S+$/.test(command.text)) return [{ text: command.text, line: logical, offset: command.from }];
  return heredocs.map(({ content, body }) => ({
    text: content,
    line: { text: content, segments: [{ at: 0, start: body.start, length: content.length }] },
    offset: 0,
  }));
}

const trees = new WeakMap<ScriptText, ReturnType<typeof parseBash>>();

/** A script's syntax tree. */
export function scriptTree(script: ScriptText): ReturnType<typeof parseBash> {
  const tree = trees.get(script) ?? parseBash(script.text);
  trees.set(script, tree);
  return tree;
}

/** A node and all that is in it, in the order of the text. */
export function nodesOf(root: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const open: SyntaxNode[] = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    found.push(node);
    const children: SyntaxNode[] = [];
    forEachChild(node, child => children.push(child));
    open.push(...children.reverse());
  }
  return found;
}

/** The words of a script by their offsets there. */
export function wordsOf(script: ScriptText): (pos: number, end: number) => Word {
  return (pos, end) => {
    const from = script.offset + pos;
    const to = script.offset + end;
    return { from, to, text: script.text.slice(pos, end), ...sourceSpan(script.line, from, to) };
  };
}

function sequenceOf(script: ScriptText): Sequence {
  const parsed = scriptTree(script);
  if (parsed.errors?.length) return { reason: `has shell that can't be parsed: ${parsed.errors[0]?.message}` };
  const commands: ShellCommand[] = [];
  const word = wordsOf(script);
  for (const statement of parsed.commands) {
    const reason = flatten(statement, commands, word);
    if (reason) return { reason };
  }
  return commands.length > 0 ? { commands } : { reason: 'has no command' };
}

/** Appends a statement's simple commands; answers why it has others. */
function flatten(statement: Statement, into: ShellCommand[], word: (pos: number, end: number) => Word): string | undefined {
  if (statement.background) return 'starts a command in the background';
  const { command } = statement;
  const parts = command.type === 'AndOr' ? command.commands : [command];
  if (command.type === 'AndOr' && command.operators.includes('||')) return 'joins commands with ||';
  for (const [index, part] of parts.entries()) {
    if (part.type === 'Pipeline') return 'has a pipe';
    if (part.type !== 'Command') return 'has a compound command';
    const joined = index > 0 ? '&&' : into.length > 0 ? ';' : undefined;
    into.push({ ...word(part.pos, part.end), ...simple(part, word), joined });
  }
  return undefined;
}

/** The words, assignments and redirections of a simple command. */
export function simple(command: Command, word: (pos: number, end: number) => Word): Omit<ShellCommand, keyof Word | 'joined'> {
  const words: ShellWord[] = command.name ? [shellWord(command.name, word)] : [];
  for (const argument of command.args) {
    words.push(
      argument.type === 'Word'
        ? shellWord(argument, word)
        : { ...word(argument.pos, argument.end), literal: assignmentLiteral(argument.text) },
    );
  }
  const assignments = command.prefix.flatMap(prefix =>
    prefix.type === 'Assignment'
      ? [
          {
            name: prefix.name,
            value: prefix.value.type === 'Word' && !prefix.append && !prefix.index ? literalOf(prefix.value) : undefined,
          },
        ]
      : [],
  );
  return { assignments, words, redirects: command.redirects.length > 0 };
}

/** An assignment that is an argument (`env A=b`): literal where it needs no shell at all. */
function assignmentLiteral(text: string): string | undefined {
  return /^[\w=./:,@%+-]*$/.test(text) ? text : undefined;
}

function shellWord(node: BashWord, word: (pos: number, end: number) => Word): ShellWord {
  return { ...word(node.pos, node.end), literal: literalOf(node) };
}

/**
 * A word's value where every POSIX shell gives the same without looking at anything else. Read here too: unbash takes some words for literal that
 * bash expands (`$[1`, `{}-\{a,b}`).
 */
function literalOf(node: BashWord): string | undefined {
  const read = plainValue(node.text);
  return read === node.value ? read : undefined;
}

/** `~` where bash or another shell may put a home folder. */
const TILDE = /(?:^|[=:])~/;
/** What a shell may expand, or end a word at, outside quotes. */
const SPECIAL = /[*?[$`()<>|&;\s]/;

function plainValue(text: string): string | undefined {
  let value = '';
  let bare = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === "'" || character === '"') {
      const quoted = character === "'" ? singleQuoted(text, at + 1) : doubleQuoted(text, at + 1);
      if (!quoted) return undefined;
      value += quoted.value;
      at = quoted.end;
      bare += '.';
    } else if (character === '\\') {
      if (++at === text.length || text[at] === '\n') return undefined;
      value += text[at];
      bare += '.';
    } else {
      if (SPECIAL.test(character)) return undefined;
      value += character;
      bare += character;
    }
  }
  const expands = TILDE.test(bare) || bare.startsWith('#') || (bare.includes('{') && /,|\.\./.test(text));
  return expands ? undefined : value;
}

interface Quoted {
  value: string;
  /** Of the closing quote. */
  end: number;
}

function singleQuoted(text: string, from: number): Quoted | undefined {
  const end = text.indexOf("'", from);
  return end < 0 ? undefined : { value: text.slice(from, end), end };
}

function doubleQuoted(text: string, from: number): Quoted | undefined {
  let value = '';
  for (let at = from; at < text.length; at++) {
    const character = text[at] as string;
    const next = text[at + 1] ?? '';
    if (character === '"') return { value, end: at };
    // a `$` before the closing quote is itself
    if (character === '`' || (character === '$' && next !== '"')) return undefined;
    const escapes = character === '\\' && '$`"\\'.includes(next);
    value += escapes ? next : character;
    if (escapes) at++;
  }
  return undefined;
}

/** The commands of a text that a POSIX shell reads, as a script of package.json has them; their places are those in the text. */
export function textSequence(text: string): Sequence {
  return sequenceOf({ text, line: { text, segments: [{ at: 0, start: 0, length: text.length }] }, offset: 0 });
}
