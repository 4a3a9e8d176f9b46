import { type Bytes, brokenArchive, type Part } from './bytes.ts';
import { decimal, number, type PaxRecord } from './tar.ts';

/** Where the bytes of a sparse file stand: all others are zeros (GNU tar manual, "Storing Sparse Files"). */
export interface SparseMap {
  data: { offset: number; size: number }[];
  /** Of the file, holes filled. */
  size: number;
}

const BLOCK = 512;
const MOST_RECORDS = 100_000;
const ZEROS = Buffer.alloc(64 * 1024);

/** The map of GNU's old format: four records in the header, and blocks of 21 that follow it. */
export async function oldSparseMap(bytes: Bytes, header: Buffer): Promise<SparseMap> {
  const data = oldRecords(header, 386, 4);
  for (let block = header, more = 482; block[more]; more = 504) {
    block = await bytes.take(BLOCK);
    if (block.length < BLOCK) throw brokenArchive('ends too early');
    data.push(...oldRecords(block, 0, 21));
    if (data.length > MOST_RECORDS) throw brokenMap();
  }
  return checked({ data, size: number(header, 483, 12) });
}

function oldRecords(block: Buffer, start: number, count: number): SparseMap['data'] {
  const records = Array.from({ length: count }, (_, index) => start + index * 24).filter(at => block[at]);
  return records.map(at => ({ offset: number(block, at, 12), size: number(block, at + 12, 12) }));
}

/** The map of GNU's PAX formats 0.0 and 0.1, which is in the records, and of 1.0, which stands before the content; undefined for other files. */
export async function paxSparseMap(content: Part, pax: readonly PaxRecord[]): Promise<SparseMap | undefined> {
  const last = (key: string) => pax.findLast(each => each[0] === `GNU.sparse.${key}`)?.[1];
  const size = decimal(last('realsize')) ?? decimal(last('size'));
  if (size === undefined) return undefined;
  if (decimal(last('major')) === 1) return checked({ data: pairs(await numbersBefore(content)), size });
  const listed = last('map')?.toString('latin1').split(',').map(Number);
  const single = () =>
    pax.filter(([key]) => key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes').map(([, value]) => decimal(value) ?? -1);
  return checked({ data: pairs(listed ?? single()), size });
}

/** The numbers that format 1.0 writes before the content: how many pairs, then those, one a line, filled up to whole blocks. */
async function numbersBefore(content: Part): Promise<number[]> {
  const read = new Lines(content);
  const count = await read.line();
  if (!(count <= MOST_RECORDS)) throw brokenMap();
  const found: number[] = [];
  while (found.length < 2 * count) found.push(await read.line());
  return found;
}

/** Lines with a number each, read a block at a time so that no byte behind them is taken. */
class Lines {
  readonly #content: Part;
  #text = '';
  constructor(content: Part) {
    this.#content = content;
  }

  async line(): Promise<number> {
    let end = this.#text.indexOf('\n');
    while (end < 0) {
      const block = await this.#content.take(BLOCK);
      if (block.length < BLOCK || this.#text.length > BLOCK) throw brokenMap();
      this.#text += block.toString('latin1');
      end = this.#text.indexOf('\n');
    }
    const value = Number(this.#text.slice(0, end));
    this.#text = this.#text.slice(end + 1);
    return value;
  }
}

function pairs(numbers: readonly number[]): SparseMap['data'] {
  if (numbers.length % 2 !== 0) throw brokenMap();
  return numbers.flatMap((offset, index) => (index % 2 === 0 ? [{ offset, size: numbers[index + 1] ?? 0 }] : []));
}

function checked(map: SparseMap): SparseMap {
  let end = 0;
  for (const { offset, size } of map.data) {
    if (!(offset >= end && size >= 0)) throw brokenMap();
    end = offset + size;
  }
  if (!(end <= map.size)) throw brokenMap();
  return map;
}

function brokenMap() {
  return brokenArchive('has a sparse file with a broken map');
}

/** The content of a sparse file with zeros where nothing is stored. */
export async function* withHoles(content: Part, { data, size }: SparseMap): AsyncGenerator<Buffer> {
  let at = 0;
  for (const record of [...data, { offset: size, size: 0 }]) {
    for (; at < record.offset; at += Math.min(ZEROS.length, record.offset - at)) yield ZEROS.subarray(0, record.offset - at);
    yield* content.next(record.size);
    at += record.size;
  }
}
