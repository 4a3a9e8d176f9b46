import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyPatch } from 'diff';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apply, type Edit } from '../src/edit.ts';
import type { Finding, Migration } from '../src/migrate.ts';
import { jsonReport } from '../src/report/json.ts';
import { printable, printableJson } from '../src/report/printable.ts';
import type { FileResult, Report } from '../src/report/results.ts';
import { textReport } from '../src/report/text.ts';
import { change, refuse } from '../src/transform.ts';

function result(source: string, edits: Edit[], more: Partial<Migration> = {}, path = 'Dockerfile'): FileResult {
  const text = apply(source, edits);
  const migration = { source, text, edits, neighbours: [], findings: [], steps: [], bugs: [], problems: [], ignored: [], ...more };
  const context = { folder: '.', from: 'as named' };
  return { path, against: undefined, context, migration, trouble: [], skipped: undefined, written: false, verification: undefined };
}

const whole = ({ file, end }: Report, results: FileResult[]) => results.map(file).join('') + end();
const report = (...results: FileResult[]) => whole(textReport({ colours: undefined, diffs: true }), results);
const at = { start: 0, end: 1 };
const place = (line: number) => ({ line, column: 1, endLine: line });
const applied = (line: number, title: string, notes: string[] = []): Finding => ({
  kind: 'applied',
  transform: 'x-form',
  place: place(line),
  change: change({ at, title, keeps: 'behaviour', edits: [], notes }),
});
const refused = (line: number, reason: string): Finding => ({
  kind: 'refused',
  transform: 'x-form',
  place: place(line),
  refusal: refuse(at, 'code', reason),
});
const held = (because: 'keeps' | 'gain'): Finding => ({
  kind: 'held',
  because,
  transform: 'x-form',
  place: place(1),
  change: change({ at, title: 'do Y', keeps: 'intent', edits: [] }),
});

describe('the text report', () => {
  test('shows the diff, a sentence for each change, what was left alone, and sums up', () => {
    const findings = [refused(10, 'needs a shell'), applied(2, 'start b without a shell', ['pass X']), held('keeps'), held('gain')];
    expect(report(result('FROM a\nCMD b\n', [{ start: 11, end: 12, text: '["b"]' }], { findings }))).toMatchInlineSnapshot(`
      "Dockerfile  context: ., as named

      --- a/Dockerfile
      +++ b/Dockerfile
      @@ -1,2 +1,2 @@
       FROM a
      -CMD b
      +CMD ["b"]

         2  start b without a shell  x-form, keeps the behaviour
            note: pass X
         1  held back, of little use: do Y  x-form, keeps the intent
        10  left alone: needs a shell  x-form

      1 change, 1 place left alone.
      1 change held back: --keeps intent lets it in.
      1 change held back, of little use: name the transform to get it.
      Nothing is written yet: --write does it.
      "
    `);
  });

  test('tells of a new neighbour, and of files that were written', () => {
    const neighbours = [{ path: '.dockerignore', before: undefined, text: 'x\n', edits: [{ start: 0, end: 0, text: 'x\n' }] }];
    const findings = [applied(1, 'ignore x')];
    expect(report({ ...result('FROM a\n', [], { neighbours, findings }), written: true })).toMatchInlineSnapshot(`
      "Dockerfile  context: ., as named

      --- /dev/null
      +++ b/.dockerignore
      @@ -0,0 +1 @@
      +x

        1  ignore x  x-form, keeps the behaviour

      1 change.
      1 file written.
      "
    `);
  });

  test('leaves files out where nothing is to say, but a file alone is told of', () => {
    expect(report(result('FROM a\n', []), result('FROM b\n', []))).toBe('nothing to change in 2 files.\n');
    expect(report(result('FROM a\n', []))).toBe('Dockerfile  context: ., as named\n\nnothing to change.\n');
  });

  test('is a patch that git and the package diff apply, whatever the lines', () => {
    const folder = mkdtempSync(join(tmpdir(), 'dfmod-'));
    try {
      execFileSync('git', ['init', '-q'], { cwd: folder });
      const line = fc.constantFrom('a\n', 'b\n', 'b\r\n', '\n', '--- x\n', '+++ y\n', '@@ z\n', 'é\n');
      const source = fc.tuple(fc.array(line, { maxLength: 30 }), fc.constantFrom('', 'end')).map(([lines, end]) => lines.join('') + end);
      const edits = fc.array(fc.tuple(fc.nat(60), fc.nat(8), fc.constantFrom('', 'x', '\n', 'x\n', '\ny', 'b\nb\n')), {
        minLength: 1,
        maxLength: 5,
      });
      fc.assert(
        fc.property(source, edits, (text, cuts) => {
          const made: Edit[] = [];
          let last = 0;
          for (const [start, length, put] of cuts.toSorted(([a], [b]) => a - b)) {
            const from = Math.min(Math.max(start, last), text.length);
            last = Math.min(from + length, text.length);
            made.push({ start: from, end: last, text: put });
          }
          const after = apply(text, made);
          // a carriage return within a line is escaped: such a diff isn't a patch
          fc.pre(text !== '' && after !== '' && text !== after && !/\r(?!\n)/.test(after));
          writeFileSync(join(folder, 'a file'), text);
          const shown = report(result(text, made, { findings: [applied(1, '--- a/x')] }, 'a file'));
          execFileSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: folder, input: shown });
          expect(readFileSync(join(folder, 'a file'), 'utf8')).toBe(after);
          // no line of a patch is empty: the first that is ends it
          const patch = shown.slice(shown.indexOf('--- '), shown.indexOf('\n\n', shown.indexOf('--- ')) + 1);
          expect(applyPatch(text, patch, { autoConvertLineEndings: false })).toBe(after);
        }),
        { seed: 3, numRuns: 150 },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test('what a file says cannot move the cursor, turn text around or command a CI log', () => {
  const evil = '\x1b[2J \u202Eabc\u2066 \x9b1m a\rb ##[error]x ##vso[task.setvariable]y\u2028';
  const shown = report(
    result(
      `FROM a\n::error::x\n  ::set-output name=x::y\n${evil}\nCMD b\n`,
      [{ start: 0, end: 4, text: 'from' }],
      { findings: [refused(1, `x\n::error::${evil}`)] },
      `D${evil}\n::stop::x`,
    ),
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(shown).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028]/);
  expect(shown).not.toMatch(/^\s*::|##\w*\[/m);
  expect(printable('::x\x1b##[y]\t\n\u202e')).toBe(':\\x3ax\\x1b#\\x23[y]\t\\n\\u202e');
  const json = JSON.stringify({ evil, more: '::x' });
  expect(printableJson(json)).not.toMatch(/[\u0080-\u009f\u202e\u2028]|##\w*\[/);
  expect(JSON.parse(printableJson(json))).toEqual({ evil, more: '::x' });
});

test('a carriage return at the end of a line stays in a diff', () => {
  expect(report(result('FROM a\r\nCMD b\r\n', [{ start: 0, end: 4, text: 'from' }]))).toContain('-FROM a\r\n+from a\r\n CMD b\r\n');
});

test('the plan holds the digests, edits that give the result, and findings as data', () => {
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  const source = 'FROM a\nCMD é\n';
  const edits = [{ start: 11, end: 12, text: '["é"]' }];
  const findings = [applied(2, 'title', ['note']), refused(1, 'reason'), held('keeps')];
  const { version, files, totals } = JSON.parse(whole(jsonReport(digest), [result(source, edits, { findings })]));
  expect(version).toBe(1);
  expect(digest(source)).toBe(files[0].before);
  expect(digest(apply(source, files[0].edits))).toBe(files[0].after);
  expect(files[0].changes).toEqual([
    { transform: 'x-form', line: 2, column: 1, endLine: 2, title: 'title', keeps: 'behaviour', alters: [], notes: ['note'], settles: [] },
  ]);
  expect(files[0].refusals).toEqual([{ transform: 'x-form', line: 1, column: 1, endLine: 1, code: 'code', reason: 'reason' }]);
  expect(files[0].held).toMatchObject([{ because: 'keeps', keeps: 'intent' }]);
  expect(totals).toMatchObject({
    files: 1,
    changed: 1,
    changes: 1,
    refused: 1,
    heldByPromise: 1,
    heldForLittle: 0,
    suppressed: 0,
    failed: 0,
  });
});

test('a plan is laid out as JSON.stringify does, for any number of files', () => {
  const each = result('FROM a\nENV A b\n', [], {});
  for (const results of [[], [each], [each, each]]) {
    const plan = whole(
      jsonReport(text => text),
      results,
    );
    expect(plan).toBe(`${JSON.stringify(JSON.parse(plan), undefined, 2)}\n`);
  }
});
