import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from '../src/dockerfile/parse.ts';
import { knownImages } from '../src/images/known.ts';
import { type Migration, migrate } from '../src/migrate.ts';
import keyValue from '../transforms/key-value.ts';
import { judgePlans, type Plan } from './support/judge.ts';
import { describeWith, temporaryFolder } from './support/shared.ts';

/** Pieces of values that BuildKit reads in one way outside quotes and in another within, or over several lines. */
const FRAGMENTS = [
  ...['$A', '${A}', '${A:-x y}', '${A:-"q"}', "${A:-'q'}", '${B:-${C:-z}}', '${B:-a\\}b}', '${A:+$C}', '${A#x}', '${A%%*}', '${A/x/y}'],
  ...['${A:-\\"}', '${A\\\n}', '${', '}', '{', '$', '$$', '$1', '$12', '$?', '$@', '$é', '$1٣', '$Aé', '"', "'", '"x y"', "'x y'", '"$A"'],
  ...["'$A'", '\\', '\\\\', '`', '``', '\\"', '`"', '\\$', '`$', '\\ ', '\\n', '#', '=', '-', ':', '~', '*', '<<EOF', 'a', 'b', '_', '9'],
  ...[
    'x y',
    'é',
    'ß',
    '😀',
    '日',
    '\u00a0',
    '\u2003',
    '\ufeff',
    '\t',
    ' ',
    '  ',
    '\f',
    '\v',
    ' \\\n',
    '\\\n',
    '\\\r\n',
    '\\\n  # comment\n',
  ],
  ...['\\\n\n  ', ' \\\n# c "q\\\n  ', '`\n', '`\n# c\n', '$A\\\n', "'\\\n#"],
];
const NAMES = ['n.m', 'a-b', '"N"', '$A', "N'", 'N\\', 'N`', 'é', 'N\\\n', 'N${A}', '1', 'N/', 'N#', '😀', 'N\u00a0', 'a\\ b'];
const GAPS = [
  '  ',
  '\t',
  ' \\\n',
  '\\\n ',
  ' \\\n# c\n',
  '\\\n  # c\n\n # d\n  ',
  '\f',
  ' \\\r\n',
  '`\n ',
  ' \\\n \\\n ',
  '\u00a0 ',
  ' `\n# c\n',
];

const dockerfiles = fc
  .record({
    directive: fc.constantFrom('', '', '', '# escape=`\n'),
    keyword: fc.constantFrom('ENV', 'ENV', 'LABEL', 'env', '  ENV', 'ENV\\\n'),
    name: fc.oneof({ weight: 4, arbitrary: fc.constant('N') }, fc.constantFrom(...NAMES)),
    gap: fc.oneof({ weight: 2, arbitrary: fc.constant(' ') }, fc.constantFrom(...GAPS)),
    value: fc.array(fc.constantFrom(...FRAGMENTS), { minLength: 1, maxLength: 6 }).map(pieces => pieces.join('')),
    rest: fc.constantFrom('', '\n', ' \n', ' \\\n', '\nENV D=$N,$A\nLABEL e="$N"\nRUN echo\n'),
    windows: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
  })
  .map(({ directive, keyword, name, gap, value, rest, windows }) => {
    const source = `${directive}FROM a\nENV A="v w" C=ccx\n${keyword} ${name}${gap}${value}${rest}`;
    return windows ? source.replaceAll(/\r?\n/g, '\r\n') : source;
  });

function migrated(source: string): Migration {
  const steps = [{ transform: keyValue, options: {}, keeps: 'intent' as const, preset: false }];
  return migrate(parse(source), steps, { context: undefined, callers: [], images: knownImages });
}

describeWith('judge', 'ENV and LABEL with an equals sign', () => {
  const folder = temporaryFolder();

  async function plans(sources: string[]): Promise<Plan[]> {
    const files = sources.map((source, index) => {
      const path = join(folder.path, String(index));
      writeFileSync(path, source);
      return path;
    });
    return (await judgePlans(files)).map(plan => ({ ...plan, file: '' }));
  }

  test('build what the legacy form built', async () => {
    const sources = fc.sample(dockerfiles, { seed: 3, numRuns: 2000 });
    const changed = sources.map(migrated).filter(({ source, text }) => source !== text);
    expect(changed.length).toBeGreaterThan(600);
    const all = await plans(changed.flatMap(({ source, text }) => [source, text]));
    for (const [index, { source, text }] of changed.entries()) {
      expect(all[2 * index + 1], `${JSON.stringify(source)} became ${JSON.stringify(text)}`).toEqual(all[2 * index]);
      expect(all[2 * index]).not.toHaveProperty('err');
    }
  });

  test('come of every file without a bug, and are left alone by a second run', () => {
    for (const source of fc.sample(dockerfiles, { seed: 4, numRuns: 2000 })) {
      const { bugs, text } = migrated(source);
      expect(bugs, JSON.stringify(source)).toEqual([]);
      expect(migrated(text).text).toBe(text);
    }
  });
});
