import type { Difference } from './difference.ts';

/** What holds for a difference or doesn't. */
export type DifferenceTest = (difference: Difference) => boolean;

/** Folders that went (or came) with nothing in them but what passes a test: whether a difference is one of them. */
export function foldersOf(found: readonly Difference[], kind: 'removed' | 'added', passes: DifferenceTest): DifferenceTest {
  const isFolder = ({ before, after }: Difference) => (kind === 'removed' ? before : after) === 'folder';
  const other = new Set<string>();
  const folders = new Set<string>();
  for (const each of found) {
    if (each.kind !== kind) continue;
    const isPassed = passes(each);
    // an empty folder that doesn't pass is one of its own: it is no parent of what does
    if (isPassed || !isFolder(each)) for (const folder of parents(each.name)) (isPassed ? folders : other).add(folder);
  }
  for (const folder of other) folders.delete(folder);
  return each => each.kind === kind && isFolder(each) && folders.has(each.name);
}

function* parents(path: string): Iterable<string> {
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) yield path.slice(0, at);
}
