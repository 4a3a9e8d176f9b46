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
  const isBroken = async (migration: Migration) => (await look(migration)).broken.length > 0;
  const without: string[] = [];
  let rest = work.steps;
  let migration = all;
  let left = [...found];
  const broken: Broken[] = [];
  while (left.length > 0) {
    const culprit = await firstBreaking(work, appliedSteps(rest, migration), isBroken);
    without.push(culprit);
    rest = rest.filter(({ transform }) => transform.name !== culprit);
    migration = migrate(work.file, rest, work.facts);
    const still = migration.steps.length === 0 ? [] : (await look(migration)).broken;
    const stays = ({ message }: Broken) => still.some(other => other.message === message);
    broken.push(...left.filter(each => !stays(each)).map(each => ({ ...each, transform: culprit })));
    left = still;
  }
  return { broken, without, migration };
}

function appliedSteps(steps: readonly Step[], { steps: texts }: Migration): Step[] {
  return steps.filter(({ transform }) => texts.some(text => text.transform === transform.name));
}

/** The first step with which a promise is broken: bisected, as the steps before it keep theirs. */
async function firstBreaking(
  { file, facts }: Work,
  steps: readonly Step[],
  isBroken: (migration: Migration) => Promise<boolean>,
): Promise<string> {
  let [holds, breaks] = [0, steps.length];
  while (breaks - holds > 1) {
    const middle = (holds + breaks) >> 1;
    if (await isBroken(migrate(file, steps.slice(0, middle), facts))) breaks = middle;
    else holds = middle;
  }
  return (steps[breaks - 1] as Step).transform.name;
}
