import { posix } from 'node:path';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import { mounts } from '../../src/dockerfile/mounts.ts';
import type { Instruction } from '../../src/dockerfile/nodes.ts';
import { expandAt, lineage, scopeAt } from '../../src/dockerfile/stages.ts';
import { copy as copyOf } from '../../src/dockerfile/views.ts';
import { addFlags, appendCommands, type Edit, inCaseOf, insertAfter, insertBefore } from '../../src/edit.ts';
import { type Alteration, type Refusal, refuse } from '../../src/transform.ts';
import { isIn } from '../multistage/copied.ts';
import { chain, isPrivate, isWithin } from './folders.ts';
import type { Shipped } from './image.ts';
import type { Filled, Steps } from './steps.ts';

/** The edits that give the image its user, and what they change. */
export interface Plan {
  edits: Edit[];
  alters: Alteration[];
}

interface Draft extends Shipped {
  steps: Steps;
  own: ReadonlySet<string>;
}

/** The folders that become the user's: where the app works, what is copied for it, what is made for it, and his home. */
export function ownFolders(shipped: Shipped, { filled }: Steps): Set<string> {
  const { stage, account, ownFolder } = shipped;
  const own = new Set<string>();
  const add = (path: string | undefined) => {
    const folder = path === undefined ? undefined : ownFolder(path);
    if (folder !== undefined) own.add(folder);
  };
  add(account.home);
  for (const instruction of lineage(stage).flatMap(({ instructions }) => instructions)) add(targetOf(shipped, instruction));
  for (const folder of workdirs(shipped)) add(folder);
  for (const { made } of filled) for (const path of made) add(path);
  return own;
}

/** Where a COPY or ADD puts its files; undefined for another instruction and for what can't be known. */
function targetOf({ file, facts }: Shipped, instruction: Instruction): string | undefined {
  const view = copyOf(instruction);
  const workdir = scopeAt(file, facts.images, instruction)?.workdir ?? UNKNOWN;
  const text = view && expandAt(file, facts.images, instruction, view.destination).text;
  if (text === undefined || text === UNKNOWN || (workdir === UNKNOWN && !posix.isAbsolute(text))) return undefined;
  return posix.resolve(workdir === UNKNOWN ? '/' : workdir, text);
}

/** The folders that WORKDIRs of the stage and those below make. */
function workdirs({ file, facts, stage, scope }: Shipped): string[] {
  const found: string[] = [];
  for (const { instructions } of lineage(stage)) {
    for (const [index, instruction] of instructions.entries()) {
      if (instruction.name !== 'WORKDIR') continue;
      const next = instructions[index + 1];
      const after = next ? scopeAt(file, facts.images, next)?.workdir : scope.workdir;
      if (typeof after === 'string') found.push(after);
    }
  }
  return found;
}

/** The edits; a refusal where files can't be given to the user. */
export function planOf(draft: Draft): Plan | Refusal {
  const { account, own, image, stage } = draft;
  const below = belowProblem(draft);
  if (below) return below;
  const copies = copyEdits(draft);
  if (!Array.isArray(copies)) return copies;
  const handovers = handoverEdits(draft);
  if (!Array.isArray(handovers)) return handovers;
  const setup = image.shell ? setupEdits(draft) : [];
  if (!Array.isArray(setup)) return setup;
  const owned = [...own].filter(folder => folder !== account.home);
  const programs = stage.instructions.flatMap(instruction => programsOf(draft, instruction));
  return {
    edits: [...copies, ...handovers, ...setup, ...userEdits(draft)],
    alters: [
      { config: 'User' },
      ...account.alters,
      ...owned.flatMap(folder => [{ owner: folder }, { owner: `${folder}/**` }]),
      ...programs.map(owner => ({ owner })),
    ],
  };
}

/** A stage that others may stand on is left as it is: what it puts into the app's folders stays root's. */
function belowProblem(draft: Draft): Refusal | undefined {
  const { stage, own, steps, ownFolder } = draft;
  for (const other of lineage(stage).slice(1)) {
    const filling = other.instructions.find(instruction => {
      const folder = ownFolder(targetOf(draft, instruction) ?? '/');
      return (
        (folder !== undefined && own.has(folder)) ||
        steps.filled.some(({ run, made, mixed }) => run === instruction && (made.size > 0 || mixed.size > 0))
      );
    });
    if (filling) return refuse(stage.from, 'base-stage', `stands on a stage that fills the app's folder (line ${filling.line})`);
  }
  return undefined;
}

function copyEdits(draft: Draft): Edit[] | Refusal {
  const { stage, account, scope, ownFolder } = draft;
  const edits: Edit[] = [];
  for (const instruction of stage.instructions) {
    const view = copyOf(instruction);
    if (!view) continue;
    const target = targetOf(draft, instruction);
    if (target === undefined) return refuse(instruction, 'variable', "copies to a place that can't be known");
    if (isPrivate(target) && !/\/\.(?:bashrc|bash_profile|profile|vimrc|inputrc)$/.test(target)) {
      return refuse(instruction, 'root-home', `copies to ${target}, which nobody but root may enter`);
    }
    const folder = ownFolder(target);
    if (folder === undefined) {
      if (target === '/' && scope.workdir !== '/' && !isFiles(draft, instruction))
        return refuse(instruction, 'copy', "copies folders over /, whose files may be the app's");
      // a checkout may leave others out of its files: a program is the user's, as he has to start it
      if (programsOf(draft, instruction).length > 0)
        edits.push(addFlags(draft.file, instruction, [`--chown=${account.uid}:${account.gid}`]));
      if (view.chmod && !/[4-7]$/.test(view.chmod.value ?? '')) return refuse(view.chmod, 'rights', 'leaves others out');
      continue;
    }
    if (!view.chown) edits.push(addFlags(draft.file, instruction, [`--chown=${account.uid}:${account.gid}`]));
    else if (!isUser(draft, instruction, view.chown.value ?? '')) return refuse(view.chown, 'rights', 'gives files to somebody else');
  }
  return edits;
}

/** Where programs are looked for. */
const PROGRAMS = /^\/(?:usr\/(?:local\/)?)?s?bin(?:\/|$)/;

/** The programs that a COPY takes from the context to where programs of the system are, or to the root. */
function programsOf(draft: Draft, instruction: Instruction): string[] {
  const view = copyOf(instruction);
  const target = targetOf(draft, instruction);
  if (!view || view.from || view.chown || view.chmod || target === undefined || draft.ownFolder(target) !== undefined) return [];
  if ((target !== '/' && !PROGRAMS.test(target)) || !isFiles(draft, instruction)) return [];
  const isFolder = target === '/' || /\/(?:s?bin)$/.test(target) || view.destination.text.endsWith('/');
  const names = view.sources.map(source => expandAt(draft.file, draft.facts.images, instruction, source).text);
  return isFolder ? names.flatMap(name => (name === UNKNOWN ? [] : [posix.join(target, posix.basename(name))])) : [target];
}

/** Whether all that a COPY brings are files, by name or by the context. */
function isFiles({ facts, file }: Draft, instruction: Instruction): boolean {
  const view = copyOf(instruction);
  return (view?.sources ?? []).every(source => {
    if (source.inline) return true;
    const { text } = expandAt(file, facts.images, instruction, source);
    if (text === UNKNOWN) return false;
    if (view?.from || !facts.context) return !text.endsWith('/') && text !== '.' && posix.basename(text).includes('.');
    return facts.context.match(text).every(path => facts.context?.kind(path) === 'file');
  });
}

function isUser({ file, facts, image, account }: Draft, instruction: Instruction, owner: string): boolean {
  const { text } = expandAt(file, facts.images, instruction, { text: owner });
  if (text === UNKNOWN) return false;
  const [user = '', group] = text.split(':');
  const number = (name: string) => (Object.hasOwn(image.users ?? {}, name) ? image.users?.[name] : name);
  return number(user) === String(account.uid) && (group === undefined || number(group) === String(account.gid));
}

/** The folders among which a RUN's work is found afterwards: where the app works or something is copied. */
function mixedOf({ own, account }: Draft, { mixed }: Filled): string[] {
  const found = [...mixed].filter(folder => isWithin(folder, own) && folder !== account.home);
  return found.filter(folder => !found.some(other => other !== folder && isIn(folder, other)));
}

/** The folders that a RUN makes; but for those that npm would mind, which are given away when it is done. */
function madeOf(draft: Draft, { run, made }: Filled): string[] {
  const works = isSensitive(draft) && laterNpm(draft, run) ? workdirs(draft) : [];
  return [...made].filter(path => !works.some(folder => isIn(folder, path)));
}

function handoverEdits(draft: Draft): Edit[] | Refusal {
  const { stage, steps, account } = draft;
  const edits: Edit[] = [];
  const given = new Set<string>();
  for (const step of steps.filled) {
    if (!stage.instructions.includes(step.run)) continue;
    const { mixed, made } = handedOver(draft, step, given);
    if (mixed.length === 0 && made.length === 0) continue;
    const problem = handoverProblem(draft, step, mixed, made);
    if (problem) return problem;
    const owner = `${account.uid}:${account.gid}`;
    const commands = [
      ...(made.length > 0 ? [`chown -R ${owner} ${made.join(' ')}`] : []),
      ...(mixed.length > 0 ? [`find ${mixed.join(' ')} ! -user ${account.uid} -exec chown -h ${owner} {} +`] : []),
    ];
    for (const path of [...mixed, ...made]) given.add(path);
    edits.push(appendCommands(draft.file, step.run, step.end as number, commands));
  }
  return edits;
}

/** What a RUN makes, and where else it leaves something. To give away again what an earlier one gave would put it into the image twice. */
function handedOver(draft: Draft, step: Filled, given: ReadonlySet<string>): { mixed: string[]; made: string[] } {
  const own = madeOf(draft, step);
  const mixed = [...mixedOf(draft, step), ...own.filter(path => given.has(path))];
  return { mixed, made: own.filter(path => !isWithin(path, mixed)) };
}

function handoverProblem(draft: Draft, step: Filled, mixed: string[], made: string[]): Refusal | undefined {
  const { run } = step;
  const all = [...mixed, ...made];
  if (step.end === undefined) return refuse(run, 'run', `fills ${all.join(', ')}, and it ${step.reason}`);
  const workdir = scopeAt(draft.file, draft.facts.images, run)?.workdir;
  const mount = mounts(run).find(({ target, source }) => isWithin(posix.resolve(String(workdir), target ?? source ?? '/'), all));
  if (mount) return refuse(mount.flag, 'mount', "mounts something below a folder that becomes the user's");
  if (all.some(path => !/^[\w./@+-]+$/.test(path))) return refuse(run, 'run', 'fills a folder whose name needs quotes');
  return sensitiveProblem(draft, step, mixed);
}

/** npm 7 and 8 run scripts as the owner of the folder: with root's home, where he may not write. */
function sensitiveProblem(draft: Draft, step: Filled, mixed: string[]): Refusal | undefined {
  const later = laterNpm(draft, step.run);
  return later && isSensitive(draft) && workdirs(draft).some(folder => isWithin(folder, mixed))
    ? refuse(later, 'npm', "runs npm in a folder that is the user's already: its versions 7 and 8 then work as the user, in root's home")
    : undefined;
}

function laterNpm({ steps }: Draft, { start }: Instruction): Instruction | undefined {
  return steps.filled.find(({ run, npm }) => npm && run.start > start)?.run;
}

function isSensitive({ image: { family, version } }: Draft): boolean {
  const major = Number(/^\d+/.exec(version ?? '')?.[0] ?? 0);
  return family !== 'node' || (major >= 15 && major <= 18);
}

/** A RUN that creates the user, and gives him the folders that WORKDIR made as root. */
function setupEdits(draft: Draft): Edit[] | Refusal {
  const { file, stage, account } = draft;
  const folders = rootFolders(draft);
  const owner = `${account.uid}:${account.gid}`;
  if (folders.some(path => !/^[\w./@+-]+$/.test(path))) return refuse(stage.from, 'workdir', 'works in a folder whose name needs quotes');
  const commands = [...(account.create ? [account.create] : []), ...(folders.length > 0 ? [`chown ${owner} ${folders.join(' ')}`] : [])];
  if (commands.length === 0) return [];
  const line = `${inCaseOf(stage.from.keyword.text, 'RUN')} ${commands.join(' && ')}`;
  return insertAfter(file, setupPlace(draft, folders), [line]);
}

/** After what it follows: the WORKDIR that makes the last folder, and where npm minds the owner, the last RUN of npm. */
function setupPlace(draft: Draft, folders: string[]): Instruction {
  const { stage, file, facts, scope } = draft;
  const made = stage.instructions.findLast((instruction, index) => {
    if (instruction.name !== 'WORKDIR') return false;
    const next = stage.instructions[index + 1];
    const after = next ? scopeAt(file, facts.images, next)?.workdir : scope.workdir;
    return folders.includes(String(after));
  });
  const first = stage.instructions.findIndex(({ name }) => name === 'COPY' || name === 'ADD' || name === 'RUN');
  const early = stage.instructions.slice(0, Math.max(first, 0)).findLast(({ name }) => name === 'WORKDIR');
  const place = made ?? early ?? stage.from;
  const npm =
    isSensitive(draft) && folders.length > 0 ? draft.steps.filled.findLast(({ run, npm }) => npm && run.start > place.start) : undefined;
  return npm?.run ?? place;
}

/** The folders that WORKDIR makes as root, and that no RUN's end gives away. */
function rootFolders(draft: Draft): string[] {
  const { own, account, steps, stage, ownFolder } = draft;
  const given = (folder: string) =>
    steps.filled.some(
      step =>
        stage.instructions.includes(step.run) &&
        (mixedOf(draft, step).includes(ownFolder(folder) ?? '') || madeOf(draft, step).includes(folder)),
    );
  const found = new Set<string>();
  for (const folder of workdirs(draft)) {
    const top = ownFolder(folder);
    if (top === undefined || !own.has(top)) continue;
    for (const each of chain(top, folder)) if (each !== account.home && !given(each)) found.add(each);
  }
  return [...found].sort();
}

/** USER where nothing is built any more; without a shell, before the WORKDIR that makes the folder, which then is the user's. */
function userEdits(draft: Draft): Edit[] {
  const { file, stage, account, image } = draft;
  const line = `${inCaseOf(stage.from.keyword.text, 'USER')} ${account.uid}:${account.gid}`;
  const workdir = image.shell ? undefined : stage.instructions.find(({ name }) => name === 'WORKDIR');
  if (workdir && rootFolders(draft).length > 0) return [insertBefore(file, workdir, [line])];
  const last = stage.instructions.findLast(({ name }) => ['RUN', 'COPY', 'ADD', 'WORKDIR', 'USER'].includes(name)) ?? stage.from;
  const start = stage.instructions.find(({ name, start: at }) => at > last.start && ['CMD', 'ENTRYPOINT', 'HEALTHCHECK'].includes(name));
  return start ? [insertBefore(file, start, [line])] : insertAfter(file, last, [line]);
}
