import { type GoToken, nextGoToken } from './go-lexer.ts';

export interface GoImport {
  path: string;
  /** As written before the path: '_', '.', a name; undefined where there is none. */
  name: string | undefined;
  line: number;
}

/** `left.name`, wherever it stands: a function of a package, a method, a field. */
export interface GoSelector {
  /** The name before the dot; '' where something else stands there, as in `f().name`. */
  left: string;
  name: string;
  line: number;
  /** String literals among the arguments, where it is called. */
  strings: string[];
}

/** What one Go file tells of itself. */
export interface GoSource {
  package: string;
  imports: GoImport[];
  /** Comments before the package clause. */
  header: string[];
  /** Patterns of `//go:embed`, as written but for quotes. */
  embeds: string[];
  /** The comment above `import "C"`. */
  preamble: string | undefined;
  hasMain: boolean;
  /** `//go:linkname`: it may reach any function under another name. */
  linked: boolean;
  selectors: GoSelector[];
  strings: string[];
  /** False for a file that ends inside a string or comment, or holds more than is looked at. */
  complete: boolean;
}

const SELECTOR_LIMIT = 50_000;
const EMBED_LIMIT = 2_000;
const STRING_LIMIT = 20_000;

/** Reads a Go file, or only its imports and what stands above them; undefined where it has no package clause. */
export function readGoSource(text: string, extent: 'all' | 'imports' = 'all'): GoSource | undefined {
  const reader = new SourceReader(text);
  return reader.readPackage() ? reader.readRest(extent) : undefined;
}

/** The walk over the tokens of one file: comments are kept aside, lines are counted once. */
class SourceReader {
  readonly #text: string;
  readonly #source: GoSource = {
    package: '',
    imports: [],
    header: [],
    embeds: [],
    preamble: undefined,
    hasMain: false,
    linked: false,
    selectors: [],
    strings: [],
    complete: true,
  };
  #at = 0;
  #line = 1;
  #counted = 0;
  /** Comments right above the next token, without an empty line between. */
  #above: string[] = [];
  #aboveEnd = 0;
  /** For every open parenthesis, the selector that it calls. */
  #calls: (GoSelector | undefined)[] = [];
  #braces = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readPackage(): boolean {
    const keyword = this.#next();
    this.#source.header = this.#comments;
    const name = this.#next();
    this.#source.package = name?.text ?? '';
    return keyword?.text === 'package' && name?.kind === 'name';
  }

  #comments: string[] = [];

  readRest(extent: 'all' | 'imports'): GoSource {
    let before: GoToken | undefined;
    let beforeThat: GoToken | undefined;
    for (let token = this.#next(); token; token = this.#next()) {
      if (this.#braces === 0 && token.kind === 'name' && token.text === 'import') this.#readImports();
      else if (extent === 'imports' && token.text !== ';') break;
      else this.#look(token, before, beforeThat);
      beforeThat = before;
      before = token;
    }
    return this.#source;
  }

  /** The next token that is no comment. */
  #next(): GoToken | undefined {
    this.#above = [];
    for (;;) {
      const token = nextGoToken(this.#text, this.#at);
      if (!token) {
        if (this.#text.slice(this.#at).trim() !== '') this.#source.complete = false;
        return undefined;
      }
      this.#at = token.end;
      if (token.kind !== 'comment') return token;
      this.#readComment(token);
    }
  }

  #readComment(token: GoToken): void {
    if (this.#source.package === '') this.#comments.push(token.text);
    const isAdjacent = !/\n[^\S\n]*\n/.test(this.#text.slice(this.#aboveEnd, token.start));
    if (!isAdjacent) this.#above = [];
    this.#above.push(token.text);
    this.#aboveEnd = token.end;
    if (/^\/\/go:embed\s/.test(token.text))
      for (const pattern of embedPatterns(token.text.slice('//go:embed'.length))) this.#keepEmbed(pattern);
    if (token.text.startsWith('//go:linkname')) this.#source.linked = true;
  }

  #keepEmbed(pattern: string): void {
    if (this.#source.embeds.length < EMBED_LIMIT) this.#source.embeds.push(pattern);
    else this.#source.complete = false;
  }

  #lineOf(offset: number): number {
    for (; this.#counted < offset; this.#counted++) if (this.#text.charCodeAt(this.#counted) === 10) this.#line++;
    return this.#line;
  }

  #readImports(): void {
    const above = this.#isAbove() ? this.#above : [];
    const first = this.#next();
    if (first?.text !== '(' || first.kind !== 'punctuation') {
      this.#readImport(first, above);
      return;
    }
    for (let token = this.#next(); token && !(token.kind === 'punctuation' && token.text === ')'); token = this.#next()) {
      if (token.kind !== 'punctuation' || token.text === '.') this.#readImport(token, this.#isAbove() ? this.#above : []);
    }
  }

  /** Whether the comments end on the line before the token that was just read. */
  #isAbove(): boolean {
    return this.#above.length > 0 && !/\n[^\S\n]*\n/.test(this.#text.slice(this.#aboveEnd, this.#at));
  }

  #readImport(first: GoToken | undefined, above: string[]): void {
    const path = first?.kind === 'string' ? first : this.#next();
    if (!first || path?.kind !== 'string') return;
    this.#source.imports.push({ path: path.text, name: first === path ? undefined : first.text, line: this.#lineOf(first.start) });
    if (path.text === 'C') this.#source.preamble = above.join('\n');
  }

  #look(token: GoToken, before: GoToken | undefined, beforeThat: GoToken | undefined): void {
    if (token.kind === 'string') this.#keepString(token.text);
    else if (token.kind === 'name') this.#lookAtName(token, before, beforeThat);
    else if (token.kind === 'punctuation') this.#lookAtPunctuation(token.text, before, beforeThat);
  }

  #keepString(text: string): void {
    const { strings } = this.#source;
    if (strings.length < STRING_LIMIT) strings.push(text);
    else this.#source.complete = false;
    for (const call of this.#calls.slice(-4)) if (call && call.strings.length < 20) call.strings.push(text);
  }

  #lookAtName(token: GoToken, before: GoToken | undefined, beforeThat: GoToken | undefined): void {
    if (this.#braces === 0 && token.text === 'main' && before?.text === 'func' && before.kind === 'name') this.#source.hasMain = true;
    if (before?.kind !== 'punctuation' || before.text !== '.') return;
    const left = beforeThat?.kind === 'name' ? beforeThat.text : '';
    if (this.#source.selectors.length >= SELECTOR_LIMIT) this.#source.complete = false;
    else this.#source.selectors.push({ left, name: token.text, line: this.#lineOf(token.start), strings: [] });
  }

  #lookAtPunctuation(text: string, before: GoToken | undefined, beforeThat: GoToken | undefined): void {
    if (text === '{') this.#braces++;
    else if (text === '}') this.#braces--;
    else if (text === '(') {
      const isCall = before?.kind === 'name' && beforeThat?.kind === 'punctuation' && beforeThat.text === '.';
      this.#calls.push(isCall ? this.#source.selectors.at(-1) : undefined);
    } else if (text === ')') this.#calls.pop();
  }
}

/** The words after `//go:embed`: plain, or quoted as Go strings. */
function embedPatterns(text: string): string[] {
  const pattern = /"((?:[^"\\]|\\.)*)"|`([^`]*)`|(\S+)/g;
  return [...text.matchAll(pattern)].map(([, quoted, raw, plain]) => quoted ?? raw ?? plain ?? '');
}
