import { posix } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Bytes, brokenArchive } from './bytes.ts';
import { EngineError } from './engine.ts';
import { type DescribedImage, describedImages, imageConfig, imageLayers, parsedDocument } from './image-documents.ts';
import type { LayerCache } from './layer-cache.ts';
import { counted, type ReadLimit, readLimit } from './read-limit.ts';
import { absolutePath, type LayerFiles, layerFiles, stackedRootFs } from './rootfs.ts';
import type { Snapshot } from './snapshot.ts';
import { isTarHeader, type TarMember, tarMembers } from './tar.ts';

/** Configurations and manifests take a few kilobytes; lists of packages that attest what an image holds can be larger, and aren't read. */
const MOST_DOCUMENT = 4 * 1024 * 1024;

/** What a file of an archive is, which is told from its first bytes: nothing else says so before the archive's end. */
type Blob = { layer: LayerFiles } | { document: Buffer } | { sameAs: string } | { unread: string };

/** How an archive is read. */
export interface ArchiveReading {
  /** Layers that were read before; layers that are read now are added. */
  cache?: LayerCache;
  /** How many images may be in it; one by default. */
  images?: number;
}

/**
 * The images of an archive as `docker save` or `docker buildx build --output type=oci` writes it, read once from its beginning to its end.
 * Each stands under its tags and under the digests of its configuration, manifest and index (`sha256:…`).
 * Layers that the cache knows aren't read again. Throws an EngineError where the archive is broken or an image too large.
 */
export async function imageSnapshots(
  archive: AsyncIterable<Uint8Array>,
  { cache, images = 1 }: ArchiveReading = {},
): Promise<Map<string, Snapshot>> {
  const limit = readLimit(images);
  const bytes = new Bytes(archive);
  try {
    const blobs = new Map<string, Blob>();
    for await (const member of tarMembers(bytes)) {
      const path = absolutePath(member.name);
      const blob = await blobOf(path, member, limit, cache);
      if (blob) blobs.set(path, blob);
    }
    for await (const _ of bytes.rest());
    return snapshots(blobs);
  } finally {
    await bytes.close();
  }
}

function snapshots(blobs: ReadonlyMap<string, Blob>): Map<string, Snapshot> {
  const documents = (path: string) => {
    const blob = blobs.get(path);
    return blob && 'document' in blob ? parsedDocument(path, blob.document) : undefined;
  };
  const found = describedImages(documents);
  if (found.length === 0) throw brokenArchive('has no image in it');
  return new Map(
    found.flatMap(image => {
      const snapshot = snapshotOf(image, documents(image.config), blobs);
      return image.names.map(name => [name, snapshot] as const);
    }),
  );
}

function snapshotOf(image: DescribedImage, document: unknown, blobs: ReadonlyMap<string, Blob>): Snapshot {
  if (document === undefined) throw brokenArchive(`has no ${image.config}`);
  const layers = image.layers.map(path => layerAt(path, blobs));
  const sizes = layers.map(({ size }) => size);
  return { config: imageConfig(document), files: stackedRootFs(layers), layers: imageLayers(document, sizes) };
}

function layerAt(path: string, blobs: ReadonlyMap<string, Blob>): LayerFiles {
  let blob = blobs.get(path);
  if (blob && 'sameAs' in blob) blob = blobs.get(blob.sameAs);
  if (blob && 'layer' in blob) return blob.layer;
  throw brokenArchive(blob && 'unread' in blob ? `has ${blob.unread}` : `has no layer ${path}`);
}

async function blobOf(path: string, member: TarMember, limit: ReadLimit, cache: LayerCache | undefined): Promise<Blob | undefined> {
  // docker save before version 25 writes a layer once, and links to it from other images
  if (member.type === '1') return { sameAs: absolutePath(member.linkName) };
  if (member.type === '2') return { sameAs: posix.resolve(posix.dirname(path), member.linkName) };
  if (member.type !== '0') return undefined;
  const known = cache?.get(path);
  if (known) return { layer: known };
  const bytes = new Bytes(member.content);
  const blob = await read(bytes, member.size, limit);
  if ('layer' in blob) cache?.set(path, blob.layer);
  return blob;
}

async function read(bytes: Bytes, size: number, limit: ReadLimit): Promise<Blob> {
  const head = await bytes.peek(512);
  const magic = head.toString('hex', 0, 4);
  if (magic.startsWith('1f8b')) return { layer: await wholeLayer(new Bytes(gunzipped(bytes)), limit) };
  if (magic === '28b52ffd') return { unread: 'a layer compressed by zstd: build with gzip or without compression' };
  if (isTarHeader(head) || (head.length === 512 && head.every(byte => byte === 0))) return { layer: await wholeLayer(bytes, limit) };
  if (size > MOST_DOCUMENT) return { unread: `a file of ${size} bytes where a layer should be` };
  return { document: await bytes.take(size) };
}

/** A layer that is read to its end, which a decompressor waits for. */
async function wholeLayer(bytes: Bytes, limit: ReadLimit): Promise<LayerFiles> {
  const layer = await layerFiles(bytes, limit);
  for await (const _ of counted(bytes.rest(), limit));
  return layer;
}

async function* gunzipped(bytes: Bytes): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: 128 * 1024 });
  pipeline(bytes.rest(), gunzip, () => {});
  try {
    yield* gunzip as AsyncIterable<Buffer>;
  } catch (error) {
    throw error instanceof EngineError ? error : brokenArchive(`has a broken layer: ${(error as Error).message}`);
  }
}
