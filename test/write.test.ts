import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rootOf } from '../src/cli/root.ts';
import { writeFiles } from '../src/cli/write.ts';

let root: string;
let outside: string;
const OLD = 'FROM old\n';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dfmod-'));
  outside = mkdtempSync(join(tmpdir(), 'dfmod-'));
  writeFileSync(join(root, 'Dockerfile'), OLD);
});
afterEach(() => {
  for (const folder of [root, outside]) rmSync(folder, { recursive: true });
});

const write = (path: string, text: string, before: string | undefined = OLD) => ({
  path: join(root, path),
  root,
  before: before === undefined ? undefined : Buffer.from(before),
  text,
});
const message = (writes: Parameters<typeof writeFiles>[0]) => writeFiles(writes)?.message;
const read = (path: string) => readFileSync(join(root, path), 'utf8');

test('a file is replaced, and keeps its mode', () => {
  chmodSync(join(root, 'Dockerfile'), 0o764);
  expect(writeFiles([write('Dockerfile', 'é\r\n')])).toBeUndefined();
  expect(read('Dockerfile')).toBe('é\r\n');
  expect(statSync(join(root, 'Dockerfile')).mode & 0o7777).toBe(0o764);
  expect(readdirSync(root)).toEqual(['Dockerfile']);
});

test.runIf(process.getuid?.() === 0)('a file keeps its owner', () => {
  chownSync(join(root, 'Dockerfile'), 1234, 2345);
  writeFiles([write('Dockerfile', 'new')]);
  expect(statSync(join(root, 'Dockerfile'))).toMatchObject({ uid: 1234, gid: 2345 });
});

test('a link stays, and its target is written', () => {
  mkdirSync(join(root, 'a'));
  symlinkSync('../Dockerfile', join(root, 'a/link'));
  expect(writeFiles([write('a/link', 'new')])).toBeUndefined();
  expect(lstatSync(join(root, 'a/link')).isSymbolicLink()).toBe(true);
  expect(read('Dockerfile')).toBe('new');
});

test.each([
  ['a link to a file outside', () => symlinkSync(join(outside, 'file'), join(root, 'link')), 'link'],
  ['a file in a folder that is a link', () => symlinkSync(outside, join(root, 'folder')), 'folder/file'],
])('nothing is written outside the root: %s', (_, prepare, path) => {
  writeFileSync(join(outside, 'file'), OLD);
  prepare();
  expect(message([write(path, 'new')])).toMatch(/leads out of/);
  expect(readFileSync(join(outside, 'file'), 'utf8')).toBe(OLD);
  expect(readdirSync(outside)).toEqual(['file']);
});

test('a new file is not made through a link that leads out, nor over a file that is there', () => {
  symlinkSync(outside, join(root, 'folder'));
  expect(message([{ ...write('folder/new', 'x'), before: undefined }])).toMatch(/leads out of/);
  expect(message([{ ...write('Dockerfile', 'x'), before: undefined }])).toMatch(/can't be written/);
  expect(writeFiles([{ ...write('new', 'x'), before: undefined }])).toBeUndefined();
  expect(readdirSync(root)).toEqual(['Dockerfile', 'folder', 'new']);
  expect([read('Dockerfile'), read('new')]).toEqual([OLD, 'x']);
});

test('a file without a write bit is refused, for root too', () => {
  chmodSync(join(root, 'Dockerfile'), 0o444);
  expect(message([write('Dockerfile', 'new')])).toBe('is read-only: make it writable first (chmod u+w)');
  expect(read('Dockerfile')).toBe(OLD);
});

test('a file that changed since it was read is refused', () => {
  expect(message([write('Dockerfile', 'new', 'FROM older\n')])).toBe('changed since it was read: run dfmod again');
  expect(read('Dockerfile')).toBe(OLD);
});

test('where one of several files is refused, none is written and nothing is left behind', () => {
  writeFileSync(join(root, 'other'), OLD);
  chmodSync(join(root, 'other'), 0o444);
  expect(message([write('Dockerfile', 'new'), { ...write('new', 'x'), before: undefined }, write('other', 'new')])).toMatch(/read-only/);
  expect(readdirSync(root)).toEqual(['Dockerfile', 'other']);
  expect(read('Dockerfile')).toBe(OLD);
});

test('a file that is gone is refused', () => {
  rmSync(join(root, 'Dockerfile'));
  expect(message([write('Dockerfile', 'new')])).toBe("can't be written: no such file or folder");
});

test("the root of a file is its repository's, else the working directory above it, else its folder", () => {
  mkdirSync(join(root, 'a/b'), { recursive: true });
  expect(rootOf(join(root, 'a/b/Dockerfile'), join(root, 'a'))).toBe(join(root, 'a'));
  expect(rootOf(join(root, 'a/b/Dockerfile'), outside)).toBe(join(root, 'a/b'));
  mkdirSync(join(root, '.git'));
  expect(rootOf(join(root, 'a/b/Dockerfile'), join(root, 'a'))).toBe(root);
});
