import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { memoryContext } from '../../src/context/memory.ts';
import { callerSearch } from '../../src/discover/callers.ts';
import { composeFiles } from '../../src/discover/compose-files.ts';
import type { Facts, OptionValues } from '../../src/transform.ts';
import { projectRoot } from './paths.ts';

/** Files of a case that aren't part of its build context. */
const HARNESS = ['expected.Dockerfile', 'refusals.txt', 'options.json', 'no-context'];

/**
 * A case of a transform: a folder with a Dockerfile; `expected.Dockerfile`, what becomes of it (without one it must come through unchanged);
 * `refusals.txt`, a line `LINE: reason` for each refusal (without one there is none); `options.json`, the transform's options. All else is the
 * build context, which isn't known where there is a file `no-context`; compose files in it are callers, too.
 */
export interface Fixture {
  name: string;
  folder: string;
  source: string;
  expected: string;
  refusals: string;
  options: OptionValues;
  context: Facts['context'];
  /** Of the compose files in the folder. */
  callers: Facts['callers'];
}

const callersOf = callerSearch();

/** The cases of a transform, by name. */
export function fixtures(transform: string): Fixture[] {
  const all = join(projectRoot, '__fixtures__', transform);
  const names = existsSync(all) ? readdirSync(all).sort() : [];
  return names.map(name => fixture(name, join(all, name)));
}

function fixture(name: string, folder: string): Fixture {
  const text = (file: string) => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : undefined);
  const source = text('Dockerfile') ?? '';
  return {
    name,
    folder,
    source,
    expected: text('expected.Dockerfile') ?? source,
    refusals: text('refusals.txt') ?? '',
    options: JSON.parse(text('options.json') ?? '{}') as OptionValues,
    context: text('no-context') === undefined ? memoryContext(contextFiles(folder)) : undefined,
    callers: callersOf(join(folder, 'Dockerfile'), [{ root: folder, files: composeFiles(folder) }]),
  };
}

function contextFiles(folder: string): Record<string, Uint8Array> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const paths = entries.map(entry => relative(folder, join(entry.parentPath, entry.name))).filter(path => !HARNESS.includes(path));
  return Object.fromEntries(paths.map(path => [path, readFileSync(join(folder, path))]));
}
