import type { Keeps } from '../src/transform.ts';
import { type TransformName, transformNames } from './index.ts';

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
