import type { Dockerfile, Instruction, Segment, Span } from '../../src/dockerfile/nodes.ts';

/** White space, and the byte order mark. */
const EMPTY = /^[\s\u0085]*$/;

/**
 * What is wrong with a file's places, a line for each trouble: all that isn't white space belongs to a directive, a comment or an instruction, and within
 * an instruction to its logical line, its continuations, its comments and its heredocs; nothing overlaps; the logical text is what its segments say.
 */
export function misplacements(file: Dockerfile): string[] {
  return [
    ...outside(file),
    ...file.instructions.flatMap(node => [...inside(file, node), ...nesting(node)]),
    ...file.problems.flatMap(({ span }) =>
      isWithin(span, { start: 0, end: file.source.length }) ? [] : ['a problem lies outside the file'],
    ),
  ];
}

/** The stretches that belong to nothing, and the overlaps, between the pieces of a range. */
function gaps(source: string, range: Span, pieces: Span[], isGap: (text: string, gap: Span) => boolean): string[] {
  const found: string[] = [];
  let at = range.start;
  for (const { start, end } of [...pieces, { start: range.end, end: range.end }]) {
    if (start < at || end < start) found.push(`${start}-${end} overlaps what is before it`);
    else if (!isGap(source.slice(at, start), { start: at, end: start }))
      found.push(`${at}-${start} belongs to nothing: ${JSON.stringify(source.slice(at, start))}`);
    at = Math.max(at, end);
  }
  return found;
}

function byPlace(a: Span, b: Span): number {
  return a.start - b.start || a.end - b.end;
}

function outside({ source, directives, comments, instructions, problems }: Dockerfile): string[] {
  const within = new Set(instructions.flatMap(node => node.comments));
  const pieces = [...directives, ...comments.filter(comment => !within.has(comment)), ...instructions].sort(byPlace);
  // BuildKit reads nothing from a line that is too long
  const isUnread = (gap: Span) => problems.some(({ span }) => isWithin(span, gap));
  return gaps(source, { start: 0, end: source.length }, pieces, (text, gap) => EMPTY.test(text) || isUnread(gap));
}

function inside({ source, escape, problems }: Dockerfile, node: Instruction): string[] {
  const segments = node.logical.segments.map(spanOf);
  const heredocs = node.heredocs.flatMap(({ body, terminator }) => [body, terminator]);
  const pieces = [...segments, ...node.comments, ...heredocs].sort(byPlace);
  // what follows a heredoc without an end is no instruction's
  const isUnread = problems.some(({ span }) => span.start === node.start);
  const isGap = (text: string) => isUnread || EMPTY.test(text.replaceAll(escape, ''));
  return [...gaps(source, node, pieces, isGap), ...logicalText(source, node)];
}

function logicalText(source: string, { line, logical }: Instruction): string[] {
  const text = logical.segments.map(({ start, length }) => source.slice(start, start + length)).join('');
  let at = 0;
  for (const segment of logical.segments) {
    if (segment.at !== at) return [`line ${line}: a segment at ${segment.at} should be at ${at}`];
    at += segment.length;
  }
  return text === logical.text ? [] : [`line ${line}: the segments say ${JSON.stringify(text)}`];
}

/** Keyword, flags and arguments lie in their instruction, in order, each within the logical line. */
function nesting(node: Instruction): string[] {
  const { keyword, flags, argument, words, pairs, trigger } = node;
  const parts = pairs.flatMap(({ name, value }) => (value ? [name, value] : [name]));
  const found: string[] = [];
  for (const row of [[keyword, ...flags, ...(argument ? [argument] : [])], words, parts]) {
    let at = 0;
    for (const { from, to, start, end } of row) {
      if (from < at || to < from || to > node.logical.text.length)
        found.push(`line ${node.line}: a word at ${from}-${to} of the logical line is out of order`);
      if (!isWithin({ start, end }, node)) found.push(`line ${node.line}: a word at ${start}-${end} lies outside its instruction`);
      at = to;
    }
  }
  if (trigger && !isWithin(trigger, node)) found.push(`line ${node.line}: a trigger lies outside its ONBUILD`);
  return trigger ? [...found, ...nesting(trigger)] : found;
}

function spanOf({ start, length }: Segment): Span {
  return { start, end: start + length };
}

function isWithin(inner: Span, outer: Span): boolean {
  return outer.start <= inner.start && inner.start <= inner.end && inner.end <= outer.end;
}
