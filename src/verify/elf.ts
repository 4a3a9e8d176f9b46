/** What a program or library is linked to (System V ABI, "Dynamic Linking"). */
export interface Elf {
  /** The program that loads it; undefined for libraries and static programs. */
  interpreter: string | undefined;
  /** DT_NEEDED: the names of its libraries. */
  needed: string[];
  /** DT_RPATH and DT_RUNPATH, as written: folders with `$ORIGIN`. */
  rpath: string[];
  runpath: string[];
  /** 32 or 64 bits, and e_machine: libraries of another machine aren't taken. */
  machine: string;
}

/** How much of a file's beginning is enough to read what it is linked to: string tables stand in front. */
export const ELF_HEAD = 24 * 1024 * 1024;

const LOAD = 1;
const DYNAMIC = 2;
const INTERPRETER = 3;
const NEEDED = 1;
const STRING_TABLE = 5;
const RPATH = 15;
const RUNPATH = 29;

interface Segment {
  type: number;
  offset: number;
  address: number;
  size: number;
}

/** Whether bytes begin as an ELF file does. */
export function isElf(head: Uint8Array): boolean {
  return head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
}

/** Where a file's dynamic section stands; undefined where the head has no such segment or isn't ELF. */
export function dynamicSection(head: Uint8Array): { offset: number; size: number } | undefined {
  const file = reader(head);
  const found = file && segments(file).find(({ type }) => type === DYNAMIC);
  return found && { offset: found.offset, size: found.size };
}

/**
 * What a file is linked to, from its first bytes and its dynamic section; undefined for what isn't ELF, or where a table lies beyond the head.
 * Never throws: a broken file is none.
 */
export function readElf(head: Uint8Array, dynamic: Uint8Array | undefined): Elf | undefined {
  const file = reader(head);
  if (!file) return undefined;
  const all = segments(file);
  const named = all.find(({ type }) => type === INTERPRETER);
  const interpreter = named && text(head, named.offset);
  const machine = `${file.wide ? 64 : 32}:${file.half(18)}`;
  if (!dynamic) return { interpreter, needed: [], rpath: [], runpath: [], machine };
  const entries = dynamicEntries(dynamic, file);
  const table = entries.find(({ tag }) => tag === STRING_TABLE)?.value;
  const strings = table === undefined ? undefined : fileOffset(all, table);
  if (strings === undefined || strings >= head.length) return undefined;
  const values = (wanted: number) => entries.filter(({ tag }) => tag === wanted).map(({ value }) => text(head, strings + value));
  const folders = (wanted: number) => values(wanted).flatMap(paths => paths.split(':').filter(Boolean));
  return { interpreter, needed: values(NEEDED), rpath: folders(RPATH), runpath: folders(RUNPATH), machine };
}

interface Reader {
  wide: boolean;
  half(at: number): number;
  word(at: number): number;
  /** A number of the file's own width. */
  number(at: number): number;
  length: number;
  little: boolean;
}

function reader(bytes: Uint8Array): Reader | undefined {
  if (!isElf(bytes) || bytes.length < 64) return undefined;
  return numbers(bytes, bytes[4] === 2, bytes[5] !== 2);
}

function numbers(bytes: Uint8Array, wide: boolean, little: boolean): Reader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const inside = (at: number, size: number) => at >= 0 && at + size <= bytes.length;
  const half = (at: number) => (inside(at, 2) ? view.getUint16(at, little) : 0);
  const word = (at: number) => (inside(at, 4) ? view.getUint32(at, little) : 0);
  const number = (at: number) => (!wide ? word(at) : inside(at, 8) ? Number(view.getBigUint64(at, little)) : 0);
  return { wide, little, half, word, number, length: bytes.length };
}

function segments(file: Reader): Segment[] {
  const start = file.number(file.wide ? 32 : 28);
  const size = file.half(file.wide ? 54 : 42);
  const count = file.half(file.wide ? 56 : 44);
  const found: Segment[] = [];
  for (let index = 0; index < count; index++) {
    const at = start + index * size;
    if (at + size > file.length) break;
    found.push({
      type: file.word(at),
      offset: file.number(at + (file.wide ? 8 : 4)),
      address: file.number(at + (file.wide ? 16 : 8)),
      size: file.number(at + (file.wide ? 32 : 16)),
    });
  }
  return found;
}

function dynamicEntries(bytes: Uint8Array, { wide, little }: Reader): { tag: number; value: number }[] {
  const file = numbers(bytes, wide, little);
  const width = wide ? 8 : 4;
  const entries: { tag: number; value: number }[] = [];
  for (let at = 0; at + 2 * width <= bytes.length; at += 2 * width) {
    const tag = file.number(at);
    if (tag === 0) break;
    entries.push({ tag, value: file.number(at + width) });
  }
  return entries;
}

function fileOffset(all: readonly Segment[], address: number): number | undefined {
  const segment = all.find(each => each.type === LOAD && address >= each.address && address < each.address + each.size);
  return segment && address - segment.address + segment.offset;
}

/** Text up to the next NUL. */
function text(bytes: Uint8Array, at: number): string {
  const end = bytes.indexOf(0, at);
  return new TextDecoder().decode(bytes.subarray(at, Math.min(end < 0 ? bytes.length : end, at + 4096)));
}
