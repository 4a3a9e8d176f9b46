import { describe, expect, test } from 'vitest';
import { memoryContext } from '../src/context/memory.ts';
import { parse } from '../src/dockerfile/parse.ts';
import { apply, type Edit, insertAfter, replace, setKeyword } from '../src/edit.ts';
import { knownImages } from '../src/images/known.ts';
import { migrate } from '../src/migrate.ts';
import type { Step } from '../src/step.ts';
import { type Change, change, type Facts, refuse, type Transform, transform } from '../src/transform.ts';

function step(run: Transform['run'], more: Partial<Step> = {}, name = 'test'): Step {
  return {
    transform: transform({ name, summary: '', keeps: 'image', settles: [], run }),
    options: {},
    keeps: 'intent',
    preset: false,
    ...more,
  };
}

function migrated(source: string, steps: Step[], context?: Facts['context']) {
  return migrate(parse(source), steps, { context, callers: [], images: knownImages });
}

/** Proposes one change for each instruction of a name. */
function each(
  name: string,
  edits: (instruction: ReturnType<typeof parse>['instructions'][number], file: ReturnType<typeof parse>) => Edit[],
  more: Partial<Change> = {},
): Transform['run'] {
  return function* (file) {
    for (const instruction of file.instructions) {
      if (instruction.name === name)
        yield change({ at: instruction, title: `change ${name}`, keeps: 'image', edits: edits(instruction, file), ...more });
    }
  };
}

const addToCopy = each('ADD', instruction => setKeyword(instruction, 'COPY'));
const SOURCE = '# file\nFROM a\nADD b c \\\n  # inner\n  d\nRUN e\n';

describe('a transform', () => {
  test('changes the text by its edits and by nothing else', () => {
    const result = migrated(SOURCE, [step(addToCopy)]);
    expect(result.text).toBe(SOURCE.replace('ADD', 'COPY'));
    expect(apply(SOURCE, result.edits)).toBe(result.text);
    expect(result.findings).toMatchObject([{ kind: 'applied', transform: 'test', place: { line: 3, column: 1, endLine: 5 } }]);
    expect(result.bugs).toEqual([]);
  });

  test('sees what those before it made, and its places are still those of the file as it was', () => {
    const above: Transform['run'] = function* (file) {
      const [from] = file.instructions;
      if (from && file.instructions[1]?.name !== 'ARG')
        yield change({ at: from, title: '', keeps: 'image', edits: insertAfter(file, from, ['ARG x', 'ARG y']) });
    };
    const refuses: Transform['run'] = function* (file) {
      const run = file.instructions.find(({ name }) => name === 'RUN');
      if (run) yield refuse(run, 'x', `is line ${run.line}`);
    };
    const result = migrated(SOURCE, [step(above), step(addToCopy), step(refuses)]);
    expect(result.text).toBe(SOURCE.replace('FROM a\n', 'FROM a\nARG x\nARG y\n').replace('ADD', 'COPY'));
    expect(result.findings).toMatchObject([
      { place: { line: 2 } },
      { place: { line: 3 } },
      { kind: 'refused', refusal: { reason: 'is line 8' }, place: { line: 6 } },
    ]);
    expect(result.steps).toHaveLength(2);
  });

  test('gives another before it something to do, which is done in the same run', () => {
    const userToAdd = each('USER', instruction => setKeyword(instruction, 'ADD'));
    const result = migrated('FROM a\nUSER b c\n', [step(addToCopy, {}, 'first'), step(userToAdd, {}, 'second')]);
    expect(result.text).toBe('FROM a\nCOPY b c\n');
    expect(result.findings.map(finding => finding.transform)).toEqual(['second', 'first']);
  });

  test('waits with a change that overlaps an earlier one, and makes it in the next pass', () => {
    const both: Transform['run'] = function* (file) {
      const [from] = file.instructions;
      const word = from?.words[0];
      if (!from || !word) return;
      if (word.text === 'a') yield change({ at: from, title: 'a to b', keeps: 'image', edits: [replace(word, 'b')] });
      if (word.text !== 'c') yield change({ at: from, title: 'to c', keeps: 'image', edits: [replace(word, 'c')] });
    };
    const result = migrated('FROM a\n', [step(both)]);
    expect(result.text).toBe('FROM c\n');
    expect(result.findings).toMatchObject([{ change: { title: 'a to b' } }, { change: { title: 'to c' } }]);
  });
});

describe('what is not wanted', () => {
  test('is held back: a weaker promise than asked for, and in a preset what is of little use', () => {
    const weak = each('ADD', instruction => setKeyword(instruction, 'COPY'), { keeps: 'behaviour', gain: 'none' });
    expect(migrated(SOURCE, [step(weak, { keeps: 'image' })])).toMatchObject({
      text: SOURCE,
      findings: [{ kind: 'held', because: 'keeps' }],
    });
    expect(migrated(SOURCE, [step(weak, { preset: true })])).toMatchObject({ text: SOURCE, findings: [{ kind: 'held', because: 'gain' }] });
    expect(migrated(SOURCE, [step(weak, { keeps: 'behaviour' })]).findings).toMatchObject([{ kind: 'applied' }]);
  });

  test('is left alone where a comment says so', () => {
    const source = SOURCE.replace('# inner', '# dfmod-ignore test -- because');
    expect(migrated(source, [step(addToCopy)])).toMatchObject({
      text: source,
      findings: [{ kind: 'suppressed' }],
      ignored: [{ name: 'test', place: { line: 4 } }],
    });
  });

  test('is not tried in a file that BuildKit refuses', () => {
    const result = migrated('FROM a\nADD b c\nRUN <<E\n', [step(addToCopy)]);
    expect(result).toMatchObject({ findings: [], text: result.source, edits: [], problems: [{ place: { line: 3 } }] });
  });
});

describe('a transform with a bug is undone and named, and the others go on', () => {
  const lines = (file: ReturnType<typeof parse>) => file.instructions[1] as never;
  const propose = (edits: (file: ReturnType<typeof parse>) => Edit[]): Transform['run'] =>
    function* (file) {
      if (file.source.includes('ADD'))
        yield change({ at: file.instructions[0] as never, title: 'break', keeps: 'image', edits: edits(file) });
    };
  const at = (file: ReturnType<typeof parse>, text: string) => ({
    start: file.source.indexOf(text),
    end: file.source.indexOf(text) + text.length,
  });

  test.each<[string, Transform['run'], RegExp]>([
    [
      'throws',
      () => {
        throw new TypeError('oh no');
      },
      /oh no/,
    ],
    [
      'throws something else',
      () => {
        throw 'a string';
      },
      /a string/,
    ],
    ['makes a file that no longer reads', propose(file => [replace(at(file, 'ADD'), 'FOO')]), /no longer reads: line 3: .*FOO/],
    ['drops a comment', propose(file => [replace(at(file, '  # inner\n'), '')]), /drops the comment of line 4/],
    ['drops a comment by turning it into text', propose(file => [replace(at(file, '\\\n'), '\n  # x\\\n')]), /./],
    ['has edits that overlap', propose(file => [replace(at(file, 'ADD'), 'COPY'), replace(at(file, 'DD'), 'X')]), /overlap/],
    [
      'joins its text to an instruction that it does not edit',
      propose(file => [{ start: at(file, 'RUN').start, end: at(file, 'RUN').start, text: 'RUN x \\\n' }]),
      /line 6/,
    ],
    ['never has enough', propose(file => insertAfter(file, lines(file), ['RUN more'])), /proposes again/],
    [
      'edits a neighbour where no context is known',
      function* (file) {
        yield change({ at: file.instructions[0] as never, title: '', keeps: 'image', edits: [], files: [{ path: 'x', create: '' }] });
      },
      /context isn't known/,
    ],
  ])('%s', (_, run, message) => {
    const result = migrated(SOURCE, [step(run, {}, 'broken'), step(addToCopy)]);
    expect(result.bugs).toMatchObject([{ transform: 'broken', message: expect.stringMatching(message) }]);
    expect(result.text).toBe(SOURCE.replace('ADD', 'COPY'));
    expect(result.findings.map(({ transform: name }) => name)).toEqual(['test']);
  });

  test('drops a directive', () => {
    const source = `# check=error=true\n${SOURCE}`;
    const result = migrated(source, [step(propose(file => [replace(at(file, 'check=error=true\n'), '')]))]);
    expect(result).toMatchObject({ text: source, bugs: [{ message: expect.stringMatching(/./) }] });
  });

  test('undoes what another does, and nothing of theirs stays', () => {
    const back = each('COPY', instruction => setKeyword(instruction, 'ADD'));
    const result = migrated(SOURCE, [step(addToCopy, {}, 'there'), step(back, {}, 'back')]);
    expect(result).toMatchObject({
      text: SOURCE,
      edits: [],
      findings: [],
      bugs: [{ message: 'it undoes what another of there, back does' }],
    });
  });
});

describe("a Dockerfile's neighbours", () => {
  const ignoring = (line: string): Transform['run'] =>
    function* (file, { context }) {
      const at = file.instructions[0] as never;
      const text = context?.text('.dockerignore');
      if (text === undefined)
        yield change({ at, title: '', keeps: 'image', edits: [], files: [{ path: '.dockerignore', create: `${line}\n` }] });
      else if (!text.includes(line))
        yield change({
          at,
          title: '',
          keeps: 'image',
          edits: [],
          files: [{ path: '.dockerignore', edits: [{ start: text.length, end: text.length, text: `${line}\n` }] }],
        });
    };

  test('are made, and edited again by a later transform that reads them', () => {
    const result = migrated(
      'FROM a\n',
      [step(ignoring('one'), {}, 'first'), step(ignoring('two'), {}, 'second')],
      memoryContext({ x: '' }),
    );
    expect(result).toMatchObject({
      bugs: [],
      text: 'FROM a\n',
      neighbours: [{ path: '.dockerignore', before: undefined, text: 'one\ntwo\n' }],
    });
  });

  test('are edited, with the edits of the text as it was', () => {
    const before = 'zero\n';
    const result = migrated('FROM a\n', [step(ignoring('one')), step(ignoring('two'))], memoryContext({ '.dockerignore': before }));
    const [neighbour] = result.neighbours;
    expect(neighbour).toMatchObject({ before, text: 'zero\none\ntwo\n' });
    expect(apply(before, neighbour?.edits ?? [])).toBe(neighbour?.text);
  });
});

test('twenty thousand lines with a change on each are migrated in time by their number', () => {
  const toEquals = each('ENV', ({ pairs: [pair] }) =>
    pair && !pair.equals ? [replace({ start: pair.name.end, end: pair.value?.start ?? 0 }, '=')] : [],
  );
  const run: Transform['run'] = function* (file, facts, options) {
    for (const proposal of toEquals(file, facts, options)) if (proposal.kind === 'change' && proposal.edits.length > 0) yield proposal;
  };
  const time = (lines: number) => {
    const source = `FROM a\n${'ENV a b\n'.repeat(lines)}`;
    const start = performance.now();
    expect(migrated(source, [step(run)]).findings).toHaveLength(lines);
    return performance.now() - start;
  };
  time(400);
  const small = Math.min(time(400), time(400), time(400));
  expect(time(20_000)).toBeLessThan(Math.max(small, 5) * 50 * 5);
});
