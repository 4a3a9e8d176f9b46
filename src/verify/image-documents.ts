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

interface Descriptor {
  digest?: string;
  annotations?: Record<string, string>;
  manifests?: Descriptor[];
  config?: Descriptor;
  layers?: Descriptor[];
}

/** An index of indexes is nothing that builders write. */
const DEEPEST = 4;

/** The images of an archive: those of its `manifest.json`, and those of its OCI layout. Docker 28 writes images without a tag to the first alone. */
export function describedImages(documents: Documents): DescribedImage[] {
  const index = documents('/index.json') as Descriptor | undefined;
  const images = new Map(savedImages(documents).map(image => [image.config, image]));
  for (const image of index ? imagesBelow(index, documents, DEEPEST) : []) {
    const saved = images.get(image.config);
    if (saved) saved.names.push(...image.names);
    else images.set(image.config, image);
  }
  return [...images.values()];
}

/** Those that can be read: attestations are no images, and images of other platforms needn't be there. */
function imagesBelow(document: Descriptor, documents: Documents, depth: number): DescribedImage[] {
  if (depth === 0) return [];
  const below = (document.manifests ?? []).filter(each => each.annotations?.['vnd.docker.reference.type'] !== 'attestation-manifest');
  return below.flatMap(each => {
    const path = blobPath(each);
    const child = documents(path) as Descriptor | undefined;
    if (!child) return [];
    const images = child.config ? oneImage(child, documents) : imagesBelow(child, documents, depth - 1);
    images[0]?.names.push(each.digest ?? '', ...tagsOf(each));
    return images;
  });
}

function oneImage({ config = {}, layers = [] }: Descriptor, documents: Documents): DescribedImage[] {
  const path = blobPath(config);
  if (!documents(path)) return [];
  return [{ names: [config.digest ?? ''], config: path, layers: layers.map(blobPath) }];
}

function blobPath({ digest = '' }: Descriptor): string {
  return `/blobs/${digest.replace(':', '/')}`;
}

function tagsOf({ annotations }: Descriptor): string[] {
  const name = annotations?.['io.containerd.image.name'];
  return name ? [name] : [];
}

/** The images of a `manifest.json`: its configurations are `DIGEST.json`, or blobs. */
function savedImages(documents: Documents): DescribedImage[] {
  const list = (documents('/manifest.json') ?? []) as { Config: string; RepoTags?: string[] | null; Layers: string[] }[];
  return list.map(({ Config, RepoTags, Layers }) => {
    const [digest = ''] = /[0-9a-f]{64}/.exec(Config) ?? [];
    return { names: [`sha256:${digest}`, ...(RepoTags ?? [])], config: `/${Config}`, layers: Layers.map(each => `/${each}`) };
  });
}

/** The JSON of an image's configuration. */
export interface ImageDocument {
  config?: Record<string, unknown>;
  history?: { created_by?: string; empty_layer?: boolean }[];
}

const FIELDS = [
  'User',
  'WorkingDir',
  'Env',
  'Entrypoint',
  'Cmd',
  'StopSignal',
  'Shell',
  'OnBuild',
  'ExposedPorts',
  'Volumes',
  'Labels',
  'Healthcheck',
] as const satisfies (keyof ImageConfig)[];

/** The fields of an image's configuration that say how it runs: those that are null or empty as if they weren't there. */
export function imageConfig({ config = {} }: ImageDocument): ImageConfig {
  const set = FIELDS.filter(field => !isEmpty(config[field]));
  return Object.fromEntries(set.map(field => [field, config[field]]));
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** Layers with the instructions of the history, from the first on: steps without a layer have size 0. */
export function imageLayers({ history = [] }: ImageDocument, sizes: readonly number[]): Layer[] {
  const left = [...sizes];
  const steps = history.map(({ created_by: instruction = '', empty_layer: isEmptyLayer }) => ({
    instruction,
    size: isEmptyLayer ? 0 : (left.shift() ?? 0),
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
