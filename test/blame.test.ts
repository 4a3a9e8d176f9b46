import { expect, test } from 'vitest';
import { memoryContext } from '../src/context/memory.ts';
import { parse } from '../src/dockerfile/parse.ts';
import { knownImages } from '../src/images/known.ts';
import { type Migration, migrate } from '../src/migrate.ts';
import type { Transform } from '../src/transform.ts';
import { blame } from '../src/verify/blame.ts';
import type { Broken } from '../src/verify/difference.ts';
import copyNotAdd from '../transforms/copy-not-add.ts';
import keyValue from '../transforms/key-value.ts';
import { BLAMED, failingStep, stepsOf, withoutMode } from './support/blamed.ts';

const UNBUILT: Broken = { by: 'build', message: "the result doesn't build" };
const LOST: Broken = { by: 'config', message: 'Env.MODE was production and is not set' };

/** What is broken, as verify finds it: nothing is known of what doesn't build. */
function brokenIn({ text }: Migration): Broken[] {
  if (text.includes('exit 3')) return [UNBUILT];
  return text.includes('MODE') ? [] : [LOST];
}

async function blamed(...transforms: Transform[]) {
  const facts = { context: memoryContext({ 'index.html': 'hello' }), callers: [], images: knownImages };
  const work = { file: parse(BLAMED), steps: stepsOf(...transforms), facts };
  const all = migrate(work.file, work.steps, facts);
  let looks = 0;
  const look = async (migration: Migration) => {
    looks++;
    const seconds = { compare: 0, run: 0 };
    return { broken: brokenIn(migration), promised: [], noise: [], doesBuild: true, exercise: { kind: 'differs' } as const, seconds };
  };
  const { broken, without, migration } = await blame(work, all, brokenIn(all), look);
  const kept = migration.steps.map(({ transform }) => transform);
  return { broken: broken.map(({ transform, message }) => `${transform}: ${message}`), without, kept, looks };
}

test.each<[what: string, transforms: Transform[], found: Awaited<ReturnType<typeof blamed>>]>([
  [
    'the only one, without another look',
    [withoutMode],
    { broken: [`without-mode: ${LOST.message}`], without: ['without-mode'], kept: [], looks: 0 },
  ],
  [
    'one among others, in any place',
    [keyValue, withoutMode, copyNotAdd],
    { broken: [`without-mode: ${LOST.message}`], without: ['without-mode'], kept: ['key-value', 'copy-not-add'], looks: 3 },
  ],
  [
    'each of two, though what the one breaks is hidden by the other',
    [keyValue, withoutMode, copyNotAdd, failingStep],
    {
      broken: [`without-mode: ${LOST.message}`, `failing-step: ${UNBUILT.message}`],
      without: ['without-mode', 'failing-step'],
      kept: ['key-value', 'copy-not-add'],
      looks: 6,
    },
  ],
])('who broke a promise is %s', async (_, transforms, found) => {
  expect(await blamed(...transforms)).toEqual(found);
});
