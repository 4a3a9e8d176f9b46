import { posix } from 'node:path';
import { type Bytes, brokenArchive } from './bytes.ts';
import { fileContent } from './file-content.ts';
import { counted, type ReadLimit } from './read-limit.ts';
import type { Entry, RootFs } from './snapshot.ts';
import { type TarMember, tarMembers } from './tar.ts';

/** What one layer does to the file system below it. */
export interface LayerFiles {
  /** In the archive's order; a hard link names the path whose content it shares, here or in a layer below. */
  files: ({ path: string; entry: Entry } | { path: string; sameAs: string })[];
  /** Paths that go, with all below them. */
  gone: string[];
  /** Folders of which nothing from below is left. */
  opaque: string[];
  /** Of all files, in bytes. */
  size: number;
}

/** A longer one can't be unpacked: the kernel's PATH_MAX. */
const LONGEST_PATH = 4096;

const TYPES: Partial<Record<string, Entry['type']>> = {
  0: 'file',
  7: 'file',
  2: 'link',
  3: 'character',
  4: 'block',
  5: 'folder',
  6: 'fifo',
};

/** One layer of an image, its whiteouts read (OCI image specification, "Representing Changes"). Throws an EngineError where it is broken or too large. */
export async function layerFiles(archive: Bytes, limit: ReadLimit): Promise<LayerFiles> {
  const layer: LayerFiles = { files: [], gone: [], opaque: [], size: 0 };
  for await (const member of tarMembers(archive)) {
    limit.file();
    const path = absolutePath(member.name);
    const folder = posix.dirname(path);
    const name = posix.basename(path);
    if (name === '.wh..wh..opq') layer.opaque.push(folder);
    else if (name.startsWith('.wh..wh.')) continue;
    else if (name.startsWith('.wh.')) layer.gone.push(...whiteout(folder, name.slice('.wh.'.length)));
    else if (member.type === '1') layer.files.push({ path, sameAs: absolutePath(member.linkName) });
    else if (path !== '/') await addEntry(layer, path, member, limit);
  }
  return layer;
}

/** A member's path from the root, which it can't leave. */
export function absolutePath(name: string): string {
  if (name.length > LONGEST_PATH) throw brokenArchive(`has a path of ${name.length} characters`);
  return posix.resolve('/', name);
}

function whiteout(folder: string, name: string): string[] {
  return name === '' || name === '.' || name === '..' ? [] : [posix.join(folder, name)];
}

async function addEntry(layer: LayerFiles, path: string, member: TarMember, limit: ReadLimit): Promise<void> {
  // archives from before POSIX mark a folder by its slash alone
  const type = member.type === '0' && member.name.endsWith('/') ? 'folder' : TYPES[member.type];
  if (!type) return;
  const { mode, uid, gid, linkName, device, attributes } = member;
  const entry: Entry = { type, mode, uid, gid, size: 0 };
  if (attributes) entry.attributes = attributes;
  if (type === 'link') entry.target = linkName;
  if (type === 'character' || type === 'block') entry.device = device;
  if (type === 'file') Object.assign(entry, await fileContent(counted(member.content, limit), path));
  layer.size += entry.size;
  layer.files.push({ path, entry });
}

/** A place in the tree that layers are laid upon. */
interface Place {
  entry: Entry;
  below?: Map<string, Place>;
}

/** A folder that no layer names, as Docker makes it. */
const IMPLIED: Entry = { type: 'folder', mode: 0o755, uid: 0, gid: 0, size: 0 };

/**
 * The file system of layers, from the lowest up. A whiteout takes away what is below its layer, never what the layer itself brings.
 * Paths are real: one through a symbolic link makes a folder of it, as overlay file systems do.
 */
export function stackedRootFs(layers: readonly LayerFiles[]): RootFs {
  const root: Place = { entry: IMPLIED };
  for (const { files, gone, opaque } of layers) {
    for (const path of opaque) find(root, path)?.below?.clear();
    for (const path of gone) find(root, posix.dirname(path))?.below?.delete(posix.basename(path));
    for (const file of files) put(root, file.path, 'entry' in file ? file.entry : linked(root, file));
  }
  const files: RootFs = new Map();
  list(root, '', files);
  return files;
}

function linked(root: Place, { path, sameAs }: { path: string; sameAs: string }): Entry {
  const entry = find(root, sameAs)?.entry;
  if (!entry || entry.type === 'folder')
    throw brokenArchive(`has a hard link ${JSON.stringify(path)} to ${JSON.stringify(sameAs)}, which is no file`);
  return entry;
}

function find(root: Place, path: string): Place | undefined {
  let at: Place | undefined = root;
  for (const name of names(path)) at = at?.below?.get(name);
  return at;
}

function put(root: Place, path: string, entry: Entry): void {
  let at = root;
  for (const name of names(path)) {
    if (at.entry.type !== 'folder') at.entry = IMPLIED;
    at.below ??= new Map();
    const next: Place = at.below.get(name) ?? { entry: IMPLIED };
    at.below.set(name, next);
    at = next;
  }
  at.entry = entry;
  if (entry.type !== 'folder') at.below?.clear();
}

function names(path: string): string[] {
  return path.split('/').filter(Boolean);
}

function list(folder: Place, path: string, into: RootFs): void {
  for (const [name, each] of folder.below ?? []) {
    into.set(`${path}/${name}`, each.entry);
    list(each, `${path}/${name}`, into);
  }
}
