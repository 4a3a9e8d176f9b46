import { isSeparator, isSpace, trimmed } from './characters.ts';

/** A range of a logical line and what BuildKit reads there. */
export interface Token {
  from: number;
  to: number;
  text: string;
}

/** Words between white space (BuildKit's parseStringsWhitespaceDelimited). The range must be trimmed. */
export function plainWords(text: string, from: number, to: number): Token[] {
  const words: Token[] = [];
  let at = from;
  while (at < to) {
    const start = at;
    while (at < to && !isSeparator(text.charCodeAt(at))) at++;
    words.push({ from: start, to: at, text: text.slice(start, at) });
    while (at < to && isSeparator(text.charCodeAt(at))) at++;
  }
  return words;
}

/** Words in which quotes and the escape character hold white space (BuildKit's parseWords); both are kept. */
export function quotedWords(text: string, from: number, to: number, escape: string): Token[] {
  const words: Token[] = [];
  let at = from;
  while (at < to) {
    while (at < to && isSpace(text.charCodeAt(at))) at++;
    if (at === to) break;
    const start = at;
    at = quotedWordEnd(text, at, to, escape);
    // a last escape character with nothing to escape is dropped
    const dropped = at === to && endsInBareEscape(text, start, to, escape);
    const word = text.slice(start, dropped ? to - 1 : at);
    if (word !== '') words.push({ from: start, to: at, text: word });
  }
  return words;
}

function quotedWordEnd(text: string, from: number, to: number, escape: string): number {
  let quote = '';
  let at = from;
  for (; at < to; at++) {
    const character = text[at] as string;
    if (quote === '') {
      if (isSpace(text.charCodeAt(at))) break;
      if (character === '"' || character === "'") quote = character;
      else if (character === escape) at++;
    } else if (character === quote) quote = '';
    else if (character === escape && quote !== "'") at++;
  }
  return Math.min(at, to);
}

function endsInBareEscape(text: string, from: number, to: number, escape: string): boolean {
  let quote = '';
  for (let at = from; at < to; at++) {
    const character = text[at] as string;
    const escapes = character === escape && quote !== "'";
    if (escapes && at === to - 1) return true;
    if (escapes) at++;
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = '';
  }
  return false;
}

/**
 * The members of a JSON array of strings with their places (quotes included). 'no' where the text is no JSON array, and so shell form;
 * 'mixed' where a member isn't a string, which BuildKit refuses. The range must be trimmed.
 */
export function jsonWords(text: string, from: number, to: number): Token[] | 'no' | 'mixed' {
  if (text[from] !== '[' || text[to - 1] !== ']') return 'no';
  let members: unknown;
  try {
    members = JSON.parse(text.slice(from, to));
  } catch {
    return 'no';
  }
  if (!Array.isArray(members)) return 'no';
  const words: Token[] = [];
  let at = from + 1;
  for (const member of members) {
    if (typeof member !== 'string') return 'mixed';
    const start = text.indexOf('"', at);
    at = start + 1;
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    at++;
    // Go's decoder puts U+FFFD in place of half a surrogate pair
    words.push({ from: start, to: at, text: member.replace(/\p{Surrogate}/gu, '\uFFFD') });
  }
  return words;
}

export interface SplitLine {
  keyword: Token;
  flags: Token[];
  /** Trimmed; undefined where there is nothing. */
  argument: Token | undefined;
  /** A flag holds a character in which BuildKit, reading bytes, sees a space. */
  unreadable: Token | undefined;
}

/** Keyword, flags and the rest of a logical line (BuildKit's splitCommand). */
export function splitLine(text: string, escape: string): SplitLine {
  const line = trimmed(text, 0, text.length);
  let at = line.from;
  while (at < line.to && !isSeparator(text.charCodeAt(at))) at++;
  const keyword = { from: line.from, to: at, text: text.slice(line.from, at) };
  while (at < line.to && isSeparator(text.charCodeAt(at))) at++;
  const { flags, rest, unreadable } = leadingFlags(text, at, line.to, escape);
  const { from, to } = trimmed(text, rest, line.to);
  return { keyword, flags, argument: from < to ? { from, to, text: text.slice(from, to) } : undefined, unreadable };
}

/** The words that begin with `--` (BuildKit's extractBuilderFlags), and where the rest starts. `--` alone ends them. */
function leadingFlags(text: string, from: number, to: number, escape: string) {
  const flags: Token[] = [];
  let unreadable: Token | undefined;
  let at = from;
  for (;;) {
    while (at < to && isByteSpace(text.charCodeAt(at))) at++;
    if (at >= to || text[at] !== '-' || text[at + 1] !== '-' || at + 1 >= to) break;
    const flag = flagWord(text, at, to, escape);
    at = flag.to;
    if (flag.text === '--') break;
    if (/[^\0-\x7f]/.test(flag.text)) unreadable ??= flag;
    flags.push(flag);
  }
  return { flags, rest: at, unreadable };
}

function isByteSpace(code: number): boolean {
  return code < 0x80 && isSpace(code);
}

function flagWord(text: string, from: number, to: number, escape: string): Token {
  let value = '';
  let quote = '';
  let at = from;
  for (; at < to; at++) {
    const character = text[at] as string;
    if (quote === '' && isByteSpace(text.charCodeAt(at))) break;
    if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (quote !== '' && character === quote) quote = '';
    else if (character === escape) {
      if (++at < to) value += text[at];
    } else value += character;
  }
  return { from, to: Math.min(at, to), text: value };
}
