import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Keeps } from '../src/transform.ts';
import { promiseByHand } from '../src/verify/promise.ts';
import { verify } from '../src/verify/verify.ts';
import { projectRoot } from './support/paths.ts';
import { describeWith } from './support/shared.ts';
import { settings } from './support/verify.ts';

const all = join(projectRoot, '__fixtures__/verify');

/**
 * A pair of Dockerfiles that a person wrote: `before.Dockerfile` and `after.Dockerfile`, each with a `.dockerignore` of its own where it has one;
 * `keeps.txt`, the promise that is made for it (else behaviour); `broken.txt`, what verify says, a line each (without one, nothing is broken).
 * All else is the build context.
 */
describeWith('e2e', 'a pair of Dockerfiles', () => {
  test.each(readdirSync(all).sort())('%s', { timeout: 10 * 60_000 }, async name => {
    const folder = join(all, name);
    const text = (file: string) => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : undefined);
    const version = (file: string) => ({ dockerfile: text(file) ?? '', ignore: text(`${file}.dockerignore`) });
    const pair = { context: folder, before: version('before.Dockerfile'), after: version('after.Dockerfile') };
    const keeps = (text('keeps.txt')?.trim() ?? 'behaviour') as Keeps;
    const found = await verify(pair, promiseByHand(keeps, []), settings(), new AbortController().signal);
    const said = found.verdict === 'impossible' ? [found.why] : found.broken.map(({ by, message }) => `${by}: ${message}`);
    const broken = said.map(line => `${line}\n`).join('');
    if (process.env.UPDATE) writeFileSync(join(folder, 'broken.txt'), broken);
    else expect(broken).toBe(text('broken.txt') ?? '');
  });
});
