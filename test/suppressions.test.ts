import { describe, expect, test } from 'vitest';
import { parse } from '../src/dockerfile/parse.ts';
import { suppressions } from '../src/suppressions.ts';
import { change } from '../src/transform.ts';

/** The lines of the instructions where a change of this transform, which settles these rules, is silenced. */
function silenced(source: string, transform = 'copy-not-add', settles = ['DL3020', 'AddRule']): number[] {
  const file = parse(source);
  const { silence } = suppressions(file);
  return file.instructions
    .filter(at => silence(transform, change({ at, title: '', keeps: 'image', edits: [], settles })))
    .map(({ line }) => line);
}

describe('dfmod-ignore', () => {
  test.each([
    ['above an instruction', 'FROM a\n# dfmod-ignore copy-not-add -- why\nADD b c\nADD d e\n', [3]],
    ['above it, with other comments and an empty line between', 'FROM a\n# dfmod-ignore copy-not-add\n# x\n\nADD b c\n', [5]],
    ['inside an instruction', 'FROM a\nADD b \\\n  # dfmod-ignore copy-not-add -- why\n  c\nADD d e\n', [2]],
    ['names several', 'FROM a\n# dfmod-ignore exec-form, copy-not-add -- why\nADD b c\n', [3]],
    ['names a rule', 'FROM a\n# dfmod-ignore DL3020\nADD b c\n', [3]],
    ['names none, and means all', 'FROM a\n# dfmod-ignore -- why\nADD b c\nADD d e\n', [3]],
    ['names all', 'FROM a\n# dfmod-ignore all\nADD b c\nADD d e\n', [3]],
    ['of another transform', 'FROM a\n# dfmod-ignore exec-form -- not copy-not-add\nADD b c\n', []],
    ['for the file, wherever it stands', 'FROM a\nADD b c\n# dfmod-ignore-file copy-not-add -- why\n', [1, 2]],
    ['in a heredoc is text', 'FROM a\nRUN <<E\n# dfmod-ignore\nE\nADD b c\n', []],
    ['as part of another word is text', 'FROM a\n# dfmod-ignored\nADD b c\n', []],
  ])('%s', (_, source, lines) => {
    expect(silenced(source)).toEqual(lines);
  });

  test('tells what it names, for the spelling to be checked', () => {
    const { ignored } = suppressions(
      parse('# dfmod-ignore-file one\nFROM a\n# dfmod-ignore two,all -- three\nRUN b\n# hadolint ignore=DL1\n'),
    );
    expect(ignored.map(({ name }) => name)).toEqual(['one', 'two']);
  });
});

describe("hadolint's comments", () => {
  test.each([
    ['above an instruction', 'FROM a\n# hadolint ignore=DL3008, DL3020\nADD b c\nADD d e\n', [3]],
    ['of another rule', 'FROM a\n# hadolint ignore=DL3008\nADD b c\n', []],
    ['for the file', '# hadolint global ignore=DL3020 # because\nFROM a\nADD b c\n', [2, 3]],
    ['for the stage', 'FROM a\n# hadolint stage ignore=DL3020\nRUN b\nADD b c\nFROM d\nADD e f\n', [3, 4]],
  ])('%s', (_, source, lines) => {
    expect(silenced(source)).toEqual(lines);
  });
});

describe("BuildKit's checks", () => {
  test.each([
    ['at the head of the file', '# check=skip=Other,AddRule;error=true\nFROM a\nADD b c\n', [2, 3]],
    ['after other options', '# check=error=true; skip = AddRule\nFROM a\nADD b c\n', [2, 3]],
    ['all of them', '# check=skip=all\nFROM a\nADD b c\n', [2, 3]],
    ['above an instruction', 'FROM a\n# check=skip=AddRule\nADD b c\nADD d e\n', [3]],
    ['of another rule', '# check=skip=Other\nFROM a\nADD b c\n', []],
  ])('%s', (_, source, lines) => {
    expect(silenced(source)).toEqual(lines);
  });

  test('skip=all says nothing about what settles none of them', () => {
    expect(silenced('# check=skip=all\nFROM a\nADD b c\n', 'multistage', ['DL3020'])).toEqual([]);
  });
});

test('a change elsewhere that would edit a silenced instruction is silenced too, one beside it is not', () => {
  const file = parse('FROM a\n# dfmod-ignore\nADD b c\nRUN d\n');
  const [from, add] = file.instructions;
  const { silence } = suppressions(file);
  const at = (start: number, end: number, text: string) =>
    silence('x', change({ at: from as never, title: '', keeps: 'image', edits: [{ start, end, text }] }));
  const { start, end } = add as never as { start: number; end: number };
  expect(at(start + 1, start + 2, '')).toBe(true);
  expect(at(end, end, ' more')).toBe(true);
  expect(at(start, start, 'ARG x\n')).toBe(false);
  expect(at(end + 1, end + 1, 'ARG x\n')).toBe(false);
});

test('fifty thousand hostile characters take no time', () => {
  const hostile = [
    `# dfmod-ignore ${'- '.repeat(25_000)}`,
    `# dfmod-ignore ${', '.repeat(25_000)}x`,
    `# hadolint ${' '.repeat(50_000)}ignore`,
    `# check=${';'.repeat(50_000)}`,
  ];
  const start = performance.now();
  for (const comment of hostile) suppressions(parse(`FROM a\n${comment}\nRUN b\n`));
  expect(performance.now() - start).toBeLessThan(2000);
});
