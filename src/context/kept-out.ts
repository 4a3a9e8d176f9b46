import type { BuildContext } from './context.ts';
import { childPath } from './filepath.ts';
import { overlay } from './overlay.ts';

/** Names that folders of dependencies hold, to ask of each whether the context would send it. */
const PROBES = ['dfmod', '.bin/dfmod', 'dfmod/package.json', '@dfmod/dfmod/index.js', 'lib/dfmod.py'];

/** Whether a folder or file is kept out of the context, also where it isn't there now. */
export function isKeptOut(context: BuildContext, path: string): boolean {
  if (context.kind(path) !== undefined) return false;
  const below = PROBES.map(name => childPath(path, name));
  const sends = (probes: string[]) => {
    const filled = overlay(context, Object.fromEntries(probes.map(probe => [probe, ''])));
    return probes.some(probe => filled.kind(probe) !== undefined);
  };
  return !sends([path]) && !sends(below);
}
