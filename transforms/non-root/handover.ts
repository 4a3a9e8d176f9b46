import { posix } from 'node:path';
import { isIn } from '../../src/context/copied.ts';
import { mounts } from '../../src/dockerfile/mounts.ts';
import type { Instruction } from '../../src/dockerfile/nodes.ts';
import { scopeAt } from '../../src/dockerfile/stages.ts';
import type { Edit } from '../../src/edit.ts';
import { appendCommand } from '../../src/edit-script.ts';
import { type Refusal, refuse } from '../../src/transform.ts';
import { isWithin } from './folders.ts';
import { type Draft, workdirs } from './places.ts';
import type { Filled } from './steps.ts';

/** The ends of RUNs that give what they leave in the app's folders to the user, in the layer that makes it. */
export function handoverEdits(draft: Draft): Edit[] | Refusal {
  const { stage, steps, account } = draft;
  const edits: Edit[] = [];
  const given = new Set<string>();
  for (const step of steps.filled) {
    if (!stage.instructions.includes(step.run)) continue;
    const { mixed, made } = handedOver(draft, step, given);
    if (mixed.length === 0 && made.length === 0) continue;
    const problem = handoverProblem(draft, step.run, [...mixed, ...made]) ?? sensitiveProblem(draft, step, mixed);
    if (problem) return problem;
    const owner = `${account.uid}:${account.gid}`;
    const commands = [
      ...(made.length > 0 ? [`chown -R ${owner} ${made.join(' ')}`] : []),
      ...(mixed.length > 0 ? [`find ${mixed.join(' ')} ! -user ${account.uid} -exec chown -h ${owner} {} +`] : []),
    ];
    for (const path of [...mixed, ...made]) given.add(path);
    const appended = 'reason' in step.script ? step.script : appendCommand(draft.file, step.run, step.script, commands.join(' && '));
    if (!Array.isArray(appended)) {
      const reason = appended?.reason ?? 'may go on where a command fails';
      return refuse(step.run, 'run', `fills ${[...mixed, ...made].join(', ')}, and it ${reason}`);
    }
    edits.push(...appended);
  }
  return edits;
}

/** What a RUN makes, and where else it leaves something. To give away again what an earlier one gave would put it into the image twice. */
function handedOver(draft: Draft, step: Filled, given: ReadonlySet<string>): { mixed: string[]; made: string[] } {
  const own = madeOf(draft, step);
  const tops = own.map(path => [path, highestMade(draft, path)] as const);
  const among = tops.flatMap(([path, top]) => (path !== top || given.has(path) ? [top] : []));
  const mixed = [...new Set([...mixedOf(draft, step), ...among])];
  return {
    mixed: mixed.filter(path => !mixed.some(other => other !== path && isIn(path, other))),
    made: own.filter(path => !isWithin(path, mixed)),
  };
}

/** The highest folder that `mkdir -p` may have made on the way to a path. */
function highestMade(draft: Draft, path: string): string {
  const top = draft.ownFolder(path) ?? path;
  const known = workdirs(draft).filter(folder => isIn(path, folder) && folder !== path && isIn(folder, top));
  const nearest = known.sort((one, other) => other.length - one.length)[0];
  return nearest === undefined ? top : posix.join(nearest, posix.relative(nearest, path).split('/')[0] as string);
}

function handoverProblem(draft: Draft, run: Instruction, paths: string[]): Refusal | undefined {
  const workdir = scopeAt(draft.file, draft.facts.images, run)?.workdir;
  const mount = mounts(run).find(({ target, source }) => isWithin(posix.resolve(String(workdir), target ?? source ?? '/'), paths));
  if (mount) return refuse(mount.flag, 'mount', "mounts something below a folder that becomes the user's");
  return paths.some(path => !/^[\w./@+-]+$/.test(path)) ? refuse(run, 'run', 'fills a folder whose name needs quotes') : undefined;
}

/** npm 7 and 8 run scripts as the owner of the folder: with root's home, where he may not write. */
function sensitiveProblem(draft: Draft, step: Filled, mixed: string[]): Refusal | undefined {
  const later = laterNpm(draft, step.run);
  return later && isSensitive(draft) && workdirs(draft).some(folder => isWithin(folder, mixed))
    ? refuse(later, 'npm', "runs npm in a folder that is the user's already: its versions 7 and 8 then work as the user, in root's home")
    : undefined;
}

/** The folders among which a RUN's work is found afterwards: where the app works or something is copied. */
export function mixedOf({ own, account }: Draft, { mixed }: Filled): string[] {
  const found = [...mixed].filter(folder => isWithin(folder, own) && folder !== account.home);
  return found.filter(folder => !found.some(other => other !== folder && isIn(folder, other)));
}

/** The folders that a RUN makes; but for those that npm would mind, which are given away when it is done. */
export function madeOf(draft: Draft, { run, made }: Filled): string[] {
  const works = isSensitive(draft) && laterNpm(draft, run) ? workdirs(draft) : [];
  return [...made].filter(path => !works.some(folder => isIn(folder, path)));
}

/** A later RUN of npm. */
export function laterNpm({ steps }: Draft, { start }: Instruction): Instruction | undefined {
  return steps.filled.find(({ run, npm }) => npm && run.start > start)?.run;
}

/** Whether the image may have an npm that works as the owner of the folder. */
export function isSensitive({ image: { family, version } }: Draft): boolean {
  const major = Number(/^\d+/.exec(version ?? '')?.[0] ?? 0);
  return family !== 'node' || (major >= 15 && major <= 18);
}
