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
