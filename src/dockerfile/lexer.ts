import { type LexError, type LexOptions, type Lookup, UNKNOWN, type Value } from './lex-types.ts';
import { Words } from './lex-words.ts';
import { type PatternError, replacedValue, trimmedValue } from './shell-pattern.ts';

/** Characters that variables may add to one word before the result counts as unknown: a file of a page can ask for gigabytes. */
const MAX_INSERTED = 8192;
/** Levels of `${a:-${b:-…}}` before a word counts as an error. */
const MAX_DEPTH = 100;

/** Thrown inside the lexer alone, where BuildKit's functions return an error. */
class Refused extends Error {
  readonly tooDeep: boolean;

  constructor(message: string, tooDeep = false) {
    super(message);
    this.tooDeep = tooDeep;
  }
}

const LETTER = /[\p{L}\p{Nd}_]/u;
const DIGIT = /\p{Nd}/u;
const END = '\uFFFD';

/** One reading of one text: BuildKit's shellWord (frontend/dockerfile/shell/lex.go). */
export class Lexer {
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
        if (words && special !== UNKNOWN) words.addAll(special, character !== '$');
        continue;
      }
      const next = this.next();
      const isEscape = next === this.escape;
      const text = isEscape ? (this.rawEscapes ? next : '') + this.next() : next;
      result = joined(result, text);
      words?.addAll(text, isEscape);
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
    if (modifier === '/') return this.replaced(name);
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
    if (isPattern) return this.trimmed(word, value ?? '', modifier);
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
    // Go matches nothing at every place, and expands $ in what replaces all
    const isOdd = pattern === '' || (all && replacement !== UNKNOWN && replacement.includes('$'));
    return this.matched(value ?? '', isOdd || replacement === UNKNOWN, known =>
      replacedValue(pattern, known, replacement === UNKNOWN ? '' : replacement, all),
    );
  }

  private trimmed(word: Value, value: Value, modifier: string): Value {
    if (word === UNKNOWN) return UNKNOWN;
    const longest = word.startsWith(modifier);
    return this.matched(value, false, known =>
      trimmedValue(longest ? word.slice(1) : word, known, modifier === '#' ? 'start' : 'end', longest),
    );
  }

  /** The result of a pattern on a value: an error in the pattern is one whatever the value. */
  private matched(value: Value, isOdd: boolean, match: (value: string) => string | PatternError): Value {
    // a dot of Go's stops at the end of a line
    const isMatchable = !isOdd && value !== UNKNOWN && value.length <= MAX_INSERTED && !value.includes('\n');
    const result = match(isMatchable ? value : '');
    if (typeof result === 'object') throw new Refused(result.error);
    return isMatchable ? this.insert(result) : UNKNOWN;
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
