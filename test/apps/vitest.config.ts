import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Builds and runs the corpus's apps for docs/apps.md and docs/verified.md: hours, not minutes, so it is no part of `npm test`. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: {
    include: ['test/apps/{apps,verified}.ts'],
    // both build and run, and two apps at a time are enough for a machine
    fileParallelism: false,
    testTimeout: 60 * 60_000,
    hookTimeout: 120_000,
    maxConcurrency: 2,
    sequence: { concurrent: true },
  },
});
