import { builtStages } from '../../src/dockerfile/edges.ts';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Dockerfile } from '../../src/dockerfile/nodes.ts';
import { expandAt, lineage, type Stage, scopeAfter, stages } from '../../src/dockerfile/stages.ts';
import { isRootUser } from '../../src/dockerfile/views.ts';
import { type Change, change, type Facts, type Refusal, refuse, transform } from '../../src/transform.ts';
import { accountOf } from './account.ts';
import { callerProblem } from './callers.ts';
import { filesOf, sourcesOf } from './files.ts';
import { isWithin, ownFolderFor } from './folders.ts';
import { gitProblem } from './git.ts';
import type { Shipped } from './image.ts';
import { manifestProblem } from './manifests.ts';
import type { Draft } from './places.ts';
import { ownFolders, planOf } from './plan.ts';
import { settingsProblem } from './settings.ts';
import { sourceSigns } from './sources.ts';
import { startProblem } from './started.ts';
import { stepsOf } from './steps.ts';

/** Instructions of a stage and those that it stands on: what nobody wrote by hand isn't followed. */
const LONGEST = 1000;

/** Commands of what a container starts: an entrypoint has dozens. */
const MOST_COMMANDS = 2000;

const SETTLES = ['DL3002', 'DL3066'];

export default transform({
  name: 'non-root',
  summary: 'run as an unprivileged user, by number',
  keeps: 'intent',
  settles: SETTLES,
  *run(file, facts) {
    const stage = stages(file, facts.images).at(-1);
    const proposal = stage && forStage(file, facts, stage);
    if (proposal) yield proposal;
  },
});

function forStage(file: Dockerfile, facts: Facts, stage: Stage): Change | Refusal | undefined {
  const scope = scopeAfter(file, facts.images, stage);
  const { user, image, entrypoint, cmd } = scope;
  if (typeof user === 'string' && !isRootUser(user)) return undefined;
  if (!entrypoint && !cmd && image?.family === 'scratch') return undefined;
  const length = lineage(stage).reduce((sum, { instructions }) => sum + instructions.length, 0);
  if (length > LONGEST) return refuse(stage.from, 'length', `has more than ${LONGEST} instructions`);
  const account = image && accountOf(image);
  if (!image || !account) return refuse(stage.from, 'base', `stands on ${baseText(stage)}, of whose users nothing is known`);
  const problem = userProblem(file, facts, stage);
  if (problem) return problem;
  return forImage({
    file,
    facts,
    stage,
    scope,
    image,
    account,
    files: filesOf(file, facts, stage),
    workdir: String(scope.workdir),
    ownFolder: ownFolderFor(String(scope.workdir)),
  });
}

function forImage(shipped: Shipped): Change | Refusal {
  const steps = stepsOf(shipped);
  if (!('filled' in steps)) return steps;
  const own = ownFolders(shipped, steps);
  const draft = { ...shipped, steps, own, budget: { left: MOST_COMMANDS } };
  const problem =
    callerProblem(shipped) ??
    settingsProblem(draft) ??
    startProblem(draft) ??
    manifestProblem(draft) ??
    gitProblem(draft) ??
    sourceProblem(draft);
  if (problem) return problem;
  const plan = planOf(draft);
  if (!('edits' in plan)) return plan;
  const { stage, account, facts } = shipped;
  const who = account.create ? `user ${account.uid}, who is created` : `user ${account.uid}`;
  return change({
    at: stage.from,
    title: `run as ${who}, and let him write where the app is`,
    keeps: 'intent',
    alters: plan.alters,
    edits: plan.edits,
    settles: SETTLES,
    ...(facts.context
      ? {}
      : { notes: ["the sources were not read: check that nothing writes outside the app's folder or listens below port 1024"] }),
  });
}

function baseText(stage: Stage): string {
  const { base } = lineage(stage).at(-1) as Stage;
  return base.kind === 'image' || base.kind === 'unknown' ? base.text : 'nothing';
}

/** Why a USER of the file says that somebody has thought of it. */
function userProblem(file: Dockerfile, facts: Facts, stage: Stage): Refusal | undefined {
  const { workdir } = scopeAfter(file, facts.images, stage);
  if (workdir === UNKNOWN) return refuse(stage.from, 'workdir', 'works in a folder that is not known');
  const { base } = lineage(stage).at(-1) as Stage;
  if (base.kind === 'image' && base.settable && /^[^:]*\$/.test(lineage(stage).at(-1)?.from.words[0]?.text ?? '')) {
    return refuse(stage.from, 'variable', 'stands on an image that a build argument names');
  }
  const all = [...lineage(stage)].reverse().flatMap(({ instructions }) => instructions);
  for (const [index, instruction] of all.entries()) {
    const [word] = instruction.words;
    if (instruction.name !== 'USER' || !word) continue;
    const { text, settable } = expandAt(file, facts.images, instruction, word);
    if (settable || text === UNKNOWN) return refuse(instruction, 'user', 'names a user by a variable');
    if (!isRootUser(text)) return refuse(instruction, 'user', `runs a part of the build as ${text}, and the container as root`);
    const isForBuild = all.slice(index + 1).some(({ name }) => name === 'RUN' || name === 'COPY' || name === 'ADD');
    if (!isForBuild) return refuse(instruction, 'user', 'asks for root for what the container starts');
  }
  return undefined;
}

/** What the app's sources say, where they are known. */
function sourceProblem(draft: Draft): Refusal | undefined {
  const { file, facts, stage, scope, own, image } = draft;
  const main = scope.entrypoint ?? scope.cmd ?? stage.from;
  const exposed = lineage(stage).some(({ instructions }) => instructions.some(({ name }) => name === 'EXPOSE'));
  const worksInOwn = isWithin(String(scope.workdir), own);
  if (!facts.context) {
    if (!exposed) return refuse(main, 'context', "listens on a port that can't be known without the build context");
    return worksInOwn ? undefined : refuse(main, 'writes', `may write to ${String(scope.workdir)}, where only root may`);
  }
  const built = builtStages(file, facts.images, stage);
  const signs = sourceSigns(facts.context, sourcesOf(file, facts, facts.context, built), own);
  if (signs.problem) return refuse(main, signs.problem.code, signs.problem.reason);
  if (!signs.isRead && !exposed) return refuse(main, 'context', "runs a program whose source isn't in the build context");
  if (!worksInOwn && (signs.writes !== undefined || !signs.isRead)) {
    return refuse(main, 'writes', `may write to ${String(scope.workdir)}, where only root may${signs.writes ? ` (${signs.writes})` : ''}`);
  }
  return image.distribution === 'scratch' && !signs.isRead
    ? refuse(main, 'context', 'may look for its user in a file that scratch does not have')
    : undefined;
}
