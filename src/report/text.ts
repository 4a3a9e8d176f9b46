import { join } from 'node:path';
import type { Edit } from '../edit.ts';
import type { Finding } from '../migrate.ts';
import { type Keeps, PROMISES } from '../transform.ts';
import { type Hunk, hunks } from './hunks.ts';
import { printable, shownName } from './printable.ts';
import { type FileResult, type Totals, totals } from './results.ts';

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
export function textReport(results: readonly FileResult[], { colours = NO_COLOURS, diffs }: TextOptions): string {
  if (results.every(({ trouble }) => trouble.length > 0)) return '';
  const sections = results
    .map(result => section(result, { colours, diffs, alone: results.length === 1 }))
    .filter(lines => lines.length > 0);
  return [...sections, summary(results, diffs)].map(lines => `${lines.join('\n')}\n`).join('\n');
}

function section(
  { path, context, migration, trouble, skipped }: FileResult,
  { colours, diffs, alone }: { colours: Colours; diffs: boolean; alone: boolean },
): string[] {
  if (skipped) return [`${colours.bold(shownName(path))}  ${colours.dim(`left alone: ${skipped}`)}`];
  const told = migration?.findings.filter(({ kind }) => kind === 'applied' || kind === 'refused') ?? [];
  if (!migration || !context || trouble.length > 0 || (told.length === 0 && !alone)) return [];
  const where =
    'folder' in context ? `context: ${printable(context.folder)}, ${context.from}` : `context not known: ${printable(context.unknown)}`;
  const lines = [`${colours.bold(shownName(path))}  ${colours.dim(where)}`];
  const patch = [
    ...diff(path, path, migration.source, migration.edits, colours),
    ...migration.neighbours.flatMap(({ path: neighbour, before, edits }) => {
      const shown = join('folder' in context ? context.folder : '', neighbour);
      return diff(before === undefined ? undefined : shown, shown, before ?? '', edits, colours);
    }),
  ];
  if (diffs && patch.length > 0) lines.push('', ...patch);
  if (told.length > 0) lines.push('', ...sentences(told, colours));
  return lines;
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
    return [
      `${line}  ${printable(title)}  ${colours.dim(`${finding.transform}, ${PROMISE[keeps]}`)}`,
      ...notes.map(note => `${indent}${colours.cyan('note:')} ${printable(note)}`),
    ];
  });
}

function summary(results: readonly FileResult[], diffs: boolean): string[] {
  const sum = totals(results);
  const parts = [
    sum.changes > 0 ? count(sum.changes, 'change') : 'nothing to change',
    sum.refused > 0 ? `${count(sum.refused, 'place')} left alone` : '',
    sum.suppressed > 0 ? `${sum.suppressed} silenced by comments` : '',
    sum.failed > 0 ? `${count(sum.failed, 'file')} with trouble` : '',
  ].filter(Boolean);
  const written = results.filter(result => result.written).length;
  const of = sum.files === 1 ? '' : sum.changed > 0 ? ` in ${sum.changed} of ${sum.files} files` : ` in ${sum.files} files`;
  const lines = [
    `${parts[0]}${of}${parts
      .slice(1)
      .map(part => `, ${part}`)
      .join('')}.`,
    ...heldBack(results, sum),
  ];
  if (written > 0) lines.push(`${count(written, 'file')} written.`);
  else if (sum.changed > 0 && diffs) lines.push(`Nothing is written yet: --write does it.`);
  return lines;
}

function heldBack(results: readonly FileResult[], { heldByPromise, heldForLittle }: Totals): string[] {
  const weakest = results
    .flatMap(({ migration }) => migration?.findings ?? [])
    .reduce(
      (index, finding) =>
        finding.kind === 'held' && finding.because === 'keeps' ? Math.max(index, PROMISES.indexOf(finding.change.keeps)) : index,
      0,
    );
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
