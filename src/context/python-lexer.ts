/** The logical lines of a Python file and their tokens. Linear; broken source makes odd tokens, never an error. */

export interface PythonToken {
  /** `opaque` is a string whose value isn't known: bytes, or one with values put in. */
  kind: 'name' | 'number' | 'string' | 'opaque' | 'punctuation';
  /** A string's value, with escapes left as they are; all else as written. */
  text: string;
  /** Of an opening bracket the index of what closes it on its logical line; undefined where there is none. */
  match: number | undefined;
}

/** A statement, or the head of one: brackets and backslashes join lines, `;` splits them. */
export interface PythonLine {
  /** Columns of white space before it; a tab goes to the next multiple of eight. */
  indent: number;
  line: number;
  tokens: PythonToken[];
}

const NAME = /[\p{L}_][\p{L}\p{Nd}_]*/uy;
const NUMBER = /(?:0[xXbBoO][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)[jJ]?/y;
const OPERATORS = ['...', '**=', '//=', '>>=', '<<=', '->', ':=', '==', '!=', '<=', '>=', '**', '//', '+=', '-=', '*=', '/=', '|=', '&='];
const CLOSING: Record<string, string> = { '(': ')', '[': ']', '{': '}' };
const PREFIX = /^(?:[rRuUbBfFtT]|[rR][bBfFtT]|[bBfFtT][rR])$/;
const MOST_TOKENS = 200_000;

/** The logical lines of a source; undefined for one that is too large to look at. */
export function pythonLines(source: string): PythonLine[] | undefined {
  const reader = new Reader(source);
  return reader.read() ? reader.lines : undefined;
}

class Reader {
  readonly lines: PythonLine[] = [];
  readonly #source: string;
  #at = 0;
  #line = 1;
  #counted = 0;
  #open: number[] = [];
  #current: PythonLine | undefined;

  constructor(source: string) {
    this.#source = source;
  }

  read(): boolean {
    let count = 0;
    while (this.#at < this.#source.length) {
      if (!this.#current) this.#startLine();
      const token = this.#next();
      if (!token) continue;
      (this.#current as PythonLine).tokens.push(token);
      this.#pair(token);
      if (++count > MOST_TOKENS) return false;
    }
    this.#endLine();
    return true;
  }

  #startLine(): void {
    let indent = 0;
    for (; this.#at < this.#source.length; this.#at++) {
      const character = this.#source[this.#at];
      if (character === '\t') indent += 8 - (indent % 8);
      else if (character === ' ' || character === '\f' || character === '\uFEFF') indent += character === ' ' ? 1 : 0;
      else break;
    }
    this.#current = { indent, line: this.#lineOf(this.#at), tokens: [] };
    this.#open = [];
  }

  #endLine(): void {
    if (this.#current && this.#current.tokens.length > 0) this.lines.push(this.#current);
    this.#current = undefined;
  }

  #lineOf(offset: number): number {
    for (; this.#counted < offset; this.#counted++) if (this.#source.charCodeAt(this.#counted) === 10) this.#line++;
    return this.#line;
  }

  /** The next token of the line; undefined where there was only space, a comment or the line's end. */
  #next(): PythonToken | undefined {
    const source = this.#source;
    const first = source[this.#at] as string;
    if (first === '\n') {
      if (this.#open.length === 0) this.#endLine();
      this.#at++;
      return undefined;
    }
    if (first === '#') {
      const end = source.indexOf('\n', this.#at);
      this.#at = end < 0 ? source.length : end;
      return undefined;
    }
    if (first === '\\' && /^\\\r?\n/.test(source.slice(this.#at, this.#at + 3))) {
      this.#at += source[this.#at + 1] === '\r' ? 3 : 2;
      return undefined;
    }
    if (first.charCodeAt(0) <= 32) {
      this.#at++;
      return undefined;
    }
    if (first === ';' && this.#open.length === 0) {
      const indent = this.#current?.indent ?? 0;
      this.#endLine();
      this.#at++;
      this.#current = { indent, line: this.#lineOf(this.#at), tokens: [] };
      return undefined;
    }
    return this.#word(first);
  }

  #word(first: string): PythonToken {
    const source = this.#source;
    if (first === '"' || first === "'") return this.#string(first, '');
    NAME.lastIndex = this.#at;
    const name = NAME.exec(source)?.[0];
    if (name !== undefined) {
      this.#at += name.length;
      const quote = source[this.#at];
      if ((quote === '"' || quote === "'") && PREFIX.test(name)) return this.#string(quote, name);
      return { kind: 'name', text: name, match: undefined };
    }
    NUMBER.lastIndex = this.#at;
    const number = /[\d.]/.test(first) && /\d/.test(source.slice(this.#at, this.#at + 2)) ? NUMBER.exec(source)?.[0] : undefined;
    const text = number || (OPERATORS.find(each => source.startsWith(each, this.#at)) ?? first);
    this.#at += text.length;
    return { kind: number ? 'number' : 'punctuation', text, match: undefined };
  }

  #string(quote: string, prefix: string): PythonToken {
    const source = this.#source;
    const close = source.startsWith(quote.repeat(3), this.#at) ? quote.repeat(3) : quote;
    const start = this.#at + close.length;
    let end = start;
    while (end < source.length && !source.startsWith(close, end) && !(close.length === 1 && source[end] === '\n')) {
      end += source[end] === '\\' ? 2 : 1;
    }
    this.#at = Math.min(source.length, source.startsWith(close, end) ? end + close.length : end);
    const text = source.slice(start, end);
    const isOpaque = /[bB]/.test(prefix) || (/[fFtT]/.test(prefix) && /[{}]/.test(text));
    return { kind: isOpaque ? 'opaque' : 'string', text, match: undefined };
  }

  #pair(token: PythonToken): void {
    const tokens = (this.#current as PythonLine).tokens;
    if (token.kind !== 'punctuation') return;
    if (CLOSING[token.text]) this.#open.push(tokens.length - 1);
    else if (token.text === ')' || token.text === ']' || token.text === '}') {
      const opening = tokens[this.#open.pop() ?? -1];
      if (opening && CLOSING[opening.text] === token.text) opening.match = tokens.length - 1;
    }
  }
}
