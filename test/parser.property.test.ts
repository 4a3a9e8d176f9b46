import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dockerfile, Instruction } from '../src/dockerfile/nodes.ts';
import { parse } from '../src/dockerfile/parse.ts';
import { dockerfiles, texts } from './support/arbitraries.ts';
import { type BuildKitFile, differences } from './support/buildkit.ts';
import { judgeAst, judgeLint } from './support/judge.ts';
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

/** Where BuildKit, taking bytes for characters, garbles what is written, and we don't: in flags, which are a problem then, and in HEALTHCHECK's type. */
function isGarbled({ instructions, problems }: Dockerfile): boolean {
  const garbled = (node: Instruction): boolean =>
    (node.name === 'HEALTHCHECK' && /[^\0-\x7f]/.test(node.words[0]?.text ?? '')) || (node.trigger !== undefined && garbled(node.trigger));
  return problems.some(({ message }) => message.includes('outside ASCII')) || instructions.some(garbled);
}

describeWith('judge', 'whatever BuildKit reads', () => {
  const folder = temporaryFolder();

  test('is read the same way', async () => {
    // the shortest first: they say most
    const sources = [...new Set(fc.sample(dockerfiles, { numRuns: FILES, seed: SEED }))].sort((a, b) => a.length - b.length);
    const paths = sources.map((source, index) => {
      const path = join(folder.path, `${index}`);
      writeFileSync(path, source);
      return path;
    });
    const theirs = await judgeAst(paths);
    const found = new Map<string, string[]>();
    const doubtful: number[] = [];
    for (const [index, source] of sources.entries()) {
      const ours = parse(source);
      const their = theirs[index] as BuildKitFile;
      if (isGarbled(ours)) continue;
      if (ours.problems.length > 0 && !their.err && !their.instErr) doubtful.push(index);
      else found.set(JSON.stringify(source), differences(ours, their));
    }
    // some of what we refuse, BuildKit refuses only once it knows the variables
    const verdicts = await judgeLint(doubtful.map(index => paths[index] as string));
    for (const [at, index] of doubtful.entries()) {
      if (!verdicts[at]?.error) found.set(JSON.stringify(sources[index]), ['BuildKit reads it, but we have a problem']);
    }
    expect(summary(found)).toBe('');
    expect(found.size).toBeGreaterThan(sources.length * 0.8);
  });
});
