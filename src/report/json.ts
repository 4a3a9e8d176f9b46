import { join } from 'node:path';
import type { Finding } from '../migrate.ts';
import type { Verification } from '../verify/verification.ts';
import { printableJson } from './printable.ts';
import { addTo, type FileResult, noTotals, type Report } from './results.ts';
import { countByKind, verificationOf } from './verification.ts';

/** The plan's version: it changes when a reader of the one before would misread it. */
const VERSION = 1;
const OPENING = `{\n  "version": ${VERSION},\n  "files": [`;

/**
 * For programs: a plan that can be applied without running the transforms again. Each file's `edits` are of its text as it was when its bytes had the digest
 * `before`, in UTF-16 offsets; made together they give the digest `after`. Edits of a file
 * whose `verification` is broken hold where it has a `remedy`: they are what that keeps. `digest` maps a text to the SHA-256 of its UTF-8 bytes, in hex.
 */
export function jsonReport(digest: (text: string) => string): Report {
  const sum = noTotals();
  return {
    file: result => {
      const before = sum.files === 0 ? OPENING : ',';
      addTo(sum, result);
      return `${before}\n    ${indented(plannedFile(result, digest), '    ')}`;
    },
    end: () => `${sum.files === 0 ? OPENING : '\n  '}],\n  "totals": ${indented(sum, '  ')}\n}\n`,
  };
}

function indented(value: unknown, indent: string): string {
  return printableJson(JSON.stringify(value, undefined, 2)).replaceAll('\n', `\n${indent}`);
}

function plannedFile(result: FileResult, digest: (text: string) => string) {
  const { path, against, context, migration, trouble, skipped, written } = result;
  const verification = result.verification && verified(result.verification);
  const told = trouble.map(({ message, place }) => ({ ...place, message }));
  const reported = { path, against, context, written, skipped, trouble: told, verification };
  if (!migration) return reported;
  const of = <Kind extends Finding['kind']>(kind: Kind) =>
    migration.findings.filter(finding => finding.kind === kind) as Extract<Finding, { kind: Kind }>[];
  return {
    ...reported,
    before: digest(migration.source),
    after: digest(migration.text),
    edits: migration.edits,
    neighbours: migration.neighbours.map(({ path: neighbour, before, text, edits }) => ({
      path: context && 'folder' in context ? join(context.folder, neighbour) : neighbour,
      before: before === undefined ? null : digest(before),
      after: digest(text),
      edits,
    })),
    changes: of('applied').map(planned),
    held: of('held').map(finding => ({ ...planned(finding), because: finding.because })),
    suppressed: of('suppressed').map(planned),
    refusals: of('refused').map(({ transform, place, refusal: { code, reason } }) => ({ transform, ...place, code, reason })),
    bugs: migration.bugs,
  };
}

function planned({ transform, place, change }: Extract<Finding, { change: unknown }>) {
  const { title, keeps, alters = [], notes = [], settles = [] } = change;
  return { transform, ...place, title, keeps, alters, notes, settles };
}

/** What verify found: all that is broken, and how many differences were let through. */
function verified(verification: Verification) {
  const { verdict: summary, output } = verificationOf(verification);
  if (verification.verdict === 'impossible') return { verdict: verification.verdict, summary, output };
  const { verdict, broken, promised, noise, ...rest } = verification;
  return { verdict, summary, broken, promised: countByKind(promised), noise: countByKind(noise), ...rest };
}
