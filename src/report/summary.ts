import { PROMISES } from '../transform.ts';
import { addTo, type FileResult, mayBeWritten, noTotals, type Totals } from './results.ts';

/** The counts, and what else the summary tells. */
export interface Sum extends Totals {
  written: number;
  /** The weakest promise of a change that was held back, as an index. */
  weakest: number;
  /** Files that verify keeps from being written. */
  withheld: number;
  /** Files that were compared with another rather than changed. */
  compared: number;
}

/** The sum of no files yet. */
export function noSum(): Sum {
  return { ...noTotals(), written: 0, weakest: 0, withheld: 0, compared: 0 };
}

/** Adds a file to what is summed up. */
export function add(sum: Sum, result: FileResult): void {
  addTo(sum, result);
  if (result.written) sum.written++;
  if (result.against !== undefined) sum.compared++;
  else if (!mayBeWritten(result)) sum.withheld++;
  for (const finding of result.migration?.findings ?? [])
    if (finding.kind === 'held' && finding.because === 'keeps') sum.weakest = Math.max(sum.weakest, PROMISES.indexOf(finding.change.keeps));
}

/** What came of a run, as lines; with diffs, that they aren't written yet. */
export function summary(sum: Sum, diffs: boolean): string[] {
  const parts = [
    sum.changes > 0 ? count(sum.changes, 'change') : 'nothing to change',
    sum.refused > 0 ? `${count(sum.refused, 'place')} left alone` : '',
    sum.suppressed > 0 ? `${sum.suppressed} silenced by comments` : '',
    sum.failed > 0 ? `${count(sum.failed, 'file')} with trouble` : '',
  ].filter(Boolean);
  const of = sum.files === 1 ? '' : sum.changed > 0 ? ` in ${sum.changed} of ${sum.files} files` : ` in ${sum.files} files`;
  const lines = [
    `${parts[0]}${of}${parts
      .slice(1)
      .map(part => `, ${part}`)
      .join('')}.`,
    ...heldBack(sum),
    ...verified(sum),
  ];
  if (sum.written > 0) lines.push(`${count(sum.written, 'file')} written.`);
  else if (sum.changed > sum.withheld && diffs) lines.push(`Nothing is written yet: --write does it.`);
  return lines;
}

function heldBack({ heldByPromise, heldForLittle, weakest }: Sum): string[] {
  const lines: string[] = [];
  if (heldByPromise > 0)
    lines.push(`${count(heldByPromise, 'change')} held back: --keeps ${PROMISES[weakest]} lets ${them(heldByPromise)} in.`);
  if (heldForLittle > 0)
    lines.push(`${count(heldForLittle, 'change')} held back, of little use: name the transform to get ${them(heldForLittle)}.`);
  return lines;
}

function verified({ verified: kept, broken, unverifiable, withheld }: Sum): string[] {
  const lines: string[] = [];
  if (kept > 0) lines.push(`${count(kept, 'file')} verified.`);
  if (broken > 0) lines.push(`${count(broken, 'file')} ${broken === 1 ? 'breaks' : 'break'} a promise.`);
  if (unverifiable > 0) lines.push(`${count(unverifiable, 'file')} can't be verified.`);
  if (withheld > 0) lines.push(`--write leaves ${count(withheld, 'file')} as ${withheld === 1 ? 'it is' : 'they are'}.`);
  return lines;
}

function them(number: number): string {
  return number === 1 ? 'it' : 'them';
}

/** How many of something: "2 files". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
