import type { Dockerfile, Span } from './dockerfile/nodes.ts';
import { lastNotAfter } from './dockerfile/search.ts';

/** Where something is, as people count: lines and columns from 1, columns in UTF-16 units. */
export interface Place {
  line: number;
  column: number;
  endLine: number;
}

/** The place of a span in a file. */
export function placeOf({ lineStarts }: Pick<Dockerfile, 'lineStarts'>, { start, end }: Span): Place {
  const line = lineAt(lineStarts, start);
  return { line, column: Math.max(0, start - (lineStarts[line - 1] ?? 0)) + 1, endLine: lineAt(lineStarts, Math.max(start, end - 1)) };
}

function lineAt(lineStarts: readonly number[], offset: number): number {
  return lastNotAfter(lineStarts.length, index => lineStarts[index] as number, offset) + 1;
}
