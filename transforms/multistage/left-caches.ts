import { isIn } from '../../src/context/copied.ts';
import { mounts } from '../../src/dockerfile/mounts.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { scopeAt } from '../../src/dockerfile/stages.ts';
import { isRootUser } from '../../src/dockerfile/views.ts';
import type { Images } from '../../src/images/images.ts';
import { cacheFolders, isArranged } from '../../src/tools/cache-folders.ts';
import type { CacheRow, ToolCache } from '../../src/tools/caches.ts';
import type { ToolCall } from '../../src/tools/calls.ts';

/** What tells where a tool leaves what it downloads. */
export type LeftCache = Pick<CacheRow, 'caches' | 'movedBy' | 'disabledBy'>;

/** Caches that nothing but their place is known of. */
export function cachesAt(caches: ToolCache[]): LeftCache {
  return { caches, movedBy: { options: [], variables: [] }, disabledBy: { options: [], variables: [] } };
}

/** A call, the cache that it may fill, and the RUN that it stands in. */
export interface CacheUse {
  by: Instruction;
  call: Pick<ToolCall, 'verb' | 'options' | 'environment'>;
  cache: LeftCache;
}

/** The folders of caches that a builder is left with: those that are neither mounted nor arranged in another way. */
export function leftCaches(file: Dockerfile, images: Images, uses: readonly CacheUse[]): string[] {
  const folders = uses.flatMap(({ by, call, cache }) => {
    const scope = scopeAt(file, images, by);
    const user = scope && { scope, isRoot: isRootUser(scope.user) };
    if (!user || isArranged(user, call, cache)) return [];
    const caches = cache.caches.filter(({ filledBy }) => filledBy.includes(call.verb ?? ''));
    const mounted = mounts(by).flatMap(({ type, target }) => (type === 'cache' && target !== undefined ? [target] : []));
    return cacheFolders(user, call, { caches }).filter(folder => !mounted.some(target => isIn(folder, target)));
  });
  return [...new Set(folders)];
}
