import { join } from 'node:path';
import type { Edit } from '../edit.ts';
import type { Finding, Migration } from '../migrate.ts';
import { type Keeps, PROMISES } from '../transform.ts';
import { type Hunk, hunks } from './hunks.ts';
import { printable, shownName } from './printable.ts';
import { addTo, type FileResult, noTotals, type Report, type Totals } from './results.ts';

/** Paints a text, or returns it as it is: picocolors' functions, or none. */
export interface Colours {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

const PROMISE: Record<Keeps, string> = {
  image: 'keeps the image',
  behaviour: 'keeps the behaviour',
  intent: 'keeps the intent',
};

const plain = (text: string) => text;
const NO_COLOURS: Colours = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, cyan: plain };

export interface TextOptions {
  /** undefined for none. */
  colours: Colours | undefined;
  /** Whether the diffs are shown; together they are a patch that git can apply. */
  diffs: boolean;
}

/** For people: for each file the diff, a sentence for each change and each place left alone, and a line that sums up. Empty where no file could be read. */
export function textReport({ colours = NO_COLOURS, diffs }: TextOptions): Report {
  const sum: Sum = { ...noTotals(), written: 0, weakest: 0 };
  // a file with nothing to tell is shown where it is the only one
  let quiet: string[] = [];
  let sections = 0;
  const shown = (lines: readonly string[]) => `${sections++ > 0 ? '\n' : ''}${lines.join('\n')}\n`;
  return {
    file: result => {
      add(sum, result);
      const { heading, body } = section(result, { colours, diffs });
      if (body.length > 0 || result.skipped) return shown([...heading, ...body]);
      quiet = heading;
      return '';
    },
    end: () => {
      if (sum.failed === sum.files) return '';
      return `${sum.files === 1 && quiet.length > 0 ? shown(quiet) : ''}${shown(summary(sum, diffs))}`;
    },
  };
}

/** The counts, and what else the summary tells. */
interface Sum extends Totals {
  written: number;
  /** The weakest promise of a change that was held back, as an index. */
  weakest: number;
}

function add(sum: Sum, result: FileResult): void {
  addTo(sum, result);
  if (result.written) sum.written++;
  for (const finding of result.migration?.findings ?? [])
    if (finding.kind === 'held' && finding.because === 'keeps') sum.weakest = Math.max(sum.weakest, PROMISES.indexOf(finding.change.keeps));
}

/** What is said of a file: which it is, and what came of it. */
function section(
  { path, context, migration, trouble, skipped }: FileResult,
  { colours, diffs }: { colours: Colours; diffs: boolean },
): { heading: string[]; body: string[] } {
  if (skipped) return { heading: [`${colours.bold(shownName(path))}  ${colours.dim(`left alone: ${skipped}`)}`], body: [] };
  if (!migration || !context || trouble.length > 0) return { heading: [], body: [] };
  const told = migration.findings.filter(isTold);
  const where =
    'folder' in context ? `context: ${printable(context.folder)}, ${context.from}` : `context not known: ${printable(context.unknown)}`;
  const patch = diffs ? patchOf(path, context, migration, colours) : [];
  return {
    heading: [`${colours.bold(shownName(path))}  ${colours.dim(where)}`],
    body: [...(patch.length > 0 ? ['', ...patch] : []), ...(told.length > 0 ? ['', ...sentences(told, colours)] : [])],
  };
}

/** What is held back for its promise is only counted: a flag lets it in. */
function isTold(finding: Finding): boolean {
  return finding.kind === 'applied' || finding.kind === 'refused' || (finding.kind === 'held' && finding.because === 'gain');
}

/** The diffs of a Dockerfile and of its neighbours. */
function patchOf(path: string, context: NonNullable<FileResult['context']>, migration: Migration, colours: Colours): string[] {
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

function sentences(findings: readonly Finding[], colours: Colours): string[] {
  const order = (finding: Finding) => (finding.kind === 'applied' ? 0 : 1);
  const sorted = findings.toSorted((a, b) => order(a) - order(b) || a.place.line - b.place.line);
  const width = Math.max(...sorted.map(({ place }) => String(place.line).length));
  const indent = ' '.repeat(width + 4);
  return sorted.flatMap(finding => {
    const line = colours.dim(`  ${String(finding.place.line).padStart(width)}`);
    if (finding.kind === 'refused') {
      return [`${line}  ${colours.yellow('left alone:')} ${printable(finding.refusal.reason)}  ${colours.dim(finding.transform)}`];
    }
    const { title, keeps, notes = [] } = finding.change;
    const held = finding.kind === 'held' ? `${colours.yellow('held back, of little use:')} ` : '';
    return [
      `${line}  ${held}${printable(title)}  ${colours.dim(`${finding.transform}, ${PROMISE[keeps]}`)}`,
      ...notes.map(note => `${indent}${colours.cyan('note:')} ${printable(note)}`),
    ];
  });
}

function summary(sum: Sum, diffs: boolean): string[] {
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
  ];
  if (sum.written > 0) lines.push(`${count(sum.written, 'file')} written.`);
  else if (sum.changed > 0 && diffs) lines.push(`Nothing is written yet: --write does it.`);
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

function them(number: number): string {
  return number === 1 ? 'it' : 'them';
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
