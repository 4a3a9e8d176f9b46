/** The tokens of a JavaScript or TypeScript file that tell what it imports, calls and names. Linear; broken source makes odd tokens, never an error. */

export interface JsToken {
  /** `template` is one with values put in; one without is a string. */
  kind: 'name' | 'number' | 'string' | 'template' | 'regex' | 'punctuation';
  /** A string's value, with escapes left as they are; all else as written. */
  text: string;
  line: number;
  /** Of an opening bracket the index of what closes it, and the other way round; undefined where there is none. */
  match: number | undefined;
}

const NAME = /[\p{L}\p{Nl}_$#@][\p{L}\p{Nl}\p{Nd}_$]*/uy;
const NUMBER = /(?:0[xXbBoO][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)n?/y;
const OPERATORS = [
  '...',
  '===',
  '!==',
  '>>>',
  '**=',
  '??=',
  '||=',
  '&&=',
  '=>',
  '==',
  '!=',
  '<=',
  '>=',
  '&&',
  '||',
  '??',
  '?.',
  '++',
  '--',
];
const CLOSING: Record<string, string> = { '(': ')', '[': ']', '{': '}' };
/** After these a `/` begins a regular expression, though they look like names. */
const BEFORE_REGEX = new Set('return typeof case in of delete void throw new else do instanceof yield await'.split(' '));
/** More tokens than this are a bundle, which nobody wrote. */
const MOST_TOKENS = 200_000;

/** The tokens of a source, without comments; undefined for one that is too large to look at. */
export function jsTokens(source: string): JsToken[] | undefined {
  const tokens: JsToken[] = [];
  const open: number[] = [];
  let line = 1;
  let counted = 0;
  for (let at = source.startsWith('#!') ? lineEnd(source, 0) : 0; at < source.length; ) {
    const start = skipSpace(source, at);
    if (start >= source.length) break;
    for (; counted < start; counted++) if (source.charCodeAt(counted) === 10) line++;
    const { end, ...token } = read(source, start, tokens.at(-1));
    tokens.push({ ...token, line, match: undefined });
    if (token.kind === 'punctuation') pair(tokens, open);
    if (tokens.length > MOST_TOKENS) return undefined;
    at = end;
  }
  return tokens;
}

function pair(tokens: JsToken[], open: number[]): void {
  const index = tokens.length - 1;
  const token = tokens[index] as JsToken;
  if (CLOSING[token.text]) open.push(index);
  else if (token.text === ')' || token.text === ']' || token.text === '}') {
    const at = open.at(-1);
    const opening = at === undefined ? undefined : tokens[at];
    if (at === undefined || !opening || CLOSING[opening.text] !== token.text) return;
    open.pop();
    opening.match = index;
    token.match = at;
  }
}

function lineEnd(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end < 0 ? source.length : end;
}

/** The next offset that is neither white space nor in a comment. */
function skipSpace(source: string, from: number): number {
  for (let at = from; at < source.length; ) {
    const code = source.charCodeAt(at);
    if (code <= 32 || code === 0xfeff || code === 0xa0) at++;
    else if (code === 47 && source[at + 1] === '/') at = lineEnd(source, at);
    else if (code === 47 && source[at + 1] === '*') {
      const end = source.indexOf('*/', at + 2);
      at = end < 0 ? source.length : end + 2;
    } else return at;
  }
  return source.length;
}

interface Read {
  kind: JsToken['kind'];
  text: string;
  end: number;
}

function read(source: string, start: number, before: JsToken | undefined): Read {
  const first = source[start] as string;
  if (first === '"' || first === "'") return quoted(source, start, first) ?? { kind: 'punctuation', text: first, end: start + 1 };
  if (first === '`') return template(source, start);
  NAME.lastIndex = start;
  const name = NAME.exec(source)?.[0];
  if (name !== undefined) return { kind: 'name', text: name, end: start + name.length };
  NUMBER.lastIndex = start;
  const number = /[\d.]/.test(first) && /\d/.test(source.slice(start, start + 2)) ? NUMBER.exec(source)?.[0] : undefined;
  if (number) return { kind: 'number', text: number, end: start + number.length };
  const regex = first === '/' && mayBeRegex(before) ? regexEnd(source, start) : undefined;
  if (regex !== undefined) return { kind: 'regex', text: source.slice(start, regex), end: regex };
  const operator = OPERATORS.find(each => source.startsWith(each, start)) ?? first;
  return { kind: 'punctuation', text: operator, end: start + operator.length };
}

function quoted(source: string, start: number, quote: string): Read | undefined {
  for (let at = start + 1; at < source.length && source[at] !== '\n'; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === quote) return { kind: 'string', text: source.slice(start + 1, at), end: at + 1 };
  }
  return undefined;
}

/** A template to its end; the templates within its values are skipped by depth, which strings there may confuse. */
function template(source: string, start: number): Read {
  const depths: number[] = [];
  let hasValues = false;
  for (let at = start + 1; at < source.length; at++) {
    const character = source[at];
    const depth = depths.at(-1);
    if (character === '\\') at++;
    else if (depth === undefined || depth < 0) {
      if (character === '$' && source[at + 1] === '{') {
        hasValues = true;
        depths.push(0);
        at++;
      } else if (character === '`') {
        if (depth === undefined) return { kind: hasValues ? 'template' : 'string', text: source.slice(start + 1, at), end: at + 1 };
        depths.pop();
      }
    } else if (character === '`') depths.push(-1);
    else if (character === '{') depths.push((depths.pop() as number) + 1);
    else if (character === '}') {
      const left = (depths.pop() as number) - 1;
      if (left >= 0) depths.push(left);
    }
  }
  return { kind: 'template', text: source.slice(start + 1), end: source.length };
}

function mayBeRegex(before: JsToken | undefined): boolean {
  if (!before) return true;
  if (before.kind === 'name') return BEFORE_REGEX.has(before.text);
  return before.kind === 'punctuation' && ![')', ']', '}', '++', '--'].includes(before.text);
}

const LONGEST_REGEX = 2_000;

function regexEnd(source: string, start: number): number | undefined {
  let inClass = false;
  // no longer: what isn't closed would be read again from each `/` on its line
  const limit = Math.min(source.length, start + LONGEST_REGEX);
  for (let at = start + 1; at < limit && source[at] !== '\n'; at++) {
    const character = source[at];
    if (character === '\\') at++;
    else if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
    else if (character === '/' && !inClass) {
      let end = at + 1;
      while (/[a-z]/.test(source[end] ?? '')) end++;
      return end;
    }
  }
  return undefined;
}
