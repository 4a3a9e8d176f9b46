import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type AppRow, appsTable } from './support/apps-table.ts';
import { projectRoot } from './support/paths.ts';
import { describeWith, sharedText } from './support/shared.ts';
import { disagreement, EXPLANATIONS, explanation, type VerifiedRow, verifiedTable } from './support/verified-table.ts';

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

describe('the apps that were verified', () => {
  const apps = (JSON.parse(readFileSync(join(projectRoot, 'docs/apps.json'), 'utf8')) as AppRow[]).map(({ name }) => name);
  const rows = JSON.parse(readFileSync(join(projectRoot, 'docs/verified.json'), 'utf8')) as VerifiedRow[];

  test('where verify and the plain comparison disagree, it is said why', () => {
    const silent = rows.filter(row => disagreement(row) !== undefined && explanation(row) === undefined);
    expect(silent.map(row => [row.name, row.preset, disagreement(row)])).toEqual([]);
  });

  test('nothing is explained that they agree on', () => {
    const explained = Object.entries(EXPLANATIONS).flatMap(([name, kinds]) => Object.keys(kinds).map(kind => `${name}: ${kind}`));
    const found = new Set(rows.map(row => `${row.name}: ${disagreement(row)}`));
    expect(explained.filter(each => !found.has(each))).toEqual([]);
  });

  test('the page is that of the rows (npm run apps -- verified writes both)', () => {
    expect(readFileSync(join(projectRoot, 'docs/verified.md'), 'utf8')).toBe(verifiedTable(rows, apps));
  });
});
