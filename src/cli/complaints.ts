import { transforms } from '../../transforms/index.ts';
import { nearest } from '../nearest.ts';
import type { Place } from '../place.ts';
import { printable, shownName } from '../report/printable.ts';
import type { FileResult } from '../report/results.ts';

/** What standard error says of a file: one line for trouble, and for each comment that silences what doesn't exist; our bugs with their stack. */
export function complaints({ path, trouble: [first, ...more], migration }: FileResult): string[] {
  const lines: string[] = [];
  if (first) lines.push(`${at(path, first.place)}: ${printable(first.message)}${more.length > 0 ? ` (and ${more.length} more)` : ''}`);
  for (const { name, place } of migration?.ignored ?? []) {
    if (NAMES.has(name)) continue;
    const near = nearest(name, NAMES);
    lines.push(
      `${at(path, place)}: warning: dfmod-ignore names "${printable(name)}", which is no transform${near ? `: did you mean ${near}?` : ''}`,
    );
  }
  for (const { transform, message, stack } of migration?.bugs ?? []) {
    lines.push(`${at(path, undefined)}: a bug of ${transform}, which was undone here: ${printable(message)}`);
    lines.push(...(stack ?? '').split('\n').slice(1).map(printable).filter(Boolean));
  }
  return lines;
}

const NAMES: ReadonlySet<string> = new Set(transforms.flatMap(({ name, settles }) => [name, ...settles]));

function at(path: string, place: Place | undefined): string {
  return place ? `${shownName(path)}:${place.line}:${place.column}` : shownName(path);
}
