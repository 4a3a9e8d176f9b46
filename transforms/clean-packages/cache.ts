import { posix } from 'node:path';
import { mounts } from '../../src/dockerfile/mounts.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import type { ShellWord } from '../../src/dockerfile/shell.ts';
import { run as viewRun } from '../../src/dockerfile/views.ts';
import type { CacheRow } from '../../src/tools/caches.ts';
import { hasOption, type ToolCall } from '../../src/tools/calls.ts';
import type { Facts } from '../../src/transform.ts';
import { copiedFrom, following, isWithin } from './following.ts';
import { type ReadRun, readRun } from './read-run.ts';

/** Whether a mount of the RUN stands over a folder, under it, or somewhere that can't be known. */
export function isMounted({ instruction }: ReadRun, folders: readonly string[]): boolean {
  return mounts(instruction).some(
    ({ target, type }) =>
      type !== 'secret' &&
      type !== 'ssh' &&
      target !== undefined &&
      (target.includes('$') || folders.some(folder => isWithin(folder, target) || isWithin(target, folder))),
  );
}

/** What of a cache's row tells how it is emptied. */
export type ClearedCache = Pick<CacheRow, 'tool' | 'clearedBy'>;

/** Whether the RUN empties the cache itself: with the tool, or by removing its folder. */
export function isCleared({ calls, placed }: ReadRun, { tool, clearedBy }: ClearedCache, folders: readonly string[] = []): boolean {
  if (calls.some(call => call.tool === tool && clearedBy.some(({ verb }) => verb === call.verb))) return true;
  return placed.some(
    ({ words: [program, ...words] }) =>
      REMOVERS.has(posix.basename(program?.literal ?? '')) && words.some(({ text }) => namesFolder(text, folders)),
  );
}

/** Programs that take files away. */
const REMOVERS: ReadonlySet<string> = new Set(['find', 'rm', 'rmdir']);

/** Whether a word names a folder, one above or what is in it. */
function namesFolder(text: string, folders: readonly string[]): boolean {
  const path = homePath(text).replace(/[*?[{$].*$/, '');
  return posix.isAbsolute(path) && path !== '/' && folders.some(folder => isWithin(folder, path) || isWithin(path, folder));
}

/** A word as a path, root's home written out. */
function homePath(text: string): string {
  return text.replace(/["']/g, '').replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/)/, '/root');
}

/** Whether a RUN has no network, so that a tool has its cache alone. */
export function isOffline({ instruction }: Pick<ReadRun, 'instruction'>): boolean {
  return viewRun(instruction)?.network === 'none';
}

/** What of a cache's row tells that it is read without a network. */
export type UsedCache = Pick<CacheRow, 'tool' | 'offlineBy'>;

/** Why what a cache holds may be wanted after the RUN, as a clause; undefined where it isn't. */
export function cacheWanted(run: ReadRun, cache: UsedCache, folders: readonly string[]): string | undefined {
  const { file, facts, instruction } = run;
  const copied = copiedFrom(file, facts, instruction, folders);
  if (copied) return copied;
  const uses = usesOf(file, facts, cache, folders);
  if (uses.length === 0) return undefined;
  const later = new Set(following(file, facts, instruction).flatMap(({ stage, first }) => stage.instructions.slice(first)));
  const use = uses.find(each => later.has(each));
  return use && `line ${use.line} uses what is in this cache`;
}

const remembered = new WeakMap<Dockerfile, Map<string, Instruction[]>>();

/** The instructions that use what is in a cache, wherever they stand. */
function usesOf(file: Dockerfile, facts: Facts, cache: UsedCache, folders: readonly string[]): Instruction[] {
  const known = remembered.get(file) ?? new Map<string, Instruction[]>();
  remembered.set(file, known);
  const key = [cache.tool, ...folders].join(' ');
  const found = known.get(key) ?? file.instructions.filter(each => isUse(file, facts, each.trigger ?? each, cache, folders));
  known.set(key, found);
  return found;
}

function isUse(file: Dockerfile, facts: Facts, instruction: Instruction, cache: UsedCache, folders: readonly string[]): boolean {
  const read = instruction.name === 'RUN' ? readRun(file, facts, instruction) : { reason: '' };
  if ('reason' in read) return false;
  const isAlone = isOffline(read);
  return (
    read.calls.some(call => call.tool === cache.tool && (isAlone || takesFromCache(call, cache))) ||
    read.placed.some(({ words }) => reads(words, folders))
  );
}

/** `--prefer-offline` works without, but it was written for a cache that is there. */
export function takesFromCache(call: ToolCall, { offlineBy }: UsedCache): boolean {
  if (hasOption(call, ...offlineBy.options, '--prefer-offline')) return true;
  return Object.entries(offlineBy.variables).some(([name, value]) => call.environment.get(name) === value);
}

/** Programs that don't read what is in a folder that they are given. */
const WITHOUT_READING: ReadonlySet<string> = new Set(['chmod', 'chown', 'du', 'find', 'ls', 'mkdir', 'rm', 'rmdir', 'test']);

function reads([program, ...words]: readonly ShellWord[], folders: readonly string[]): boolean {
  if (program?.literal === undefined || WITHOUT_READING.has(posix.basename(program.literal))) return false;
  return words.some(({ text }) => {
    const path = homePath(text);
    return posix.isAbsolute(path) && folders.some(folder => isWithin(path, folder));
  });
}
