import { sourcePieces, sourceSpan } from '../src/dockerfile/lines.ts';
import type { Dockerfile, Instruction, Pair } from '../src/dockerfile/nodes.ts';
import type { Edit } from '../src/edit.ts';
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
  if (/["'$=`\\]/.test(name.text)) return refuse(name, 'name', `has a name that would be read differently with =: ${name.text}`);
  const quoted = quotedValue(value.text, file.escape);
  if ('reason' in quoted) return refuse(value, 'value', quoted.reason);
  return change({
    at: instruction,
    title: `write ${name.text} with an equals sign`,
    keeps: 'image',
    settles: ['LegacyKeyValueFormat'],
    edits: [
      ...joined(instruction, name.to, value.from, quoted.quote),
      ...quoted.replaced.map(({ at, length, text }) => ({
        ...sourceSpan(instruction.logical, value.from + at, value.from + at + length),
        text,
      })),
      { start: value.end, end: value.end, text: quoted.quote },
    ],
  });
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
  /** Pieces of the value that mean something else within double quotes. */
  replaced: { at: number; length: number; text: string }[];
}

/**
 * What turns a legacy value into a double-quoted word that BuildKit expands to the same (shell/lex.go: outside quotes the escape character frees
 * any character, within double quotes only `"`, `$` and itself). A reason where that can't be done or BuildKit refuses the value.
 */
function quotedValue(value: string, escape: string): Quoted | { reason: string } {
  const pieces = valuePieces(value, escape);
  if (!Array.isArray(pieces)) return pieces;
  if (isOneString(value, escape)) return { quote: '', replaced: [] };
  const written = pieces.filter(({ within }) => within !== '');
  for (const [index, piece] of written.entries()) {
    // "$A"b is not $Ab
    const next = written[index + 1];
    if (isBareVariable(piece) && next && /^[\p{L}\p{Nd}_]/u.test(next.within)) piece.within = `\${${piece.within.slice(1)}}`;
  }
  const replaced = pieces.filter(({ text, within }) => text !== within);
  return { quote: '"', replaced: replaced.map(({ at, text, within }) => ({ at, length: text.length, text: within })) };
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

interface Piece {
  at: number;
  text: string;
  /** What stands for it within double quotes. */
  within: string;
}

function isBareVariable({ within }: Piece): boolean {
  return within[0] === '$' && within[1] !== '{';
}

const VARIABLE = /\$(?:\d+|[\p{L}_][\p{L}\p{Nd}_]*|[@*#?!$-])/uy;
const SPECIAL = /["'$`\\]/;

/** A legacy value in pieces, each with its form within double quotes. */
function valuePieces(value: string, escape: string): Piece[] | { reason: string } {
  const pieces: Piece[] = [];
  let quoted = false;
  for (let at = 0; at < value.length; at += (pieces.at(-1) as Piece).text.length) {
    const character = value[at] as string;
    const push = (text: string, within: string) => pieces.push({ at, text, within });
    if (character === '$') {
      const end = variableEnd(value, at);
      if (end < 0) return { reason: 'has a variable expansion that is not closed' };
      const text = value.slice(at, end);
      if (/["'`\\]/.test(text)) return { reason: 'has quotes within a variable expansion' };
      push(text, text === '$' ? `${escape}$` : text);
    } else if (character === '"') {
      quoted = !quoted;
      push(character, '');
    } else if (character === escape) {
      const text = value.slice(at, at + 1 + characterLength(value, at + 1));
      push(text, quoted ? text : freed(text.slice(1), escape));
    } else if (character === "'" && !quoted) {
      const end = value.indexOf("'", at + 1);
      if (end < 0) return { reason: 'has a quote that is not closed' };
      push(value.slice(at, end + 1), freed(value.slice(at + 1, end), escape));
    } else {
      let end = at + 1;
      while (end < value.length && !SPECIAL.test(value[end] as string)) end++;
      push(value.slice(at, end), value.slice(at, end));
    }
  }
  return quoted ? { reason: 'has a quote that is not closed' } : pieces;
}

/** Literal text as it is written within double quotes. */
function freed(literal: string, escape: string): string {
  return literal.replace(/["$`\\]/g, each => (each === '"' || each === '$' || each === escape ? escape + each : each));
}

function characterLength(text: string, at: number): number {
  const code = text.codePointAt(at);
  return code === undefined ? 0 : code > 0xffff ? 2 : 1;
}

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
  return -1;
}
