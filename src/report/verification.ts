import { stripVTControlCharacters } from 'node:util';
import { listed, shortened } from '../phrases.ts';
import type { Warning } from '../verify/builder.ts';
import type { Broken, Difference } from '../verify/difference.ts';
import type { Layer } from '../verify/snapshot.ts';
import type { Exercise, ImageSummary, Rebuild, Remedy, Verification } from '../verify/verification.ts';
import { count } from './summary.ts';

/** What it is, before, after. */
export type Row = readonly [what: string, before: string, after: string];

/** A verification in words, for any reporter. The texts hold what Dockerfiles and builds say: they are made safe where they are printed. */
export interface ToldVerification {
  /** One line. */
  verdict: string;
  /** The verdict's colour. */
  tone: 'green' | 'yellow' | 'red';
  /** A line for each broken promise, with the transform that broke it. */
  broken: string[];
  /** Sentences that follow the tables. */
  notes: string[];
  table: Row[];
  /** The layers that matter, largest first. */
  layers: Row[];
  /** The last lines of a failing step. */
  output: string[];
}

const MOST_BROKEN = 20;
const MOST_LAYERS = 12;
const MOST_OUTPUT = 20;
const LONGEST_LINE = 300;
const MEGABYTE = 1e6;
const NONE = '–';

/** What a verification says to a person. */
export function verificationOf(verification: Verification): ToldVerification {
  if (verification.verdict === 'impossible') {
    const { why, output } = verification;
    const said = { verdict: `Can't verify: ${line(why)}`, tone: 'red', output: lastLines(output) } as const;
    return { ...said, broken: [], notes: [], table: [], layers: [] };
  }
  const { broken, promised, noise, exercise, before, after, remedy } = verification;
  const isKept = verification.verdict === 'kept';
  return {
    verdict: isKept
      ? kept(exercise)
      : `Broken: ${line(broken[0]?.message ?? '')}${broken.length > 1 ? `, and ${number(broken.length - 1)} more` : ''}.`,
    tone: !isKept ? 'red' : exercise.kind === 'same' ? 'green' : 'yellow',
    // the verdict has said a single one that nobody is blamed for
    broken: isKept || (broken.length === 1 && !broken[0]?.transform) ? [] : brokenLines(broken),
    notes: [...(isKept ? [] : [...exercised(exercise), ...remedied(remedy)]), ...excused(promised, noise)],
    table: table(before, after),
    layers: layerRows(before.layers, after?.layers ?? []),
    output: lastLines(broken.find(each => each.output !== undefined)?.output ?? ''),
  };
}

function kept(exercise: Exercise): string {
  if (exercise.kind === 'not exercised') return `Kept, not exercised: ${line(exercise.why)}.`;
  return `Verified: the image keeps its promises; runs ${exercise.kind === 'same' ? `the same (${line(exercise.what)})` : 'otherwise, as promised'}.`;
}

function brokenLines(broken: readonly Broken[]): string[] {
  const lines = broken.slice(0, MOST_BROKEN).map(({ transform, message }) => line(transform ? `${transform}: ${message}` : message));
  return broken.length > MOST_BROKEN ? [...lines, `and ${number(broken.length - MOST_BROKEN)} more`] : lines;
}

function exercised(exercise: Exercise): string[] {
  if (exercise.kind === 'differs') return [];
  return [exercise.kind === 'same' ? `Runs the same (${line(exercise.what)}).` : `Not exercised: ${line(exercise.why)}.`];
}

function remedied(remedy: Remedy | undefined): string[] {
  if (!remedy) return [];
  const without = `Without ${listed(remedy.without)}`;
  return [
    remedy.kept.length > 0 ? `${without} the rest holds, and is what is proposed: ${listed(remedy.kept)}.` : `${without} nothing is left.`,
  ];
}

function excused(promised: readonly Difference[], noise: readonly Difference[]): string[] {
  return [
    ...(promised.length > 0 ? [`Differences that were promised: ${kinds(promised)}.`] : []),
    ...(noise.length > 0 ? [`Differences that two builds of the same have too: ${kinds(noise)}.`] : []),
  ];
}

/** How many differences there are of each kind. */
export function countByKind(differences: readonly Difference[]): Partial<Record<Difference['kind'], number>> {
  const counts: Partial<Record<Difference['kind'], number>> = {};
  for (const { kind } of differences) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function kinds(differences: readonly Difference[]): string {
  return Object.entries(countByKind(differences))
    .map(([kind, found]) => `${number(found)} ${kind}`)
    .join(', ');
}

function table(before: ImageSummary, after: ImageSummary | undefined): Row[] {
  const row = (what: string, of: (image: ImageSummary) => string): Row => [what, of(before), after ? of(after) : NONE];
  const rebuilt = (kind: keyof ImageSummary['rebuild']): Row[] => {
    const file = before.rebuild[kind]?.file ?? after?.rebuild[kind]?.file;
    return file === undefined ? [] : [row(`after an edit of ${shortened(file)}`, ({ rebuild }) => rebuildOf(rebuild[kind]))];
  };
  const [what, first, then] = row('size', ({ size }) => megabytes(size));
  const checked = before.warnings !== undefined || after?.warnings !== undefined;
  return [
    [what, first, `${then}${after ? smaller(before.size, after.size) : ''}`],
    row('files', ({ files }) => number(files)),
    row('user', ({ user }) => user || 'root'),
    ...(checked ? [row('warnings', ({ warnings }) => warningsOf(warnings))] : []),
    row('build', ({ build: { steps, seconds } }) => `${count(steps.length, 'step')}, ${duration(seconds)}`),
    ...rebuilt('source'),
    ...rebuilt('manifest'),
  ];
}

function rebuildOf(rebuild: Rebuild | undefined): string {
  if (!rebuild) return NONE;
  return `${count(rebuild.steps, 'step')}, ${duration(rebuild.seconds)}, ${megabytes(rebuild.contextBytes)} sent`;
}

/** BuildKit's warnings by their rules. */
function warningsOf(warnings: readonly Warning[] | undefined): string {
  if (!warnings) return NONE;
  const rules = [...new Set(warnings.map(({ rule }) => rule))];
  return warnings.length === 0 ? 'none' : `${warnings.length}: ${rules.join(', ')}`;
}

/** The layers that are large or not in both images, by their instructions; those of the same instruction together. */
function layerRows(before: readonly Layer[], after: readonly Layer[]): Row[] {
  const sizes = new Map<string, [before: number | undefined, after: number | undefined]>();
  for (const [side, layers] of [before, after].entries()) {
    for (const { instruction, size } of layers) {
      const both = sizes.get(instruction) ?? [undefined, undefined];
      both[side] = (both[side] ?? 0) + size;
      sizes.set(instruction, both);
    }
  }
  const largest = ([one = 0, other = 0]: [number | undefined, number | undefined]) => Math.max(one, other);
  const shown = [...sizes]
    .filter(([, both]) => largest(both) > MEGABYTE || (largest(both) > 0 && both[0] !== both[1]))
    .sort(([, a], [, b]) => largest(b) - largest(a));
  const size = (bytes: number | undefined) => (bytes === undefined ? NONE : megabytes(bytes));
  const rows = shown.slice(0, MOST_LAYERS).map(([instruction, both]): Row => [instructionOf(instruction), size(both[0]), size(both[1])]);
  return shown.length > MOST_LAYERS ? [...rows, [`and ${number(shown.length - MOST_LAYERS)} smaller`, '', '']] : rows;
}

/** An instruction as a person wrote it, from what BuildKit and the classic builder record of it. */
function instructionOf(recorded: string): string {
  const written = recorded
    .replace(/ # buildkit$/, '')
    .replace(/^\/bin\/sh -c #\(nop\) +/, '')
    .replace(/^(?:RUN )?(?:\|\d+ .* )?\/bin\/sh -c /, 'RUN ');
  return shortened(written);
}

/** The last lines of a step's output, as they would stand on a terminal without its codes. */
function lastLines(output: string): string[] {
  const lines = stripVTControlCharacters(output).split(/[\r\n]+/);
  return lines
    .filter(each => each.trim() !== '')
    .slice(-MOST_OUTPUT)
    .map(each => cut(each));
}

/** A text in one line of bounded length. */
function line(text: string): string {
  return cut(text.replace(/\s+/g, ' ').trim());
}

function cut(text: string): string {
  return text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}…` : text;
}

function smaller(before: number, after: number): string {
  const percent = before > 0 ? Math.round((1 - after / before) * 100) : 0;
  return percent === 0 ? '' : ` (${Math.abs(percent)} % ${percent > 0 ? 'less' : 'more'})`;
}

function megabytes(bytes: number): string {
  const size = bytes / MEGABYTE;
  if (size > 0 && size < 0.01) return '< 0.01 MB';
  return `${number(size, size >= 10 ? 0 : size >= 1 ? 1 : 2)} MB`;
}

function duration(seconds: number): string {
  return `${number(seconds, seconds >= 10 ? 0 : 1)} s`;
}

function number(value: number, digits = 0): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}
