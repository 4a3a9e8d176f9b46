import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { diskContext } from '../../src/context/disk.ts';
import { parse } from '../../src/dockerfile/parse.ts';
import { type AppRow, appsTable, median } from '../support/apps-table.ts';
import { dockerEngine } from '../support/engine.ts';
import { observe } from '../support/observation.ts';
import { projectRoot } from '../support/paths.ts';
import { installedPackage } from '../support/program.ts';
import { APPS, built, copyApp, digestOf, original, troubles } from '../support/real-apps.ts';
import { temporaryFolder, unpack } from '../support/shared.ts';
import { timedBuild } from '../support/timed-build.ts';

const DATA = join(projectRoot, 'docs/apps.json');
const PAGE = join(projectRoot, 'docs/apps.md');
const RUNS = 3;
/** How a line of each language says nothing; in the order in which a file is looked for. */
const COMMENTS = new Map([
  ['.go', '//'],
  ['.rs', '//'],
  ['.java', '//'],
  ['.py', '#'],
  ['.ts', '//'],
  ['.tsx', '//'],
  ['.js', '//'],
  ['.jsx', '//'],
]);
const NO_SOURCE = /(?:^|\/)(?:[^/]*\.(?:config|test|spec|conf)\.[a-z]+|[^/]*_test\.go|tests?\/.*|setup\.py|healthcheck\.js)$/;

const temporary = temporaryFolder();
const dfmod = installedPackage();
const engine = dockerEngine('dfmod-apps');

interface Variants {
  before: string;
  after: string;
  faster: string;
  digests: AppRow['digests'];
  applied: AppRow['applied'];
}

beforeAll(() => unpack('corpus/apps.tar.gz', join(temporary.path, 'corpus')));
// what a run that was stopped left
beforeAll(() => engine.cleanUp(), 10 * 60_000);
afterAll(() => engine.cleanUp(), 10 * 60_000);

/** An app is edited after it was run. */
const compared = new Map<string, Promise<void>>();

test.each(APPS)('%s does the same', name => {
  const run = compare(name);
  compared.set(name, run);
  return run;
});

test.each(APPS)('%s is rebuilt after an edit', async name => {
  await compared.get(name)?.catch(() => undefined);
  await measure(name);
});

async function compare(name: string): Promise<void> {
  const { before, after, digests, applied } = await variants(name, 'does');
  const known = rows().get(name);
  if (known && known.digests.before === digests.before && known.digests.after === digests.after && known.broken.length === 0) return;
  const old = await built(engine, before);
  const seen = known?.digests.before === digests.before ? known.before : await original(engine, name, old.image);
  const base = parse(readFileSync(join(before, 'Dockerfile'), 'utf8')).instructions.findLast(({ name: keyword }) => keyword === 'FROM');
  const found: AppRow = {
    ...(known?.rebuild ? { rebuild: known.rebuild } : {}),
    name,
    base: base?.words[0]?.text ?? '',
    digests: { ...digests, faster: known?.digests.faster ?? '' },
    bytes: { before: await engine.size(old.image), after: await engine.size(old.image) },
    before: seen,
    after: seen,
    broken: [],
    applied,
  };
  if (digests.before === digests.after) {
    keep(found);
    return;
  }
  try {
    const now = await built(engine, after);
    found.bytes.after = await engine.size(now.image);
    found.after = await observe(engine, now.image, seen);
    found.broken = troubles(seen, found.after);
  } catch (error) {
    found.broken = [(error as Error).message];
  }
  keep(found);
  expect(found.broken).toEqual([]);
}

async function measure(name: string): Promise<void> {
  const { before, faster, digests } = await variants(name, 'edit');
  const known = rows().get(name);
  if (!known) throw new Error('it has to be run first');
  if (known.rebuild && known.digests.before === digests.before && known.digests.faster === digests.faster) return;
  const { file, ...rebuild } = await rebuilt(before);
  if (file === undefined) return;
  const again = digests.before === digests.faster ? rebuild : await rebuilt(faster);
  keep({
    ...(rows().get(name) as AppRow),
    digests: { ...known.digests, faster: digests.faster },
    rebuild: { file, before: rebuild, after: { steps: again.steps, seconds: again.seconds } },
  });
}

/** The app with this machine's images: as it is, after everything, and after what makes builds faster. */
async function variants(name: string, test: string): Promise<Variants> {
  const root = join(temporary.path, test, name.replaceAll('/', '+'));
  const [before, after, faster] = ['before', 'after', 'faster'].map(each => join(root, each)) as [string, string, string];
  await copyApp(join(temporary.path, 'corpus'), name, before);
  for (const folder of [after, faster]) cpSync(before, folder, { recursive: true, verbatimSymlinks: true });
  const run = async (preset: string, folder: string) => {
    const args = [dfmod.bin, preset, '--write', '--reporter', 'json', join(folder, 'Dockerfile')];
    const { stdout } = await execa(process.execPath, args, { cwd: folder });
    const plan = JSON.parse(stdout) as { files: { changes: { transform: string }[] }[] };
    return plan.files.flatMap(({ changes }) => changes.map(({ transform }) => transform));
  };
  const applied: Record<string, number> = {};
  for (const transform of await run('all', after)) applied[transform] = (applied[transform] ?? 0) + 1;
  await run('speed', faster);
  return { before, after, faster, digests: { before: digestOf(before), after: digestOf(after), faster: digestOf(faster) }, applied };
}

/** Builds a folder, and again after each of some edits of a source file of the image. */
async function rebuilt(folder: string): Promise<{ file: string | undefined; steps: number; seconds: number }> {
  await built(engine, folder);
  for (const file of sources(folder)) {
    const builds = [];
    for (let run = 0; run < RUNS; run++) {
      appendFileSync(join(folder, file), `\n${COMMENTS.get(extname(file))} dfmod ${run} ${Date.now()}\n`);
      builds.push(await timedBuild(engine, folder));
      // the image doesn't have this file
      if (builds[0]?.steps === 0) break;
    }
    if (builds.length === RUNS) {
      return { file, steps: median(builds.map(({ steps }) => steps)), seconds: median(builds.map(({ seconds }) => seconds)) };
    }
  }
  return { file: undefined, steps: 0, seconds: 0 };
}

/** Source files that Docker is sent, those near the top first. */
function sources(folder: string): string[] {
  const extensions = [...COMMENTS.keys()];
  const rank = (path: string) => [path.split('/').length, extensions.indexOf(extname(path))] as const;
  return diskContext(folder)
    .files('')
    .paths.filter(path => COMMENTS.has(extname(path)) && !NO_SOURCE.test(path))
    .sort((a, b) => rank(a)[0] - rank(b)[0] || rank(a)[1] - rank(b)[1] || (a < b ? -1 : 1))
    .slice(0, 5);
}

function rows(): Map<string, AppRow> {
  const all = existsSync(DATA) ? (JSON.parse(readFileSync(DATA, 'utf8')) as AppRow[]) : [];
  return new Map(all.map(row => [row.name, row]));
}

/** Writes a row and the page at once: a run that is stopped goes on where it was. */
function keep(row: AppRow): void {
  const all = rows().set(row.name, row);
  const inOrder = APPS.flatMap(name => all.get(name) ?? []);
  mkdirSync(join(projectRoot, 'docs'), { recursive: true });
  writeFileSync(DATA, `${JSON.stringify(inOrder, undefined, 1)}\n`);
  writeFileSync(PAGE, appsTable(inOrder));
}
