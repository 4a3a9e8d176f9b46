import type { Dockerfile } from '../../src/dockerfile/nodes.ts';
import { parse } from '../../src/dockerfile/parse.ts';
import { apply } from '../../src/edit.ts';
import { knownImages } from '../../src/images/known.ts';
import { type Migration, migrate } from '../../src/migrate.ts';
import type { Change, Facts, OptionValues, Transform } from '../../src/transform.ts';

/** One transform over one file, as a person runs it who named it: every promise is accepted. */
export function migrated(
  transform: Transform,
  source: string,
  context: Facts['context'],
  options: OptionValues = {},
  callers: Facts['callers'] = [],
): Migration {
  return migrate(parse(source), [{ transform, options, keeps: 'intent', preset: false }], { context, callers, images: knownImages });
}

export function appliedChanges({ findings }: Migration): Change[] {
  return findings.flatMap(finding => (finding.kind === 'applied' ? [finding.change] : []));
}

/**
 * What of the design's guards doesn't hold for a transform's result, a line for each: nothing failed, the result reads, is the source with its
 * edits, has every comment, and a second run, over the result, proposes nothing.
 */
export function brokenGuards(result: Migration, rerun: (source: string) => Migration): string[] {
  const found = result.bugs.map(({ transform, message }) => `${transform} failed: ${message}`);
  if (result.text !== apply(result.source, result.edits)) found.push('the result is not the source with its edits');
  if (result.text === result.source) return found;
  const before = parse(result.source);
  const after = parse(result.text);
  if (before.problems.length > 0) found.push('a file with problems was changed');
  found.push(...after.problems.map(({ message }) => `the result doesn't read: ${message}`));
  found.push(...lostComments(before, after).map(text => `a comment is lost: ${text}`));
  found.push(...appliedChanges(rerun(result.text)).map(({ title }) => `a second run would: ${title}`));
  return found;
}

function lostComments(before: Dockerfile, after: Dockerfile): string[] {
  const left = after.comments.map(({ text }) => text);
  return before.comments.flatMap(({ text }) => {
    const at = left.indexOf(text);
    if (at < 0) return [text];
    left.splice(at, 1);
    return [];
  });
}
