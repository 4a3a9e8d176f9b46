import { commentOf, contentStart, type SourceLine, sourcePieces, sourceSpan } from './dockerfile/lines.ts';
import type { Dockerfile, Instruction, Span, Word } from './dockerfile/nodes.ts';
import { lastNotAfter } from './dockerfile/search.ts';

/** A replacement on the source. What no edit covers survives byte for byte. */
export interface Edit extends Span {
  text: string;
}

/** The source with its edits made. Insertions at one point keep their order; throws on edits that overlap or leave the source: that is a transform's bug. */
export function apply(source: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, text } of inOrder(source.length, edits)) {
    parts.push(source.slice(at, start), text);
    at = end;
  }
  parts.push(source.slice(at));
  return parts.join('');
}

/** Edits of a source of some length by place, insertions before a replacement that starts there; throws as `apply` does. */
export function inOrder(length: number, edits: readonly Edit[]): Edit[] {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let last = 0;
  for (const { start, end } of sorted) {
    if (start < last) throw new RangeError(`edits overlap at offset ${start}`);
    if (end < start || end > length)
      throw new RangeError(`an edit of ${start} to ${end} leaves the source, which has ${length} characters`);
    last = end;
  }
  return sorted;
}

/** A set of edits of one source that don't overlap, to tell whether more can be made with them. */
export function editSet(): { fits(edits: readonly Edit[]): boolean; add(edits: readonly Edit[]): void } {
  const sorted: Edit[] = [];
  const indexOf = (edit: Edit): number => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const { start, end } = sorted[middle] as Edit;
      if (start < edit.start || (start === edit.start && end < edit.end)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    fits: edits =>
      edits.every(edit => {
        const index = indexOf(edit);
        return (sorted[index - 1]?.end ?? 0) <= edit.start && (sorted[index]?.start ?? Infinity) >= edit.end;
      }),
    add: edits => {
      for (const edit of edits) sorted.splice(indexOf(edit), 0, edit);
    },
  };
}

/** Whether an edit changes an instruction's own text: whole lines put above or below it don't. */
export function touches(edit: Edit, { start, end }: Span): boolean {
  if (edit.start > end || edit.end < start) return false;
  if (edit.start < end && edit.end > start) return true;
  return edit.end === start ? !edit.text.endsWith('\n') : !/^\r*\n/.test(edit.text);
}

/** A span's text replaced. */
export function replace({ start, end }: Span, text: string): Edit {
  return { start, end, text };
}

/** A word of an instruction replaced, also one that is written over several lines: what stands between its lines stays. */
export function replaceWord(instruction: Instruction, word: Word, text: string): Edit[] {
  return sourcePieces(instruction.logical, word.from, word.to).map(({ start, end }, index) => ({
    start,
    end,
    text: index === 0 ? text : '',
  }));
}

/** An instruction's keyword replaced, in the author's case. */
export function setKeyword(instruction: Instruction, keyword: string): Edit[] {
  return replaceWord(instruction, instruction.keyword, inCaseOf(instruction.keyword.text, keyword));
}

/** A FROM's stage named, or its name replaced. */
export function nameStage(from: Instruction, name: string): Edit[] {
  const [image, , current] = from.words;
  if (current) return replaceWord(from, current, name);
  const at = (image ?? from.keyword).end;
  return [{ start: at, end: at, text: ` ${inCaseOf(from.keyword.text, 'AS')} ${name}` }];
}

/** The longest line of an instruction to which something is added, in characters. */
export const LONGEST_LINE = 120;

/** A line put above all others of a file. */
export function firstLineAbove(file: Dockerfile, line: string): Edit {
  const at = file.lineStarts[0] ?? 0;
  return { start: at, end: at, text: line + file.eol };
}

/** Flags put in front of what an instruction says: on its own line where there is room for one, else each on a line of its own. */
export function addFlags(file: Dockerfile, instruction: Instruction, flags: readonly string[]): Edit {
  const at = instruction.argument?.start ?? instruction.end;
  const { start, end } = sourceLine(file, instruction.line - 1);
  const isOneLine = instruction.line === instruction.endLine;
  const text = flags.join(' ');
  if (isOneLine && flags.length === 1 && end - start + text.length < LONGEST_LINE) return { start: at, end: at, text: `${text} ` };
  const indent = continuationIndent(file, instruction, at);
  return { start: at, end: at, text: flags.map(flag => `${flag} ${file.escape}${file.eol}${indent}`).join('') };
}

/** The white space that an instruction's continued lines begin with: that of the line of an offset below the first, else of its second line, else four spaces. */
export function continuationIndent(file: Dockerfile, instruction: Instruction, at = instruction.start): string {
  const kept = new Set(instruction.comments.map(({ start }) => start));
  const [, own = 0] = instruction.logical.segments.map(({ start }) => start);
  const within = instruction.logical.segments.find(({ start, length }) => start <= at && at < start + length)?.start ?? own;
  const from = within > instruction.start && !kept.has(within) ? within : own;
  return (from > 0 && /^[ \t]*/.exec(file.source.slice(from, instruction.end))?.[0]) || '    ';
}

/** A word of an instruction taken out with the white space beside it, and with its line where it stands there alone; undefined where a comment or a line end is in the way. */
export function removeWord(file: Dockerfile, instruction: Instruction, word: Pick<Word, 'from' | 'to'>): Edit | undefined {
  const [piece, ...more] = sourcePieces(instruction.logical, word.from, word.to);
  if (!piece || more.length > 0) return undefined;
  const index = lastNotAfter(file.lineStarts.length, each => file.lineStarts[each] as number, piece.start);
  const line = sourceLine(file, index);
  const before = file.source.slice(line.start, piece.start);
  const after = file.source.slice(piece.end, line.end);
  if (before.trim() !== '') return { start: line.start + before.trimEnd().length, end: piece.end, text: '' };
  if (after.trim() === file.escape) return { start: line.start, end: line.next, text: '' };
  if (after.trim() !== '') return { start: piece.start, end: line.end - after.trimStart().length, text: '' };
  const { end } = sourceSpan(instruction.logical, 0, instruction.logical.text.slice(0, word.from).trimEnd().length);
  const isClear = instruction.comments.every(({ start }) => start < end);
  return isClear ? { start: end, end: piece.end, text: '' } : undefined;
}

/** Lines put above an instruction and the comments directly above it, which belong to it. */
export function insertBefore(file: Dockerfile, instruction: Instruction, lines: readonly string[]): Edit {
  const at = sourceLine(file, firstLine(file, instruction)).start;
  return { start: at, end: at, text: lines.map(line => line + file.eol).join('') };
}

/** The first line, from 0, of an instruction and the comments directly above it. */
function firstLine(file: Dockerfile, instruction: Instruction): number {
  let index = instruction.line - 1;
  const firsts = new Set(file.comments.map(({ start }) => start));
  while (index > 0 && firsts.has(contentStart(file.source, sourceLine(file, index - 1)))) index--;
  return index;
}

/** Instructions, in order, cut out with the comments directly above each, to be put elsewhere: the text of each, and the edits, which leave no two empty lines in a row. */
export function cutInstructions(file: Dockerfile, instructions: readonly Instruction[]): { texts: string[]; edits: Edit[] } {
  const isBlank = (index: number) => index < 0 || contentStart(file.source, sourceLine(file, index)) === sourceLine(file, index).end;
  const texts: string[] = [];
  const ranges: { first: number; last: number }[] = [];
  for (const instruction of instructions) {
    const first = firstLine(file, instruction);
    const last = instruction.endLine - 1;
    texts.push(file.source.slice(sourceLine(file, first).start, instruction.end));
    const above = ranges.at(-1);
    let gap = above ? above.last + 1 : first;
    while (gap < first && isBlank(gap)) gap++;
    if (above && gap === first) above.last = last;
    else ranges.push({ first, last });
  }
  const edits = ranges.map(({ first, last }) => {
    const end = isBlank(first - 1) && isBlank(last + 1) ? last + 1 : last;
    return { start: sourceLine(file, first).start, end: sourceLine(file, end).next, text: '' };
  });
  return { texts, edits };
}

/** Whether an empty line stands below an instruction. */
export function isAboveEmptyLine(file: Dockerfile, instruction: Instruction): boolean {
  const line = sourceLine(file, instruction.endLine);
  return line.start < file.source.length && contentStart(file.source, line) === line.end;
}

/** Lines put below an instruction, which is ended first where the file ends inside it. */
export function insertAfter(file: Dockerfile, instruction: Instruction, lines: readonly string[]): Edit[] {
  const { next: at } = sourceLine(file, instruction.endLine - 1);
  const open = !file.source.endsWith('\n', at);
  const text = open ? lines.map(line => file.eol + line) : lines.map(line => line + file.eol);
  const edits = instruction.dangling ? withoutLastContinuation(file, instruction) : [];
  return [...edits, { start: at, end: at, text: text.join('') }];
}

/** An instruction's lines removed; comments above it and between its lines stay. */
export function removeInstruction(file: Dockerfile, instruction: Instruction): Edit[] {
  const edits: Edit[] = [];
  const kept = new Set(instruction.comments.map(({ start }) => start));
  for (let index = instruction.line - 1; index < instruction.endLine; index++) {
    const line = sourceLine(file, index);
    if (kept.has(contentStart(file.source, line))) continue;
    const last = edits.at(-1);
    if (last?.end === line.start) last.end = line.next;
    else edits.push({ start: line.start, end: line.next, text: '' });
  }
  return edits;
}

/** The escape characters gone that keep an instruction open at the end of the file: of its last line with text, and of the lines of nothing else below. */
function withoutLastContinuation(file: Dockerfile, instruction: Instruction): Edit[] {
  const edits: Edit[] = [];
  for (let index = instruction.endLine - 1; index >= instruction.line - 1; index--) {
    const line = sourceLine(file, index);
    const start = contentStart(file.source, line);
    if (start === line.end || commentOf(file.source, line)) continue;
    const escape = file.source.lastIndexOf(file.escape, line.end);
    edits.push({ start: escape, end: line.end, text: '' });
    if (start < escape) break;
  }
  return edits.reverse();
}

function sourceLine(file: Dockerfile, index: number): SourceLine {
  const start = file.lineStarts[index] ?? file.source.length;
  const next = file.lineStarts[index + 1] ?? file.source.length;
  let end = next;
  while (end > start && (file.source[end - 1] === '\n' || file.source[end - 1] === '\r')) end--;
  return { start, end, next };
}

/** A keyword in the case that more of a file's keywords have, lower or upper (BuildKit's rule ConsistentInstructionCasing). */
export function keywordIn({ instructions }: Dockerfile, keyword: string): string {
  const texts = instructions.map(each => each.keyword.text);
  const count = (isIn: (text: string) => boolean) => texts.filter(isIn).length;
  const isLower = count(text => text === text.toLowerCase()) > count(text => text === text.toUpperCase());
  return isLower ? keyword.toLowerCase() : keyword.toUpperCase();
}

/** A word in another's case: lower, Capitalised, else upper. */
export function inCaseOf(model: string, word: string): string {
  if (model === model.toLowerCase()) return word.toLowerCase();
  const [first = '', ...rest] = model;
  const capitalised = rest.length > 0 && rest.join('') === rest.join('').toLowerCase() && first === first.toUpperCase();
  return capitalised ? word.charAt(0).toUpperCase() + word.slice(1).toLowerCase() : word.toUpperCase();
}
