import { loadTransforms } from '../../transforms/index.ts';
import type { Migration } from '../migrate.ts';
import { nearest } from '../nearest.ts';
import type { Place } from '../place.ts';
import { printable, shownName } from '../report/printable.ts';
import type { FileResult } from '../report/results.ts';

/** What standard error says of a file: one line for trouble, and for each comment that silences what doesn't exist; our bugs with their stack. */
export async function complaints({ path, trouble: [first, ...more], migration }: FileResult): Promise<string[]> {
  const lines: string[] = [];
  if (first) lines.push(`${at(path, first.place)}: ${printable(first.message)}${more.length > 0 ? ` (and ${more.length} more)` : ''}`);
  if (migration && migration.ignored.length > 0) lines.push(...(await unknownNames(path, migration)));
  for (const { transform, message, stack } of migration?.bugs ?? []) {
    lines.push(`${at(path, undefined)}: a bug of ${transform}, which was undone here: ${printable(message)}`);
    lines.push(...(stack ?? '').split('\n').slice(1).map(printable).filter(Boolean));
  }
  return lines;
}

async function unknownNames(path: string, { ignored }: Migration): Promise<string[]> {
  const names = new Set((await loadTransforms()).flatMap(({ name, settles }) => [name, ...settles]));
  return ignored
    .filter(({ name }) => !names.has(name))
    .map(({ name, place }) => {
      const near = nearest(name, names);
      const hint = near ? `: did you mean ${near}?` : '';
      return `${at(path, place)}: warning: dfmod-ignore names "${printable(name)}", which is no transform${hint}`;
    });
}

function at(path: string, place: Place | undefined): string {
  return place ? `${shownName(path)}:${place.line}:${place.column}` : shownName(path);
}
