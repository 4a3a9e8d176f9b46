import { existsSync } from 'node:fs';
import { execa } from 'execa';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memoryContext } from '../src/context/memory.ts';
import { parse } from '../src/dockerfile/parse.ts';
import execForm from '../transforms/exec-form/index.ts';
import { migrated } from './support/invariants.ts';

/** Pieces of words that shells read in different ways, or that only one of them reads. */
const FRAGMENTS = [
  ...[
    'a',
    'b c',
    'é',
    '日',
    '😀',
    '\u00a0',
    '1',
    '0x',
    '-',
    '--',
    '-x',
    '=',
    'A=b',
    'a=~',
    ':~',
    '~',
    '~root',
    '/',
    './',
    '..',
    ',',
    '%',
    '@',
    '+',
  ],
  ...[
    '"',
    "'",
    '""',
    "''",
    '"a b"',
    "'a b'",
    '"a\'b"',
    "'a\"b'",
    '"$"',
    '"$ "',
    "'$A'",
    '"\\$A"',
    '\\$A',
    '$',
    '$ ',
    '"\\a"',
    '"\\\\"',
    "'\\'",
  ],
  ...[
    '\\ ',
    '\\a',
    '\\\\',
    '\\"',
    "\\'",
    '"\\""',
    '"\\`"',
    '\\`',
    '\\*',
    '"*"',
    "'*'",
    '*',
    '?',
    '[a]',
    '[',
    ']',
    '[!a]',
    '{a,b}',
    '{',
    '}',
    '{}',
  ],
  ...[
    '{1..3}',
    '"{a,b}"',
    '!',
    '"!"',
    '^',
    '#',
    ' #',
    'a#b',
    '$$',
    '$A',
    '${A}',
    '$(a)',
    '`a`',
    '$((1))',
    "$'a'",
    '$"a"',
    '<',
    '>',
    '2>',
    '&',
    '|',
  ],
  ...[
    ';',
    '(',
    ')',
    '\\\n',
    ' \\\n  ',
    '"a\\\nb"',
    "'a\\\nb'",
    '\t',
    ' ',
    ' ',
    ' ',
    '@(a)',
    '+(a)',
    '!(a)',
    '=(a)',
    '%1',
    '\\#',
    '"#"',
    '\\{a,b}',
  ],
];
const commands = fc.array(fc.constantFrom(...FRAGMENTS), { minLength: 1, maxLength: 7 }).map(pieces => pieces.join(''));

/** The exec form that dfmod gives a command, or undefined where it leaves it alone. */
function execFormOf(command: string): { shell: string; words: string[] } | undefined {
  const { source, text, bugs } = migrated(execForm, `FROM debian:bookworm-slim\nCMD node ${command}\n`, memoryContext({}));
  expect(bugs, command).toEqual([]);
  const cmd = parse(text).instructions[1];
  const shell = parse(source).instructions[1]?.words[0]?.text.slice('node '.length) ?? '';
  return cmd?.json ? { shell, words: cmd.words.slice(1).map(word => word.text) } : undefined;
}

/** Runs each argument as a command of its own; `@` is first, so that a command without arguments shows. */
const EACH = `for each; do (eval "printf '%s\\0' @ $each"); printf '\\1'; done`;

/** The arguments that a program would get from a shell for each of the texts. */
async function argumentsIn(shell: string, texts: string[]): Promise<string[][]> {
  const found: string[][] = [];
  for (let at = 0; at < texts.length; at += 500) {
    const options = { cwd: '/', env: { A: 'x y' }, stripFinalNewline: false } as const;
    const { stdout } = await execa(shell, ['-c', EACH, shell, ...texts.slice(at, at + 500)], options);
    const outputs = stdout.split('\x01').slice(0, -1);
    found.push(...outputs.map(output => output.split('\0').slice(1, -1)));
  }
  return found;
}

const sources = fc.sample(commands, { seed: 8, numRuns: 6000 });
const accepted = sources.flatMap(source => execFormOf(source) ?? []);

describe('a command in exec form', () => {
  test('is found for many', () => {
    expect(accepted.length).toBeGreaterThan(400);
  });

  for (const shell of ['/bin/sh', '/bin/bash']) {
    test.skipIf(!existsSync(shell))(`gets the arguments that ${shell} gives it (skipped without ${shell})`, async () => {
      const found = await argumentsIn(
        shell,
        accepted.map(each => each.shell),
      );
      for (const [index, { shell: text, words }] of accepted.entries()) expect(words, text).toEqual(found[index]);
    });
  }
});
