/** Go's path/filepath on Linux, as far as BuildKit uses it on sources and ignore patterns. */

/** The shortest name of a path: Go's filepath.Clean. */
export function cleanPath(path: string): string {
  const rooted = path.startsWith('/');
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') kept.push(segment);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!rooted) kept.push('..');
  }
  return (rooted ? '/' : '') + kept.join('/') || '.';
}

/** A path of a build context as the context names it: no leading or trailing `/`, `..` stops at the root, '' is the root. */
export function contextPath(path: string): string {
  return cleanPath(`/${path}`).slice(1);
}

/** A name in a folder of a build context. */
export function childPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** The folder that a path of a build context is in; '' for the root and what lies in it. */
export function parentPath(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The last segment of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

interface Chunk {
  star: boolean;
  chunk: string[];
  rest: string[];
}

/** Whether a name matches a pattern: Go's filepath.Match; undefined where Go finds the pattern malformed. Its cost is the product of the lengths at most. */
export function matchName(pattern: string, name: string): boolean | undefined {
  let rest = [...pattern];
  let left = [...name];
  while (rest.length > 0) {
    const next = nextChunk(rest);
    rest = next.rest;
    if (next.star && next.chunk.length === 0) return !left.includes('/');
    const found = matchAtOrAfterStar(next, left);
    if (found === undefined) return undefined;
    if (found < 0) return false;
    left = left.slice(found);
  }
  return left.length === 0;
}

/** Where the rest of the name starts after a chunk, or -1; the last chunk has to reach the end. */
function matchAtOrAfterStar({ star, chunk, rest }: Chunk, name: string[]): number | undefined {
  for (let at = 0; at <= name.length; at++) {
    const end = matchChunk(chunk, name, at);
    if (end === undefined) return undefined;
    if (end >= 0 && (end === name.length || rest.length > 0)) return end;
    if (!star || name[at] === '/') break;
  }
  return -1;
}

function nextChunk(pattern: string[]): Chunk {
  let from = 0;
  while (pattern[from] === '*') from++;
  let inClass = false;
  let to = from;
  for (; to < pattern.length; to++) {
    const character = pattern[to];
    if (character === '\\') to++;
    else if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
    else if (character === '*' && !inClass) break;
  }
  return { star: from > 0, chunk: pattern.slice(from, to), rest: pattern.slice(to) };
}

/** Where a chunk without stars that starts at `at` ends in the name, -1 where it doesn't match; undefined where it is malformed. */
function matchChunk(chunk: string[], name: string[], at: number): number | undefined {
  let failed = false;
  for (let i = 0; i < chunk.length; at++) {
    failed ||= at >= name.length;
    if (chunk[i] === '[') {
      const set = readClass(chunk, i, failed ? '' : (name[at] as string));
      if (set === undefined) return undefined;
      failed ||= !set.matches;
      i = set.end;
      continue;
    }
    if (chunk[i] === '?') {
      failed ||= name[at] === '/';
    } else {
      if (chunk[i] === '\\' && ++i === chunk.length) return undefined;
      failed ||= chunk[i] !== name[at];
    }
    i++;
  }
  return failed ? -1 : at;
}

function readClass(chunk: string[], at: number, character: string): { matches: boolean; end: number } | undefined {
  const code = character.codePointAt(0) ?? -1;
  const negated = chunk[++at] === '^';
  if (negated) at++;
  let matches = false;
  for (let first = true; first || chunk[at] !== ']'; first = false) {
    const low = readClassCharacter(chunk, at);
    if (low === undefined) return undefined;
    const high = chunk[low.end] === '-' ? readClassCharacter(chunk, low.end + 1) : low;
    if (high === undefined) return undefined;
    matches ||= low.code <= code && code <= high.code;
    at = high.end;
  }
  return { matches: matches !== negated, end: at + 1 };
}

function readClassCharacter(chunk: string[], at: number): { code: number; end: number } | undefined {
  if (chunk[at] === '-' || chunk[at] === ']') return undefined;
  if (chunk[at] === '\\') at++;
  const code = chunk[at]?.codePointAt(0);
  return code === undefined || at + 1 >= chunk.length ? undefined : { code, end: at + 1 };
}
