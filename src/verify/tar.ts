import { isUtf8 } from 'node:buffer';
import { type Bytes, brokenArchive } from './bytes.ts';
import { oldSparseMap, paxSparseMap, withHoles } from './tar-sparse.ts';

/** One member of a tar archive. Names are as written; bytes that aren't UTF-8 are lone surrogates, as Python's `surrogateescape` has them. */
export interface TarMember {
  name: string;
  /** Its type flag; `S` and sparse files by PAX are `0`. */
  type: string;
  linkName: string;
  mode: number;
  uid: number;
  gid: number;
  /** Of the content, in bytes, holes filled. */
  size: number;
  /** Of a device: "major:minor". */
  device: string;
  /** Extended attributes by name, in hex. */
  attributes: Record<string, string> | undefined;
  /** Must be read before the next member is asked for, or is passed over. */
  content: AsyncIterable<Buffer>;
}

/** A PAX record: values are bytes. */
export type PaxRecord = readonly [key: string, value: Buffer];

const BLOCK = 512;
/** Of an extension header: the kernel's longest list of attributes is 64 KiB, the longest path 4 KiB. */
const MOST_EXTENSION = 2 ** 20;
/** Type flags that never have content, whatever their size says (as Go's archive/tar has it). */
const WITHOUT_CONTENT = new Set(['1', '2', '3', '4', '5', '6']);
const ATTRIBUTE = 'SCHILY.xattr.';

/** What extension headers say of the member that follows them. */
interface Extension {
  name?: string;
  linkName?: string;
  pax: PaxRecord[];
}

/**
 * The members of a tar archive: ustar, PAX and GNU, with long names and sparse files. Throws an EngineError where it is broken.
 * The library tar-stream isn't used: it decodes PAX values as UTF-8, which capabilities and names needn't be, and knows no sparse files.
 */
export async function* tarMembers(bytes: Bytes): AsyncGenerator<TarMember> {
  let extension: Extension = { pax: [] };
  let global: PaxRecord[] = [];
  for (;;) {
    const header = await bytes.take(BLOCK);
    if (header.length === 0 || header.every(byte => byte === 0)) return;
    if (!isTarHeader(header)) throw brokenArchive('has a header that is none');
    const type = String.fromCharCode(header[156] || 0x30);
    if (type === 'L' || type === 'K' || type === 'x' || type === 'g') {
      const text = await extensionText(bytes, header);
      if (type === 'L') extension.name = cString(text);
      else if (type === 'K') extension.linkName = cString(text);
      else if (type === 'x') extension.pax = paxRecords(text);
      else global = paxRecords(text);
      continue;
    }
    extension.pax = [...global, ...extension.pax];
    yield* oneMember(bytes, header, type, extension);
    extension = { pax: [] };
  }
}

/** Whether a block of 512 bytes is a header: its checksum fits. */
export function isTarHeader(block: Buffer): boolean {
  if (block.length < BLOCK) return false;
  let sum = 8 * 0x20;
  for (let at = 0; at < BLOCK; at++) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return sum === number(block, 148, 8);
}

async function* oneMember(bytes: Bytes, header: Buffer, type: string, { name, linkName, pax }: Extension): AsyncGenerator<TarMember> {
  const last = (key: string) => pax.findLast(each => each[0] === key)?.[1];
  const stored = decimal(last('size')) ?? number(header, 124, 12);
  if (!(stored >= 0)) throw brokenArchive('has a member without a size');
  const size = WITHOUT_CONTENT.has(type) ? 0 : stored;
  let map = type === 'S' ? await oldSparseMap(bytes, header) : undefined;
  const part = bytes.part(size);
  map ??= await paxSparseMap(part, pax);
  const path = last('GNU.sparse.name') ?? last('path');
  const link = last('linkpath');
  yield {
    name: path ? fileName(path) : (name ?? headerName(header)),
    type: map ? '0' : type,
    linkName: link ? fileName(link) : (linkName ?? fileName(cBytes(header, 157, 100))),
    mode: number(header, 100, 8) & 0o7777,
    uid: decimal(last('uid')) ?? number(header, 108, 8),
    gid: decimal(last('gid')) ?? number(header, 116, 8),
    size: map?.size ?? size,
    device: `${number(header, 329, 8)}:${number(header, 337, 8)}`,
    attributes: attributes(pax),
    content: map ? withHoles(part, map) : part,
  };
  await part.skip();
  await bytes.part(-size & (BLOCK - 1)).skip();
}

async function extensionText(bytes: Bytes, header: Buffer): Promise<Buffer> {
  const size = number(header, 124, 12);
  if (!(size >= 0 && size <= MOST_EXTENSION)) throw brokenArchive('has an extension header that is too long');
  const text = await bytes.take(size + (-size & (BLOCK - 1)));
  if (text.length < size) throw brokenArchive('ends too early');
  return text.subarray(0, size);
}

/** Records of the form "LENGTH KEY=VALUE\n". */
function paxRecords(text: Buffer): PaxRecord[] {
  const records: PaxRecord[] = [];
  for (let at = 0; at < text.length; ) {
    const space = text.indexOf(0x20, at);
    const length = decimal(text.subarray(at, space < 0 ? at : space)) ?? 0;
    const equals = text.indexOf(0x3d, space);
    if (equals < 0 || length <= equals - at || at + length > text.length) throw brokenArchive('has a broken PAX header');
    records.push([text.toString('utf8', space + 1, equals), text.subarray(equals + 1, at + length - 1)]);
    at += length;
  }
  return records;
}

function attributes(pax: readonly PaxRecord[]): Record<string, string> | undefined {
  const found = pax.filter(([key]) => key.startsWith(ATTRIBUTE));
  if (found.length === 0) return undefined;
  return Object.fromEntries(found.map(([key, value]) => [key.slice(ATTRIBUTE.length), value.toString('hex')]));
}

function headerName(header: Buffer): string {
  const name = cBytes(header, 0, 100);
  const isUstar = header.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isUstar ? cBytes(header, 345, 155) : Buffer.alloc(0);
  return fileName(prefix.length > 0 ? Buffer.concat([prefix, Buffer.from('/'), name]) : name);
}

function cBytes(bytes: Buffer, at: number, size: number): Buffer {
  const field = bytes.subarray(at, at + size);
  const end = field.indexOf(0);
  return end < 0 ? field : field.subarray(0, end);
}

function cString(bytes: Buffer): string {
  return fileName(cBytes(bytes, 0, bytes.length));
}

function fileName(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  return bytes.toString('latin1').replace(/[\x80-\xff]/g, byte => String.fromCharCode(0xdc00 + byte.charCodeAt(0)));
}

/** A field of a header: octal digits, or a binary number where the first bit is set; -1 for a negative one. */
export function number(header: Buffer, at: number, size: number): number {
  const field = header.subarray(at, at + size);
  const first = field[0] ?? 0;
  if (first === 0xff) return -1;
  if (first & 0x80) return field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
  return Number.parseInt(field.toString('latin1').replaceAll('\0', ' ').trim() || '0', 8);
}

/** A number in decimal digits; undefined for anything else. */
export function decimal(bytes: Buffer | undefined): number | undefined {
  const text = bytes?.toString('latin1');
  return text && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
