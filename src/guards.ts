import type { Dockerfile, Instruction } from './dockerfile/nodes.ts';
import { type Edit, inOrder, touches } from './edit.ts';
import { placeOf } from './place.ts';

/** What is wrong with a step that made `after` of `before`, as a clause; undefined for a sound one. What it says is a transform's bug, or our own. */
export function brokenBy(before: Dockerfile, edits: readonly Edit[], after: Dockerfile): string | undefined {
  const [problem] = after.problems;
  if (problem) return `its result no longer reads: line ${placeOf(after, problem.span).line}: ${problem.message}`;
  const lost = missing(before.comments, after.comments, ({ text }) => text)[0];
  if (lost) return `it drops the comment of line ${placeOf(before, lost).line}`;
  const sorted = inOrder(before.source.length, edits);
  const untouched = before.directives.filter(directive => !sorted.some(edit => touches(edit, directive)));
  const gone = missing(untouched, after.directives, ({ name, value }) => `${name}=${value}`)[0];
  if (gone) return `it drops the directive of line ${placeOf(before, gone).line}`;
  const changed = readDifferently(before, sorted, after);
  return changed && `it changes how line ${changed.line} reads, which it doesn't edit`;
}

function missing<Item>(before: readonly Item[], after: readonly Item[], key: (item: Item) => string): Item[] {
  const counts = new Map<string, number>();
  for (const item of after) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return before.filter(item => {
    const left = counts.get(key(item)) ?? 0;
    counts.set(key(item), left - 1);
    return left <= 0;
  });
}

/** The first instruction that no edit touches and that isn't there as it was: text was joined to it, or a heredoc swallowed it. */
function readDifferently(before: Dockerfile, edits: readonly Edit[], after: Dockerfile): Instruction | undefined {
  const found = new Map(after.instructions.map(instruction => [instruction.start, instruction]));
  let shift = 0;
  let next = 0;
  return before.instructions.find(instruction => {
    for (; next < edits.length; next++) {
      const edit = edits[next] as Edit;
      if (edit.end > instruction.start || touches(edit, instruction)) break;
      shift += edit.text.length - (edit.end - edit.start);
    }
    for (let index = next; index < edits.length && (edits[index] as Edit).start <= instruction.end; index++) {
      if (touches(edits[index] as Edit, instruction)) return false;
    }
    const same = found.get(instruction.start + shift);
    return !same || same.end !== instruction.end + shift || same.logical.text !== instruction.logical.text;
  });
}
