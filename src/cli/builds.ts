import type { BuildSettings } from '../verify/builder.ts';
import type { Arguments } from './arguments.ts';
import { BUILD_FLAGS, UsageError } from './table.ts';

/** How verify is asked to build, and what else it is to do. */
export interface Builds {
  settings: BuildSettings;
  smoke: string | undefined;
  rebuilds: boolean;
}

/** The flags that say how images are built, as read. */
export function buildsOf(values: Arguments['values']): Builds {
  const text = (name: string) => values[name] as string | undefined;
  const texts = (name: string) => (values[name] ?? []) as string[];
  return {
    smoke: text('smoke'),
    rebuilds: values['no-rebuild'] !== true,
    settings: {
      builder: text('builder'),
      platform: text('platform'),
      target: text('target'),
      network: text('network'),
      buildArgs: texts('build-arg'),
      secrets: texts('secret'),
      ssh: texts('ssh'),
      cacheFrom: texts('cache-from'),
      cacheTo: texts('cache-to'),
    },
  };
}

/** Throws a UsageError where one of them is given to a run that builds nothing. */
export function checkNothingBuilds(values: Arguments['values']): void {
  const given = Object.keys(BUILD_FLAGS).find(name => values[name] !== undefined);
  if (given !== undefined) throw new UsageError(`--${given} is for --verify`);
}
