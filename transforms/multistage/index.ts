import type { Dockerfile } from '../../src/dockerfile/nodes.ts';
import { type Stage, stages } from '../../src/dockerfile/stages.ts';
import { type Change, type Facts, type Refusal, refuse, transform } from '../../src/transform.ts';
import { goSplit } from './go.ts';
import { nodeSplit } from './node.ts';
import { pythonSplit } from './python.ts';
import { splitChange } from './split.ts';
import type { Strategy } from './strategy.ts';

/** In order: the first that says anything decides. */
const STRATEGIES: readonly Strategy[] = [goSplit, nodeSplit, pythonSplit];

export default transform({
  name: 'multistage',
  summary: 'build in one stage, ship what runs in another',
  keeps: 'intent',
  settles: [],
  *run(file, facts) {
    const all = stages(file, facts.images);
    const [stage] = all;
    if (stage && all.length === 1) yield splitOf(file, facts, stage);
  },
});

function splitOf(file: Dockerfile, facts: Facts, stage: Stage): Change | Refusal {
  const onbuild = stage.instructions.find(({ name }) => name === 'ONBUILD');
  if (onbuild) return refuse(onbuild, 'onbuild', 'has an ONBUILD, which another build runs');
  for (const strategy of STRATEGIES) {
    const split = strategy(file, facts, stage);
    if (split) return 'kind' in split ? split : splitChange(file, facts, stage, split);
  }
  return refuse(
    stage.from,
    'no-strategy',
    'is built with nothing that dfmod knows how to split (it knows Go, Node and Python on their own images)',
  );
}
