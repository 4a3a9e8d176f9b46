import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type AppRow, appsTable } from './support/apps-table.ts';
import { projectRoot } from './support/paths.ts';
import { describeWith, sharedText } from './support/shared.ts';

describeWith('corpus', 'the apps that build here', () => {
  const rows = JSON.parse(readFileSync(join(projectRoot, 'docs/apps.json'), 'utf8')) as AppRow[];

  test('each was built and run, and does the same as before', () => {
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(JSON.parse(sharedText('corpus/builds-here.json')) as object));
    expect(rows.filter(({ broken }) => broken.length > 0)).toEqual([]);
  });

  test('the page is that of the rows (npm run apps writes both)', () => {
    expect(readFileSync(join(projectRoot, 'docs/apps.md'), 'utf8')).toBe(appsTable(rows));
  });
});
