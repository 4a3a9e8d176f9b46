import type { Keeps, Transform } from '../src/transform.ts';

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

/** A list of transforms under one name. */
export interface Preset {
  name: string;
  /** A noun phrase. */
  summary: string;
  /** The weakest promise that it accepts (catalogue: Presets). */
  keeps: Keeps;
  transforms: readonly TransformName[];
}

export const PRESETS: readonly Preset[] = [
  { name: 'recommended', summary: 'whatever keeps the behaviour of the image', keeps: 'behaviour', transforms: transformNames },
  { name: 'size', summary: 'smaller images', keeps: 'intent', transforms: ['multistage', 'clean-packages'] },
  { name: 'speed', summary: 'faster builds', keeps: 'behaviour', transforms: ['deps-first', 'cache-mounts', 'syntax-line'] },
  // CIS Docker Benchmark 4.1 and 4.6
  { name: 'security', summary: 'safer images', keeps: 'intent', transforms: ['non-root', 'healthcheck'] },
  { name: 'all', summary: 'everything', keeps: 'intent', transforms: transformNames },
];

/** The transforms of some names, or all, in the order in which they are applied. */
export async function loadTransforms(names: readonly string[] = transformNames): Promise<Transform[]> {
  const modules = transformNames.filter(name => names.includes(name)).map(name => TRANSFORMS[name]());
  return (await Promise.all(modules)).map(module => module.default);
}
