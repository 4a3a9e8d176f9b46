import { select } from '../../src/cli/select.ts';
import { PRESETS, transforms } from '../../src/index.ts';
import type { Step } from '../../src/step.ts';

/** What a person may name on the command line: a transform, or a preset. */
export interface Run {
  name: string;
  steps: Step[];
  isPreset: boolean;
}

/** Each transform by itself, then each preset, with the thresholds of the command line. */
export const runs: readonly Run[] = [
  ...transforms.map(({ name }) => ({ name, steps: stepsOf(name), isPreset: false })),
  ...PRESETS.map(({ name }) => ({ name, steps: stepsOf(name), isPreset: true })),
];

/** The steps of a list of transforms and presets. */
export function stepsOf(list: string): Step[] {
  return select(list).flatMap(({ name, keeps, preset }) =>
    transforms.filter(transform => transform.name === name).map(transform => ({ transform, options: {}, keeps, preset })),
  );
}
