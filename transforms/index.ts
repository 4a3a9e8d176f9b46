import type { Transform } from '../src/transform.ts';

/** Every transform by its name, in the order in which a migration applies them; what isn't asked for isn't loaded. */
const TRANSFORMS = {
  'key-value': () => import('./key-value.ts'),
  'exec-form': () => import('./exec-form/index.ts'),
  'copy-not-add': () => import('./copy-not-add.ts'),
  'deps-first': () => import('./deps-first/index.ts'),
  'cache-mounts': () => import('./cache-mounts/index.ts'),
  multistage: () => import('./multistage/index.ts'),
  'clean-packages': () => import('./clean-packages/index.ts'),
  'non-root': () => import('./non-root/index.ts'),
  healthcheck: () => import('./healthcheck/index.ts'),
  'syntax-line': () => import('./syntax-line.ts'),
} satisfies Record<string, () => Promise<{ default: Transform }>>;

export type TransformName = keyof typeof TRANSFORMS;

/** Their names, in the order in which they are applied. */
export const transformNames = Object.keys(TRANSFORMS) as TransformName[];

/** The transforms of some names, or all, in the order in which they are applied. */
export async function loadTransforms(names: readonly string[] = transformNames): Promise<Transform[]> {
  const modules = transformNames.filter(name => names.includes(name)).map(name => TRANSFORMS[name]());
  return (await Promise.all(modules)).map(module => module.default);
}
