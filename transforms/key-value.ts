import { isSpace } from '../src/dockerfile/characters.ts';
import { expandWord, UNKNOWN } from '../src/dockerfile/lex.ts';
import { sourcePieces, sourceSpan } from '../src/dockerfile/lines.ts';
import type { Dockerfile, Instruction, Pair, Span, Word } from '../src/dockerfile/nodes.ts';
import { type Edit, replace } from '../src/edit.ts';
import { type Change, change, type Refusal, refuse, transform } from '../src/transform.ts';

export default transform({
  name: 'key-value',
  summary: 'write ENV and LABEL as name="value"',
  keeps: 'image',
  settles: ['LegacyKeyValueFormat'],
  *run(file) {
    for (const instruction of file.instructions) {
      const [pair] = instruction.pairs;
      if (pair && !pair.equals) yield withEquals(file, instruction, pair);
    }
  },
});

function withEquals(file: Dockerfile, instruction: Instruction, { name, value }: Pair): Change | Refusal {
  if (!value) return refuse(instruction, 'no-value', 'has no value');
  if (instruction.dangling) return refuse(instruction, 'dangling', 'ends in a continuation with nothing after it');
  if (/["'$=`\\]/.test(name.text) || [...name.text].some(each => isSpace(each.charCodeAt(0))))
    return refuse(name, 'name', `has a name that would be read differently with =: ${name.text}`);
  const quoted = quotedValue(instruction, value, file.escape);
  if ('reason' in quoted) return refuse(value, 'value', quoted.reason);
  return change({
    at: instruction,
    title: `write ${name.text} with an equals sign`,
    keeps: 'image',
    settles: ['LegacyKeyValueFormat'],
    edits: [
      ...joined(instruction, name.to, value.from, quoted.quote),
      ...quoted.written.flatMap((text, at) => (text === value.text[at] ? [] : [replace(spanAt(instruction, value, at), text)])),
      { start: value.end, end: value.end, text: quoted.quote },
    ],
  });
}

function spanAt({ logical }: Instruction, value: Word, at: number): Span {
  return sourceSpan(logical, value.from + at, value.from + at + 1);
}

/** Puts `=` in the place of the white space before a value; a comment line in it stays where it is. */
function joined({ logical, comments }: Instruction, from: number, to: number, quote: string): Edit[] {
  const gap = { start: sourceSpan(logical, from - 1, from).end, end: sourceSpan(logical, to, to + 1).start };
  if (!comments.some(comment => comment.start >= gap.start && comment.end <= gap.end)) return [{ ...gap, text: `=${quote}` }];
  const [first, ...rest] = sourcePieces(logical, from, to);
  const blank = first?.start === gap.start ? first : { start: gap.start, end: gap.start };
  const others = blank === first ? rest : [first, ...rest].filter(piece => piece !== undefined);
  return [{ ...blank, text: '=' }, ...others.map(piece => ({ ...piece, text: '' })), { start: gap.end, end: gap.end, text: quote }];
}

interface Quoted {
  /** What goes around the value: nothing where it is one quoted string already. */
  quote: '"' | '';
  /** What stands for each character of the value then. */
  written: string[];
}

/**
 * What turns a legacy value into a double-quoted word that BuildKit expands to the same (shell/lex.go: outside quotes the escape character frees
 * any character, within double quotes only `"`, `$` and itself). A reason where that can't be done or BuildKit refuses the value.
 */
function quotedValue({ logical }: Instruction, { text, from }: Word, escape: string): Quoted | { reason: string } {
  if (typeof expandWord(text, () => UNKNOWN, escape) === 'object') return { reason: 'has a value that BuildKit refuses' };
  if (text.startsWith('\uFEFF')) return { reason: 'has a value that begins with a byte order mark' };
  if (isOneString(text, escape)) return { quote: '', written: text.split('') };
  const written = withinQuotes(text, escape);
  if (!written) return { reason: 'has quotes within a variable expansion' };
  const lines = logical.segments.map(({ at, length }) => written.slice(Math.max(0, at - from), Math.max(0, at + length - from)).join(''));
  if (lines.some((line, index) => index > 0 && /^\s*#/.test(line))) return { reason: 'has a line that would become a comment' };
  // an escaped escape character doesn't continue a line
  if (lines.slice(0, -1).some(line => line.endsWith(escape))) return { reason: 'has a line that would no longer continue' };
  return { quote: '"', written };
}

function isOneString(value: string, escape: string): boolean {
  if (value.length < 2) return false;
  if (value[0] === "'") return value.indexOf("'", 1) === value.length - 1;
  return value[0] === '"' && closingQuote(value, 0, escape) === value.length - 1;
}

function closingQuote(value: string, open: number, escape: string): number {
  let at = open + 1;
  while (at < value.length && value[at] !== '"') at += value[at] === escape ? 2 : 1;
  return at < value.length ? at : -1;
}

/** What each character of a legacy value is within double quotes; undefined where quotes within an expansion would end them. */
function withinQuotes(value: string, escape: string): string[] | undefined {
  const written = value.split('');
  const bare: { start: number; end: number }[] = [];
  let quoted = false;
  for (let at = 0; at < value.length; ) {
    const start = at;
    at++;
    if (value[start] === '$') {
      at = variableEnd(value, start);
      if (/["'`\\]/.test(value.slice(start, at))) return undefined;
      if (at === start + 1) written[start] = `${escape}$`;
      else if (value[start + 1] !== '{') bare.push({ start, end: at });
    } else if (value[start] === '"') {
      quoted = !quoted;
      written[start] = '';
    } else if (value[start] === escape) {
      if (!quoted && !isFreed(value[at], escape)) written[start] = '';
      at++;
    } else if (value[start] === "'" && !quoted) {
      at = value.indexOf("'", start + 1) + 1;
      written[start] = '';
      written[at - 1] = '';
      for (let inner = start + 1; inner < at - 1; inner++) if (isFreed(value[inner], escape)) written[inner] = escape + value[inner];
    }
  }
  for (const { start, end } of bare) if (growsInto(written, end)) embrace(written, start, end);
  return written;
}

/** Whether the escape character frees a character within double quotes. */
function isFreed(character: string | undefined, escape: string): boolean {
  return character === '"' || character === '$' || character === escape;
}

/** Whether what follows a variable would become part of its name: `"$A"b` is not `$Ab`. */
function growsInto(written: string[], end: number): boolean {
  let next = end;
  while (written[next] === '') next++;
  return /^[\p{L}\p{Nd}_]/u.test(`${written[next] ?? ''}${written[next + 1] ?? ''}`);
}

function embrace(written: string[], start: number, end: number): void {
  written[start] = '${';
  written[end - 1] += '}';
}

const VARIABLE = /\$(?:\p{Nd}+|[\p{L}_][\p{L}\p{Nd}_]*|[@*#?!$-])/uy;

/** Where the variable at a `$` ends, nested ones with it; after the `$` itself where it is none. */
function variableEnd(value: string, at: number): number {
  VARIABLE.lastIndex = at;
  if (VARIABLE.test(value)) return VARIABLE.lastIndex;
  if (value[at + 1] !== '{') return at + 1;
  let depth = 0;
  for (let end = at + 1; end < value.length; end++) {
    if (value[end] === '{' && value[end - 1] === '$') depth++;
    else if (value[end] === '}' && --depth === 0) return end + 1;
  }
  return value.length;
}
