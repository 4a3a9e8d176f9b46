import { expect, test } from 'vitest';
import { parse } from '../src/dockerfile/parse.ts';
import { apply, type Edit, insertAfter, insertBefore, nameStage, removeInstruction, replaceWord, setKeyword } from '../src/edit.ts';
import { editPieces, editsOf, originalOffsets, wholeText } from '../src/pieces.ts';

/** A source after edits of one of its instructions. */
function edited(source: string, index: number, edit: (file: ReturnType<typeof parse>, instruction: never) => Edit | Edit[]): string {
  const file = parse(source);
  return apply(source, [edit(file, file.instructions[index] as never)].flat());
}

const add = (file: ReturnType<typeof parse>, instruction: never) => insertAfter(file, instruction, ['USER 1', 'CMD x']);

test.each([
  ['in the middle', 'FROM a\nRUN b\n', 'FROM a\nUSER 1\nCMD x\nRUN b\n', 0],
  ['at the end of a file without a final newline', 'FROM a\nRUN b', 'FROM a\nRUN b\nUSER 1\nCMD x', 1],
  ['in a CRLF file', 'FROM a\r\nRUN b\r\n', 'FROM a\r\nUSER 1\r\nCMD x\r\nRUN b\r\n', 0],
  ['at the end of a CRLF file', 'FROM a\r\nRUN b', 'FROM a\r\nRUN b\r\nUSER 1\r\nCMD x', 1],
  ['below a heredoc', 'FROM a\nRUN <<E\nb\nE\nRUN c\n', 'FROM a\nRUN <<E\nb\nE\nUSER 1\nCMD x\nRUN c\n', 1],
  ['below continuations', 'FROM a\nRUN b \\\n # c\n  d\nRUN e\n', 'FROM a\nRUN b \\\n # c\n  d\nUSER 1\nCMD x\nRUN e\n', 1],
  ['where the file ends inside the instruction', 'FROM a\nRUN b \\', 'FROM a\nRUN b \nUSER 1\nCMD x', 1],
  ['where it ends so with a newline', 'FROM a\nRUN b \\\n', 'FROM a\nRUN b \nUSER 1\nCMD x\n', 1],
  ['where comments and empty continuations follow', 'FROM a\nRUN b \\\n# c\n  \\\n\n', 'FROM a\nRUN b \n# c\n  \n\nUSER 1\nCMD x\n', 1],
  ['where the escape is a backtick', '# escape=`\nFROM a\nRUN b `', '# escape=`\nFROM a\nRUN b \nUSER 1\nCMD x', 1],
])('lines are put below an instruction: %s', (_, source, expected, index) => {
  expect(edited(source, index, add)).toBe(expected);
  expect(
    parse(expected)
      .instructions.slice(index + 1, index + 3)
      .map(({ name }) => name),
  ).toEqual(['USER', 'CMD']);
});

test.each([
  ['and its comments', 'FROM a\n\n# why\n# and how\nRUN b\n', 'FROM a\n\nUSER 1\n# why\n# and how\nRUN b\n', 1],
  ['but not above comments that stand apart', '# file\n\nFROM a\n', '# file\n\nUSER 1\nFROM a\n', 0],
  ['but not above a directive', '# syntax=x\nFROM a\n', '# syntax=x\nUSER 1\nFROM a\n', 0],
  ['below a byte order mark', '\uFEFFFROM a\n', '\uFEFFUSER 1\nFROM a\n', 0],
])('lines are put above an instruction %s', (_, source, expected, index) => {
  expect(edited(source, index, (file, instruction) => insertBefore(file, instruction, ['USER 1']))).toBe(expected);
});

test.each([
  ['with its continuations', 'FROM a\nRUN b \\\n  c\nRUN d\n', 'FROM a\nRUN d\n'],
  ['but not the comments between its lines', 'FROM a\nRUN b \\\n  # why\n  c\nRUN d\n', 'FROM a\n  # why\nRUN d\n'],
  ['with its heredoc', 'FROM a\nRUN <<E\n# not a comment\nE\nRUN d', 'FROM a\nRUN d'],
  ['at the end', 'FROM a\nRUN b', 'FROM a\n'],
])('an instruction is removed %s', (_, source, expected) => {
  expect(edited(source, 1, removeInstruction)).toBe(expected);
});

test.each([
  ['ADD a b', 'COPY a b'],
  ['add a b', 'copy a b'],
  ['Add a b', 'Copy a b'],
  ['aDD a b', 'COPY a b'],
  ['AD\\\nD a b', 'COPY\\\n a b'],
  ['AD\\\n# why\nD a b', 'COPY\\\n# why\n a b'],
])("a keyword is replaced in its author's case: %s", (source, expected) => {
  expect(edited(source, 0, (_, instruction) => setKeyword(instruction, 'COPY'))).toBe(expected);
});

test.each([
  ['FROM x', 'FROM x AS build'],
  ['from x  ', 'from x as build  '],
  ['FROM --platform=a x \\\n', 'FROM --platform=a x AS build \\\n'],
  ['FROM x AS old', 'FROM x AS build'],
  ['FROM x as  old  ', 'FROM x as  build  '],
])('a stage gets a name: %s', (source, expected) => {
  expect(edited(source, 0, (_, instruction) => nameStage(instruction, 'build'))).toBe(expected);
});

test('a word over several lines is replaced, and the comment between them stays', () => {
  const source = 'FROM a\nCMD one \\\n# why\ntwo';
  const file = parse(source);
  const [, cmd] = file.instructions;
  expect(apply(source, replaceWord(cmd as never, cmd?.argument as never, '["one", "two"]'))).toBe('FROM a\nCMD ["one", "two"]\\\n# why\n');
});

test('insertions at one point keep their order, and come before a replacement there', () => {
  const insert = (text: string) => ({ start: 1, end: 1, text });
  expect(apply('abc', [{ start: 1, end: 2, text: 'B' }, insert('1'), insert('2')])).toBe('a12Bc');
});

test.each([
  ['that overlap', { start: 0, end: 2, text: '' }, { start: 1, end: 3, text: '' }],
  ['that put text into what another replaces', { start: 0, end: 2, text: '' }, { start: 1, end: 1, text: 'x' }],
  ['that leave the source', { start: 2, end: 4, text: '' }, { start: 0, end: 0, text: '' }],
])('edits %s are refused', (_, first, second) => {
  expect(() => apply('abc', [first, second])).toThrow(RangeError);
});

test('the edits of several steps are put together into edits of the original, with the way back', () => {
  const source = 'FROM a\nENV b c\nCMD d\n';
  const first = [
    { start: 12, end: 13, text: '=' },
    { start: 7, end: 7, text: 'ARG x\n' },
  ];
  const middle = apply(source, first);
  const second = [
    { start: middle.indexOf('x'), end: middle.indexOf('x') + 1, text: 'yy' },
    { start: middle.indexOf('CMD'), end: middle.length, text: '' },
  ];
  const pieces = editPieces(editPieces(wholeText(source), first), second);
  const text = apply(middle, second);
  expect(apply(source, editsOf(pieces, source.length))).toBe(text);
  expect(originalOffsets(pieces)(text.indexOf('ENV'))).toBe(source.indexOf('ENV'));
  expect(originalOffsets(pieces)(text.indexOf('yy') + 1)).toBe(7);
});
