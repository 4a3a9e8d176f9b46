import { posix } from 'node:path';
import { type Copied, highest, smallestCover } from '../../src/context/copied.ts';
import { isOfSystem } from '../../src/context/shared-folders.ts';

/** Names of files that people and tools read, and no program at run time: in any folder. */
const NEVER_READ =
  /^(?:\.dockerignore|\.editorconfig|\.git(?:attributes|ignore|keep|modules)?|\.golangci\.ya?ml|\.goreleaser\.ya?ml|\.travis\.yml|\.gitlab-ci\.yml|\.air\.toml|Dockerfile.*|.*\.[Dd]ockerfile|(?:docker-)?compose.*\.ya?ml|Makefile|Jenkinsfile|Procfile|skaffold\.ya?ml|okteto\.ya?ml|renovate\.json)$/;

/** The same, only at the top of the context: a program may well serve a README that lies deeper. */
const NEVER_READ_AT_TOP =
  /^(?:(?:README|LICEN[CS]E|COPYING|NOTICE|CHANGELOG|CONTRIBUTING|CODE_OF_CONDUCT|SECURITY|AUTHORS|CODEOWNERS)(?:[._-].*)?)$/i;

/** Folders that only tools read. */
const TOOL_FOLDERS: ReadonlySet<string> = new Set(['.git', '.github', '.gitlab', '.circleci', '.vscode', '.idea', 'testdata']);

/** More copies than this are no longer what a person would write: the app's folders are taken whole. */
const MOST_COPIES = 10;

/** What the programs of an image are known to read. */
export interface Readers {
  /** They may open files, by whatever path. */
  open: boolean;
  /** A file of the context that one of them is built from. */
  isSource(contextPath: string): boolean;
  /** A file of the context that is built into one of them. */
  isEmbedded(contextPath: string): boolean;
  /** Some of their own calls that open files say nowhere which. */
  openAny: boolean;
  /** Paths in the image that their calls open: a file, a folder, or where a pattern begins. */
  opened: ReadonlySet<string>;
  /** Files and folders of the context that their string literals name. */
  named: ReadonlySet<string>;
  /** Folders of the context in which these name a file that isn't there: it may be written. */
  written: ReadonlySet<string>;
}

/**
 * The paths in the image, in as few as can be, that hold every file of the context which the programs may open: all but sources and what only people
 * and tools read, unless a program names them. A folder with nothing in it, or nothing but what keeps it in git, is one to write to.
 */
export function keptFiles(copied: Copied, readers: Readers): string[] {
  const wanted = new Set<string>();
  const counts = new Map<string, number>();
  for (const path of copied.files.values()) counts.set(posix.dirname(path), (counts.get(posix.dirname(path)) ?? 0) + 1);
  // alone in its folder a file may be what keeps that in git
  const isAlone = (context: string) => context.includes('/') && counts.get(posix.dirname(context)) === 1 && !isForTools(context);
  const isRead = (context: string) => !isForPeople(context) || isOrIsBelow(context, readers.named) || isAlone(context);
  for (const [image, context] of copied.files) {
    if (isOfSystem(image)) wanted.add(image);
    else if (!readers.open) continue;
    else if (isOrIsBelow(image, readers.opened) || readers.written.has(posix.dirname(context))) wanted.add(image);
    else if (readers.isSource(context)) continue;
    else if (readers.isEmbedded(context) ? readers.openAny && isOrIsBelow(context, readers.named) : isRead(context)) wanted.add(image);
  }
  if (readers.open) for (const folder of copied.empty) if (!isForTools(`${folder}/x`)) wanted.add(folder);
  const cover = smallestCover(copied, wanted);
  return cover.length <= MOST_COPIES ? cover : [...new Set(cover.map(path => highest(path)))].sort();
}

function isOrIsBelow(path: string, paths: ReadonlySet<string>): boolean {
  for (let at = path; at !== '.' && at !== '/'; at = posix.dirname(at)) if (paths.has(at)) return true;
  return false;
}

function isForPeople(path: string): boolean {
  const name = posix.basename(path);
  return isForTools(path) || NEVER_READ.test(name) || (!path.includes('/') && NEVER_READ_AT_TOP.test(name));
}

function isForTools(path: string): boolean {
  return posix
    .dirname(path)
    .split('/')
    .some(segment => TOOL_FOLDERS.has(segment));
}
