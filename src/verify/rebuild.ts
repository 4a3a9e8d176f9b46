import { randomBytes, randomUUID } from 'node:crypto';
import { appendFileSync, cpSync, lstatSync, mkdtempSync, renameSync } from 'node:fs';
import { extname, join, posix, relative, sep } from 'node:path';
import { diskTree } from '../context/disk.ts';
import { treeContext } from '../context/tree.ts';
import type { Build } from './builder.ts';
import type { Rebuild } from './verification.ts';

/** How a line of each language says nothing, in the order in which a file is looked for. */
const COMMENTS = new Map([
  ['.go', '//'],
  ['.rs', '//'],
  ['.java', '//'],
  ['.kt', '//'],
  ['.cs', '//'],
  ['.py', '#'],
  ['.rb', '#'],
  ['.ts', '//'],
  ['.tsx', '//'],
  ['.js', '//'],
  ['.jsx', '//'],
  ['.mjs', '//'],
  ['.cjs', '//'],
]);
const NO_SOURCE =
  /(?:^|\/)(?:[^/]*\.(?:config|test|spec|conf)\.[a-z]+|[^/]*_test\.go|tests?\/.*|setup\.py|healthcheck\.js|node_modules\/.*)$/;

/** Manifests, and what changes nothing in them; a blank line is nothing in JSON and XML. */
const MANIFESTS = new Map([
  ['package.json', ''],
  ['go.mod', '//'],
  ['requirements.txt', '#'],
  ['pyproject.toml', '#'],
  ['Pipfile', '#'],
  ['Cargo.toml', '#'],
  ['Gemfile', '#'],
  ['composer.json', ''],
  ['pom.xml', ''],
]);

/** How many files are tried, as not every file goes into the image. */
const TRIED = 3;
const MOST_FILES = 20_000;

/** Builds what a context's Dockerfile says in another folder. */
export type BuildIn = (context: string) => Promise<Build>;

/**
 * What is built again after an edit of a source file, and of a manifest, in a copy of the context below `folder`: a comment, or white space, that no build had
 * before. undefined where no file of the kind goes into the image.
 */
export async function rebuilds(
  context: string,
  ignore: string | undefined,
  folder: string,
  build: BuildIn,
): Promise<Record<'source' | 'manifest', Rebuild | undefined>> {
  const { paths, complete } = treeContext({ tree: diskTree(context), ignore: [{ name: '.dockerignore', text: ignore ?? '' }] }).files(
    '',
    MOST_FILES,
  );
  if (!complete) return { source: undefined, manifest: undefined };
  const copy = contextCopy(context, folder);
  const sources = nearTop(
    paths.filter(path => COMMENTS.has(extname(path)) && !NO_SOURCE.test(path)),
    [...COMMENTS.keys()],
    extname,
  );
  const manifests = nearTop(
    paths.filter(path => MANIFESTS.has(posix.basename(path))),
    [...MANIFESTS.keys()],
    posix.basename,
  );
  return {
    source: await firstRebuild(copy, sources, path => COMMENTS.get(extname(path)) ?? '', build),
    manifest: await firstRebuild(copy, manifests, path => MANIFESTS.get(posix.basename(path)) ?? '', build),
  };
}

/** A folder that moves: BuildKit sends nothing of a folder that it was sent before. */
interface Copy {
  path: string;
}

async function firstRebuild(
  copy: Copy,
  paths: readonly string[],
  comment: (path: string) => string,
  build: BuildIn,
): Promise<Rebuild | undefined> {
  for (const file of paths.slice(0, TRIED)) {
    move(copy);
    edit(join(copy.path, file), comment(file));
    const { steps, seconds, contextBytes } = await build(copy.path);
    const ran = steps.filter(({ cached }) => !cached).length;
    if (ran > 0) return { file, steps: ran, seconds, contextBytes };
  }
  return undefined;
}

/** Those near the top first, then in the order of kinds. */
function nearTop(paths: readonly string[], kinds: readonly string[], kindOf: (path: string) => string): string[] {
  const rank = (path: string) => [path.split('/').length, kinds.indexOf(kindOf(path))] as const;
  return [...paths].sort((a, b) => rank(a)[0] - rank(b)[0] || rank(a)[1] - rank(b)[1] || (a < b ? -1 : 1));
}

function edit(path: string, comment: string): void {
  const blanks = Array.from(randomBytes(64), byte => (byte & 1 ? '\t' : ' ')).join('');
  const text = comment === '' ? blanks : `${comment} dfmod ${randomUUID()}`;
  appendFileSync(path, `\n${text}\n`);
}

function contextCopy(context: string, folder: string): Copy {
  const path = join(mkdtempSync(join(folder, 'context-')), randomUUID());
  const isSent = (source: string) => {
    if (relative(context, source).split(sep)[0] === '.git') return false;
    const status = lstatSync(source);
    return status.isFile() || status.isDirectory() || status.isSymbolicLink();
  };
  cpSync(context, path, { recursive: true, verbatimSymlinks: true, filter: isSent });
  return { path };
}

function move(copy: Copy): void {
  const path = join(copy.path, '..', randomUUID());
  renameSync(copy.path, path);
  copy.path = path;
}
