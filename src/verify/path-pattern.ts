type Segment = string | typeof ANY_DEPTH;

const ANY_DEPTH = Symbol('**');

/**
 * A test of absolute paths, matched whole: `*` stands for any characters of a name, a segment `**` for any folders, and at the end for all that lies
 * below but not the folder itself. No other character is special: file names hold brackets and question marks. Time grows with pattern times path at most.
 */
export function pathPattern(glob: string): (path: string) => boolean {
  const star = glob.indexOf('*');
  if (star < 0) return path => path === glob;
  const stem = glob.slice(0, glob.lastIndexOf('/', star) + 1);
  const rest = glob.slice(stem.length);
  if (rest === '**') return path => path.length > stem.length && path.startsWith(stem);
  const segments: Segment[] = rest.split('/').map(segment => (segment === '**' ? ANY_DEPTH : segment));
  if (segments.at(-1) === ANY_DEPTH) segments.push('*');
  return path => path.startsWith(stem) && isMatch<Segment, string>(segments, path.slice(stem.length).split('/'), ANY_DEPTH, isName);
}

/** A test of whether any of some globs matches. */
export function anyPattern(globs: readonly string[]): (path: string) => boolean {
  const tests = [...new Set(globs)].map(pathPattern);
  return path => tests.some(test => test(path));
}

function isName(pattern: Segment, name: string): boolean {
  if (pattern === ANY_DEPTH) return false;
  if (!pattern.includes('*')) return pattern === name;
  return isMatch([...pattern], [...name], '*', (one, other) => one === other);
}

/** Only the last star is ever tried again: what the ones before it took can't matter any more. */
function isMatch<One, Item>(
  pattern: readonly One[],
  items: readonly Item[],
  star: One,
  isSame: (one: One, item: Item) => boolean,
): boolean {
  let at = 0;
  let item = 0;
  let last: { at: number; item: number } | undefined;
  while (item < items.length) {
    if (pattern[at] === star) {
      last = { at: ++at, item };
    } else if (at < pattern.length && isSame(pattern[at] as One, items[item] as Item)) {
      at++;
      item++;
    } else if (last) {
      at = last.at;
      item = ++last.item;
    } else return false;
  }
  while (pattern[at] === star) at++;
  return at === pattern.length;
}
