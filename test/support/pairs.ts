import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Keeps } from '../../src/transform.ts';
import type { Verification } from '../../src/verify/verification.ts';
import type { Pair } from '../../src/verify/verify.ts';
import { projectRoot } from './paths.ts';

const all = join(projectRoot, '__fixtures__/verify');

/** What a person wrote. */
export interface WrittenPair extends Pair {
  keeps: Keeps;
  /** What verify says, a line each. */
  broken: string;
}

/** The pairs there are. */
export const pairNames: readonly string[] = readdirSync(all).sort();

/** Where a pair's findings are. */
export function brokenFile(name: string): string {
  return join(all, name, 'broken.txt');
}

/**
 * A pair of Dockerfiles that a person wrote: `before.Dockerfile` and `after.Dockerfile`, each with a `.dockerignore` of its own where it has one;
 * `keeps.txt`, the promise that is made for it (else behaviour); `broken.txt`, what verify says, a line each (without one, nothing is broken).
 * All else is the build context.
 */
export function writtenPair(name: string): WrittenPair {
  const context = join(all, name);
  const text = (file: string) => (existsSync(join(context, file)) ? readFileSync(join(context, file), 'utf8') : undefined);
  const version = (file: string) => ({ dockerfile: text(file) ?? '', ignore: text(`${file}.dockerignore`) });
  return {
    context,
    before: version('before.Dockerfile'),
    after: version('after.Dockerfile'),
    keeps: (text('keeps.txt')?.trim() ?? 'behaviour') as Keeps,
    broken: text('broken.txt') ?? '',
  };
}

/** What verify says of a pair, in the lines of `broken.txt`. */
export function brokenLines(found: Verification): string {
  const said = found.verdict === 'impossible' ? [found.why] : found.broken.map(({ by, message }) => `${by}: ${message}`);
  return said.map(line => `${line}\n`).join('');
}
