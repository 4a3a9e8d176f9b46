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

/** Reads an ELF file that streams by. */
export interface ElfReader {
  /** Takes the next bytes. */
  add(chunk: Buffer): void;
  /** What the file is linked to; undefined for what isn't ELF or is broken. */
  read(): Elf | undefined;
}

/** How much of a file's beginning is kept: the table of names mostly stands there, and what says where it begins at the end. */
const MOST_KEPT = 24 * 1024 * 1024;
const HEADER = 64;
/** 0x7f and `ELF`. */
const MAGIC = 0x7f454c46;
const MOST_SEGMENTS = 1024;
/** Of the dynamic section, in bytes: a few thousand libraries. */
const MOST_DYNAMIC = 64 * 1024;
const MOST_NAME = 4096;

interface Region {
  offset: number;
  size: number;
}

interface Window extends Region {
  chunks: Buffer[];
  /** How much of it has come. */
  filled: number;
}

/** A reader that holds at most 24 MB: where the regions it wants have passed by, they are taken from the beginning it kept. */
export function elfReader(): ElfReader {
  const steps = elfSteps();
  let wanted = steps.next();
  const head: Buffer[] = [];
  let kept = 0;
  let at = 0;
  let windows = wanted.done ? [] : wanted.value.map(opened);

  function advance(): void {
    while (!wanted.done && windows.every(each => each.filled === each.size)) {
      wanted = steps.next(windows.map(({ chunks }) => Buffer.concat(chunks)));
      windows = wanted.done ? [] : wanted.value.map(opened);
      let start = 0;
      for (const chunk of head) {
        for (const window of windows) fill(window, chunk, start);
        start += chunk.length;
      }
    }
  }
  return {
    add(chunk) {
      if (wanted.done) return;
      for (const window of windows) fill(window, chunk, at);
      if (kept === at && kept < MOST_KEPT) {
        head.push(chunk);
        kept += chunk.length;
      }
      at += chunk.length;
      advance();
      if (wanted.done) head.length = 0;
    },
    read: () => (wanted.done ? wanted.value : undefined),
  };
}

function opened(region: Region): Window {
  return { ...region, chunks: [], filled: 0 };
}

function fill(window: Window, chunk: Buffer, at: number): void {
  const from = window.offset + window.filled - at;
  const part = from >= 0 && from < chunk.length ? chunk.subarray(from, window.offset + window.size - at) : undefined;
  if (!part) return;
  window.chunks.push(part);
  window.filled += part.length;
}

const LOAD = 1;
const DYNAMIC = 2;
const INTERPRETER = 3;
const NEEDED = 1;
const STRING_TABLE = 5;
const STRING_SIZE = 10;
const RPATH = 15;
const RUNPATH = 29;

/** Yields the regions of the file that it wants to see next, and is given their bytes. */
function* elfSteps(): Generator<Region[], Elf | undefined, Buffer[]> {
  const [header] = yield [{ offset: 0, size: HEADER }];
  if (header?.readUInt32BE(0) !== MAGIC) return undefined;
  const file = numbersOf(header);
  const table = segmentTable(header, file);
  const [segmentBytes] = yield [table];
  const all = segments(segmentBytes ?? header, file, table.each);
  const dynamic = all.find(({ type }) => type === DYNAMIC);
  const named = all.find(({ type }) => type === INTERPRETER);
  const [name, section] = yield [part(named, MOST_NAME), part(dynamic, MOST_DYNAMIC)];
  const elf: Elf = {
    interpreter: named && name && text(name, 0),
    needed: [],
    rpath: [],
    runpath: [],
    machine: `${file.wide ? 64 : 32}:${file.half(header, 18)}`,
  };
  const entries = dynamicEntries(section ?? header, file);
  const names = nameTable(entries, all);
  if (!names) return elf;
  const [strings] = yield [names];
  if (!strings) return undefined;
  const values = (wanted: number) => entries.filter(({ tag }) => tag === wanted).map(({ value }) => text(strings, value - names.skipped));
  const folders = (wanted: number) => values(wanted).flatMap(paths => paths.split(':').filter(Boolean));
  return { ...elf, needed: values(NEEDED), rpath: folders(RPATH), runpath: folders(RUNPATH) };
}

function part(region: Region | undefined, most: number): Region {
  return region ? { offset: region.offset, size: Math.min(region.size, most) } : { offset: 0, size: 0 };
}

/** How a file writes its numbers; one that stands beyond the bytes is 0. */
interface Numbers {
  wide: boolean;
  half(bytes: Buffer, at: number): number;
  word(bytes: Buffer, at: number): number;
  /** Of the file's own width. */
  long(bytes: Buffer, at: number): number;
}

function numbersOf(header: Buffer): Numbers {
  const wide = header[4] === 2;
  const little = header[5] !== 2;
  const inside = (bytes: Buffer, at: number, size: number) => at + size <= bytes.length;
  const half = (bytes: Buffer, at: number) => (inside(bytes, at, 2) ? (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)) : 0);
  const word = (bytes: Buffer, at: number) => (inside(bytes, at, 4) ? (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)) : 0);
  const wideWord = (bytes: Buffer, at: number) =>
    little ? word(bytes, at + 4) * 2 ** 32 + word(bytes, at) : word(bytes, at) * 2 ** 32 + word(bytes, at + 4);
  return { wide, half, word, long: wide ? wideWord : word };
}

function segmentTable(header: Buffer, file: Numbers): Region & { each: number } {
  const each = file.half(header, file.wide ? 54 : 42);
  const count = Math.min(file.half(header, file.wide ? 56 : 44), MOST_SEGMENTS);
  return { offset: file.long(header, file.wide ? 32 : 28), size: each * count, each };
}

interface Segment extends Region {
  type: number;
  address: number;
}

function segments(bytes: Buffer, file: Numbers, each: number): Segment[] {
  const starts = each < 32 ? [] : Array.from({ length: Math.floor(bytes.length / each) }, (_, index) => index * each);
  return starts.map(at => ({
    type: file.word(bytes, at),
    offset: file.long(bytes, at + (file.wide ? 8 : 4)),
    address: file.long(bytes, at + (file.wide ? 16 : 8)),
    size: file.long(bytes, at + (file.wide ? 32 : 16)),
  }));
}

interface DynamicEntry {
  tag: number;
  value: number;
}

function dynamicEntries(bytes: Buffer, file: Numbers): DynamicEntry[] {
  const width = file.wide ? 8 : 4;
  const entries: DynamicEntry[] = [];
  for (let at = 0; at + 2 * width <= bytes.length; at += 2 * width) {
    const tag = file.long(bytes, at);
    if (tag === 0) break;
    entries.push({ tag, value: file.long(bytes, at + width) });
  }
  return entries;
}

/** The part of the table of names that is used, and how far behind the table's start it begins; undefined where no name is used. */
function nameTable(entries: readonly DynamicEntry[], all: readonly Segment[]): (Region & { skipped: number }) | undefined {
  const used = entries.filter(({ tag }) => tag === NEEDED || tag === RPATH || tag === RUNPATH).map(({ value }) => value);
  const address = entries.find(({ tag }) => tag === STRING_TABLE)?.value ?? 0;
  const whole = entries.find(({ tag }) => tag === STRING_SIZE)?.value ?? 0;
  const segment = all.find(each => each.type === LOAD && address >= each.address && address < each.address + each.size);
  if (used.length === 0 || !segment) return undefined;
  const skipped = Math.min(...used);
  const end = Math.min(Math.max(...used) + MOST_NAME, whole, skipped + MOST_KEPT);
  return { offset: segment.offset + address - segment.address + skipped, size: Math.max(0, end - skipped), skipped };
}

/** Text up to the next NUL. */
function text(bytes: Buffer, at: number): string {
  const end = bytes.indexOf(0, at);
  return bytes.toString('utf8', at, Math.min(end < 0 ? bytes.length : end, at + MOST_NAME));
}
