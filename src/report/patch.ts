import { join } from 'node:path';
import type { Edit } from '../edit.ts';
import type { Migration } from '../migrate.ts';
import type { Colours } from './colours.ts';
import { type Hunk, hunks } from './hunks.ts';
import { printable } from './printable.ts';
import type { FileResult } from './results.ts';

/** The diffs of a Dockerfile and of its neighbours. */
export function patchOf(path: string, context: NonNullable<FileResult['context']>, migration: Migration, colours: Colours): string[] {
  const folder = 'folder' in context ? context.folder : '';
  return [
    ...diff(path, path, migration.source, migration.edits, colours),
    ...migration.neighbours.flatMap(({ path: neighbour, before, edits }) => {
      const shown = join(folder, neighbour);
      return diff(before === undefined ? undefined : shown, shown, before ?? '', edits, colours);
    }),
  ];
}

/** Its headers and hunks; without a path before, the file is new. */
function diff(before: string | undefined, after: string, source: string, edits: readonly Edit[], colours: Colours): string[] {
  const found = hunks(source, edits);
  if (found.length === 0) return [];
  return [
    colours.bold(`--- ${before === undefined ? '/dev/null' : header('a', before)}`),
    colours.bold(`+++ ${header('b', after)}`),
    ...found.flatMap(hunk => [colours.cyan(range(hunk)), ...hunk.lines.flatMap(line => diffLine(line, colours))]),
  ];
}

/** A tab ends a name with spaces, as git and diff have it. */
function header(side: string, path: string): string {
  const name = `${side}/${printable(path.replace(/^\/+/, ''))}`;
  return name.includes(' ') ? `${name}\t` : name;
}

function range({ before, after }: Hunk): string {
  const side = ({ line, count }: Hunk['before']) => (count === 1 ? `${line}` : `${line},${count}`);
  return `@@ -${side(before)} +${side(after)} @@`;
}

function diffLine(line: string, colours: Colours): string[] {
  const [, body, end] = /^(.*?)(\r*)\n?$/s.exec(line) as unknown as [string, string, string];
  const text = printable(body) + end;
  const shown = line.startsWith('+') ? colours.green(text) : line.startsWith('-') ? colours.red(text) : text;
  return line.endsWith('\n') ? [shown] : [shown, '\\ No newline at end of file'];
}
