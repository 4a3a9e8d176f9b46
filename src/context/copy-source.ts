import type { BuildContext } from './context.ts';
import { childPath, contextPath, matchName } from './filepath.ts';

interface Sources {
  kind: BuildContext['kind'];
  list: BuildContext['list'];
  isLink(path: string): boolean;
}

/**
 * The paths that a source of COPY or ADD stands for: itself where it has no wildcard, else all that Go's filepath.Match finds below the folders in front of
 * the first wildcard. A port of ResolveWildcards in github.com/tonistiigi/fsutil, copy/copy.go: what matches isn't entered, and no link is.
 */
export function matchSource(source: string, { kind, list, isLink }: Sources): string[] {
  const segments = contextPath(source).split('/');
  const wild = segments.findIndex(hasWildcard);
  const base = segments.slice(0, wild < 0 ? segments.length : wild).join('/');
  if (wild < 0) return kind(base) === undefined ? [] : [base];
  if (kind(base) !== 'folder') return [];
  const pattern = segments.slice(wild);
  const deepest = pattern.length + pattern.join('').split('[').length - 1;
  const found: string[] = [];
  const open = [...list(base)].reverse();
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const path = childPath(base, at);
    if (matchName(pattern.join('/'), at)) {
      found.push(path);
    } else if (mayLeadTo(pattern, at, deepest) && kind(path) === 'folder' && !isLink(path)) {
      for (const name of list(path).reverse()) open.push(`${at}/${name}`);
    }
  }
  return found;
}

function hasWildcard(segment: string): boolean {
  for (let at = 0; at < segment.length; at++) {
    if (segment[at] === '\\') at++;
    else if ('*?['.includes(segment[at] as string)) return true;
  }
  return false;
}

/** Whether something in a folder can match; a class or an escape may stand for a `/`, so those say only how deep. */
function mayLeadTo(pattern: string[], folder: string, deepest: number): boolean {
  const depth = folder.split('/').length;
  if (depth >= deepest) return false;
  if (pattern.some(segment => /[[\\]/.test(segment))) return true;
  return matchName(pattern.slice(0, depth).join('/'), folder) === true;
}
