import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, type TestContext, test } from 'vitest';
import { promiseByHand } from '../src/verify/promise.ts';
import { type Pair, verify } from '../src/verify/verify.ts';
import { brokenLines, writtenPair } from './support/pairs.ts';
import { sharedFolder } from './support/paths.ts';
import { describeWith } from './support/shared.ts';
import { endedWith, settings } from './support/verify.ts';
import { dockerLines } from './support/verify-program.ts';

const BUILDER = 'remote';
const MOST = 10 * 60_000;

const builds = () => dockerLines('buildx', 'history', 'ls', '--builder', BUILDER, '--format', '{{.Ref}}');

describeWith('e2e', 'with a builder that is not the local engine', () => {
  beforeAll(async () => {
    await execa(join(sharedFolder, 'engine/remote'), ['python:3.9-slim-buster'], { stdin: 'ignore' });
  }, MOST);

  /** What verify says of what that builder was asked to build. */
  async function verified(pair: Pair, test: TestContext) {
    const own = { ...settings({ builder: BUILDER }), rebuilds: false };
    const known = new Set(await builds());
    const found = await endedWith(test, signal => verify(pair, promiseByHand('behaviour', []), own, signal));
    const built = (await builds()).filter(each => !known.has(each));
    expect(built.length).toBeGreaterThanOrEqual(2);
    return found;
  }

  const flask = writtenPair('flask-without-its-gunicorn');

  test.concurrent('a split that loses a program is broken as it is here', { timeout: MOST }, async context => {
    expect(brokenLines(await verified(flask, context))).toBe(flask.broken);
  });

  test.concurrent('a change that holds is verified', { timeout: MOST }, async context => {
    const { dockerfile } = flask.before;
    const after = {
      dockerfile: dockerfile.replace('COPY . .\n', 'COPY requirements.txt .\n').replace('EXPOSE', 'COPY . .\nEXPOSE'),
      ignore: undefined,
    };
    const exercise = { kind: 'same', what: 'running, 8000 answers 200' };
    expect(await verified({ ...flask, after }, context)).toMatchObject({ verdict: 'kept', broken: [], exercise });
  });
});
