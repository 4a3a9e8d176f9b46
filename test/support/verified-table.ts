import type { Exercise, Remedy } from '../../src/verify/verification.ts';

/** What verify and the plain comparison said of what one preset makes of an app. */
export interface VerifiedRow {
  name: string;
  preset: string;
  /** Of the Dockerfiles: what is said holds for them. */
  digests: { before: string; after: string };
  changes: number;
  /** What verify said; `unchanged`: it was asked nothing. */
  verdict: 'kept' | 'broken' | 'impossible' | 'unchanged';
  broken: { message: string; transform: string }[];
  /** Why nothing could be said. */
  why?: string;
  /** undefined where nothing was run. */
  exercise?: Exercise;
  /** To build and compare both, and to run them. */
  seconds?: { compare: number; run: number };
  remedy?: Remedy;
  /** What the plain comparison found that isn't the same, a clause each. */
  plain: string[];
}

/** Why verify and the plain comparison say different things of an app: by app, and by what verify says. */
export const EXPLANATIONS: Record<string, Partial<Record<Disagreement, string>>> = {};

export type Disagreement = 'broken, same' | 'kept, different' | 'impossible';

/**
 * In what verify and the plain comparison differ; undefined where they say the same. Two that fail alike are the same to the one and tell nothing to the
 * other: the page says that of all of them.
 */
export function disagreement({ verdict, plain }: VerifiedRow): Disagreement | undefined {
  if (verdict === 'unchanged') return undefined;
  if (verdict === 'impossible') return 'impossible';
  if (verdict === 'broken') return plain.length === 0 ? 'broken, same' : undefined;
  return plain.length > 0 ? 'kept, different' : undefined;
}

/** Why the two differ; undefined where they don't, or where nobody has found out. */
export function explanation(row: VerifiedRow): string | undefined {
  const kind = disagreement(row);
  return kind && EXPLANATIONS[row.name]?.[kind];
}

/** What each app is run with. */
export const PRESETS = ['recommended', 'all'];

/** The document of verdicts, a line for each app and preset; `apps` are all that build here. */
export function verifiedTable(rows: readonly VerifiedRow[], apps: readonly string[]): string {
  const asked = rows.filter(({ verdict }) => verdict !== 'unchanged');
  const count = (verdict: string) => asked.filter(row => row.verdict === verdict).length;
  const silent = asked.filter(({ exercise }) => exercise?.kind === 'not exercised').length;
  return [
    '# What verify says of real apps',
    '',
    '`npm run apps -- verified` (and `-t NAME` for some) writes this page: what `dfmod recommended --verify` and `dfmod all --verify` say of the apps of the corpus that build',
    'on this engine, beside the plain comparison of [apps.md](apps.md) (whether they run, what they exit with, listen on and answer), which knows nothing of promises and was',
    'written apart from verify. *Seconds*: both built and compared, and run. Where the two presets make the same Dockerfile they share what was found.',
    '',
    `${new Set(rows.map(({ name }) => name)).size} apps, ${asked.length} changed Dockerfiles: ${count('kept')} keep their promises, ${count('broken')} don't, ${count('impossible')} can't be told.` +
      ` Verify and the plain comparison agree on ${asked.filter(row => disagreement(row) === undefined).length}.`,
    '',
    `${silent} of them fail alike before and after, or serve nothing without what isn't here: a database, a file that the image lacks. The plain comparison calls that the same; verify`,
    'says *not exercised*, and its verdict stands on the files, the settings and what can be seen without running.',
    ...missing(rows, apps),
    '',
    '| app | preset | changes | verify says | running both | seconds | plain comparison says | why they disagree |',
    '| -- | -- | --: | -- | -- | --: | -- | -- |',
    ...rows.map(row => `| ${cells(row).map(escaped).join(' | ')} |`),
    '',
  ].join('\n');
}

/** Which of all apps have no row. */
function missing(rows: readonly VerifiedRow[], apps: readonly string[]): string[] {
  const known = new Set(rows.map(({ name, preset }) => `${name}: ${preset}`));
  const names = apps.flatMap(name => PRESETS.map(preset => `${name}: ${preset}`)).filter(each => !known.has(each));
  return names.length > 0
    ? ['', `Not run, or not again since verify or a transform was mended (${names.length}): ${names.join('; ')}.`]
    : [];
}

function cells(row: VerifiedRow): string[] {
  const { name, preset, changes, verdict, seconds, plain } = row;
  return [
    name,
    preset,
    String(changes),
    said(row),
    exercised(row),
    seconds ? `${seconds.compare.toFixed(0)} + ${seconds.run.toFixed(0)}` : '',
    verdict === 'unchanged' ? '' : plain.join('; ') || 'same',
    explanation(row) ?? '',
  ];
}

function said({ verdict, broken, why = '', remedy }: VerifiedRow): string {
  if (verdict === 'kept') return 'kept';
  if (verdict === 'unchanged') return 'nothing to verify';
  if (verdict === 'impossible') return `can't verify: ${why}`;
  const shown = broken.slice(0, MOST_SHOWN).map(({ message, transform }) => `${transform}: ${message}`);
  const more = broken.length > MOST_SHOWN ? [`and ${broken.length - MOST_SHOWN} more`] : [];
  const holds = remedy ? [`holds without ${remedy.without.join(', ')}`] : [];
  return `broken: ${[...shown, ...more, ...holds].join('; ')}`;
}

const MOST_SHOWN = 3;

function exercised({ exercise }: VerifiedRow): string {
  if (!exercise) return '';
  if (exercise.kind === 'same') return exercise.what;
  return exercise.kind === 'differs' ? 'differs' : `not exercised: ${exercise.why}`;
}

function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
