import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { extract, type Header } from 'tar-stream';
import { dynamicSection, ELF_HEAD, isElf, readElf } from './elf.ts';
import type { Entry } from './snapshot.ts';

/** One member of a tar archive, by its absolute path; a hard link names the path whose content it shares. */
export type Member = { path: string; entry: Entry } | { path: string; sameAs: string };

/** Files that say how others are found, and are kept as text. */
const KEPT_TEXT = /^\/etc\/(?:passwd|group|ld\.so\.conf(?:\.d\/[^/]+\.conf)?|ld-musl-[^/]+\.path)$/;
const MOST_TEXT = 256 * 1024;
const FIRST_LINE = 256;

/** The members of a tar archive as they come, contents digested on the way and never held whole. Throws for a broken archive. */
export async function* members(archive: Readable): AsyncGenerator<Member> {
  const reader = extract();
  archive.on('error', error => reader.destroy(error)).pipe(reader);
  for await (const each of reader as AsyncIterable<Body>) {
    const member = await memberOf(each);
    if (member) yield member;
    else each.resume();
  }
}

/** A member's header, and its content as it comes. */
type Body = AsyncIterable<Buffer> & { header: Header; resume(): unknown };

async function memberOf(body: Body): Promise<Member | undefined> {
  const { header } = body;
  const path = posix.resolve('/', header.name);
  if (path === '/') return undefined;
  const type = TYPES[header.type];
  if (header.type === 'link') {
    body.resume();
    return { path, sameAs: posix.resolve('/', header.linkname) };
  }
  if (!type) return undefined;
  const entry: Entry = { type, mode: header.mode & 0o7777, uid: header.uid, gid: header.gid, size: 0, ...attributesOf(header) };
  if (type === 'file') Object.assign(entry, await contentOf(body, path));
  else body.resume();
  if (type === 'link') entry.target = header.linkname;
  if (type === 'character' || type === 'block') entry.device = `${header.devmajor}:${header.devminor}`;
  return { path, entry };
}

const TYPES: Partial<Record<Header['type'], Entry['type']>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'folder',
  symlink: 'link',
  'character-device': 'character',
  'block-device': 'block',
  fifo: 'fifo',
};

/** PAX records of extended attributes (`SCHILY.xattr.security.capability`), which are bytes. */
function attributesOf({ pax }: Header): { attributes?: Record<string, string> } {
  const prefix = 'SCHILY.xattr.';
  const found = Object.entries((pax ?? {}) as Record<string, string>).filter(([name]) => name.startsWith(prefix));
  if (found.length === 0) return {};
  return { attributes: Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), Buffer.from(value).toString('hex')])) };
}

/** A file's digest, and what its content says of other files. */
async function contentOf(body: Body, path: string): Promise<Partial<Entry>> {
  const hash = createHash('sha256');
  const isText = KEPT_TEXT.test(path) && body.header.size <= MOST_TEXT;
  const kept = keptBytes(isText);
  let size = 0;
  for await (const chunk of body) {
    hash.update(chunk);
    kept.add(chunk, size);
    size += chunk.length;
  }
  return { size, digest: hash.digest('hex'), ...kept.read(isText) };
}

/** Of a file that streams by: its first line, its text, or as much of an ELF file as tells what it is linked to. */
function keptBytes(isText: boolean) {
  const chunks: Buffer[] = [];
  let length = 0;
  let limit = isText ? MOST_TEXT : FIRST_LINE;
  let region: { offset: number; size: number } | undefined;
  const dynamic: Buffer[] = [];
  const isStart = () => length === 0;
  return {
    add(chunk: Buffer, at: number): void {
      if (isStart() && !isText && isElf(chunk)) limit = ELF_HEAD;
      if (length < limit) {
        const part = chunk.subarray(0, limit - length);
        chunks.push(part);
        length += part.length;
      }
      if (limit !== ELF_HEAD) return;
      region ??= dynamicSection(Buffer.concat(chunks.slice(0, 8)));
      if (!region) return;
      const from = Math.max(region.offset, at);
      const to = Math.min(region.offset + region.size, at + chunk.length);
      if (from < to) dynamic.push(chunk.subarray(from - at, to - at));
    },
    read(asText: boolean): Pick<Entry, 'elf' | 'interpreter' | 'text'> {
      const bytes = Buffer.concat(chunks);
      if (asText) return { text: bytes.toString() };
      if (limit === ELF_HEAD) {
        const elf = readElf(bytes, region && Buffer.concat(dynamic));
        return elf ? { elf } : {};
      }
      const [, interpreter] = /^#!\s*([^\n]+)/.exec(bytes.toString('latin1')) ?? [];
      return interpreter === undefined ? {} : { interpreter: interpreter.trim() };
    },
  };
}
