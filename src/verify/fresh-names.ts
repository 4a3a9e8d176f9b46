import { posix } from 'node:path';
import type { RootFs, Snapshot } from './snapshot.ts';

/**
 * Paths of a build whose names are its own, as another build of the same Dockerfile shows: `.next/static/<build id>`. In the other, as many stand in the
 * same folder under other names, with the same below them; what else of them differs shows once they are aligned.
 */
export function freshNames(build: Snapshot, other: Snapshot): Set<string> {
  return new Set(pairs(build.files, other.files, topmost(build.files, other.files)).values());
}

/** Another build's snapshot, in which what stands for a fresh name of a build has that name. */
export function aligned(build: Snapshot, other: Snapshot, fresh: ReadonlySet<string>): Snapshot {
  const names = pairs(
    build.files,
    other.files,
    [...fresh].filter(path => !other.files.has(path)),
  );
  if (names.size === 0) return other;
  const files: RootFs = new Map();
  for (const [path, entry] of other.files) files.set(renamed(path, names), entry);
  return { ...other, files };
}

/** By the other's path that of the build, where all that are missing in a folder have one in its place. */
function pairs(build: RootFs, other: RootFs, missing: readonly string[]): Map<string, string> {
  if (missing.length === 0) return new Map();
  const theirs = groups(other, topmost(other, build));
  return new Map(
    [...groups(build, missing)].flatMap(([signature, paths]) => {
      const others = theirs.get(signature) ?? [];
      return others.length === paths.length ? others.map((path, index) => [path, paths[index] as string] as const) : [];
    }),
  );
}

/** What one has and the other hasn't, without what stands below such a folder. */
function topmost(one: RootFs, other: RootFs): string[] {
  return [...one.keys()].filter(path => !other.has(path) && isIn(other, posix.dirname(path))).sort();
}

function isIn(files: RootFs, folder: string): boolean {
  return folder === '/' || files.get(folder)?.type === 'folder';
}

/** Paths by what has to be the same of two that stand for each other: the folder, the extension, and what is below with its types. */
function groups(files: RootFs, paths: readonly string[]): Map<string, string[]> {
  const below = new Map(paths.map(path => [path, [] as string[]]));
  for (const [path, { type }] of files) {
    const top = topOf(path, below);
    if (top !== undefined) below.get(top)?.push(`${path.slice(top.length)} ${type}`);
  }
  const found = new Map<string, string[]>();
  for (const path of paths) {
    const signature = JSON.stringify([posix.dirname(path), posix.extname(path), below.get(path)?.sort()]);
    const alike = found.get(signature);
    if (alike) alike.push(path);
    else found.set(signature, [path]);
  }
  return found;
}

function renamed(path: string, names: ReadonlyMap<string, string>): string {
  const top = topOf(path, names);
  return top === undefined ? path : `${names.get(top)}${path.slice(top.length)}`;
}

/** The path itself or the one above it that is among some. */
function topOf(path: string, some: ReadonlyMap<string, unknown>): string | undefined {
  for (let at = path; at !== '/'; at = posix.dirname(at)) if (some.has(at)) return at;
  return undefined;
}
