import { posix } from 'node:path';
import { type Copied, smallestCover } from './copied.ts';

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

/**
 * The paths in the image, in as few as can be, that hold every file of the context which the program may open: all but its sources and what
 * only people and tools read.
 */
export function keptFiles(copied: Copied, isSource: (contextPath: string) => boolean): string[] {
  const wanted = new Set<string>();
  for (const [image, context] of copied.files) if (!isSource(context) && !isForPeople(context)) wanted.add(image);
  const cover = smallestCover(copied, wanted);
  return cover.length <= MOST_COPIES ? cover : topFolders(cover);
}

function isForPeople(path: string): boolean {
  const segments = path.split('/');
  const name = segments.at(-1) as string;
  if (segments.slice(0, -1).some(segment => TOOL_FOLDERS.has(segment))) return true;
  return NEVER_READ.test(name) || (segments.length === 1 && NEVER_READ_AT_TOP.test(name));
}

/** The highest folders above several paths, none of them the root. */
function topFolders(paths: string[]): string[] {
  const folders = new Set(paths.map(path => (posix.dirname(path) === '/' ? path : posix.join('/', path.split('/')[1] as string))));
  return [...folders].sort();
}
