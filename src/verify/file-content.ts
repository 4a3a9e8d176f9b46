import { createHash } from 'node:crypto';
import { type ElfReader, elfReader } from './elf.ts';
import type { Entry } from './snapshot.ts';

/** Files that say how others are found, and are kept as text. */
const KEPT_TEXT = /^\/etc\/(?:passwd|group|ld\.so\.cache|ld\.so\.conf(?:\.d\/[^/]+\.conf)?|ld-musl-[^/]+\.path)$/;
const MOST_TEXT = 256 * 1024;
/** As much as the kernel reads of a script's first line. */
const FIRST_LINE = 256;

/** What an entry tells of a file's content: digest and size, and what it says of other files. The content is never held whole. */
export async function fileContent(
  content: AsyncIterable<Buffer>,
  path: string,
): Promise<Pick<Entry, 'size' | 'digest' | 'elf' | 'interpreter' | 'text'>> {
  const hash = createHash('sha256');
  const isText = KEPT_TEXT.test(path);
  const most = isText ? MOST_TEXT : FIRST_LINE;
  const elf = elfReader();
  let head = Buffer.alloc(0);
  let size = 0;
  for await (const chunk of content) {
    hash.update(chunk);
    if (head.length < most) head = Buffer.concat([head, chunk.subarray(0, most - head.length)]);
    elf.add(chunk);
    size += chunk.length;
  }
  const read = isText && size <= MOST_TEXT ? { text: head.toString() } : linked(elf, head);
  return { size, digest: hash.digest('hex'), ...read };
}

function linked(reader: ElfReader, head: Buffer): Pick<Entry, 'elf' | 'interpreter'> {
  const elf = reader.read();
  if (elf) return { elf };
  const [, interpreter] = /^#![ \t]*([^\n]+)/.exec(head.toString()) ?? [];
  return interpreter === undefined ? {} : { interpreter: interpreter.trim() };
}
