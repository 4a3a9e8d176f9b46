import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { promiseByHand } from '../src/verify/promise.ts';
import { verify } from '../src/verify/verify.ts';
import { brokenFile, brokenLines, pairNames, writtenPair } from './support/pairs.ts';
import { describeWith } from './support/shared.ts';
import { endedWith, settings } from './support/verify.ts';

describeWith('e2e', 'a pair of Dockerfiles', () => {
  test.concurrent.for(pairNames)('%s', { timeout: 10 * 60_000 }, async (name, context) => {
    const pair = writtenPair(name);
    const found = await endedWith(context, signal => verify(pair, promiseByHand(pair.keeps, []), settings(), signal));
    if (process.env.UPDATE) writeFileSync(brokenFile(name), brokenLines(found));
    else expect(brokenLines(found)).toBe(pair.broken);
  });
});
