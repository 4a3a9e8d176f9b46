import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from '../src/dockerfile/parse.ts';
import { dockerfiles, texts } from './support/arbitraries.ts';
import { differences } from './support/buildkit.ts';
import { judgeAst } from './support/judge.ts';
import { misplacements } from './support/rebuild.ts';
import { summary } from './support/report.ts';
import { describeWith, temporaryFolder } from './support/shared.ts';

/** More files for a longer hunt: DFMOD_FUZZ=50000. */
const FILES = Number(process.env.DFMOD_FUZZ ?? 2000);
const SEED = Number(process.env.DFMOD_FUZZ_SEED ?? 3);

describe('whatever the text', () => {
  test('it is read without throwing, and rebuilt from its pieces', () => {
    fc.assert(
      fc.property(texts, source => {
        expect(misplacements(parse(source))).toEqual([]);
      }),
      { numRuns: 3000, seed: SEED },
    );
  });
});

describeWith('judge', 'whatever BuildKit reads', () => {
  const folder = temporaryFolder();

  test('is read the same way', async () => {
    // the shortest first: they say most
    const sources = [...new Set(fc.sample(dockerfiles, { numRuns: FILES, seed: SEED }))].sort((a, b) => a.length - b.length);
    mkdirSync(join(folder.path, 'fuzz'));
    const paths = sources.map((source, index) => {
      const path = join(folder.path, 'fuzz', `${index}`);
      writeFileSync(path, source);
      return path;
    });
    const theirs = await judgeAst(paths);
    const found = new Map(
      theirs.map((their, index) => [JSON.stringify(sources[index]), differences(parse(sources[index] as string), their)]),
    );
    expect(summary(found)).toBe('');
  });
});
