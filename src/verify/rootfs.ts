import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { type Member, members } from './archive.ts';
import type { Entry, RootFs } from './snapshot.ts';

/** What an engine puts into every container that it makes, whatever the image has there. */
const OF_CONTAINERS = /^\/(?:\.dockerenv|dev(?:\/.*)?|proc(?:\/.*)?|sys(?:\/.*)?|etc\/(?:hostname|hosts|mtab|resolv\.conf))$/;

/** The root file system of a container's export: one archive with every path once. */
export async function mergedRootFs(archive: Readable): Promise<RootFs> {
  const files: RootFs = new Map();
  const later: Extract<Member, { sameAs: string }>[] = [];
  for await (const member of members(archive)) {
    if (OF_CONTAINERS.test(member.path)) continue;
    if ('entry' in member) files.set(member.path, member.entry);
    else later.push(member);
  }
  for (const { path, sameAs } of later) {
    const entry = files.get(sameAs);
    if (entry) files.set(path, entry);
  }
  return files;
}

/** What one layer does to the file system below it. */
export interface LayerFiles {
  files: RootFs;
  /** Hard links to files of this layer or of one below. */
  links: Map<string, string>;
  /** Paths that go, with all below them. */
  gone: Set<string>;
  /** Folders of which nothing from below is left. */
  opaque: Set<string>;
}

/** One layer of an image, its whiteouts read (OCI image specification, "Representing Changes"). */
export async function layerFiles(archive: Readable): Promise<LayerFiles> {
  const layer: LayerFiles = { files: new Map(), links: new Map(), gone: new Set(), opaque: new Set() };
  for await (const member of members(archive)) {
    const folder = posix.dirname(member.path);
    const name = posix.basename(member.path);
    if (name === '.wh..wh..opq') layer.opaque.add(folder);
    else if (name.startsWith('.wh..wh.')) continue;
    else if (name.startsWith('.wh.')) layer.gone.add(posix.join(folder, name.slice('.wh.'.length)));
    else if ('entry' in member) layer.files.set(member.path, member.entry);
    else layer.links.set(member.path, member.sameAs);
  }
  return layer;
}

/** The file system of layers, from the lowest up. A whiteout takes away what is below its layer, never what the layer itself brings. */
export function stackedRootFs(layers: readonly LayerFiles[]): RootFs {
  const files: RootFs = new Map();
  for (const layer of layers) {
    if (layer.gone.size > 0 || layer.opaque.size > 0) {
      for (const path of [...files.keys()]) if (isHidden(path, layer)) files.delete(path);
    }
    for (const [path, entry] of layer.files) {
      if (entry.type !== 'folder' && files.get(path)?.type === 'folder') removeBelow(files, path);
      files.set(path, entry);
    }
    for (const [path, target] of layer.links) {
      const entry = files.get(target);
      if (entry) files.set(path, entry);
    }
  }
  return files;
}

function isHidden(path: string, { gone, opaque }: LayerFiles): boolean {
  for (let at = path; at !== '/'; at = posix.dirname(at)) {
    if (gone.has(at) || opaque.has(posix.dirname(at))) return true;
  }
  return false;
}

/** A file takes the place of a folder and of what is in it. */
function removeBelow(files: Map<string, Entry>, folder: string): void {
  for (const path of [...files.keys()]) if (path.startsWith(`${folder}/`)) files.delete(path);
}
