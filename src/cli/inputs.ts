import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, isAbsolute, relative, resolve, sep } from 'node:path';
import { isTemplate } from '../discover/template.ts';
import { dockerfiles } from '../discover/walk.ts';
import type { Trouble } from '../report/results.ts';
import { reasonOf } from './reasons.ts';

/** A Dockerfile to read, or why there is none. */
export type Input = { shown: string } & ({ path: string; bytes: Uint8Array; text: string } | { trouble: Trouble } | { skipped: string });

/** Largest file that is read: no Dockerfile is near it. */
const MAX_BYTES = 4 * 1024 * 1024;
const TEMPLATE = 'a template: rewrite the Dockerfiles that are made of it';

/** The Dockerfiles at some paths, those of folders in order of their names; each file once, read when its turn comes. */
export function* inputs(paths: readonly string[], cwd: string): Iterable<Input> {
  const seen = new Set<string>();
  for (const { path, named } of places(paths)) {
    const shown = shownPath(path, cwd);
    if (typeof named === 'string') yield { shown, trouble: trouble(named) };
    else {
      const real = realPath(path);
      if (seen.has(real)) continue;
      seen.add(real);
      yield { shown, ...readInput(path, named) };
    }
  }
}

/** The same of standard input. */
export async function standardInput(): Promise<Input> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > MAX_BYTES) break;
  }
  return { shown: '-', ...decoded('-', Buffer.concat(chunks), true) };
}

/** A path as the user knows it: from the working directory where it is below that, else in full. */
export function shownPath(path: string, cwd: string): string {
  const inside = relative(cwd, resolve(cwd, path));
  return inside.split(sep)[0] === '..' || isAbsolute(inside) ? resolve(cwd, path) : inside || '.';
}

/** The files at paths; `named` tells whether a person named the file itself, or is what is wrong with the path. */
function* places(paths: readonly string[]): Iterable<{ path: string; named: boolean | string }> {
  for (const path of paths) {
    let isFolder: boolean;
    try {
      isFolder = statSync(path).isDirectory();
    } catch (error) {
      yield { path, named: reasonOf(error) };
      continue;
    }
    if (!isFolder) {
      yield { path, named: true };
      continue;
    }
    const found = dockerfiles(path);
    for (const each of found) yield { path: each.path, named: each.kind === 'problem' ? each.message : false };
    if (found.length === 0) yield { path, named: 'no Dockerfile in this folder: name the file' };
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

type Content = { path: string; bytes: Uint8Array; text: string } | { trouble: Trouble } | { skipped: string };

/** A file that a person named. */
export function namedInput(path: string): Content {
  return readInput(path, true);
}

function readInput(path: string, named: boolean): Content {
  try {
    const bytes = readBytes(path);
    return typeof bytes === 'string' ? { trouble: trouble(bytes) } : decoded(path, bytes, named);
  } catch (error) {
    return { trouble: trouble(reasonOf(error)) };
  }
}

/** A regular file's bytes, or what is wrong with it; a FIFO doesn't block. */
function readBytes(path: string): Uint8Array | string {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!fstatSync(file).isFile()) return 'is not a regular file';
    const bytes = Buffer.alloc(Math.min(fstatSync(file).size, MAX_BYTES) + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(file, bytes, length, bytes.length - length, null);
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

function decoded(path: string, bytes: Uint8Array, named: boolean): Content {
  if (bytes.length > MAX_BYTES) return { trouble: trouble(`is larger than ${MAX_BYTES / 1024 / 1024} MiB`) };
  if (bytes.includes(0)) return { trouble: trouble('is binary: it has a NUL byte', lineOf(bytes, bytes.indexOf(0))) };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { trouble: trouble('is not UTF-8', lineOf(bytes, firstInvalid(bytes))) };
  }
  if (isTemplate(basename(path), text)) return named ? { trouble: trouble(`is ${TEMPLATE}`) } : { skipped: TEMPLATE };
  return { path, bytes, text };
}

/** Where bytes stop being UTF-8. */
function firstInvalid(bytes: Uint8Array): number {
  const repaired = Buffer.from(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  const at = bytes.findIndex((byte, index) => byte !== repaired[index]);
  return at < 0 ? bytes.length : at;
}

function trouble(message: string, line?: number): Trouble {
  return { message, place: line === undefined ? undefined : { line, column: 1, endLine: line } };
}

function lineOf(bytes: Uint8Array, offset: number): number {
  return bytes.subarray(0, offset).filter(byte => byte === 0x0a).length + 1;
}
