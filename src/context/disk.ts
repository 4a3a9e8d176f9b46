import { closeSync, constants, fstatSync, openSync, readdirSync, readlinkSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { BuildContext } from './context.ts';
import { ignoreFilesOf } from './memory.ts';
import { type EntryKind, type IgnoreSource, MAX_TEXT, refused, sortedEntries, type Tree, treeContext } from './tree.ts';

/**
 * The build context in a folder, as it is read: a folder once, a file once. `dockerfile` is the Dockerfile's path on disk, for an ignore file of its own,
 * which counts outside the context too. What can't be read is missing; a root that can't be read is the context's `problem`.
 */
export function diskContext(root: string, options: { dockerfile?: string } = {}): BuildContext {
  try {
    if (!statSync(root).isDirectory()) return refused(`${root}: not a folder`);
    return treeContext({ tree: diskTree(root), ignore: ignoreFiles(root, options.dockerfile ?? join(root, 'Dockerfile')) });
  } catch (error) {
    return refused(`${root}: can't be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function ignoreFiles(root: string, dockerfile: string): IgnoreSource[] {
  const folder = realpathSync(dirname(resolve(dockerfile)));
  const inside = relative(realpathSync(root), folder);
  const name = basename(dockerfile);
  if (inside !== '..' && !inside.startsWith(`..${sep}`)) return ignoreFilesOf(join(inside, name).split(sep).join('/'));
  const text = diskTree(folder).head(`${name}.dockerignore`, MAX_TEXT);
  const [own, common] = ignoreFilesOf(name) as [IgnoreSource, IgnoreSource];
  return text !== undefined ? [{ ...own, text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(text) }, common] : [common];
}

/** The folders and files below a folder on disk. Never follows a link, and opens regular files only. */
export function diskTree(root: string): Tree {
  const folders = new Map<string, ReadonlyMap<string, EntryKind> | undefined>();
  const files = new Map<string, { bytes: Uint8Array | undefined; length: number }>();
  return {
    entries: folder => {
      if (!folders.has(folder)) folders.set(folder, readFolder(join(root, folder)));
      return folders.get(folder);
    },
    target: link => {
      try {
        return readlinkSync(join(root, link)).split(sep).join('/');
      } catch {
        return undefined;
      }
    },
    head: (file, length) => {
      let known = files.get(file);
      if (!known || (known.length < length && known.bytes?.length === known.length)) {
        known = { bytes: readFile(join(root, file), Math.min(length, MAX_TEXT + 1)), length };
        files.set(file, known);
      }
      return known.bytes?.subarray(0, length);
    },
  };
}

function readFolder(path: string): Map<string, EntryKind> | undefined {
  try {
    return sortedEntries(readdirSync(path, { withFileTypes: true }).map(entry => [entry.name, kindOf(entry)]));
  } catch {
    return undefined;
  }
}

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }): EntryKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

/** The flags are for what changed since the folder was listed: a link isn't followed, and a FIFO doesn't block. */
function readFile(path: string, length: number): Uint8Array | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    const status = fstatSync(file);
    if (!status.isFile()) return undefined;
    const bytes = new Uint8Array(Math.min(length, status.size));
    let filled = 0;
    for (let read = -1; read !== 0 && filled < bytes.length; filled += read)
      read = readSync(file, bytes, filled, bytes.length - filled, null);
    return bytes.subarray(0, filled);
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
