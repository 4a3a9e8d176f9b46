import type { LayerFiles } from './rootfs.ts';

/** Layers that were read, by their blob's path in an archive: two images on one base share most of theirs. */
export interface LayerCache {
  get(path: string): LayerFiles | undefined;
  set(path: string, layer: LayerFiles): void;
}

const BLOB = /^\/blobs\/sha256\/[0-9a-f]{64}$/;
/** About 100 MB: an entry takes some 400 bytes. */
const MOST_FILES = 250_000;

/** A cache that forgets the layers that were asked for longest ago. Only blobs are kept, whose paths are digests. */
export function layerCache(): LayerCache {
  const layers = new Map<string, LayerFiles>();
  let files = 0;
  return {
    get(path) {
      const layer = layers.get(path);
      if (!layer) return undefined;
      layers.delete(path);
      layers.set(path, layer);
      return layer;
    },
    set(path, layer) {
      if (!BLOB.test(path) || layers.has(path)) return;
      layers.set(path, layer);
      files += layer.files.length;
      for (const [oldest, { files: its }] of layers) {
        if (files <= MOST_FILES) return;
        layers.delete(oldest);
        files -= its.length;
      }
    },
  };
}
