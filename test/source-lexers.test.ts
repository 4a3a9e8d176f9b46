import { expect, test } from 'vitest';
import { jsTokens } from '../src/context/js-lexer.ts';
import { memoryContext } from '../src/context/memory.ts';
import { pythonLines } from '../src/context/python-lexer.ts';
import healthcheck from '../transforms/healthcheck/index.ts';
import { migrated } from './support/invariants.ts';

const js = (source: string) => jsTokens(source)?.map(({ kind, text }) => `${kind}:${text}`);
const python = (source: string) => pythonLines(source)?.map(({ indent, tokens }) => [indent, ...tokens.map(({ text }) => text)]);

test.each([
  ['a // b\n/* c */ d', ['name:a', 'name:d']],
  ["x = 'it\\'s' + \"//\"", ['name:x', 'punctuation:=', "string:it\\'s", 'punctuation:+', 'string://']],
  ['a / b / c', ['name:a', 'punctuation:/', 'name:b', 'punctuation:/', 'name:c']],
  ['f(/[\'"]/g)', ['name:f', 'punctuation:(', 'regex:/[\'"]/g', 'punctuation:)']],
  ['`a${`b${c}`}` + `d`', ['template:a${`b${c}`}', 'punctuation:+', 'string:d']],
  ['#!/usr/bin/env node\nimport x', ['name:import', 'name:x']],
  ["don't", ['name:don', "punctuation:'", 'name:t']],
  ['`open ${', ['template:open ${']],
])('JavaScript: %s', (source, tokens) => {
  expect(js(source)).toEqual(tokens);
});

test('JavaScript: brackets know their other ends, and lines are counted', () => {
  const tokens = jsTokens('f(\n  [1])') ?? [];
  expect(tokens.map(({ match }) => match)).toEqual([undefined, 5, 4, undefined, 2, 1]);
  expect(tokens.map(({ line }) => line)).toEqual([1, 1, 2, 2, 2, 2]);
});

test.each([
  ['a = (1,\n  2) # b', [[0, 'a', '=', '(', '1', ',', '2', ')']]],
  [
    'if x:\n\ty = 1; z = 2',
    [
      [0, 'if', 'x', ':'],
      [8, 'y', '=', '1'],
      [8, 'z', '=', '2'],
    ],
  ],
  [
    '"""a\n"b" # c"""\nd',
    [
      [0, 'a\n"b" # c'],
      [0, 'd'],
    ],
  ],
  ['a \\\n  b', [[0, 'a', 'b']]],
  [
    '"open\nb',
    [
      [0, 'open'],
      [0, 'b'],
    ],
  ],
])('Python: %s', (source, lines) => {
  expect(python(source)).toEqual(lines);
});

test('Python: a string with values put in is opaque, one without is not', () => {
  const [tokens] = pythonLines('f"{a}" f"b" rb"c" r"d"')?.map(line => line.tokens) ?? [];
  expect(tokens?.map(({ kind }) => kind)).toEqual(['opaque', 'string', 'opaque', 'string']);
});

test.each([
  ['server.js', 'const a = 1, '.repeat(4_000)],
  ['server.js', 'f('.repeat(10_000)],
  ['server.js', '=/[ '.repeat(10_000)],
  ['server.js', "app.get('/', () => {".repeat(2_000)],
  ['server.js', "app.listen(app.get('port'));\n".repeat(2_000)],
  ['server.js', `const app = require('express')();\n${"app.get('/health', health);\n".repeat(2_000)}app.listen(3000)`],
  ['app.py', 'f('.repeat(10_000)],
  ['app.py', 'x.run(port=a or b)\n'.repeat(2_000)],
  ['app.py', `app = Flask()\n${'@app.route("/")\ndef f():\n  return 1\n'.repeat(1_500)}app.run()`],
])('a hostile %s is read in time: %.20s', { timeout: 20_000 }, (name, source) => {
  const program = name.endsWith('.py') ? 'python' : 'node';
  const dockerfile = `FROM ${program}\nWORKDIR /app\nCOPY . .\nEXPOSE 3000\nCMD ["${program}", "${name}"]\n`;
  expect(migrated(healthcheck, dockerfile, memoryContext({ [name]: source })).bugs).toEqual([]);
});
