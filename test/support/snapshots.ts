import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Elf } from '../../src/verify/elf.ts';
import type { Entry, ImageConfig, RootFs, Snapshot } from '../../src/verify/snapshot.ts';

/** A file by its content, or what an entry has beside the usual. */
export type Given = string | Partial<Entry>;

/** An image with some files, all of root, and the folders above them; a path that ends in `/` is a folder. */
export function image(files: Record<string, Given>, config: ImageConfig = {}): Snapshot {
  const found: RootFs = new Map();
  for (const [path, given] of Object.entries(files)) {
    const name = posix.resolve('/', path);
    for (let at = posix.dirname(name); at !== '/' && !found.has(at); at = posix.dirname(at)) found.set(at, folder());
    found.set(name, entryOf(path, given));
  }
  return { config, files: found, layers: [] };
}

/** A program or library, by what it needs. */
export function linked(needed: string[], more: Partial<Elf> = {}): Partial<Entry> {
  return { mode: 0o755, elf: { interpreter: undefined, needed, rpath: [], runpath: [], machine: '64:62', ...more } };
}

/** A symbolic link. */
export function link(target: string): Partial<Entry> {
  return { type: 'link', mode: 0o777, target };
}

/** A script that can be run. */
export function script(interpreter: string): Partial<Entry> {
  return { mode: 0o755, interpreter };
}

function entryOf(path: string, given: Given): Entry {
  if (path.endsWith('/')) return { ...folder(), ...(typeof given === 'string' ? {} : given) };
  const content = typeof given === 'string' ? given : '';
  const file: Entry = { type: 'file', mode: 0o644, uid: 0, gid: 0, size: content.length, digest: sha256(content) };
  return typeof given === 'string' ? { ...file, text: given } : { ...file, ...given };
}

function folder(): Entry {
  return { type: 'folder', mode: 0o755, uid: 0, gid: 0, size: 0 };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
