import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { diskContext } from '../src/context/disk.ts';
import type { BuildKitFile } from './support/buildkit.ts';
import { type Tally, tallies } from './support/corpus.ts';
import { summary } from './support/report.ts';
import { results } from './support/results.ts';
import { runs } from './support/runs.ts';
import { describeWith, readSource, records, sharedRecords, temporaryFolder, unpack } from './support/shared.ts';

describeWith('corpus', 'over real files', () => {
  const folder = temporaryFolder();
  let files: Tally[] = [];
  let apps: Tally[] = [];

  beforeAll(async () => {
    unpack('corpus/dockerfiles.tar.gz', folder.path);
    unpack('corpus/apps.tar.gz', folder.path);
    const named = sharedRecords<BuildKitFile>('oracle/dockerfiles.jsonl.gz').map(({ file }) => file);
    const readable = named
      .map(name => ({ name, path: join(folder.path, name), context: undefined }))
      .filter(({ path }) => readSource(path).valid);
    files = await tallies(readable, join(folder.path, 'files'));
    const folders = records<{ app: string; dockerfile: string }>(readFileSync(join(folder.path, 'apps.jsonl'), 'utf8'));
    const withContext = folders.map(({ app, dockerfile }) => {
      const root = join(folder.path, 'apps', app);
      const path = join(root, dockerfile);
      return { name: app, path, context: diskContext(root, { dockerfile: path }) };
    });
    apps = await tallies(withContext, join(folder.path, 'apps'));
  }, 1_800_000);

  test.each(runs.map(({ name }, index) => ({ name, index })))('$name keeps its promises, as BuildKit sees it', ({ index }) => {
    expect(summary((files[index] as Tally).broken)).toBe('');
    expect(summary((apps[index] as Tally).broken)).toBe('');
  });

  test('key-value settles LegacyKeyValueFormat in 95 % of the files that have it', () => {
    const { before, without } = files.find(({ run }) => run.name === 'key-value')?.settled.get('LegacyKeyValueFormat') ?? {};
    expect(before).toBeGreaterThan(1300);
    expect(Number(without) / Number(before)).toBeGreaterThanOrEqual(0.95);
  });

  test('the numbers are those of docs/results.md; `npm run results` writes it', async () => {
    await expect(results(files, apps)).toMatchFileSnapshot('../docs/results.md');
  });
});
