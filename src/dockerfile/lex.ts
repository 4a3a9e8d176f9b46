import { codePoints, findMatch, matchAt, readPattern, reversePattern } from './shell-pattern.ts';

/** Stands for a text that can't be known from the file: a variable that a caller or a base image sets. */
export const UNKNOWN: unique symbol = Symbol('unknown');
export type Value = string | typeof UNKNOWN;

/** What a variable is: its text, undefined where it is unset, UNKNOWN where that can't be known. */
export type Lookup = (name: string) => Value | undefined;

/** BuildKit refuses the word, in its words. */
export interface LexError {
  error: string;
  /** It is nested deeper than dfmod reads: BuildKit may accept it. */
  tooDeep?: true;
}

/** The switches of BuildKit's shell.Lex. */
export interface LexOptions {
  /** Quotes stay in the result. */
  rawQuotes?: boolean;
  /** Escape characters stay in the result. */
  rawEscapes?: boolean;
  /** Quotes are characters like all others (the body of a heredoc). */
  plainQuotes?: boolean;
  /** Variables that are unset stay as written. */
  keepUnset?: boolean;
}

/** Characters that variables may add to one word before the result counts as unknown: a file of a page can ask for gigabytes. */
const MAX_INSERTED = 8192;
/** Levels of `${a:-${b:-…}}` before a word counts as an error. */
const MAX_DEPTH = 100;

/** Expands the variables of a word and removes its quotes, as BuildKit's shell.Lex.ProcessWord (frontend/dockerfile/shell/lex.go). */
export function expandWord(word: string, lookup: Lookup, escape: string, options: LexOptions = {}): Value | LexError {
  if (!/[$'"\\`\uFEFF]/.test(word)) return word;
  return new Lexer(word, lookup, escape, options).word();
}

/** Expands a text and splits it at the white space outside quotes, as BuildKit's shell.Lex.ProcessWords. */
export function expandWords(text: string, lookup: Lookup, escape: string, options: LexOptions = {}): string[] | typeof UNKNOWN | LexError {
  return new Lexer(text, lookup, escape, options).words();
}

/** The names of the variables that a word uses, also those inside `${a:-$b}`, each once; up to the place where BuildKit refuses the word. */
export function variablesOf(word: string, escape: string, options: LexOptions = {}): string[] {
  if (!word.includes('$')) return [];
  const names = new Set<string>();
  const lookup = (name: string): Value => {
    names.add(name);
    return UNKNOWN;
  };
  new Lexer(word, lookup, escape, options).word();
  return [...names];
}

/** Thrown inside the lexer alone, where BuildKit's functions return an error. */
class Refused extends Error {
  readonly tooDeep: boolean;

  constructor(message: string, tooDeep = false) {
    super(message);
    this.tooDeep = tooDeep;
  }
}

const SPACE = /\s/u;
const LETTER = /[\p{L}\p{Nd}_]/u;
const DIGIT = /\p{Nd}/u;
const END = '\uFFFD';

/** Words as they are found. The characters gathered so far are the lexer's, shared with nested words as BuildKit's buffer is. */
class Words {
  readonly found: string[] = [];
  private readonly lexer: { gathered: string };
  private inWord = false;

  constructor(lexer: { gathered: string }) {
    this.lexer = lexer;
    lexer.gathered = '';
  }

  add(character: string): void {
    // BuildKit's unicode.IsSpace knows U+0085 and not U+FEFF
    const isSpace = character === '\u0085' || (character !== '\uFEFF' && SPACE.test(character));
    if (!isSpace) this.addRaw(character);
    else if (this.inWord && this.lexer.gathered !== '') this.finish();
  }

  addRaw(text: string): void {
    this.lexer.gathered += text;
    this.inWord = true;
  }

  finish(): void {
    if (this.lexer.gathered === '') return;
    this.found.push(this.lexer.gathered);
    this.lexer.gathered = '';
    this.inWord = false;
  }
}

class Lexer {
  gathered = '';
  private readonly source: string;
  private readonly lookup: Lookup;
  private readonly escape: string;
  private readonly options: LexOptions;
  private rawEscapes: boolean;
  private at: number;
  private depth = 0;
  private inserted = 0;

  constructor(source: string, lookup: Lookup, escape: string, options: LexOptions) {
    this.source = source;
    this.lookup = lookup;
    this.escape = escape;
    this.options = options;
    this.rawEscapes = options.rawEscapes ?? false;
    // Go's text/scanner drops a leading byte order mark
    this.at = source.startsWith('\uFEFF') ? 1 : 0;
  }

  word(): Value | LexError {
    return this.read(undefined);
  }

  words(): string[] | typeof UNKNOWN | LexError {
    const words = new Words(this);
    const result = this.read(words);
    if (typeof result !== 'string') return result;
    words.finish();
    return words.found;
  }

  private read(words: Words | undefined): Value | LexError {
    try {
      return this.until('', this.rawEscapes, words);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const refused = { error: `failed to process ${JSON.stringify(this.source)}: ${error.message}` };
      return error.tooDeep ? { ...refused, tooDeep: true } : refused;
    }
  }

  private peek(): string {
    return this.source[this.at] ?? '';
  }

  /** The next character, whole where it takes two units; '' at the end. */
  private next(): string {
    const code = this.source.codePointAt(this.at);
    if (code === undefined) return '';
    const character = String.fromCodePoint(code);
    this.at += character.length;
    return character;
  }

  private atEnd(): boolean {
    return this.at >= this.source.length;
  }

  /** lex.go's processStopOn: all up to the stop character, or to the end where there is none. */
  private until(stop: string, rawEscapes: boolean, words: Words | undefined): Value {
    const before = this.rawEscapes;
    this.rawEscapes = rawEscapes;
    let result: Value = '';
    while (!this.atEnd()) {
      const character = this.peek();
      if (stop !== '' && character === stop) {
        this.at++;
        this.rawEscapes = before;
        return result;
      }
      const special = this.special(character);
      if (special !== undefined) {
        result = joined(result, special);
        if (words && special !== UNKNOWN) addAll(words, special, character !== '$');
        continue;
      }
      let text = this.next();
      let isEscaped = false;
      if (text === this.escape) {
        const escaped = this.next();
        text = (this.rawEscapes ? text : '') + escaped;
        isEscaped = true;
      }
      result = joined(result, text);
      if (isEscaped) words?.addRaw(text);
      else words?.add(text);
    }
    if (stop !== '') throw new Refused(`unexpected end of statement while looking for matching ${stop}`);
    return result;
  }

  private special(character: string): Value | undefined {
    switch (character) {
      case '$':
        return this.dollar();
      case '<':
        return this.heredocStart();
      case "'":
        return this.options.plainQuotes ? undefined : this.singleQuoted();
      case '"':
        return this.options.plainQuotes ? undefined : this.doubleQuoted();
      default:
        return undefined;
    }
  }

  private heredocStart(): string {
    const start = this.at++;
    if (this.peek() !== '<') return '<';
    this.at++;
    while (' \t\r'.includes(this.peek()) && !this.atEnd()) this.at++;
    return this.source.slice(start, this.at);
  }

  private singleQuoted(): string {
    const end = this.source.indexOf("'", this.at + 1);
    if (end < 0) {
      this.at = this.source.length;
      throw new Refused('unexpected end of statement while looking for matching single-quote');
    }
    const text = this.options.rawQuotes ? this.source.slice(this.at, end + 1) : this.source.slice(this.at + 1, end);
    this.at = end + 1;
    return text;
  }

  private doubleQuoted(): Value {
    const quote = this.options.rawQuotes ? '"' : '';
    let result: Value = quote;
    this.at++;
    for (;;) {
      const character = this.peek();
      if (character === '') throw new Refused('unexpected end of statement while looking for matching double-quote');
      if (character === '"') {
        this.at++;
        return joined(result, quote);
      }
      if (character === '$') result = joined(result, this.dollar());
      else result = joined(result, this.quotedCharacter());
    }
  }

  private quotedCharacter(): string {
    const character = this.next();
    if (character !== this.escape) return character;
    const kept = this.rawEscapes ? character : '';
    const escaped = this.peek();
    if (escaped === '') return kept;
    if (escaped === '"' || escaped === '$' || escaped === this.escape) return kept + this.next();
    return kept + character;
  }

  private dollar(): Value {
    this.at++;
    if (this.peek() === '{') return this.braced();
    const name = this.name();
    if (name === '') return '$';
    const value = this.lookup(name);
    if (value === undefined) return this.options.keepUnset ? `$${name}` : '';
    return this.insert(value);
  }

  private braced(): Value {
    this.at++;
    const first = this.peek();
    if (first === '') throw new Refused("syntax error: missing '}'");
    if (first === '{' || first === '}' || first === ':') throw new Refused('syntax error: bad substitution');
    const name = this.name();
    const modifier = this.next() || END;
    if (modifier === '}') {
      const value = this.lookup(name);
      if (value === undefined) return this.options.keepUnset ? `\${${name}}` : '';
      return this.insert(value);
    }
    if (modifier === '/') return this.insert(this.replaced(name));
    if (modifier === ':') return this.modified(name, this.next() || END, true);
    if ('+-?#%'.includes(modifier)) return this.modified(name, modifier, false);
    throw new Refused(`unsupported modifier (${modifier}) in substitution`);
  }

  /** A word inside braces; its end is the braces' own concern. */
  private nested(stop: string, rawEscapes: boolean, missing: string): Value {
    if (++this.depth > MAX_DEPTH) throw new Refused(`more than ${MAX_DEPTH} nested substitutions`, true);
    try {
      // BuildKit's buffer of words is shared: a nested word takes with it what was gathered before
      this.gathered = '';
      return this.until(stop, rawEscapes, undefined);
    } catch (error) {
      if (error instanceof Refused && !error.tooDeep && this.atEnd()) throw new Refused(missing);
      throw error;
    } finally {
      this.depth--;
    }
  }

  private modified(name: string, modifier: string, emptyIsUnset: boolean): Value {
    const written = (emptyIsUnset ? ':' : '') + modifier;
    const isPattern = modifier === '#' || modifier === '%';
    if (emptyIsUnset && isPattern) throw new Refused(`unsupported modifier (${written}) in substitution`);
    const word = this.nested('}', isPattern, "syntax error: missing '}'");
    const value = this.lookup(name);
    if (value === undefined && this.options.keepUnset) return joined(joined(`\${${name}${written}`, word), '}');
    if (isPattern) return this.insert(trimmedValue(word, value ?? '', modifier));
    const isMissing = value === undefined || (emptyIsUnset && value === '');
    switch (modifier) {
      case '-':
        return isMissing ? word : this.insert(value);
      case '+':
        if (isMissing || word === '') return '';
        return value === UNKNOWN ? UNKNOWN : word;
      case '?':
        if (!isMissing) return this.insert(value);
        if (word === UNKNOWN) throw new Refused(`${name} is not set`);
        throw new Refused(`${name}: ${word || `is not allowed to be ${value === undefined ? 'unset' : 'empty'}`}`);
      default:
        throw new Refused(`unsupported modifier (${written}) in substitution`);
    }
  }

  private replaced(name: string): Value {
    const all = this.peek() === '/';
    if (all) this.at++;
    const pattern = this.nested('/', true, "syntax error: missing '/' in ${}");
    const replacement = this.nested('}', true, "syntax error: missing '}'");
    const value = this.lookup(name);
    if (value === undefined && this.options.keepUnset) {
      return joined(joined(joined(`\${${name}/`, pattern), joined('/', replacement)), '}');
    }
    if (pattern === UNKNOWN) return UNKNOWN;
    const segments = readPattern(pattern);
    if ('error' in segments) throw new Refused(`invalid pattern (${pattern}) in substitution: ${segments.error}`);
    if (replacement === UNKNOWN || value === UNKNOWN || (value ?? '').length > MAX_INSERTED) return UNKNOWN;
    // Go matches nothing at every place, and expands $ in what replaces all
    if (pattern === '' || (all && replacement.includes('$')) || value?.includes('\n')) return UNKNOWN;
    return replaceMatches(codePoints(value ?? ''), segments, replacement, all);
  }

  private insert(value: Value): Value {
    if (value === UNKNOWN) return UNKNOWN;
    this.inserted += value.length;
    return this.inserted > MAX_INSERTED ? UNKNOWN : value;
  }

  /** lex.go's processName: letters, digits and `_`; digits alone after a first digit; or one special character. */
  private name(): string {
    const start = this.at;
    if ('@*#?-$!'.includes(this.peek()) && !this.atEnd()) return this.next();
    const wanted = DIGIT.test(this.here()) ? DIGIT : LETTER;
    while (wanted.test(this.here())) this.next();
    return this.source.slice(start, this.at);
  }

  private here(): string {
    const code = this.source.codePointAt(this.at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }
}

function joined(left: Value, right: Value): Value {
  return left === UNKNOWN || right === UNKNOWN ? UNKNOWN : left + right;
}

function addAll(words: Words, text: string, raw: boolean): void {
  if (raw) words.addRaw(text);
  else for (const character of text) words.add(character);
}

/** `${name#word}`, `##`, `%` and `%%`: the value without what the pattern matches at its start or end. */
function trimmedValue(word: Value, value: Value, modifier: string): Value {
  if (word === UNKNOWN) return UNKNOWN;
  const greedy = word.startsWith(modifier);
  const written = greedy ? word.slice(1) : word;
  const fromEnd = modifier === '%';
  const pattern = fromEnd ? reversePattern(written) : written;
  const segments = readPattern(pattern);
  if ('error' in segments) throw new Refused(`invalid pattern (${pattern}) in substitution: ${segments.error}`);
  if (value === UNKNOWN || value.length > MAX_INSERTED || value.includes('\n')) return UNKNOWN;
  const points = codePoints(value);
  if (fromEnd) points.reverse();
  const rest = points.slice(matchAt(segments, points, 0, greedy) ?? 0);
  if (fromEnd) rest.reverse();
  return textOf(rest);
}

function replaceMatches(value: number[], segments: number[][], replacement: string, all: boolean): string {
  const parts: string[] = [];
  let at = 0;
  do {
    const match = findMatch(segments, value, at);
    // a pattern of stars alone matches once more, at the end: not a match to Go, since it touches the one before
    if (!match || (at > 0 && match.end === match.start)) break;
    parts.push(textOf(value.slice(at, match.start)), replacement);
    at = match.end;
  } while (all && at < value.length);
  parts.push(textOf(value.slice(at)));
  return parts.join('');
}

function textOf(points: number[]): string {
  return points.map(point => String.fromCodePoint(point)).join('');
}
