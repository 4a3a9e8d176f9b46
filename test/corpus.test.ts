import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { diskContext } from '../src/context/disk.ts';
import type { BuildKitFile } from './support/buildkit.ts';
import { type Tally, tallier } from './support/corpus.ts';
import { summary } from './support/report.ts';
import { results } from './support/results.ts';
import { type Run, runs } from './support/runs.ts';
import { describeWith, readSource, records, sharedRecords, temporaryFolder, unpack } from './support/shared.ts';

describeWith('corpus', 'over real files', () => {
  const folder = temporaryFolder();
  let files: (run: Run) => Promise<Tally>;
  let apps: (run: Run) => Promise<Tally>;

  beforeAll(() => {
    unpack('corpus/dockerfiles.tar.gz', folder.path);
    unpack('corpus/apps.tar.gz', folder.path);
    const named = sharedRecords<BuildKitFile>('oracle/dockerfiles.jsonl.gz').map(({ file }) => file);
    const readable = named
      .map(name => ({ name, path: join(folder.path, name), context: undefined }))
      .filter(({ path }) => readSource(path).valid);
    files = tallier(readable, join(folder.path, 'files'));
    const folders = records<{ app: string; dockerfile: string }>(readFileSync(join(folder.path, 'apps.jsonl'), 'utf8'));
    const withContext = folders.map(({ app, dockerfile }) => {
      const root = join(folder.path, 'apps', app);
      const path = join(root, dockerfile);
      return { name: app, path, context: diskContext(root, { dockerfile: path }) };
    });
    apps = tallier(withContext, join(folder.path, 'apps'));
  }, 120_000);

  test.each(runs.map(run => [run.name, run] as const))(
    '%s keeps its promises, as BuildKit sees it',
    async (_, run) => {
      expect(summary((await files(run)).broken)).toBe('');
      expect(summary((await apps(run)).broken)).toBe('');
    },
    1_200_000,
  );

  test('key-value settles LegacyKeyValueFormat in 95 % of the files that have it', async () => {
    const run = runs.find(({ name }) => name === 'key-value') as Run;
    const { before, without } = (await files(run)).settled.get('LegacyKeyValueFormat') ?? {};
    expect(before).toBeGreaterThan(1300);
    expect(Number(without) / Number(before)).toBeGreaterThanOrEqual(0.95);
  }, 1_200_000);

  test('the numbers are those of docs/results.md; `npm run results` writes it', async () => {
    const every = (tallied: (run: Run) => Promise<Tally>) => Promise.all(runs.map(tallied));
    await expect(results(await every(files), await every(apps))).toMatchFileSnapshot('../docs/results.md');
  }, 1_200_000);
});
