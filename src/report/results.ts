import type { Migration } from '../migrate.ts';
import type { Place } from '../place.ts';
import type { Verification } from '../verify/verification.ts';

/** What came of one file: what every reporter gets. */
export interface FileResult {
  /** As the user knows it: relative to the working directory where it is below that. */
  path: string;
  /** The Dockerfile that it is compared with; undefined for what it was itself. */
  against: string | undefined;
  /** The build context's folder and how it was found, or why it isn't known; undefined for a file that wasn't read. */
  context: { folder: string; from: string } | { unknown: string } | undefined;
  migration: Migration | undefined;
  /** Why it couldn't be read or written. */
  trouble: Trouble[];
  /** Why it was left alone where that is no trouble. */
  skipped: string | undefined;
  written: boolean;
  /** What building it before and after has shown; where a promise was broken and a part of the changes holds, the migration is of that part. */
  verification: Verification | undefined;
}

export interface Trouble {
  message: string;
  place: Place | undefined;
}

export interface Totals {
  files: number;
  /** Files that change. */
  changed: number;
  changes: number;
  refused: number;
  heldByPromise: number;
  heldForLittle: number;
  suppressed: number;
  /** Files with trouble. */
  failed: number;
  /** Files by what verify says of them. */
  verified: number;
  broken: number;
  unverifiable: number;
}

const COUNTED = { kept: 'verified', broken: 'broken', impossible: 'unverifiable' } as const;

/** What a reporter says, piece by piece: a run over many files keeps none of their results. */
export interface Report {
  /** Of the next file. */
  file(result: FileResult): string;
  /** Of them all, after the last. */
  end(): string;
}

/** The counts of a run over no files yet. */
export function noTotals(): Totals {
  return {
    files: 0,
    changed: 0,
    changes: 0,
    refused: 0,
    heldByPromise: 0,
    heldForLittle: 0,
    suppressed: 0,
    failed: 0,
    verified: 0,
    broken: 0,
    unverifiable: 0,
  };
}

/** Adds a file to the counts of a run; of a file with trouble nothing else counts. */
export function addTo(sum: Totals, { migration, trouble, verification }: FileResult): void {
  sum.files++;
  if (trouble.length > 0) {
    sum.failed++;
    return;
  }
  if (verification) sum[COUNTED[verification.verdict]]++;
  if (migration && isChanged(migration)) sum.changed++;
  for (const finding of migration?.findings ?? []) {
    if (finding.kind === 'applied') sum.changes++;
    else if (finding.kind === 'refused') sum.refused++;
    else if (finding.kind === 'suppressed') sum.suppressed++;
    else if (finding.because === 'keeps') sum.heldByPromise++;
    else sum.heldForLittle++;
  }
}

/** Whether a migration changes the file or a neighbour of it. */
export function isChanged({ source, text, neighbours }: Migration): boolean {
  return text !== source || neighbours.length > 0;
}

/** Whether verify lets what is proposed be written: nothing is broken, or what is proposed is the part that holds. */
export function mayBeWritten({ verification }: FileResult): boolean {
  if (!verification || verification.verdict === 'kept') return true;
  return verification.verdict === 'broken' && verification.remedy !== undefined && verification.remedy.kept.length > 0;
}
