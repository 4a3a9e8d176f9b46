import { knownImages } from '../../src/images/known.ts';
import type { BuildSettings } from '../../src/verify/builder.ts';
import type { VerifySettings } from '../../src/verify/verify.ts';

/** How a suite verifies: with the default builder, and without a word. */
export function settings(build: Partial<BuildSettings> = {}): VerifySettings {
  const plain: BuildSettings = {
    builder: undefined,
    platform: undefined,
    target: undefined,
    network: undefined,
    buildArgs: [],
    secrets: [],
    ssh: [],
    cacheFrom: [],
    cacheTo: [],
  };
  return { build: { ...plain, ...build }, smoke: undefined, rebuilds: true, images: knownImages, tell: () => undefined };
}
