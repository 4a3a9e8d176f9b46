import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Elf, elfReader } from '../src/verify/elf.ts';

interface Layout {
  wide: boolean;
  little: boolean;
  /** Where the tables stand in the file. */
  dynamic: number;
  strings: number;
  interpreter: number;
  size: number;
}

const STRINGS = '\0libc.so.6\0libm.so.6\0$ORIGIN/../lib:/opt/lib\0';
const LOADER = '/lib/ld.so.1\0';
const ADDRESS = 0x10000;

/** An ELF file with three segments, mapped from its beginning to its end. */
function elfFile({ wide, little, dynamic, strings, interpreter, size }: Layout): Buffer {
  const file = Buffer.alloc(size);
  const half = (at: number, value: number) => (little ? file.writeUInt16LE(value, at) : file.writeUInt16BE(value, at));
  const word = (at: number, value: number) => (little ? file.writeUInt32LE(value, at) : file.writeUInt32BE(value, at));
  const long = (at: number, value: number) => word(wide && !little ? at + 4 : at, value);
  const width = wide ? 8 : 4;
  file.write('\u007fELF', 'latin1');
  file[4] = wide ? 2 : 1;
  file[5] = little ? 1 : 2;
  half(18, 62);
  const each = wide ? 56 : 32;
  long(wide ? 32 : 28, 64);
  half(wide ? 54 : 42, each);
  half(wide ? 56 : 44, 3);
  const tags = [1, 1, 1, 11, 29, 21, 5, ADDRESS + strings, 10, STRINGS.length, 0, 0];
  const segments = [
    [1, 0, ADDRESS, size],
    [2, dynamic, ADDRESS + dynamic, tags.length * width],
    [3, interpreter, ADDRESS + interpreter, LOADER.length],
  ] as const;
  for (const [index, [type, offset, address, length]] of segments.entries()) {
    const at = 64 + index * each;
    word(at, type);
    long(at + (wide ? 8 : 4), offset);
    long(at + (wide ? 16 : 8), address);
    long(at + (wide ? 32 : 16), length);
  }
  for (const [index, value] of tags.entries()) long(dynamic + index * width, value);
  file.write(STRINGS, strings);
  file.write(LOADER, interpreter);
  return file;
}

function read(file: Buffer, chunk = 1000): Elf | undefined {
  const reader = elfReader();
  for (let at = 0; at < file.length; at += chunk) reader.add(file.subarray(at, at + chunk));
  return reader.read();
}

const usual = { wide: true, little: true, interpreter: 600, strings: 1000, dynamic: 5000, size: 6000 };
const linked = { interpreter: '/lib/ld.so.1', needed: ['libc.so.6', 'libm.so.6'], rpath: [], runpath: ['$ORIGIN/../lib', '/opt/lib'] };

describe('what a program is linked to', () => {
  test.each([
    ['64:62', {}],
    ['64:62', { little: false }],
    ['32:62', { wide: false }],
    ['32:62', { wide: false, little: false }],
    // as patchelf leaves it: what grew is at the end
    ['64:62', { dynamic: 1000, strings: 5000 }],
    ['64:62', { dynamic: 3000, strings: 1000, interpreter: 5000 }],
  ] as const)('is read in every layout: %s %j', (machine, layout) => {
    for (const chunk of [1, 63, 1000, 10_000]) expect(read(elfFile({ ...usual, ...layout }), chunk)).toEqual({ ...linked, machine });
  });
  test('is read where the dynamic section stands far behind the names', () => {
    const size = 40e6;
    expect(read(elfFile({ ...usual, dynamic: size - 1000, size }), 65_536)).toMatchObject(linked);
  });
  test('is not told where the names passed by before anything said where they are', () => {
    const size = 40e6;
    expect(read(elfFile({ ...usual, strings: size - 2000, dynamic: size - 1000, size }), 65_536)).toBeUndefined();
  });
  test('of a real program is its loader and its libraries', () => {
    expect(read(readFileSync(process.execPath), 65_536)).toMatchObject({
      interpreter: expect.stringMatching(/\/ld-[^/]+$/),
      needed: expect.arrayContaining([expect.stringMatching(/^lib(c\.so\.6|c\.musl-.*)$/)]),
    });
  });
  test('is nothing for what is not ELF, and for a file that is cut', () => {
    expect(read(Buffer.from('#!/bin/sh\n'.repeat(20)))).toBeUndefined();
    expect(read(elfFile(usual).subarray(0, 1010))).toBeUndefined();
  });
  test('of a broken file never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 20 }), changes => {
        const file = elfFile(usual);
        for (const [at, byte] of changes) file[at + 4] = byte;
        read(file);
      }),
      { numRuns: 2000, seed: 5 },
    );
  });
});
