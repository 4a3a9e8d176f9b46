import { expect, test } from 'vitest';
import { verifiedResult } from '../src/cli/verifying.ts';
import { diskContext } from '../src/context/disk.ts';
import { parse } from '../src/dockerfile/parse.ts';
import { knownImages } from '../src/images/known.ts';
import { migrate } from '../src/migrate.ts';
import { mayBeWritten } from '../src/report/results.ts';
import type { Transform } from '../src/transform.ts';
import copyNotAdd from '../transforms/copy-not-add.ts';
import keyValue from '../transforms/key-value.ts';
import { BLAMED, failingStep, stepsOf, withoutMode } from './support/blamed.ts';
import { folderMaker } from './support/folders.ts';
import { describeWith } from './support/shared.ts';
import { settings } from './support/verify.ts';

const MOST = 5 * 60_000;

describeWith('e2e', 'a transform that breaks its promise', () => {
  const { folderOf } = folderMaker();

  /** What `--verify` makes of a Dockerfile's changes. */
  async function verified(...transforms: Transform[]) {
    const folder = folderOf({ Dockerfile: BLAMED, 'index.html': 'hello\n' });
    const file = parse(BLAMED);
    const facts = { context: diskContext(folder, {}), callers: [], images: knownImages };
    const work = { file, steps: stepsOf(...transforms), facts };
    const found = {
      ...{ path: 'Dockerfile', against: undefined, context: { folder, from: '' }, trouble: [], skipped: undefined, written: false },
      ...{ migration: migrate(file, work.steps, facts), verification: undefined },
    };
    const result = await verifiedResult(found, work, folder, { settings: settings().build, smoke: undefined, rebuilds: false });
    if (result.verification?.verdict !== 'broken') throw new Error(JSON.stringify(result.verification));
    const { broken, remedy } = result.verification;
    return {
      broken: broken.map(({ transform, by, message }) => `${transform}: ${by}: ${message}`),
      remedy,
      text: mayBeWritten(result) ? result.migration?.text : undefined,
    };
  }

  test('is named, and what is written is what holds without it', { timeout: MOST }, async () => {
    expect(await verified(keyValue, withoutMode, copyNotAdd)).toEqual({
      broken: ['without-mode: config: Env.MODE was production and is not set'],
      remedy: { without: ['without-mode'], kept: ['key-value', 'copy-not-add'] },
      text: BLAMED.replace('GREETING hello', 'GREETING="hello"').replace('ADD', 'COPY'),
    });
  });

  test('is named beside another, whose result does not build', { timeout: MOST }, async () => {
    expect(await verified(keyValue, withoutMode, failingStep)).toEqual({
      broken: [
        'without-mode: config: Env.MODE was production and is not set',
        expect.stringMatching(/^failing-step: build: the result doesn't build: \[\d\/\d\] RUN exit 3: /),
      ],
      remedy: { without: ['without-mode', 'failing-step'], kept: ['key-value'] },
      text: BLAMED.replace('GREETING hello', 'GREETING="hello"'),
    });
  });

  test('leaves nothing to write where it is the only one', { timeout: MOST }, async () => {
    expect(await verified(withoutMode)).toEqual({
      broken: ['without-mode: config: Env.MODE was production and is not set'],
      remedy: { without: ['without-mode'], kept: [] },
      text: undefined,
    });
  });
});
