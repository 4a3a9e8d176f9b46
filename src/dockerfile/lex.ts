import { type LexError, type LexOptions, type Lookup, UNKNOWN, type Value } from './lex-types.ts';
import { Lexer } from './lexer.ts';

export { type LexError, type LexOptions, type Lookup, UNKNOWN, type Value } from './lex-types.ts';

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
