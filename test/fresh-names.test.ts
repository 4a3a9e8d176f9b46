import { describe, expect, test } from 'vitest';
import { differences } from '../src/verify/compare.ts';
import { aligned, freshNames } from '../src/verify/fresh-names.ts';
import type { Snapshot } from '../src/verify/snapshot.ts';
import { type Given, image } from './support/snapshots.ts';

/** What a build of Next leaves, under a build id. */
const site = (id: string, more: Record<string, Given> = {}): Snapshot =>
  image({
    '/app/.next/BUILD_ID': id,
    '/app/.next/static/media/logo.png': 'logo',
    [`/app/.next/static/${id}/_buildManifest.js`]: 'manifest',
    [`/app/.next/static/${id}/_ssgManifest.js`]: 'manifest',
    ...more,
  });

/** What of the result is missing, new or other against a build of the original, which another build shows the fresh names of. */
function found(other: Snapshot, build: Snapshot, result: Snapshot): string[] {
  return differences(build, aligned(build, result, freshNames(build, other))).map(({ kind, name }) => `${kind} ${name}`);
}

describe('a name that is new with each build', () => {
  test('is the same folder, whatever each build calls it', () => {
    expect(found(site('a1'), site('b2'), site('c3'))).toEqual(['changed /app/.next/BUILD_ID']);
  });

  test('is no reason to be gone', () => {
    const result = image({ '/app/.next/BUILD_ID': 'c3', '/app/.next/static/media/logo.png': 'logo' });
    expect(found(site('a1'), site('b2'), result)).toEqual([
      'changed /app/.next/BUILD_ID',
      'removed /app/.next/static/b2',
      'removed /app/.next/static/b2/_buildManifest.js',
      'removed /app/.next/static/b2/_ssgManifest.js',
    ]);
  });

  test('is no reason for another content, or for one more', () => {
    const result = site('c3', { '/app/.next/static/c3/_buildManifest.js': 'other', '/app/.next/static/d4/_ssgManifest.js': 'manifest' });
    expect(found(site('a1'), site('b2'), result)).toEqual([
      'changed /app/.next/BUILD_ID',
      'changed /app/.next/static/b2/_buildManifest.js',
      'added /app/.next/static/d4',
      'added /app/.next/static/d4/_ssgManifest.js',
    ]);
  });

  test.each<[what: string, result: Snapshot]>([
    ['a file of it is missing', image({ '/app/.next/static/media/logo.png': 'logo', '/app/.next/static/c3/_ssgManifest.js': 'manifest' })],
    ['it is a file now', image({ '/app/.next/static/media/logo.png': 'logo', '/app/.next/static/c3': 'manifest' })],
  ])('is another where %s', (_, result) => {
    expect(found(site('a1'), site('b2'), result)).toEqual(
      expect.arrayContaining(['removed /app/.next/static/b2', 'added /app/.next/static/c3']),
    );
  });

  test('excuses neither mode nor owner', () => {
    const result = site('c3', { '/app/.next/static/c3/': { uid: 1000 }, '/app/.next/static/c3/_ssgManifest.js': { mode: 0o600 } });
    expect(found(site('a1'), site('b2'), result)).toEqual([
      'changed /app/.next/BUILD_ID',
      'owner /app/.next/static/b2',
      'changed /app/.next/static/b2/_ssgManifest.js',
      'mode /app/.next/static/b2/_ssgManifest.js',
    ]);
  });

  test('has to be new in the original', () => {
    expect(found(site('a1'), site('a1'), site('c3'))).toEqual(
      expect.arrayContaining(['removed /app/.next/static/a1', 'added /app/.next/static/c3']),
    );
  });

  test('may be one of several of a kind, as many as there were', () => {
    const chunks = (...names: string[]) => image(Object.fromEntries(names.map(name => [`/app/build/${name}`, name])));
    const [one, again] = [chunks('app.a1.js', 'start.a2.js', 'style.css'), chunks('app.b1.js', 'start.b2.js', 'style.css')];
    expect(found(one, again, chunks('app.c1.js', 'start.c2.js', 'style.css'))).toEqual([
      'changed /app/build/app.b1.js',
      'changed /app/build/start.b2.js',
    ]);
    expect(found(one, again, chunks('app.c1.js', 'style.css'))).toEqual([
      'removed /app/build/app.b1.js',
      'added /app/build/app.c1.js',
      'removed /app/build/start.b2.js',
    ]);
  });
});
