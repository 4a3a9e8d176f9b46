import type { Edit } from '../edit.ts';
import { apply } from '../edit.ts';

/** Neighbouring lines as a unified diff shows them: each with ' ', '-' or '+' in front, and its end of line if it has one. */
export interface Hunk {
  /** First line and number of lines, before and after. */
  before: { line: number; count: number };
  after: { line: number; count: number };
  lines: string[];
}

const CONTEXT = 3;

/** Lines that edits replace, by index: those of the source from `first` up to `next`, and what stands there after. */
interface Block {
  first: number;
  next: number;
  lines: string[];
}

/** The hunks of a unified diff. They come from the edits, not from comparing texts, so they cost no more than the file is long. */
export function hunks(source: string, edits: readonly Edit[]): Hunk[] {
  const lines = linesOf(source);
  const result: Hunk[] = [];
  let group: Block[] = [];
  let shift = 0;
  for (const block of [...blocks(source, lines, edits), undefined]) {
    const last = group.at(-1);
    if (last && (!block || block.first - last.next > 2 * CONTEXT)) {
      const hunk = hunkOf(lines, group, shift);
      shift += hunk.after.count - hunk.before.count;
      result.push(hunk);
      group = [];
    }
    if (block) group.push(block);
  }
  return result;
}

/** A text's lines with their ends; none for an empty text. */
function linesOf(text: string): string[] {
  const lines = text.split(/(?<=\n)/);
  return text === '' ? [] : lines;
}

function blocks(source: string, lines: readonly string[], edits: readonly Edit[]): Block[] {
  const starts: number[] = [];
  let at = 0;
  for (const line of lines) {
    starts.push(at);
    at += line.length;
  }
  const endOf = (line: number) => starts[line + 1] ?? Number.POSITIVE_INFINITY;
  const result: Block[] = [];
  let line = 0;
  for (let index = 0; index < edits.length; line++) {
    while (endOf(line) <= (edits[index] as Edit).start) line++;
    const first = line;
    const own: Edit[] = [];
    for (let edit = edits[index]; edit && edit.start < endOf(line); edit = edits[++index]) {
      own.push(edit);
      // where the end of a line goes, the next one may be joined to it
      while (endOf(line) <= edit.end) line++;
    }
    const from = starts[first] ?? 0;
    const moved = own.map(({ start, end, text }) => ({ start: start - from, end: end - from, text }));
    const next = Math.min(line + 1, lines.length);
    result.push(trimmed(lines, { first, next, lines: linesOf(apply(source.slice(from, endOf(line)), moved)) }));
  }
  return result.filter(({ first, next, lines: now }) => first < next || now.length > 0);
}

/** A block without the lines at its ends that stay as they are. */
function trimmed(lines: readonly string[], block: Block): Block {
  let { first, next } = block;
  let from = 0;
  let to = block.lines.length;
  while (first < next && from < to && lines[first] === block.lines[from]) {
    first++;
    from++;
  }
  while (first < next && from < to && lines[next - 1] === block.lines[to - 1]) {
    next--;
    to--;
  }
  return { first, next, lines: block.lines.slice(from, to) };
}

function hunkOf(lines: readonly string[], group: readonly Block[], shift: number): Hunk {
  const first = Math.max(0, (group[0] as Block).first - CONTEXT);
  const next = Math.min(lines.length, (group.at(-1) as Block).next + CONTEXT);
  const shown: string[] = [];
  let at = first;
  for (const block of group) {
    shown.push(...lines.slice(at, block.first).map(line => ` ${line}`));
    shown.push(...lines.slice(block.first, block.next).map(line => `-${line}`), ...block.lines.map(line => `+${line}`));
    at = block.next;
  }
  shown.push(...lines.slice(at, next).map(line => ` ${line}`));
  const count = (mark: string) => shown.filter(line => line.startsWith(mark) || line.startsWith(' ')).length;
  const before = { line: first, count: count('-') };
  const after = { line: first + shift, count: count('+') };
  // an empty side has the number of the line before it
  for (const side of [before, after]) if (side.count > 0) side.line++;
  return { before, after, lines: shown };
}
