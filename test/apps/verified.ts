import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import { diskContext } from '../../src/context/disk.ts';
import { ignoreText } from '../../src/context/tree.ts';
import { callerSearch } from '../../src/discover/callers.ts';
import { composeSearch } from '../../src/discover/compose-files.ts';
import { parse } from '../../src/dockerfile/parse.ts';
import { knownImages } from '../../src/images/known.ts';
import { type Migration, migrate } from '../../src/migrate.ts';
import type { Work } from '../../src/verify/blame.ts';
import type { Verification } from '../../src/verify/verification.ts';
import { verifyMigration } from '../../src/verify/verify.ts';
import type { AppRow } from '../support/apps-table.ts';
import { dockerEngine } from '../support/engine.ts';
import { appliedChanges } from '../support/invariants.ts';
import { observe } from '../support/observation.ts';
import { projectRoot } from '../support/paths.ts';
import { APPS, built, copyApp, digestOf, original, troubles } from '../support/real-apps.ts';
import { stepsOf } from '../support/runs.ts';
import { temporaryFolder, unpack } from '../support/shared.ts';
import { PRESETS, type VerifiedRow, verifiedTable } from '../support/verified-table.ts';
import { settings } from '../support/verify.ts';

const DATA = join(projectRoot, 'docs/verified.json');
const PAGE = join(projectRoot, 'docs/verified.md');
const LONGEST = 20 * 60_000;

const temporary = temporaryFolder();
const engine = dockerEngine('dfmod-verified');
const plainRows = readRows<AppRow>(join(projectRoot, 'docs/apps.json'));
/** Small images first: most is known early. */
const quickFirst = [...APPS].sort((one, other) => sizeOf(one) - sizeOf(other));

/** What a preset makes of an app. */
interface Result {
  name: string;
  preset: string;
  work: Work;
  migration: Migration;
  before: string;
  after: string;
  digests: VerifiedRow['digests'];
}

beforeAll(() => unpack('corpus/apps.tar.gz', join(temporary.path, 'corpus')));
// what a run that was stopped left
beforeAll(() => engine.cleanUp(), 10 * 60_000);
afterAll(() => engine.cleanUp(), 10 * 60_000);

test.each(quickFirst)('%s is verified', async name => {
  for (const preset of PRESETS) {
    const result = await resultOf(name, preset);
    const known = rowsOf(name).find(row => isOf(row, result));
    const isKnown = known && known.verdict !== 'broken' && known.verdict !== 'impossible';
    const changes = appliedChanges(result.migration).length;
    keep({ ...(isKnown ? known : await verified(result)), preset, changes });
  }
});

/** The app with this machine's images, as it is and as a preset makes it. */
async function resultOf(name: string, preset: string): Promise<Result> {
  const root = join(temporary.path, preset, name.replaceAll('/', '+'));
  const [before, after] = [join(root, 'before'), join(root, 'after')];
  for (const folder of [before, after]) await copyApp(join(temporary.path, 'corpus'), name, folder);
  const path = join(before, 'Dockerfile');
  const file = parse(readFileSync(path, 'utf8'));
  const callers = callerSearch()(path, composeSearch()(path, [before]));
  const work: Work = { file, steps: stepsOf(preset), facts: { context: diskContext(before), callers, images: knownImages } };
  const migration = migrate(file, work.steps, work.facts);
  writeFileSync(join(after, 'Dockerfile'), migration.text);
  for (const { path: neighbour, text } of migration.neighbours) writeFileSync(join(after, neighbour), text);
  return { name, preset, work, migration, before, after, digests: { before: digestOf(before), after: digestOf(after) } };
}

async function verified(result: Result): Promise<VerifiedRow> {
  const { name, preset, digests } = result;
  const row = { name, preset, digests, changes: 0, broken: [], plain: [] };
  if (digests.before === digests.after) return { ...row, verdict: 'unchanged' };
  const { work, migration, before } = result;
  const place = { context: before, before: { dockerfile: migration.source, ignore: ignoreText(diskContext(before)) } };
  const limit = AbortSignal.timeout(LONGEST);
  try {
    const { verification } = await verifyMigration(work, migration, place, { ...settings(), rebuilds: false }, limit);
    return { ...row, ...told(verification), plain: await plainTroubles(result) };
  } catch (error) {
    if (!limit.aborted) throw error;
    return { ...row, verdict: 'impossible', why: `it takes longer than ${LONGEST / 60_000} minutes`, plain: await plainTroubles(result) };
  }
}

function told(verification: Verification): Pick<VerifiedRow, 'verdict' | 'broken' | 'exercise' | 'seconds' | 'remedy' | 'why'> {
  if (verification.verdict === 'impossible') return { verdict: 'impossible', broken: [], why: verification.why };
  const { verdict, broken, exercise, seconds, remedy } = verification;
  const blamed = broken.map(({ message, transform = '' }) => ({ message, transform }));
  return { verdict, broken: blamed, exercise, seconds, ...(remedy ? { remedy } : {}) };
}

/** What the plain comparison finds, as far as it is known already. */
async function plainTroubles({ name, before, after, digests }: Result): Promise<string[]> {
  const known = plainRows.find(row => row.name === name && row.digests.before === digests.before);
  if (known?.digests.after === digests.after) return known.broken;
  const old = known?.before ?? (await original(engine, name, (await built(engine, before)).image));
  try {
    const { image } = await built(engine, after);
    return troubles(old, await observe(engine, image, old));
  } catch (error) {
    return [(error as Error).message];
  }
}

function isOf({ digests }: VerifiedRow, result: Result): boolean {
  return digests.before === result.digests.before && digests.after === result.digests.after;
}

function sizeOf(name: string): number {
  return plainRows.find(row => row.name === name)?.bytes.before ?? Number.POSITIVE_INFINITY;
}

/** An app's rows; of another preset too, as both may make the same. */
function rowsOf(name: string): VerifiedRow[] {
  return readRows<VerifiedRow>(DATA).filter(row => row.name === name);
}

function readRows<Row>(path: string): Row[] {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Row[]) : [];
}

/** Writes a row and the page at once: a run that is stopped goes on where it was. */
function keep(row: VerifiedRow): void {
  const others = readRows<VerifiedRow>(DATA).filter(({ name, preset }) => name !== row.name || preset !== row.preset);
  const all = [...others, row];
  const inOrder = APPS.flatMap(name => PRESETS.flatMap(preset => all.filter(each => each.name === name && each.preset === preset)));
  mkdirSync(join(projectRoot, 'docs'), { recursive: true });
  writeFileSync(DATA, `${JSON.stringify(inOrder, undefined, 1)}\n`);
  writeFileSync(PAGE, verifiedTable(inOrder, APPS));
}
