import type { Finding } from '../migrate.ts';
import { type Colours, NO_COLOURS } from './colours.ts';
import { PROMISE, told } from './findings.ts';
import { patchOf } from './patch.ts';
import { printable, shownName } from './printable.ts';
import type { FileResult, Report } from './results.ts';
import { add, noSum, summary } from './summary.ts';
import { type ToldVerification, verificationOf } from './verification.ts';

export interface TextOptions {
  /** undefined for none. */
  colours: Colours | undefined;
  /** Whether the diffs are shown; together they are a patch that git can apply. */
  diffs: boolean;
}

/** For people: for each file the diff, a sentence for each change and each place left alone, and a line that sums up. Empty where no file could be read. */
export function textReport({ colours = NO_COLOURS, diffs }: TextOptions): Report {
  const sum = noSum();
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
      if (sum.failed + sum.compared === sum.files) return '';
      return `${sum.files === 1 && quiet.length > 0 ? shown(quiet) : ''}${shown(summary(sum, diffs))}`;
    },
  };
}

/** What is said of a file: which it is, and what came of it. */
function section(result: FileResult, { colours, diffs }: { colours: Colours; diffs: boolean }): { heading: string[]; body: string[] } {
  const { path, against, context, migration, trouble, skipped, verification } = result;
  if (skipped) return { heading: [`${colours.bold(shownName(path))}  ${colours.dim(`left alone: ${skipped}`)}`], body: [] };
  if (!context || trouble.length > 0) return { heading: [], body: [] };
  const findings = told(migration?.findings ?? []);
  const where =
    'folder' in context ? `context: ${printable(context.folder)}, ${context.from}` : `context not known: ${printable(context.unknown)}`;
  const compared = against === undefined ? '' : `against ${printable(against)}, `;
  const patch = diffs && migration ? patchOf(path, context, migration, colours) : [];
  return {
    heading: [`${colours.bold(shownName(path))}  ${colours.dim(`${compared}${where}`)}`],
    body: [
      ...(patch.length > 0 ? ['', ...patch] : []),
      ...(findings.length > 0 ? ['', ...sentences(findings, colours)] : []),
      ...(verification ? ['', ...verificationLines(verificationOf(verification), colours)] : []),
    ],
  };
}

function verificationLines({ verdict, tone, broken, notes, table, layers, output }: ToldVerification, colours: Colours): string[] {
  return [
    colours.bold(colours[tone](printable(verdict))),
    ...broken.map(line => `  ${colours.red(printable(line))}`),
    ...output.map(line => `  ${colours.dim(printable(line))}`),
    ...(table.length > 0 ? ['', ...aligned([['', 'before', 'after'], ...table])] : []),
    ...(layers.length > 0
      ? ['', ...aligned([['before', 'after', 'layer'], ...layers.map(([what, before, after]) => [before, after, what])])]
      : []),
    ...(notes.length > 0 ? ['', ...notes.map(printable)] : []),
  ];
}

/** Rows as columns, indented. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map(row => row.map(printable));
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map(row => row[column]?.length ?? 0))) ?? [];
  return cells.map(row => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

function sentences(findings: readonly Finding[], colours: Colours): string[] {
  const width = Math.max(...findings.map(({ place }) => String(place.line).length));
  const indent = ' '.repeat(width + 4);
  return findings.flatMap(finding => {
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
