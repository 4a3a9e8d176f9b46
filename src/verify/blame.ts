import type { Dockerfile } from '../dockerfile/nodes.ts';
import { type Migration, migrate } from '../migrate.ts';
import type { Step } from '../step.ts';
import type { Facts } from '../transform.ts';
import type { Broken } from './difference.ts';
import type { Judgement } from './judge.ts';

/** One file and what is run over it. */
export interface Work {
  file: Dockerfile;
  steps: readonly Step[];
  facts: Facts;
}

/** What holds of some work, and who broke what of the rest. */
export interface Blame {
  broken: Broken[];
  without: string[];
  migration: Migration;
}

/** The largest set of transforms that keeps its promises, found by leaving out, one after the other, the one whose step breaks the first. */
export async function blame(
  work: Work,
  all: Migration,
  found: readonly Broken[],
  look: (migration: Migration) => Promise<Judgement>,
): Promise<Blame> {
  const brokenIn = async (migration: Migration) => (await look(migration)).broken;
  const without: string[] = [];
  let rest = work.steps;
  let migration = all;
  let left = [...found];
  const broken: Broken[] = [];
  while (left.length > 0) {
    const { culprit, seen } = await firstBreaking(work, appliedSteps(rest, migration), left, brokenIn);
    without.push(culprit);
    rest = rest.filter(({ transform }) => transform.name !== culprit);
    migration = migrate(work.file, rest, work.facts);
    const still = migration.steps.length === 0 ? [] : await brokenIn(migration);
    const stays = ({ message }: Broken) => still.some(other => other.message === message);
    broken.push(...seen.filter(each => !stays(each)).map(each => ({ ...each, transform: culprit })));
    left = still;
  }
  return { broken, without, migration };
}

function appliedSteps(steps: readonly Step[], { steps: texts }: Migration): Step[] {
  return steps.filter(({ transform }) => texts.some(text => text.transform === transform.name));
}

/**
 * The first step with which a promise is broken, and all that is seen to be: bisected, as the steps before it keep theirs. What it breaks itself may be
 * hidden by a later one that breaks more.
 */
async function firstBreaking(
  { file, facts }: Work,
  steps: readonly Step[],
  left: readonly Broken[],
  brokenIn: (migration: Migration) => Promise<Broken[]>,
): Promise<{ culprit: string; seen: Broken[] }> {
  let [holds, breaks] = [0, steps.length];
  let early: Broken[] = [];
  while (breaks - holds > 1) {
    const middle = (holds + breaks) >> 1;
    const found = await brokenIn(migrate(file, steps.slice(0, middle), facts));
    if (found.length === 0) holds = middle;
    else [breaks, early] = [middle, found];
  }
  const hidden = early.filter(({ message }) => left.every(other => other.message !== message));
  return { culprit: (steps[breaks - 1] as Step).transform.name, seen: [...left, ...hidden] };
}
