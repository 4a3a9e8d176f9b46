import { readArguments } from './arguments.ts';
import { parserDirectives } from './directives.ts';
import { heredocsOfLine } from './heredocs.ts';
import {
  commentOf,
  contentStart,
  logicalSlice,
  MAX_LINE_BYTES,
  readLogicalLine,
  type SourceLine,
  sourceLines,
  sourceSpan,
} from './lines.ts';
import {
  type Comment,
  type Dockerfile,
  type Flag,
  type Instruction,
  KEYWORDS,
  type Keyword,
  type LogicalLine,
  type Word,
} from './nodes.ts';
import { instructionProblems } from './validate.ts';
import { splitLine, type Token } from './words.ts';

/**
 * Reads a Dockerfile as BuildKit v0.32 does, without losing a byte. Never throws: what BuildKit refuses is in `problems`, and what could be read
 * is there all the same. The reference is BuildKit's frontend/dockerfile/parser, case by case in its own parse of thousands of files.
 */
export function parse(source: string): Dockerfile {
  const reader = new Reader(source);
  reader.read();
  const file = reader.file;
  file.problems.push(...instructionProblems(file));
  file.problems.sort((a, b) => a.span.start - b.span.start);
  return file;
}

const KEYWORD_SET: ReadonlySet<string> = new Set(KEYWORDS);

class Reader {
  readonly file: Dockerfile;
  private readonly lines: SourceLine[];

  constructor(source: string) {
    this.lines = sourceLines(source);
    const feed = source.indexOf('\n');
    this.file = {
      source,
      escape: '\\',
      eol: feed > 0 && source[feed - 1] === '\r' ? '\r\n' : '\n',
      directives: [],
      comments: [],
      instructions: [],
      problems: [],
      lineStarts: this.lines.map(line => line.start),
    };
  }

  read(): void {
    const { file, lines } = this;
    const { directives, problems, end } = parserDirectives(file.source, lines);
    file.directives = directives;
    file.problems.push(...problems);
    if (directives.some(({ name, value }) => name === 'escape' && value === '`')) file.escape = '`';
    const readable = this.readableLines();
    let index = end;
    while (index < readable) {
      const line = lines[index] as SourceLine;
      const comment = commentOf(file.source, line);
      if (comment) file.comments.push(comment);
      if (comment || contentStart(file.source, line) === line.end) index++;
      else index = this.instruction(index);
    }
    if (file.instructions.length === 0 && file.problems.length === 0) this.problem(0, file.source.length, 'file with no instructions');
  }

  /** The number of lines before the first that is too long for BuildKit. */
  private readableLines(): number {
    const { source, problems } = this.file;
    const long = this.lines.findIndex(({ start, next }) => {
      const size = next - start;
      return size * 3 > MAX_LINE_BYTES && Buffer.byteLength(source.slice(start, next).replace(/\n$/, '')) > MAX_LINE_BYTES;
    });
    if (long < 0) return this.lines.length;
    const { start, end } = this.lines[long] as SourceLine;
    problems.push({ span: { start, end }, message: `a line is longer than the ${MAX_LINE_BYTES} bytes that BuildKit reads` });
    this.lines.length = long;
    return long;
  }

  private problem(start: number, end: number, message: string): void {
    this.file.problems.push({ span: { start, end }, message });
  }

  /** Reads the instruction that begins at a line; returns the index of the line after it. */
  private instruction(first: number): number {
    const { file, lines } = this;
    const read = readLogicalLine(file.source, lines, first, file.escape);
    file.comments.push(...read.comments);
    const start = contentStart(file.source, lines[first] as SourceLine);
    const node = this.node(read.logical, read.comments);
    node.start = start;
    node.dangling = read.dangling;
    let last = read.last;
    if (canHoldHeredoc(node) && read.logical.text.includes('<<')) last = this.heredocs(node, last);
    node.end = (lines[last] as SourceLine).end;
    node.line = first + 1;
    node.endLine = last + 1;
    const { trigger } = node;
    if (trigger) {
      trigger.end = node.end;
      trigger.line = node.line;
      trigger.endLine = node.endLine;
      trigger.heredocs = node.heredocs;
    }
    file.instructions.push(node);
    return last + 1;
  }

  private node(logical: LogicalLine, comments: Comment[], isTrigger = false): Instruction {
    const line = splitLine(logical.text, this.file.escape);
    // objects of one shape from the start: built from spreads, 50,000 of them take ten times as long
    const word = ({ from, to, text }: Token): Word => {
      const { start, end } = sourceSpan(logical, from, to);
      return { start, end, text, from, to };
    };
    const upper = line.keyword.text.toUpperCase();
    const { start, end } = sourceSpan(logical, line.keyword.from, logical.text.length);
    const node: Instruction = {
      start,
      end,
      name: KEYWORD_SET.has(upper) ? (upper as Keyword) : '',
      keyword: word(line.keyword),
      line: 0,
      endLine: 0,
      logical,
      flags: line.flags.map(token => flag(word(token))),
      argument: line.argument && word(line.argument),
      words: [],
      json: false,
      pairs: [],
      heredocs: [],
      comments,
      trigger: undefined,
      dangling: false,
    };
    if (line.unreadable) {
      const { start, end } = word(line.unreadable);
      this.problem(start, end, 'a flag has a character outside ASCII, which BuildKit does not read as written');
    }
    if (node.name === 'ONBUILD' && node.argument && !isTrigger) {
      node.trigger = this.node(logicalSlice(logical, node.argument.from, node.argument.to), comments, true);
    } else if (node.argument) readArguments(this.file, node, node.argument, word);
    return node;
  }

  /** Reads the bodies after an instruction's last line; returns the index of the last terminator's line. */
  private heredocs(node: Instruction, last: number): number {
    const found = heredocsOfLine(node.logical.text);
    if ('error' in found) {
      this.problem(node.start, (this.lines[last] as SourceLine).end, found.error);
      return last;
    }
    const { source } = this.file;
    const fileEnd = (this.lines.at(-1) as SourceLine).end;
    let index = last + 1;
    for (const { name, expand, chomp } of found.heredocs) {
      const first = this.lines[index]?.start ?? fileEnd;
      while (index < this.lines.length && !terminates(source, this.lines[index] as SourceLine, name, chomp)) index++;
      const terminator = this.lines[index];
      if (!terminator) {
        this.problem(node.start, (this.lines[last] as SourceLine).end, `unterminated heredoc: no line ${JSON.stringify(name)} follows`);
      }
      const { start, end } = terminator ?? { start: fileEnd, end: fileEnd };
      const body = { start: first, end: start };
      node.heredocs.push({ name, expand, chomp, content: source.slice(first, start), body, terminator: { start, end } });
      if (terminator) index++;
    }
    return index - 1;
  }
}

function flag(word: Word): Flag {
  const equals = word.text.indexOf('=');
  const name = word.text.slice(2, equals < 0 ? undefined : equals);
  const { start, end, text, from, to } = word;
  return { start, end, text, from, to, name, value: equals < 0 ? undefined : text.slice(equals + 1) };
}

function canHoldHeredoc(node: Instruction): boolean {
  const { name, json } = node.trigger ?? node;
  return (name === 'ADD' || name === 'COPY' || name === 'RUN') && !json;
}

function terminates(source: string, line: SourceLine, name: string, chomp: boolean): boolean {
  let { start } = line;
  if (chomp) while (source[start] === '\t') start++;
  return line.end - start === name.length && source.startsWith(name, start);
}
