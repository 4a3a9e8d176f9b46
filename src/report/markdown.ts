import type { Finding } from '../migrate.ts';
import { NO_COLOURS } from './colours.ts';
import { PROMISE, told } from './findings.ts';
import { patchOf } from './patch.ts';
import { printable, shownName } from './printable.ts';
import type { FileResult, Report } from './results.ts';
import { add, count, noSum, summary } from './summary.ts';
import { type Row, type ToldVerification, verificationOf } from './verification.ts';

/** For a pull request's comment: the same as the text report, as GitHub's and GitLab's Markdown. Nothing that a Dockerfile says is markup in it. */
export function markdownReport(): Report {
  const sum = noSum();
  return {
    file: result => {
      add(sum, result);
      const lines = section(result);
      return lines.length > 0 ? `### ${safe(shownName(result.path))}\n\n${lines.join('\n')}\n\n` : '';
    },
    end: () => (sum.failed + sum.compared === sum.files ? '' : `${summary(sum, false).map(safe).join('\n')}\n`),
  };
}

function section({ path, against, context, migration, trouble, skipped, verification }: FileResult): string[] {
  if (skipped) return [`Left alone: ${safe(skipped)}`];
  if (trouble.length > 0) return trouble.map(({ message, place }) => `- ${place ? `line ${place.line}: ` : 'trouble: '}${safe(message)}`);
  const findings = told(migration?.findings ?? []);
  const changes = findings.filter(({ kind }) => kind === 'applied');
  const left = findings.filter(({ kind }) => kind !== 'applied');
  const patch = migration && context ? patchOf(path, context, migration, NO_COLOURS) : [];
  const paragraphs = [
    against === undefined ? [] : [`Against ${safe(against)}`],
    changes.flatMap(sentence),
    patch.length > 0 ? fenced(patch, 'diff') : [],
    left.length > 0 ? folded(`${count(left.length, 'place')} left alone`, left.flatMap(sentence)) : [],
    ...(verification ? verificationParagraphs(verificationOf(verification)) : []),
  ];
  return paragraphs.filter(lines => lines.length > 0).flatMap((lines, index) => (index > 0 ? ['', ...lines] : lines));
}

function sentence({ transform, place, ...finding }: Finding): string[] {
  const line = `- line ${place.line}: `;
  if (finding.kind === 'refused') return [`${line}${safe(finding.refusal.reason)} (${safe(transform)})`];
  const { title, keeps, notes = [] } = finding.change;
  const held = finding.kind === 'applied' ? '' : 'held back, of little use: ';
  return [`${line}${held}${safe(title)} (${safe(transform)}, ${PROMISE[keeps]})`, ...notes.map(note => `  - note: ${safe(note)}`)];
}

function verificationParagraphs({ verdict, broken, notes, table, layers, output }: ToldVerification): string[][] {
  return [
    [`**${safe(verdict)}**`],
    broken.map(line => `- broken: ${safe(line)}`),
    output.length > 0 ? fenced(output.map(printable), '') : [],
    table.length > 0 ? tableOf(table) : [],
    layers.length > 0 ? folded('Layers', tableOf(layers.map(([what, ...sizes]): Row => [what, ...sizes]))) : [],
    notes.map(note => `- note: ${safe(note)}`),
  ];
}

function tableOf(rows: readonly Row[]): string[] {
  return ['| | before | after |', '|:--|--:|--:|', ...rows.map(row => `| ${row.map(safe).join(' | ')} |`)];
}

function folded(title: string, lines: readonly string[]): string[] {
  return ['<details>', `<summary>${title}</summary>`, '', ...lines, '', '</details>'];
}

/** Lines in a fence that none of them can close: it is longer than any run of its characters in them. */
function fenced(lines: readonly string[], language: string): string[] {
  const longest = Math.max(2, ...lines.flatMap(line => line.match(/`+/g) ?? []).map(run => run.length));
  const fence = '`'.repeat(longest + 1);
  // a carriage return would end a line for Markdown
  return [`${fence}${language}`, ...lines.map(line => line.replace(/\r+$/, '')), fence];
}

/** All ASCII punctuation that has a meaning in Markdown or HTML. */
const MARKUP = /[\\`*_{}[\]()#+!|~<>&$@]/g;
/** What becomes a link, a mention or a reference by itself: it is parted by a space without width, as entities alone don't stop GitHub. */
const LINKED = /@|#(?=\d)|:(?=\/\/)|\b(?:GH-(?=\d)|www(?=\.))/gi;

/** A text that stands for itself in a line of Markdown, where something of ours precedes it or not. */
function safe(text: string): string {
  return printable(text)
    .replace(LINKED, match => `${match}\u200b`)
    .replace(MARKUP, character => `&#${character.charCodeAt(0)};`);
}
