import { isIn } from '../../src/context/copied.ts';
import type { Facts } from '../../src/transform.ts';

/** Why somebody who builds or starts the image would miss what a split leaves behind, as a clause; undefined where nobody is known to. */
export function callerProblem({ callers }: Facts, folders: readonly string[]): string | undefined {
  for (const { from, replaces, mounts } of callers) {
    if (replaces.includes('cmd') || replaces.includes('entrypoint')) return `is started with another command by ${from}`;
    const mount = mounts.find(path => folders.some(folder => isIn(folder, path) || path.endsWith('/node_modules')));
    if (mount !== undefined) return `is started by ${from} with a volume on ${mount}`;
  }
  return undefined;
}

/** Programs that a caller's own check of the container may start, as its command isn't known here: most ask with these. */
export function checkPrograms({ callers }: Facts): string[] {
  return callers.some(({ replaces }) => replaces.includes('healthcheck')) ? ['curl', 'wget'] : [];
}
