import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from '../src/dockerfile/parse.ts';
import { apply, type Edit, insertAfter, insertBefore, removeInstruction } from '../src/edit.ts';
import { dockerfiles } from './support/arbitraries.ts';

const SEED = 3;

/** A source and edits of it that don't overlap: its length cut at random places, every second piece replaced. */
const edited = fc
  .tuple(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(fc.tuple(fc.nat(60), fc.nat(4), fc.string({ maxLength: 5 })), { maxLength: 8 }),
  )
  .map(([source, cuts]) => {
    const edits: Edit[] = [];
    let last = 0;
    for (const [at, length, text] of cuts.sort(([a], [b]) => a - b)) {
      const start = Math.max(last, Math.min(at, source.length));
      const end = Math.min(start + length, source.length);
      edits.push({ start, end, text });
      last = end;
    }
    return { source, edits };
  });

/** The same, character by character. */
function applied(source: string, edits: readonly Edit[]): string {
  let result = '';
  for (let at = 0; at <= source.length; at++) {
    for (const { start, end, text } of edits) if (start === at && end === at) result += text;
    for (const { start, end, text } of edits) if (start === at && end > at) result += text;
    if (!edits.some(({ start, end }) => start <= at && at < end)) result += source.charAt(at);
  }
  return result;
}

describe('edits', () => {
  test('give the text with each of them made, in whatever order they come', () => {
    fc.assert(
      fc.property(edited, fc.boolean(), ({ source, edits }, backwards) => {
        const distinct = edits.filter(
          (edit, index) => edits.findIndex(({ start, end }) => start === edit.start && end === edit.end) === index,
        );
        expect(apply(source, backwards ? distinct.toReversed() : distinct)).toBe(applied(source, distinct));
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });

  test('leave every character that none covers', () => {
    fc.assert(
      fc.property(edited, ({ source, edits }) => {
        const emptied = edits.map(edit => ({ ...edit, text: '' }));
        expect(apply(source, emptied)).toBe(
          [...source.split('')].filter((_, at) => !edits.some(({ start, end }) => start <= at && at < end)).join(''),
        );
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });

  test('that overlap, or leave the source, are refused', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4, maxLength: 30 }), fc.nat(26), fc.nat(26), (source, first, second) => {
        const edit = (start: number): Edit => ({ start, end: start + 2, text: 'x' });
        const fits = [first, second].every(start => start + 2 <= source.length);
        const apart = Math.abs(first - second) >= 2;
        const made = () => apply(source, [edit(first), edit(second)]);
        if (fits && apart) expect(made()).toHaveLength(source.length - 2);
        else expect(made).toThrow(RangeError);
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });
});

/** The instructions of a source by their logical text, and its comments. */
function content(source: string) {
  const { instructions, comments, directives } = parse(source);
  return {
    instructions: instructions.map(({ logical }) => logical.text),
    comments: comments.map(({ text }) => text),
    directives: directives.length,
  };
}

/** Files that BuildKit reads, and one of their instructions. */
const readable = fc
  .tuple(dockerfiles, fc.nat(20))
  .map(([source, pick]) => ({ source, pick, file: parse(source) }))
  .filter(({ file }) => file.problems.length === 0)
  .map(({ source, pick, file }) => ({ source, file, index: pick % file.instructions.length }));

describe('in whatever file', () => {
  test('a line put below an instruction is an instruction of its own', () => {
    fc.assert(
      fc.property(readable, ({ source, file, index }) => {
        const before = content(source);
        const after = content(apply(source, insertAfter(file, file.instructions[index] as never, ['WORKDIR /x'])));
        expect(after).toEqual({ ...before, instructions: before.instructions.toSpliced(index + 1, 0, 'WORKDIR /x') });
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });

  test('a line put above an instruction is an instruction of its own', () => {
    fc.assert(
      fc.property(readable, ({ source, file, index }) => {
        const before = content(source);
        const after = content(apply(source, [insertBefore(file, file.instructions[index] as never, ['WORKDIR /x'])]));
        expect(after).toEqual({ ...before, instructions: before.instructions.toSpliced(index, 0, 'WORKDIR /x') });
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });

  test('an instruction goes with its lines, and its comments stay', () => {
    fc.assert(
      fc.property(readable, ({ source, file, index }) => {
        const before = content(source);
        const after = content(apply(source, removeInstruction(file, file.instructions[index] as never)));
        // a comment that came to stand at the head of the file may be a directive there
        fc.pre(after.directives === before.directives);
        expect(after).toEqual({ ...before, instructions: before.instructions.toSpliced(index, 1) });
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });
});
