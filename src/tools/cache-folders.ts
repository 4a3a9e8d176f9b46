import { posix } from 'node:path';
import type { Scope } from '../dockerfile/stages.ts';
import { isRootUser } from '../dockerfile/views.ts';
import { type CacheRow, cachePlace, type Setting } from './caches.ts';
import { hasOption, type ToolCall } from './calls.ts';

/** Where a RUN stands, and whether it runs as root for certain. */
export interface CacheUser {
  scope: Scope;
  isRoot: boolean;
}

/** The homes of users that aren't known. */
const HOMES = ['/home/*', '/root'];

/** What a variable is where a call runs. What only an unknown base image could set is taken as unset: images leave these alone. */
function settingOf({ scope, isRoot }: CacheUser, { environment }: Pick<ToolCall, 'environment'>): Setting {
  return name => {
    if (environment.has(name)) {
      const value = environment.get(name);
      return value === undefined ? 'unknown' : { value };
    }
    const found = scope.variable(name);
    if (found && typeof found.text === 'string') return { value: found.text };
    if (found?.settable) return 'unknown';
    if (name !== 'HOME') return undefined;
    return isRoot ? { value: '/root' } : 'unknown';
  };
}

/** Whether a variable is set where a call runs, or may be by a build argument. */
function isSet(user: CacheUser, call: Pick<ToolCall, 'environment'>, name: string): boolean {
  return settingOf(user, call)(name) !== undefined;
}

/** The folders where a call's cache may be: one, or one in each home of a user that isn't known. */
export function cacheFolders(user: CacheUser, call: Pick<ToolCall, 'environment'>, { caches }: Pick<CacheRow, 'caches'>): string[] {
  return caches.flatMap(cache => {
    const found = cachePlace(cache, user.isRoot, settingOf(user, call));
    if (found) return [found.path];
    const { below = '' } = cache.places.at(-1) ?? {};
    const homes = isOther(user) ? HOMES.slice(0, 1) : HOMES;
    return homes.map(home => posix.join(home, below));
  });
}

/** Whether it is somebody else than root for certain. */
function isOther({ scope: { user }, isRoot }: CacheUser): boolean {
  return !isRoot && typeof user === 'string' && !isRootUser(user);
}

/** Whether the author says where the cache is or that there is none: by an option or a variable. */
export function isArranged(
  user: CacheUser,
  call: Pick<ToolCall, 'environment' | 'options'>,
  { movedBy, disabledBy }: Pick<CacheRow, 'movedBy' | 'disabledBy'>,
): boolean {
  const options = [...movedBy.options, ...disabledBy.options];
  return hasOption(call, ...options) || [...movedBy.variables, ...disabledBy.variables].some(name => isSet(user, call, name));
}
