import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dockerfile, Instruction } from '../src/dockerfile/nodes.ts';
import { parse } from '../src/dockerfile/parse.ts';
import { type Script, shellScript } from '../src/dockerfile/script.ts';
import { apply, type Edit } from '../src/edit.ts';
import { appendCommand, insertCommand, removeCommand } from '../src/edit-script.ts';

const SIMPLE = fc.constantFrom(
  'true',
  'false',
  'echo a',
  'echo b',
  'sh -c "exit 3"',
  'set -e',
  'set +e',
  'set -eu',
  'eval "false; echo c"',
  'f',
);
const JOINTS = fc.constantFrom(' && ', '; ', ' || ', ' | ', ' && \\\n    ', ' \\\n && ', '; \\\n  ', ' \\\n  # why\n && ');

const { script } = fc.letrec<{ script: string; node: string; compound: string }>(tie => ({
  script: fc
    .tuple(
      fc.constantFrom('', 'set -e; ', 'set -ex && ', 'f() { false; echo f; }; '),
      tie('node'),
      fc.array(fc.tuple(JOINTS, tie('node')), { maxLength: 4 }),
    )
    .map(([start, first, rest]) => start + first + rest.map(([joint, node]) => joint + node).join('')),
  node: fc.oneof({ weight: 5, arbitrary: SIMPLE }, { weight: 1, arbitrary: tie('compound') }),
  compound: fc
    .tuple(
      fc.constantFrom('(A; B)', '{ A; B; }', 'if A; then B; fi', 'for i in 1 2; do A; B; done', '! A', '{ A && B; }', '(set -e; A; B)'),
      tie('node'),
      tie('node'),
    )
    .map(([form, a, b]) => form.replace('A', () => a).replace('B', () => b)),
}));

/** What a script prints and the status that it ends with, in a shell. */
function outcome(shell: string, { instructions }: Dockerfile): { status: number | null; lines: string[] } {
  const text = instructions[1]?.words[0]?.text ?? '';
  const { status, stdout } = spawnSync(shell, ['-c', text], { encoding: 'utf8' });
  return { status, lines: stdout.split('\n').filter(Boolean) };
}

interface Read {
  file: Dockerfile;
  run: Instruction;
  script: Script;
}

function read(text: string): Read | undefined {
  const file = parse(`FROM debian\nRUN ${text}\n`);
  const run = file.instructions[1] as Instruction;
  const script = shellScript(run, '\\', undefined);
  return 'reason' in script ? undefined : { file, run, script };
}

function holds(edit: (read: Read) => Edit[] | undefined, isLast: boolean): void {
  fc.assert(
    fc.property(script, text => {
      const before = read(text);
      const edits = before && edit(before);
      fc.pre(before !== undefined && edits !== undefined);
      const after = parse(apply(before.file.source, edits));
      expect(after.comments.map(({ text }) => text)).toEqual(before.file.comments.map(({ text }) => text));
      for (const shell of ['dash', 'bash']) {
        const [old, now] = [outcome(shell, before.file), outcome(shell, after)];
        expect({ status: now.status, lines: now.lines.filter(line => line !== 'CLEAN') }).toEqual(old);
        if (isLast) expect(now.lines.includes('CLEAN')).toBe(old.status === 0);
      }
    }),
    { numRuns: 150 },
  );
}

describe('a command put into a script changes neither what else it does nor its status', () => {
  test('at its end, and it runs where the script went well', () => {
    holds(({ file, run, script }) => appendCommand(file, run, script, 'echo CLEAN'), true);
  }, 120_000);

  test.each([0, 1, 2])(
    'behind command %i of a sequence',
    index => {
      holds(({ file, run, script }) => {
        const after = script.sequence?.[index];
        return after && insertCommand(file, run, script, after, 'echo CLEAN');
      }, false);
    },
    120_000,
  );
});

describe('a command taken out of a sequence', () => {
  test.each([
    ['U && a', 'a'],
    ['U; a', 'a'],
    ['a && U && b', 'a && b'],
    ['a; U && b', 'a; b'],
    ['a && U; b', 'a; b'],
    ['a; U; b', 'a; b'],
    ['set -e; \\\n  U; \\\n  b', 'set -e; \\\n  b'],
    ['U \\\n && a', 'a'],
  ])('%s', (before, after) => {
    const { file, script } = read(before.replace('U', 'apk update')) as Read;
    const command = script.sequence?.find(({ text }) => text === 'apk update');
    const edits = command && removeCommand(file, script.sequence ?? [], command);
    expect(edits && apply(file.source, edits)).toBe(`FROM debian\nRUN ${after}\n`);
  });

  test.each(['a && U', 'U \\\n # why\n && a'])('but not the last, nor with a comment: %s', before => {
    const { file, script } = read(before.replace('U', 'apk update')) as Read;
    const command = script.sequence?.find(({ text }) => text === 'apk update');
    expect(command && removeCommand(file, script.sequence ?? [], command)).toBeUndefined();
  });
});
