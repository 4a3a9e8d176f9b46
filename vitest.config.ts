import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/setup.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // those that wait for containers to settle: more at a time, and servers get ready too late
    maxConcurrency: 3,
  },
});
