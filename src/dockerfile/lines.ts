import { isSpace } from './characters.ts';
import type { Comment, LogicalLine, Segment, Span } from './nodes.ts';
import { lastNotAfter } from './search.ts';

/** One line of the source: its text without the end of line, and where the next one starts. */
export interface SourceLine extends Span {
  next: number;
}

/** Longest line that BuildKit reads, in bytes (bufio.MaxScanTokenSize - 1). */
export const MAX_LINE_BYTES = 65_535;

/** The source's lines; a byte order mark belongs to none, and every trailing CR and LF is the end of a line. */
export function sourceLines(source: string): SourceLine[] {
  const lines: SourceLine[] = [];
  let start = source.startsWith('\uFEFF') ? 1 : 0;
  while (start < source.length) {
    const feed = source.indexOf('\n', start);
    const next = feed < 0 ? source.length : feed + 1;
    let end = next;
    while (end > start && (source[end - 1] === '\n' || source[end - 1] === '\r')) end--;
    lines.push({ start, end, next });
    start = next;
  }
  return lines;
}

/** The first character of a line that isn't white space, or its end. */
export function contentStart(source: string, line: SourceLine): number {
  let at = line.start;
  while (at < line.end && isSpace(source.charCodeAt(at))) at++;
  return at;
}

/** The comment that a line is, or undefined. */
export function commentOf(source: string, line: SourceLine): Comment | undefined {
  const start = contentStart(source, line);
  if (source[start] !== '#' || start === line.end) return undefined;
  return { start, end: line.end, text: source.slice(start + 1, line.end).trim() };
}

/** Where the text of a continued line ends (before the escape character), or undefined for a line that isn't continued. */
function continuationAt(source: string, start: number, end: number, escape: string): number | undefined {
  let at = end;
  while (at > start && (source[at - 1] === ' ' || source[at - 1] === '\t')) at--;
  if (at === start || source[at - 1] !== escape) return undefined;
  // an escaped escape character doesn't continue the line
  return at - 1 > start && source[at - 2] === escape ? undefined : at - 1;
}

export interface ReadLine {
  logical: LogicalLine;
  comments: Comment[];
  /** Index of the last source line that it took. */
  last: number;
  dangling: boolean;
}

/** Joins the logical line that begins at a source line: continuations, comment lines and empty lines between them, as BuildKit's Parse does. */
export function readLogicalLine(source: string, lines: SourceLine[], first: number, escape: string): ReadLine {
  const parts: string[] = [];
  const segments: Segment[] = [];
  const comments: Comment[] = [];
  let at = 0;
  let index = first;
  for (; index < lines.length; index++) {
    const line = lines[index] as SourceLine;
    const start = index === first ? contentStart(source, line) : line.start;
    if (index > first) {
      const comment = commentOf(source, line);
      if (comment) {
        comments.push(comment);
        continue;
      }
      if (contentStart(source, line) === line.end) continue;
    }
    const continued = continuationAt(source, start, line.end, escape);
    const end = continued ?? line.end;
    if (end > start) {
      parts.push(source.slice(start, end));
      segments.push({ at, start, length: end - start });
      at += end - start;
    }
    if (continued === undefined) break;
  }
  // a file may end in a line of nothing but the escape character
  if (segments.length === 0) segments.push({ at: 0, start: contentStart(source, lines[first] as SourceLine), length: 0 });
  const dangling = index === lines.length;
  return { logical: { text: parts.join(''), segments }, comments, last: dangling ? lines.length - 1 : index, dangling };
}

/** The source offset of a character of the logical line. */
function sourceOffset(logical: LogicalLine, at: number): number {
  const { segments } = logical;
  const segment = segments[lastNotAfter(segments.length, index => (segments[index] as Segment).at, at)];
  return segment ? segment.start + (at - segment.at) : 0;
}

/** The span of the source that a range of the logical line covers; what lies between its lines is inside. An empty range stands after the character before it. */
export function sourceSpan(logical: LogicalLine, from: number, to: number): Span {
  if (to > from) return { start: sourceOffset(logical, from), end: sourceOffset(logical, to - 1) + 1 };
  const start = from > 0 ? sourceOffset(logical, from - 1) + 1 : sourceOffset(logical, 0);
  return { start, end: start };
}

/** A part of a logical line as a logical line of its own. */
export function logicalSlice(logical: LogicalLine, from: number, to: number): LogicalLine {
  const segments: Segment[] = [];
  for (const segment of logical.segments) {
    const start = Math.max(segment.at, from);
    const end = Math.min(segment.at + segment.length, to);
    if (end > start) segments.push({ at: start - from, start: segment.start + (start - segment.at), length: end - start });
  }
  return { text: logical.text.slice(from, to), segments };
}

/** The pieces of the source that a range of the logical line stands in, one for each line: what lies between them (line ends, comments) isn't in them. */
export function sourcePieces(logical: LogicalLine, from: number, to: number): Span[] {
  return logicalSlice(logical, from, to).segments.map(({ start, length }) => ({ start, end: start + length }));
}
