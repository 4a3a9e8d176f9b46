import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import { mounts } from '../../src/dockerfile/mounts.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { isShipped } from '../../src/dockerfile/shipped.ts';
import { scopeAt, stages } from '../../src/dockerfile/stages.ts';
import { cutInstructions, type Edit, insertAfter, insertBefore, isAboveEmptyLine } from '../../src/edit.ts';
import { type Alteration, type Change, change, type Facts, refuse, transform } from '../../src/transform.ts';
import type { ContextCopy } from './copies.ts';
import { copyLines } from './manifests.ts';
import { type Move, newOrder } from './order.ts';
import type { Fetch } from './run.ts';
import { splitEdit } from './split.ts';

export default transform({
  name: 'deps-first',
  summary: 'install dependencies before the sources are copied',
  keeps: 'behaviour',
  settles: [],
  *run(file, facts) {
    for (const stage of stages(file, facts.images)) {
      const { moves, stay } = newOrder(file, facts, stage);
      if (moves.length > 0) yield reordered(file, facts, moves, isShipped(file, facts, stage));
      if (stay) yield refuse(stay.run, stay.code, stay.reason);
    }
  },
});

function reordered(file: Dockerfile, facts: Facts, moves: Move[], isSeen: boolean): Change {
  const last = new Map<ContextCopy, Move>(moves.flatMap(move => move.passed.map(copy => [copy, move] as const)));
  const copies = [...last.keys()].sort((a, b) => a.instruction.start - b.instruction.start);
  const { texts, edits } = cutInstructions(
    file,
    copies.map(({ instruction }) => instruction),
  );
  // the last copy stood apart from what came after it, and so the first does now
  const gapAbove = (copy: ContextCopy) =>
    copy === copies[0] && copies.some(({ instruction }) => isAboveEmptyLine(file, instruction)) ? [''] : [];
  for (const move of moves) {
    const below = copies.flatMap((copy, index) => (last.get(copy) === move ? [...gapAbove(copy), texts[index] as string] : []));
    edits.push(...moveEdits(file, facts, move, below));
  }
  const [first] = moves as [Move, ...Move[]];
  const alters = isSeen ? moves.flatMap(alterations) : [];
  return change({
    at: first.run,
    title: `${moves.map(titleOf).join(', ')} before the sources are copied`,
    keeps: 'behaviour',
    ...(alters.length > 0 && { alters }),
    edits,
  });
}

function titleOf({ what }: Move): string {
  if (what.kind === 'fetch') return 'fetch the modules';
  const text = (what.install?.text ?? '').replace(/\s+/g, ' ');
  return `run ${text.length > 60 ? `${text.slice(0, 57)}…` : text}`;
}

/** The lines that a move puts above its RUN, and the copies below it. */
function moveEdits(file: Dockerfile, facts: Facts, { run, what }: Move, below: string[]): Edit[] {
  const workdir = scopeAt(file, facts.images, run)?.workdir ?? UNKNOWN;
  const above = copyLines(run, what.inputs, workdir);
  if (what.kind === 'fetch') return [insertBefore(file, run, [...above, fetchLine(run, what), ...below])];
  const fetch = what.fetch ? [...copyLines(run, what.fetch.inputs, workdir), fetchLine(run, what.fetch)] : [];
  const edits = above.length > 0 ? [insertBefore(file, run, above)] : [];
  if (what.rest.length > 0) return [...edits, splitEdit(file, run, what, [...fetch, ...below])];
  return below.length > 0 ? [...edits, ...insertAfter(file, run, below)] : edits;
}

function fetchLine({ logical, argument }: Instruction, { variables }: Fetch): string {
  return `${logical.text.slice(0, argument?.from)}${variables}go mod download`;
}

/** The files in which an image may differ. */
function alterations({ run, what }: Move): Alteration[] {
  const restored = what.restored.map(changed => ({ changed }));
  const fetch = what.kind === 'fetch' ? what : what.fetch;
  if (!fetch || mounts(run).some(({ type, target }) => type === 'cache' && target === fetch.cache)) return restored;
  return [...restored, ...fetch.filled.map(folder => ({ added: `${folder}/**` }))];
}
