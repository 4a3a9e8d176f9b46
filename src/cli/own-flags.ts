import type { Transform } from '../transform.ts';
import type { Flag } from './table.ts';

/** The flags that transforms declare as their options. */
export function ownFlags(transforms: readonly Transform[]): Record<string, Flag> {
  const flags: Record<string, Flag> = {};
  for (const { options = {} } of transforms) {
    for (const [name, { type, summary }] of Object.entries(options)) {
      flags[name] = { type, summary, ...(type === 'string' ? { value: '<value>' } : {}) };
    }
  }
  return flags;
}
