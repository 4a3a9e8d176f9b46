import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { sharedFolder } from './paths.ts';

const FILES = {
  oracle: ['oracle/cases.jsonl'],
  corpus: ['oracle/dockerfiles.jsonl.gz', 'corpus/dockerfiles.tar.gz', 'corpus/apps.tar.gz', 'engine/judge'],
  judge: ['engine/judge'],
  e2e: ['engine/localise.py', 'corpus/apps.tar.gz'],
};
export type Need = keyof typeof FILES;

/** What must not be skipped, by DFMOD_REQUIRE: a list of needs. End-to-end suites take minutes and run only when it names them. */
const required = new Set((process.env.DFMOD_REQUIRE ?? '').split(',').filter(Boolean));

function missing(need: Need): string | undefined {
  const file = FILES[need].find(each => !existsSync(join(sharedFolder, each)));
  if (file) return `${join(sharedFolder, file)} is missing`;
  return need === 'e2e' && !required.has(need) ? 'DFMOD_REQUIRE=e2e runs it' : undefined;
}

/** Whether the shared data that something needs is there. */
export function has(need: Need): boolean {
  return missing(need) === undefined;
}

/** A suite that needs shared data. Where that is missing it is skipped, with the reason in its name, or fails if DFMOD_REQUIRE names it. */
export function describeWith(need: Need, name: string, body: () => void): void {
  const reason = missing(need);
  if (!reason) describe(name, body);
  else
    test.skipIf(!required.has(need))(`${name} (${reason})`, () => {
      throw new Error(reason);
    });
}

/** The text of a shared file. */
export function sharedText(path: string): string {
  const bytes = readFileSync(join(sharedFolder, path));
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
}

/** The records of a shared `.jsonl` or `.jsonl.gz`. */
export function sharedRecords<Row>(path: string): Row[] {
  return records<Row>(sharedText(path));
}

/** The records of a text with one JSON value a line. */
export function records<Row>(text: string): Row[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as Row);
}

/** A new temporary folder for the suite that calls it, gone after it. */
export function temporaryFolder(): { readonly path: string } {
  const folder = { path: '' };
  beforeAll(() => {
    folder.path = mkdtempSync(join(tmpdir(), 'dfmod-test-'));
  });
  afterAll(() => rmSync(folder.path, { recursive: true, force: true }));
  return folder;
}

/** Unpacks a shared archive into a folder below a temporary one; returns that folder. */
export function unpack(archive: string, into: string): string {
  mkdirSync(into, { recursive: true });
  execFileSync('tar', ['-xzf', join(sharedFolder, archive), '-C', into, '--no-same-owner']);
  return into;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const strict = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

/** A file's text with its byte order mark; `valid` is false where it isn't UTF-8 (then U+FFFD stands for what isn't, as in Go's JSON). */
export function readSource(path: string): { source: string; valid: boolean } {
  const bytes = readFileSync(path);
  try {
    return { source: strict.decode(bytes), valid: true };
  } catch {
    return { source: decoder.decode(bytes), valid: false };
  }
}
