import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';

/** A member of a tar archive to write: a file of mode 644 where nothing else is said. */
export type Member = Partial<Header> & { name: string; content?: string | Uint8Array };

/** A tar archive, as tar-stream writes it. */
export async function tarOf(members: readonly Member[]): Promise<Buffer> {
  const archive = pack();
  for (const { content = '', ...header } of members) archive.entry({ mode: 0o644, ...header }, Buffer.from(content));
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** What tar-stream can't write: the fields of a header as bytes, by their offsets. */
export function rawMember(fields: Readonly<Record<number, string | Buffer>>, content: string | Buffer = ''): Buffer {
  const header = Buffer.alloc(512);
  const body = Buffer.from(content);
  const usual = { 100: '0000644', 108: '0000000', 116: '0000000', 124: body.length.toString(8).padStart(11, '0'), 257: 'ustar\u000000' };
  for (const [at, value] of Object.entries({ ...usual, ...fields })) Buffer.from(value).copy(header, Number(at));
  header.fill(0x20, 148, 156);
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return Buffer.concat([header, body, Buffer.alloc(-body.length & 511)]);
}

/** Two blocks of zeros. */
export const TAR_END: Buffer = Buffer.alloc(1024);

export interface Image {
  layers: readonly Buffer[];
  config?: Record<string, unknown>;
  history?: readonly { created_by?: string; empty_layer?: boolean }[];
  tag?: string;
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

const rootfs = (layers: readonly Buffer[]) => ({ type: 'layers', diff_ids: layers.map(each => `sha256:${sha256(each)}`) });

/** An archive as `docker save` wrote it before version 25: `ID/layer.tar`, a layer that was written before as a link to it, and a `manifest.json`. */
export async function dockerArchive(images: readonly Image[]): Promise<Buffer> {
  const members: Member[] = [];
  const manifest = images.map(({ layers, config, history, tag }, index) => {
    const Layers = layers.map((bytes, at) => {
      const first = members.find(({ content }) => content === bytes);
      const name = `${index}${at}/layer.tar`;
      members.push(first ? { name, type: 'symlink', linkname: `../${first.name}` } : { name, content: bytes });
      return name;
    });
    const document = Buffer.from(JSON.stringify({ config, history, rootfs: rootfs(layers) }));
    members.push({ name: `${sha256(document)}.json`, content: document });
    return { Config: `${sha256(document)}.json`, RepoTags: tag ? [tag] : null, Layers };
  });
  return tarOf([...members, { name: 'manifest.json', content: JSON.stringify(manifest) }]);
}

/** An archive in the OCI layout, as buildx writes it: an index of the image and its attestation, below the index of the archive. */
export async function ociArchive({ layers, config, history, tag = 'an:image' }: Image, compression?: 'gzip'): Promise<Buffer> {
  const blobs = new Map<string, Buffer>();
  const blob = (bytes: Buffer) => {
    blobs.set(`blobs/sha256/${sha256(bytes)}`, bytes);
    return { digest: `sha256:${sha256(bytes)}`, size: bytes.length };
  };
  const document = (value: unknown) => blob(Buffer.from(JSON.stringify(value)));
  const stored = layers.map(bytes => blob(compression ? gzipSync(bytes) : bytes));
  const manifest = document({ config: document({ config, history, rootfs: rootfs(layers) }), layers: stored });
  const attestation = document({
    config: document({ architecture: 'unknown' }),
    layers: [document({ predicateType: 'https://slsa.dev' })],
  });
  const index = document({
    manifests: [
      { ...attestation, annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
      manifest,
      // of a platform that isn't in the archive
      { digest: `sha256:${'0'.repeat(64)}`, size: 1 },
    ],
  });
  const whole = { manifests: [{ ...index, annotations: { 'io.containerd.image.name': tag } }] };
  const members = [...blobs].sort().map(([name, content]) => ({ name, content }));
  return tarOf([{ name: 'index.json', content: JSON.stringify(whole) }, ...members]);
}

/** Bytes as a stream of chunks of a size that fits nothing. */
export function streamed(bytes: Buffer, chunk = 1000): Readable {
  const count = Math.ceil(bytes.length / chunk);
  return Readable.from(Array.from({ length: count }, (_, index) => bytes.subarray(index * chunk, (index + 1) * chunk)));
}
