import { dirname } from 'node:path';
import type { BuildContext } from '../context/context.ts';
import { diskContext } from '../context/disk.ts';

/** The context that a Dockerfile is taken to be built with, and which folder that is; or why it isn't known. */
export type FoundContext =
  | { context: BuildContext; root: string; is: "the Dockerfile's folder" | 'the working directory' }
  | { unknown: string };

/**
 * The context where nobody names one: the Dockerfile's folder if every source is there and sent, else the working directory likewise. `sources` are those of
 * COPY and ADD that mean the build context; undefined for one that has a variable without a value.
 */
export function contextOf(dockerfile: string, sources: readonly (string | undefined)[], cwd: string): FoundContext {
  if (sources.includes(undefined)) return { unknown: 'a source of COPY or ADD has a variable without a value' };
  const candidates = [
    { root: dirname(dockerfile), is: "the Dockerfile's folder" },
    { root: cwd, is: 'the working directory' },
  ] as const;
  const reasons: string[] = [];
  for (const { root, is } of candidates) {
    const context = diskContext(root, { dockerfile });
    const missing = sources.find(source => context.match(source as string).length === 0);
    if (context.problem === undefined && missing === undefined) return { context, root, is };
    reasons.push(context.problem ?? `${missing} isn't in ${is}`);
  }
  return { unknown: [...new Set(reasons)].join(', ') };
}
