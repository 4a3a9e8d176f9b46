/** The tokens of a Go source file that tell what it imports, calls and names. Linear; broken source ends the tokens early. */

export type GoToken =
  | { kind: 'name' | 'string' | 'punctuation' | 'comment'; text: string; start: number; end: number }
  /** A literal that has no bearing: a number or a rune. */
  | { kind: 'other'; text: ''; start: number; end: number };

const NAME = /[\p{L}_][\p{L}\p{Nd}_]*/uy;
const NUMBER = /[\d.][\w.]*/y;

/**
 * Reads the next token at or after an offset; undefined at the end, or where a string, rune or comment isn't closed. A string's text is its value with
 * escapes left as they are; a comment's is the whole of it.
 */
export function nextGoToken(source: string, from: number): GoToken | undefined {
  let start = from;
  while (start < source.length && (source.charCodeAt(start) <= 32 || source[start] === '\uFEFF')) start++;
  const first = source[start];
  if (first === undefined) return undefined;
  if (first === '/' && source[start + 1] === '/') return until(source, start, 'comment', source.indexOf('\n', start + 2), 0, true);
  if (first === '/' && source[start + 1] === '*') return until(source, start, 'comment', source.indexOf('*/', start + 2), 2);
  if (first === '`') return until(source, start, 'string', source.indexOf('`', start + 1), 1);
  if (first === '"' || first === "'") return quoted(source, start, first);
  return word(source, start, first);
}

function until(
  source: string,
  start: number,
  kind: 'comment' | 'string',
  close: number,
  length: number,
  endOfFile = false,
): GoToken | undefined {
  if (close < 0 && !endOfFile) return undefined;
  const end = close < 0 ? source.length : close + length;
  const text = kind === 'string' ? source.slice(start + 1, end - 1) : source.slice(start, end).trimEnd();
  return { kind, text, start, end };
}

function quoted(source: string, start: number, quote: string): GoToken | undefined {
  for (let at = start + 1; at < source.length; at++) {
    const character = source[at];
    if (character === '\n') return undefined;
    if (character === '\\') at++;
    else if (character === quote) {
      const end = at + 1;
      return quote === '"' ? { kind: 'string', text: source.slice(start + 1, at), start, end } : { kind: 'other', text: '', start, end };
    }
  }
  return undefined;
}

function word(source: string, start: number, first: string): GoToken {
  NAME.lastIndex = start;
  const name = NAME.exec(source)?.[0];
  if (name !== undefined) return { kind: 'name', text: name, start, end: start + name.length };
  if (/\d/.test(first)) {
    NUMBER.lastIndex = start;
    return { kind: 'other', text: '', start, end: start + (NUMBER.exec(source)?.[0].length ?? 1) };
  }
  return { kind: 'punctuation', text: first, start, end: start + 1 };
}
