import type { Observation } from './observation.ts';

/** What was seen of one app: its original, and what `dfmod all` and `dfmod speed` make of it. */
export interface AppRow {
  name: string;
  base: string;
  /** Of the Dockerfiles: what is seen holds for them. */
  digests: { before: string; after: string; faster: string };
  bytes: { before: number; after: number };
  before: Observation;
  after: Observation;
  /** What isn't the same, a clause each. */
  broken: string[];
  /** How many changes of each transform. */
  applied: Record<string, number>;
  /** After an edit of one source file, medians: the original, and what `dfmod speed` makes of it. */
  rebuild?: { file: string; before: Rebuild; after: Rebuild };
}

interface Rebuild {
  steps: number;
  seconds: number;
}

/** The document of apps, from what was seen of each. */
export function appsTable(rows: readonly AppRow[]): string {
  const edited = rows.flatMap(({ rebuild }) => (rebuild ? [rebuild] : []));
  const sizes = rows.map(({ bytes }) => bytes.after / bytes.before);
  return [
    '# What dfmod does to real apps',
    '',
    '`npm run apps` (`npm run apps -- -t NAME` for some) writes this page: it builds the apps of the corpus that build on this engine, as they are and after',
    '`dfmod all`, runs both and compares whether they run, what they exit with, what they listen on and what each port answers to `GET /` over HTTP; a health',
    'check that was added has to turn healthy where the app serves. *Rebuild* is after an edit of one source file, with the original and after `dfmod speed`: steps',
    'that ran again, and seconds, as medians of three.',
    '',
    `${rows.length} apps: ${rows.filter(({ broken }) => broken.length === 0).length} do the same. Median size: ${percent(median(sizes))} of the original's.`,
    ...(edited.length === 0 ? [] : [`Median rebuild: ${rebuildSummary(edited)}.`]),
    '',
    '| app | base | MB | does | verdict | health | changes | rebuild: steps | seconds |',
    '| -- | -- | --: | -- | -- | -- | -- | --: | --: |',
    ...rows.map(row => `| ${cells(row).map(escaped).join(' | ')} |`),
    '',
  ].join('\n');
}

/** The middle of some numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? 0, sorted[sorted.length >> 1] ?? 0];
  return (low + high) / 2;
}

function cells(row: AppRow): string[] {
  const { name, base, bytes, before, after, broken, applied, rebuild } = row;
  return [
    name,
    base,
    arrow(bytes.before / 1e6, bytes.after / 1e6, 0),
    [
      before.state,
      ...Object.entries(before.answers).map(([port, answer]) => `${port}: ${answer.startsWith('no') ? answer : answer.slice(0, 3)}`),
    ].join(', '),
    broken.length === 0 ? 'same' : broken.join('; '),
    [before.health ?? 'none', after.health ?? 'none'].join(' → '),
    Object.entries(applied)
      .map(([transform, count]) => (count === 1 ? transform : `${transform} ${count}`))
      .join(', '),
    rebuild ? arrow(rebuild.before.steps, rebuild.after.steps, 0) : '',
    rebuild ? arrow(rebuild.before.seconds, rebuild.after.seconds, 1) : '',
  ];
}

function rebuildSummary(edited: readonly NonNullable<AppRow['rebuild']>[]): string {
  const both = (what: keyof Rebuild) =>
    [median(edited.map(({ before }) => before[what])), median(edited.map(({ after }) => after[what]))] as const;
  const [steps, seconds] = [both('steps'), both('seconds')];
  return `${arrow(...steps, 0)} steps, ${arrow(...seconds, 1)} s`;
}

function arrow(before: number, after: number, digits: number): string {
  return `${before.toFixed(digits)} → ${after.toFixed(digits)}`;
}

function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(0)} %`;
}

function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
