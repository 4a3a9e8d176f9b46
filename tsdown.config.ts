import { defineConfig } from 'tsdown';

/** Libraries are bundled: a program of few files starts sooner. */
const shared = {
  format: 'esm',
  platform: 'node',
  target: 'node20',
  deps: { alwaysBundle: /.*/, onlyBundle: false },
  outDir: 'dist',
  outExtensions: () => ({ js: '.js', dts: '.d.ts' }),
} as const;

export default defineConfig([
  { ...shared, entry: { cli: 'src/cli/main.ts' }, dts: false, clean: true },
  { ...shared, entry: { index: 'src/index.ts' }, dts: true, clean: false },
]);
