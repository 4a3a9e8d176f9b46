import { frontendOf, isOlder } from '../../src/dockerfile/frontend.ts';
import type { Dockerfile } from '../../src/dockerfile/nodes.ts';
import { isShipped } from '../../src/dockerfile/shipped.ts';
import { addFlags } from '../../src/edit.ts';
import { listed } from '../../src/phrases.ts';
import { type Alteration, type Change, change, type Refusal, refuse, transform } from '../../src/transform.ts';
import { withoutDockerClean } from './apt.ts';
import { goReason, usesGoCaches } from './go.ts';
import { type Mounting, mountings } from './mounting.ts';
import { type RunCommands, type Subject, subjectOf } from './runs.ts';

export default transform({
  name: 'cache-mounts',
  summary: 'keep the caches of package managers between builds with RUN --mount=type=cache',
  keeps: 'behaviour',
  settles: [],
  *run(file, facts) {
    const subject = subjectOf(file, facts);
    const [first] = subject.callers;
    if (first && subject.callers.length * file.instructions.length > LONGEST_WORK) {
      yield refuse(first.instruction, 'length', 'is one of too many to follow what comes after each');
      return;
    }
    const found = subject.callers.map(run => ({ run, mountings: mountings(subject, run) })).filter(each => each.mountings.length > 0);
    if (found.length === 0) return;
    const old = frontendRefusal(file);
    if (old) {
      yield old;
      return;
    }
    const refusedGo = goRefusals(subject, found);
    for (const { run, mountings: all } of found) {
      const settled = all.map(mounting =>
        mounting.row.tool === 'go' && !mounting.because ? { ...mounting, because: refusedGo.get(run) } : mounting,
      );
      yield* proposals(subject, run, settled);
    }
  },
});

/** RUNs that call tools, times all instructions: real files stay below 20,000. */
const LONGEST_WORK = 200_000;

interface Found {
  run: RunCommands;
  mountings: Mounting[];
}

function frontendRefusal(file: Dockerfile): Refusal | undefined {
  const frontend = frontendOf(file);
  const directive = file.directives.find(({ name }) => name === 'syntax');
  if (!frontend || !directive) return undefined;
  if (frontend === 'other') return refuse(directive, 'frontend', `names a frontend that may have no cache mounts: ${directive.value}`);
  return isOlder(frontend, 'mount')
    ? refuse(directive, 'frontend', 'pins a frontend that is older than cache mounts, which came with 1.2')
    : undefined;
}

/** go's RUNs have their mounts all or none, in the stages of one image. */
function goRefusals(subject: Subject, found: readonly Found[]) {
  const users = subject.callers.filter(({ calls }) => calls.some(usesGoCaches));
  return new Map(
    users.map(run => {
      const own = goReason(subject, run.stage);
      const isRelated = (other: RunCommands) => other.stage === run.stage;
      const other = found.find(
        each => each.run !== run && isRelated(each.run) && each.mountings.some(({ row, because }) => row.tool === 'go' && because),
      );
      const because = other && {
        code: 'read',
        reason: `shares its caches with line ${other.run.instruction.line}, which can't mount them`,
      };
      return [run, own ?? because] as const;
    }),
  );
}

function* proposals(subject: Subject, run: RunCommands, all: readonly Mounting[]): Iterable<Change | Refusal> {
  const { instruction } = run;
  for (const { because } of all) if (because) yield refuse(instruction, because.code, because.reason);
  const made = all.filter(({ because, targets }) => !because && targets.length > 0);
  if (made.length > 0) yield mounted(subject, run, made);
}

/** Where apt downloads to; docker-clean leaves nothing there but a lock, which nobody misses. */
const DOWNLOADS = '/var/cache/apt';

function mounted(subject: Subject, run: RunCommands, made: readonly Mounting[]): Change {
  const { file, facts } = subject;
  const isSeen = isShipped(file, facts, run.stage);
  const targets = made.flatMap(each => each.targets);
  const apt = made.some(({ row }) => row.tool === 'apt') ? withoutDockerClean(subject, run) : undefined;
  const dropped = made.flatMap(({ drops }) => drops);
  const names = [...new Set(dropped.map(({ option }) => option))];
  const what = made.map(({ row, targets: own }) => `${row.name} in ${listed(own.map(({ path }) => path))}`);
  const without = names.length > 0 ? `, and use it: drop ${listed(names)}` : '';
  const alters = made
    .filter(({ filled }) => filled && isSeen)
    .flatMap(({ targets: own }) =>
      own
        .filter(({ path }) => path !== DOWNLOADS)
        .flatMap(({ path, made: above, isMade }) => [...above, ...(isMade ? [path] : []), `${path}/**`]),
    )
    .map((removed): Alteration => ({ removed }));
  return change({
    at: run.instruction,
    title: `keep ${listed(what)} between builds${without}`,
    keeps: 'behaviour',
    ...(alters.length > 0 && { alters }),
    edits: [addFlags(file, run.instruction, targets.map(mountFlag)), ...(apt ?? []), ...dropped.map(({ edit }) => edit)],
  });
}

function mountFlag({ path, locked, id }: Mounting['targets'][number]): string {
  return `--mount=type=cache,target=${path}${locked ? ',sharing=locked' : ''}${id === undefined ? '' : `,uid=${id},gid=${id}`}`;
}
