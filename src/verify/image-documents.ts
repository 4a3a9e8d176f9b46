import { brokenArchive } from './bytes.ts';
import type { ImageConfig, Layer } from './snapshot.ts';

/** An image as the documents of an archive tell of it: its files are named by their paths in the archive. */
export interface DescribedImage {
  /** Tags, and the digests of its configuration, manifest and index. */
  names: string[];
  config: string;
  layers: string[];
}

/** The JSON file at a path of the archive; undefined where there is none. */
export type Documents = (path: string) => unknown;

/** An index of indexes is nothing that builders write. */
const DEEPEST = 4;

/** The images of an archive: those of its `manifest.json`, and those of its OCI layout. Docker 28 writes images without a tag to the first alone. */
export function describedImages(documents: Documents): DescribedImage[] {
  const images = new Map(savedImages(documents).map(image => [image.config, image]));
  for (const image of imagesBelow(documents('/index.json'), documents, DEEPEST)) {
    const saved = images.get(image.config);
    if (saved) saved.names.push(...image.names);
    else images.set(image.config, image);
  }
  return [...images.values()];
}

/** Those that can be read: attestations are no images, and images of other platforms needn't be there. */
function imagesBelow(index: unknown, documents: Documents, depth: number): DescribedImage[] {
  if (depth === 0) return [];
  const below = list(field(index, 'manifests')).filter(each => annotation(each, 'vnd.docker.reference.type') !== 'attestation-manifest');
  return below.flatMap(each => {
    const child = documents(blobPath(each));
    const images = field(child, 'config') ? oneImage(child, documents) : imagesBelow(child, documents, depth - 1);
    images[0]?.names.push(...texts([field(each, 'digest'), annotation(each, 'io.containerd.image.name')]));
    return images;
  });
}

function oneImage(manifest: unknown, documents: Documents): DescribedImage[] {
  const config = field(manifest, 'config');
  if (!documents(blobPath(config))) return [];
  return [{ names: texts([field(config, 'digest')]), config: blobPath(config), layers: list(field(manifest, 'layers')).map(blobPath) }];
}

function blobPath(descriptor: unknown): string {
  return `/blobs/${text(field(descriptor, 'digest')).replace(':', '/')}`;
}

function annotation(descriptor: unknown, name: string): unknown {
  return field(field(descriptor, 'annotations'), name);
}

/** The images of a `manifest.json`: their configurations are `DIGEST.json`, or blobs. */
function savedImages(documents: Documents): DescribedImage[] {
  return list(documents('/manifest.json')).flatMap(each => {
    const config = text(field(each, 'Config'));
    const [digest] = /[0-9a-f]{64}/.exec(config) ?? [];
    if (!digest) return [];
    const names = [`sha256:${digest}`, ...texts(field(each, 'RepoTags'))];
    return [{ names, config: `/${config}`, layers: texts(field(each, 'Layers')).map(path => `/${path}`) }];
  });
}

const TEXT = (value: unknown) => typeof value === 'string' && value !== '';
const TEXTS = (value: unknown) => list(value).length > 0 && list(value).every(each => typeof each === 'string');
const OBJECT = (value: unknown) => isObject(value) && Object.keys(value).length > 0;

/** The fields that say how an image runs, and what counts as set. */
const FIELDS: Record<keyof ImageConfig, (value: unknown) => boolean> = {
  User: TEXT,
  WorkingDir: TEXT,
  Env: TEXTS,
  Entrypoint: TEXTS,
  Cmd: TEXTS,
  StopSignal: TEXT,
  Shell: TEXTS,
  OnBuild: TEXTS,
  ExposedPorts: OBJECT,
  Volumes: OBJECT,
  Labels: OBJECT,
  Healthcheck: OBJECT,
};

/** An image's configuration from its document; what is null or empty there is as if it weren't. */
export function imageConfig(document: unknown): ImageConfig {
  const config = field(document, 'config');
  const set = Object.entries(FIELDS).filter(([name, isSet]) => isSet(field(config, name)));
  return Object.fromEntries(set.map(([name]) => [name, field(config, name)]));
}

/** Layers with the instructions of the history, from the first on: steps without a layer have size 0. */
export function imageLayers(document: unknown, sizes: readonly number[]): Layer[] {
  const left = [...sizes];
  const steps = list(field(document, 'history')).map(each => ({
    instruction: text(field(each, 'created_by')),
    size: field(each, 'empty_layer') ? 0 : (left.shift() ?? 0),
  }));
  return [...steps, ...left.map(size => ({ instruction: '', size }))];
}

/** A JSON document of an archive. Throws an EngineError where it is none. */
export function parsedDocument(path: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw brokenArchive(`has no JSON in ${path}`);
  }
}

// documents are read as if they had no more than what is as it should be

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function field(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function texts(value: unknown): string[] {
  return list(value).filter(each => typeof each === 'string');
}
