import type { BuildContext } from './context.ts';
import { contextPath, nameOf, parentPath } from './filepath.ts';
import { type EntryKind, type IgnoreSource, sortedEntries, type Tree, treeContext } from './tree.ts';

/** A build context of texts and bytes by path; its .dockerignore holds. `dockerfile` is the Dockerfile's path in it, for an ignore file of its own. */
export function memoryContext(files: Record<string, string | Uint8Array>, options: { dockerfile?: string } = {}): BuildContext {
  return treeContext({ tree: memoryTree(files), ignore: ignoreFilesOf(options.dockerfile ?? 'Dockerfile') });
}

/** The ignore files that BuildKit tries for a Dockerfile of the context, in order. */
export function ignoreFilesOf(dockerfile: string): IgnoreSource[] {
  return [{ name: `${contextPath(dockerfile)}.dockerignore` }, { name: '.dockerignore' }];
}

/** A tree of texts and bytes by path; folders are those that the paths name. */
export function memoryTree(files: Record<string, string | Uint8Array>): Tree {
  const contents = new Map<string, Uint8Array>();
  const folders = new Map<string, Map<string, EntryKind>>([['', new Map()]]);
  for (const [written, content] of Object.entries(files)) {
    const path = contextPath(written);
    contents.set(path, typeof content === 'string' ? new TextEncoder().encode(content) : content);
    addFile(folders, path);
  }
  for (const [folder, entries] of folders) folders.set(folder, sortedEntries(entries));
  return {
    entries: folder => folders.get(folder),
    target: () => undefined,
    head: (file, length) => contents.get(file)?.subarray(0, length),
  };
}

function addFile(folders: Map<string, Map<string, EntryKind>>, file: string): void {
  let kind: EntryKind = 'file';
  for (let path = file; path !== ''; path = parentPath(path)) {
    const known = folders.get(parentPath(path));
    (known ?? folders.set(parentPath(path), new Map()).get(parentPath(path)))?.set(nameOf(path), kind);
    if (known) return;
    kind = 'folder';
  }
}
