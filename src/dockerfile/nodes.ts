/** The nodes of a parsed Dockerfile. Offsets are UTF-16 and half-open: `source.slice(start, end)` is a node's text. */

export interface Span {
  start: number;
  end: number;
}

/** Something that BuildKit refuses, or that dfmod can't read. A file with one is reported and left alone. */
export interface Problem {
  span: Span;
  message: string;
}

export const KEYWORDS = [
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
] as const;
export type Keyword = (typeof KEYWORDS)[number];

/** `# escape=`, `# syntax=` or `# check=` at the head of the file. */
export interface Directive extends Span {
  name: 'escape' | 'syntax' | 'check';
  value: string;
  valueSpan: Span;
}

/** One comment line, from `#` to the last character before the end of the line; also one between the lines of an instruction. */
export interface Comment extends Span {
  /** Without `#` and the space around. */
  text: string;
}

/** A piece of an instruction: `text` is what BuildKit reads (continuations joined, comments between lines gone); the span covers it in the source. */
export interface Word extends Span {
  text: string;
  /** Where `text`'s raw form stands in the instruction's logical line. */
  from: number;
  to: number;
}

/** `--name=value` before the arguments. `text` is the whole flag with its quotes removed, as BuildKit reads it. */
export interface Flag extends Word {
  name: string;
  /** undefined for a flag without `=`. */
  value: string | undefined;
}

/** A name and its value in ENV, LABEL or ARG, both raw: quotes and variables as written. */
export interface Pair {
  name: Word;
  /** undefined only for an ARG without a default. */
  value: Word | undefined;
  /** False for the legacy `ENV name value`. */
  equals: boolean;
}

export interface Heredoc {
  name: string;
  /** False where the name is quoted: variables stay as they are. */
  expand: boolean;
  /** `<<-`: leading tabs are dropped. */
  chomp: boolean;
  content: string;
  /** The body, from the first character after the line before it to the first of its terminator's line. */
  body: Span;
  /** The terminator's line without its end. */
  terminator: Span;
}

/** A run of the logical line that stands in one piece in the source. */
export interface Segment {
  /** Offset in the logical line. */
  at: number;
  /** Offset in the source. */
  start: number;
  length: number;
}

/** The logical line of an instruction and the way back to the source. */
export interface LogicalLine {
  text: string;
  segments: Segment[];
}

/**
 * One instruction. The span runs from its first character that isn't white space to the end of its last line (of its last heredoc's
 * terminator), without the end of line. For an ONBUILD's trigger it covers the trigger alone.
 */
export interface Instruction extends Span {
  /** Upper case; '' for a word that is no instruction of Docker's. */
  name: Keyword | '';
  /** As written. */
  keyword: Word;
  /** Lines of the source, from 1. */
  line: number;
  endLine: number;
  logical: LogicalLine;
  flags: Flag[];
  /** All after keyword and flags, trimmed; undefined where there is nothing. For HEALTHCHECK it includes the type. */
  argument: Word | undefined;
  /** The arguments as BuildKit splits them for this instruction: JSON members, words, or the one string of a shell form. ENV and LABEL have `pairs` alone. */
  words: Word[];
  /** The arguments are a JSON array (exec form). */
  json: boolean;
  /** Of ENV, LABEL and ARG. */
  pairs: Pair[];
  heredocs: Heredoc[];
  /** Comment lines between this instruction's lines. */
  comments: Comment[];
  /** ONBUILD's instruction. */
  trigger: Instruction | undefined;
  /** The file ends inside a continuation: text put after this instruction would become part of it. */
  dangling: boolean;
}

export interface Dockerfile {
  source: string;
  escape: '\\' | '`';
  /** The line ending that new lines take: that of the first line. */
  eol: '\n' | '\r\n';
  directives: Directive[];
  /** Every comment line in order, those inside instructions too; directives are not among them. */
  comments: Comment[];
  instructions: Instruction[];
  /** In order of place. Empty where BuildKit would read the file and every instruction of it. */
  problems: Problem[];
  /** Offsets of the first character of each line. */
  lineStarts: number[];
}
