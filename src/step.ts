import type { BuildContext } from './context/context.ts';
import { overlay } from './context/overlay.ts';
import type { Dockerfile, Span } from './dockerfile/nodes.ts';
import { parse } from './dockerfile/parse.ts';
import { apply, type Edit, editSet, inOrder } from './edit.ts';
import { brokenBy } from './guards.ts';
import { editPieces, originalOffsets, type Piece, wholeText } from './pieces.ts';
import { suppressions } from './suppressions.ts';
import { type Change, type Facts, isAtLeast, type Keeps, type OptionValues, type Refusal, type Transform } from './transform.ts';

/** A transform to run, and what is accepted of it. */
export interface Step {
  transform: Transform;
  options: OptionValues;
  /** The weakest promise to accept. */
  keeps: Keeps;
  /** It is a preset's: changes of little use are held back. */
  preset: boolean;
}

/** What became of one thing that a transform said. */
export type Outcome =
  | { kind: 'applied'; change: Change }
  | { kind: 'suppressed'; change: Change }
  | { kind: 'held'; because: 'keeps' | 'gain'; change: Change }
  | { kind: 'refused'; refusal: Refusal };

/** Everything that a step may change: the file, and its neighbours by their path in the context. */
export interface State {
  file: Dockerfile;
  pieces: Piece[];
  neighbours: ReadonlyMap<string, NeighbourState>;
  /** With the neighbours as they are now. */
  context: BuildContext | undefined;
}

export interface NeighbourState {
  /** undefined where there was none. */
  before: string | undefined;
  pieces: Piece[];
  text: string;
}

/** An outcome and the span of the original file that it is about. */
export type Placed = Outcome & { at: Span };

/** How often a transform may go on with changes that overlapped others. */
const PASSES = 25;

/** Runs one transform until it proposes nothing more. Throws where it throws, and where its work breaks a guard: the state given is still good then. */
export function runStep(step: Step, start: State, facts: Facts): { state: State; outcomes: Placed[] } {
  const outcomes: Placed[] = [];
  let state = start;
  for (let pass = 0, unfinished = true; ; pass++) {
    const original = originalOffsets(state.pieces);
    const chosen = choose(step, state, facts);
    const told = pass === 0 ? chosen.outcomes : chosen.outcomes.filter(({ kind }) => kind === 'applied');
    outcomes.push(...told.map(outcome => placed(outcome, original)));
    const changes = chosen.outcomes.flatMap(outcome => (outcome.kind === 'applied' ? [outcome.change] : []));
    if (changes.length === 0) return { state, outcomes };
    if (!unfinished || pass === PASSES) throw new Error(`it proposes again after its own changes: ${changes[0]?.title}`);
    state = changed(state, changes, facts);
    unfinished = chosen.later;
  }
}

/** The outcome with its place; where a transform gave a node as its span, the node isn't kept. */
function placed(outcome: Outcome, original: (offset: number) => number): Placed {
  const { start, end } = outcome.kind === 'refused' ? outcome.refusal.at : outcome.change.at;
  const at = { start: original(start), end: original(Math.max(start, end - 1)) + 1 };
  if (outcome.kind === 'refused') return { ...outcome, at, refusal: { ...outcome.refusal, at: { start, end } } };
  return { ...outcome, at, change: { ...outcome.change, at: { start, end } } };
}

/** What of a transform's proposals is applied together. `later`: some overlap others and have to wait for the next pass. */
function choose({ transform, options, keeps, preset }: Step, state: State, facts: Facts): { outcomes: Outcome[]; later: boolean } {
  const { file, context } = state;
  const { silence } = suppressions(file);
  const room = freeRoom(file.source.length);
  const outcomes: Outcome[] = [];
  let later = false;
  for (const proposal of transform.run(file, { ...facts, context }, options)) {
    if (proposal.kind === 'refusal') outcomes.push({ kind: 'refused', refusal: proposal });
    else if (silence(transform.name, proposal)) outcomes.push({ kind: 'suppressed', change: proposal });
    else if (!isAtLeast(proposal.keeps, keeps)) outcomes.push({ kind: 'held', because: 'keeps', change: proposal });
    else if (preset && proposal.gain === 'none') outcomes.push({ kind: 'held', because: 'gain', change: proposal });
    else if (room(proposal)) outcomes.push({ kind: 'applied', change: proposal });
    else later = true;
  }
  return { outcomes, later };
}

/** Tells of each change whether its edits can be made with those of the changes before it. */
function freeRoom(length: number): (change: Change) => boolean {
  const own = editSet();
  const neighbours = new Map<string, ReturnType<typeof editSet> | 'created'>();
  return ({ edits, files = [] }) => {
    inOrder(length, edits);
    if (!own.fits(edits)) return false;
    for (const each of files) {
      const taken = neighbours.get(each.path);
      if (taken && ('create' in each || taken === 'created' || !taken.fits(each.edits))) return false;
    }
    own.add(edits);
    for (const each of files) {
      if ('create' in each) neighbours.set(each.path, 'created');
      else {
        const taken = neighbours.get(each.path) ?? editSet();
        if (taken !== 'created') taken.add(each.edits);
        neighbours.set(each.path, taken);
      }
    }
    return true;
  };
}

/** The state after changes that fit together; throws where a guard doesn't hold. */
function changed(state: State, changes: readonly Change[], facts: Facts): State {
  const edits = changes.flatMap(change => change.edits);
  const file = edits.length > 0 ? parse(apply(state.file.source, edits)) : state.file;
  const broken = brokenBy(state.file, edits, file);
  if (broken) throw new Error(broken);
  const pieces = editPieces(state.pieces, edits);
  const neighbours = changedNeighbours(state, changes);
  if (neighbours === state.neighbours) return { ...state, file, pieces };
  const texts = Object.fromEntries([...neighbours].map(([path, { text }]) => [path, text]));
  return { file, pieces, neighbours, context: facts.context && overlay(facts.context, texts) };
}

function changedNeighbours({ neighbours, context }: State, changes: readonly Change[]): State['neighbours'] {
  const edits = new Map<string, Edit[]>();
  const result = new Map(neighbours);
  for (const file of changes.flatMap(change => change.files ?? [])) {
    if (!context) throw new Error(`it edits ${file.path}, and the context isn't known`);
    if ('edits' in file) edits.set(file.path, [...(edits.get(file.path) ?? []), ...file.edits]);
    else if (context.kind(file.path) || context.hidden(file.path)) throw new Error(`it creates ${file.path}, which exists`);
    else result.set(file.path, { before: undefined, pieces: [{ text: file.create }], text: file.create });
  }
  for (const [path, changed] of edits) {
    const text = context?.text(path);
    if (text === undefined) throw new Error(`it edits ${path}, which isn't a text of the context`);
    const { before, pieces } = result.get(path) ?? { before: text, pieces: wholeText(text) };
    result.set(path, { before, pieces: editPieces(pieces, changed), text: apply(text, changed) });
  }
  return edits.size > 0 || result.size > neighbours.size ? result : neighbours;
}
