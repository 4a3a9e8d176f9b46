import type { BuildContext } from './context.ts';
import { nameOf } from './filepath.ts';

/** As many files of a context are looked at. */
const MOST_FILES = 20_000;

const names = new WeakMap<BuildContext, Map<string, string[]>>();

/** The paths of a context's files by their names, of the first 20,000 in order. */
export function filesByName(context: BuildContext): ReadonlyMap<string, string[]> {
  const known = names.get(context);
  if (known) return known;
  const found = new Map<string, string[]>();
  for (const path of context.files('', MOST_FILES).paths) {
    const name = nameOf(path);
    const same = found.get(name);
    if (same) same.push(path);
    else found.set(name, [path]);
  }
  names.set(context, found);
  return found;
}

/** The paths of a context's files of a name, of the first 20,000 in order. */
export function filesNamed(context: BuildContext, name: string): string[] {
  return filesByName(context).get(name) ?? [];
}
