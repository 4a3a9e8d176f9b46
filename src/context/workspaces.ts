import type { BuildContext } from './context.ts';
import type { Broken } from './fields.ts';
import { childPath, cleanPath, matchName, parentPath } from './filepath.ts';

const MOST_FILES = 100_000;

/** The folders below a project whose package.json the patterns of its workspaces match: names, `*`, `**`, classes, and `!` that takes out again. */
export function workspaceMembers(context: BuildContext, folder: string, patterns: string[]): string[] | Broken {
  if (patterns.length === 0) return [];
  const odd = patterns.find(pattern => /[{}()\\]/.test(pattern));
  if (odd !== undefined) return { problem: `${childPath(folder, 'package.json')}: can't make out the pattern ${odd} of its workspaces` };
  const { paths, complete } = context.files(folder, MOST_FILES);
  if (!complete) return { problem: `${folder || '.'}: too many files, or a folder that can't be read, among its workspaces` };
  const matches = (pattern: string, member: string) => matchGlob(cleanPath(pattern).split('/'), member.split('/'));
  const inside = folder === '' ? 0 : folder.length + 1;
  return paths
    .filter(path => path.endsWith('/package.json') && !path.slice(inside).split('/').includes('node_modules'))
    .map(path => parentPath(path).slice(inside))
    .filter(member => member !== '' && patterns.some(pattern => !pattern.startsWith('!') && matches(pattern, member)))
    .filter(member => !patterns.some(pattern => pattern.startsWith('!') && matches(pattern.slice(1), member)))
    .map(member => childPath(folder, member));
}

/** `**` stands for any number of folders. */
function matchGlob(pattern: string[], path: string[]): boolean {
  let reached = new Set([0]);
  for (const segment of pattern) {
    const next = new Set<number>();
    if (segment === '**') for (let at = Math.min(...reached); at <= path.length; at++) next.add(at);
    else for (const at of reached) if (at < path.length && matchName(segment, path[at] as string)) next.add(at + 1);
    if (next.size === 0) return false;
    reached = next;
  }
  return reached.has(path.length);
}
