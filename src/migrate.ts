import { buildProblems } from './dockerfile/build-problems.ts';
import type { Dockerfile, Span } from './dockerfile/nodes.ts';
import type { Edit } from './edit.ts';
import { editsOf, wholeText } from './pieces.ts';
import { type Place, placeOf } from './place.ts';
import { type Outcome, runStep, type State, type Step } from './step.ts';
import { suppressions } from './suppressions.ts';
import type { Facts } from './transform.ts';

/** What became of one thing that a transform said, and where that is in the file as it was at first. */
export type Finding = Outcome & { transform: string; place: Place };

/** A neighbour of the Dockerfile by its path in the context: as it was (undefined: it wasn't there), as it is after, and the edits between. */
export interface Neighbour {
  path: string;
  before: string | undefined;
  text: string;
  edits: Edit[];
}

export interface Migration {
  source: string;
  text: string;
  /** From the source to the text. */
  edits: Edit[];
  neighbours: Neighbour[];
  /** In the order of the steps. */
  findings: Finding[];
  /** The text after each transform that changed something. */
  steps: { transform: string; text: string }[];
  /** Transforms that failed, or whose work broke a guard; it was undone. */
  bugs: { transform: string; message: string; stack: string | undefined }[];
  /** Why the file can't be read or built; it was left alone. */
  problems: { place: Place; message: string }[];
  /** What the file's `dfmod-ignore` comments name. */
  ignored: { name: string; place: Place }[];
}

/** How often the list may start again because a transform gave one before it something to do. */
const ROUNDS = 4;

/**
 * Runs transforms over one Dockerfile, in order, each on fresh text, until none proposes anything more. Never throws: trouble is in `bugs` and
 * `problems`, and a file with problems is left alone.
 */
export function migrate(file: Dockerfile, steps: readonly Step[], facts: Facts): Migration {
  const { source } = file;
  const at = (span: Span) => placeOf(file, span);
  const start: State = { file, pieces: wholeText(source), neighbours: new Map(), context: facts.context };
  const proposed = file.problems.length > 0 ? unchanged(start) : runAll(start, steps, facts);
  // what BuildKit refuses only when it builds takes time to find, and matters where something would change
  const troubles = proposed.texts.length > 0 ? buildProblems(file) : file.problems;
  const problems = troubles.map(({ span, message }) => ({ place: at(span), message }));
  const ignored = suppressions(file).ignored.map(({ name, at: span }) => ({ name, place: at(span) }));
  const run = problems.length > 0 ? unchanged(start) : proposed;
  return {
    source,
    text: run.state.file.source,
    edits: editsOf(run.state.pieces, source.length),
    neighbours: [...run.state.neighbours].map(([path, { before, pieces, text }]) => ({
      path,
      before,
      text,
      edits: editsOf(pieces, before?.length ?? 0),
    })),
    findings: run.findings.map(({ at: span, ...finding }) => ({ ...finding, place: at(span) })),
    steps: run.texts,
    bugs: run.bugs,
    problems,
    ignored,
  };
}

interface Run {
  state: State;
  findings: (Outcome & { transform: string; at: Span })[];
  texts: Migration['steps'];
  bugs: Migration['bugs'];
}

function unchanged(state: State): Run {
  return { state, findings: [], texts: [], bugs: [] };
}

function runAll(start: State, steps: readonly Step[], facts: Facts): Run {
  const run = unchanged(start);
  const settled = new Map<Step, State>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const step of steps) {
      if (settled.get(step) === run.state) continue;
      tryStep(run, step, facts, round);
      settled.set(step, run.state);
    }
    if (steps.every(step => settled.get(step) === run.state)) return run;
  }
  const transform = run.texts.at(-1)?.transform ?? '';
  const message = `it undoes what another of ${steps.map(step => step.transform.name).join(', ')} does`;
  return { ...unchanged(start), bugs: [...run.bugs, { transform, message, stack: undefined }] };
}

/** Runs a step and adds what came of it to the run; a step that throws leaves the file as it was. */
function tryStep(run: Run, step: Step, facts: Facts, round: number): void {
  const transform = step.transform.name;
  try {
    const { state, outcomes } = runStep(step, run.state, facts);
    const told = round === 0 ? outcomes : outcomes.filter(({ kind }) => kind === 'applied');
    run.findings.push(...told.map(outcome => ({ ...outcome, transform })));
    if (state !== run.state) run.texts.push({ transform, text: state.file.source });
    run.state = state;
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    if (!run.bugs.some(bug => bug.transform === transform && bug.message === message)) run.bugs.push({ transform, message, stack });
  }
}
