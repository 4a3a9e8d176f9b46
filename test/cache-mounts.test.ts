import { expect, test } from 'vitest';
import { memoryContext } from '../src/context/memory.ts';
import cacheMounts from '../transforms/cache-mounts/index.ts';
import { appliedChanges, migrated } from './support/invariants.ts';

/** What a Dockerfile's mounts may take away. */
function removed(dockerfile: string): string[] {
  const changes = appliedChanges(migrated(cacheMounts, dockerfile, memoryContext({})));
  return changes.flatMap(({ alters = [] }) => alters.flatMap(each => ('removed' in each ? [each.removed] : [])));
}

test('a cache that only the tool makes goes with its folder', () => {
  expect(removed('FROM node:20\nRUN npm install\n')).toEqual(['/root/.npm', '/root/.npm/**']);
});

test("apt's folders are in the base image, and stay; its downloads the base image deletes", () => {
  expect(removed('FROM debian:12\nRUN apt-get update && apt-get install -y curl\n')).toEqual(['/var/lib/apt/lists/**']);
});
