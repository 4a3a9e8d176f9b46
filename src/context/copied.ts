import { posix } from 'node:path';
import type { BuildContext } from './context.ts';
import { childPath } from './filepath.ts';
import { isShared } from './shared-folders.ts';

/** Where the files of the build context stand in the image, as far as COPY and ADD put them there. */
export interface Copied {
  /** Absolute path in the image → path in the context. */
  files: Map<string, string>;
  /** Every folder that is there, those above others with them. */
  folders: Set<string>;
  /** Folders of the context in which there is nothing: a program may write there. */
  empty: Set<string>;
}

export interface Copy {
  sources: string[];
  /** As written, variables expanded. */
  destination: string;
  workdir: string;
}

/** More files than this are a context that nobody looked at: the walk stops and the split is refused. */
const MOST_FILES = 20_000;

export function nothingCopied(): Copied {
  return { files: new Map(), folders: new Set(['/']), empty: new Set() };
}

/**
 * Adds what a COPY brings, by BuildKit's rules: a folder's content goes into the destination, a file becomes the destination unless that ends in `/`,
 * is a folder already, or there are several. Answers a reason where that can't be followed.
 */
export function addCopy(copied: Copied, context: BuildContext, { sources, destination, workdir }: Copy): string | undefined {
  const target = posix.resolve(workdir, destination);
  const matches = sources.flatMap(source => {
    const found = context.match(source);
    return found.map(path => ({ path, kind: context.kind(path) }));
  });
  if (matches.length === 0) return `copies ${sources.join(' ')}, which the build context does not have`;
  const isFolder = destination.endsWith('/') || /(?:^|\/)\.$/.test(destination) || matches.length > 1 || copied.folders.has(target);
  for (const { path, kind } of matches) {
    if (kind === 'folder') {
      const { paths, complete } = context.files(path, MOST_FILES);
      if (!complete || copied.files.size + paths.length > MOST_FILES) return `copies more than ${MOST_FILES} files`;
      addFolder(copied, target);
      for (const file of paths) put(copied, posix.join(target, inside(path, file)), file);
      for (const folder of emptyFolders(context, path)) {
        const at = posix.join(target, inside(path, folder));
        addFolder(copied, at);
        copied.empty.add(at);
      }
    } else if (kind === 'file') put(copied, isFolder ? posix.join(target, posix.basename(path)) : target, path);
    else return `copies ${path}, which is neither a file nor a folder`;
  }
  return undefined;
}

function inside(folder: string, path: string): string {
  return folder === '' ? path : path.slice(folder.length + 1);
}

function put(copied: Copied, image: string, context: string): void {
  copied.files.set(image, context);
  addFolder(copied, posix.dirname(image));
}

function emptyFolders(context: BuildContext, folder: string): string[] {
  const found: string[] = [];
  const open = [folder];
  for (let at = open.pop(); at !== undefined && found.length < MOST_FILES; at = open.pop()) {
    const names = context.list(at);
    if (names.length === 0) found.push(at);
    for (const name of names) if (context.kind(childPath(at, name)) === 'folder') open.push(childPath(at, name));
  }
  return found;
}

/** Whether a path is a folder or lies in it. */
export function isIn(path: string, folder: string): boolean {
  return path === folder || folder === '/' || path.startsWith(`${folder}/`);
}

/** A folder and those above it are there. */
export function addFolder(copied: Copied, folder: string): void {
  for (let at = folder; !copied.folders.has(at); at = posix.dirname(at)) copied.folders.add(at);
}

/** The folder of the context that stands at a folder of the image, told by a file in it; undefined where none does. */
export function contextFolder(copied: Copied, folder: string, file: string): string | undefined {
  const path = copied.files.get(posix.join(folder, file));
  if (path === undefined) return undefined;
  return posix.dirname(path) === '.' ? '' : posix.dirname(path);
}

/**
 * Files and folders that together hold just these and none of the other files: what to copy, top down, in order of path. A folder that base images have
 * is never taken whole.
 */
export function smallestCover(copied: Copied, wanted: ReadonlySet<string>): string[] {
  const unwanted = new Set<string>();
  for (const file of copied.files.keys()) {
    if (wanted.has(file)) continue;
    for (let at = posix.dirname(file); !unwanted.has(at); at = posix.dirname(at)) unwanted.add(at);
  }
  const cover = new Set<string>();
  for (const path of wanted) cover.add(highest(path, folder => !unwanted.has(folder)));
  return [...cover].filter(path => !isBelow(path, cover)).sort();
}

/** The highest path above, or the path itself, up to which every folder is the app's own and passes. */
export function highest(path: string, passes: (folder: string) => boolean = () => true): string {
  let at = path;
  for (let next = posix.dirname(at); !isShared(next) && passes(next); next = posix.dirname(next)) at = next;
  return at;
}

function isBelow(path: string, folders: ReadonlySet<string>): boolean {
  for (let at = path; at !== '/'; ) {
    at = posix.dirname(at);
    if (folders.has(at)) return true;
  }
  return false;
}
