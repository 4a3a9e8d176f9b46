import { posix } from 'node:path';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Instruction } from '../../src/dockerfile/nodes.ts';
import { expandAt, lineage, scopeAt } from '../../src/dockerfile/stages.ts';
import { copy as copyOf } from '../../src/dockerfile/views.ts';
import { addFlags, type Edit, insertAfter, insertBefore, keywordIn } from '../../src/edit.ts';
import { type Alteration, type Refusal, refuse } from '../../src/transform.ts';
import { chain, isPrivate, isWithin } from './folders.ts';
import { handoverEdits, isSensitive, madeOf, mixedOf } from './handover.ts';
import type { Shipped } from './image.ts';
import { type Draft, targetOf, workdirs } from './places.ts';
import type { Steps } from './steps.ts';

/** The edits that give the image its user, and what they change. */
export interface Plan {
  edits: Edit[];
  alters: Alteration[];
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

/** The edits; a refusal where files can't be given to the user. */
export function planOf(draft: Draft): Plan | Refusal {
  const { account, own, image, stage } = draft;
  const below = belowProblem(draft);
  if (below) return below;
  const copies = copyEdits(draft);
  if (!Array.isArray(copies)) return copies;
  const handovers = handoverEdits(draft);
  if (!Array.isArray(handovers)) return handovers;
  const setup = image.shell ? setupEdits(draft) : (shellessProblem(draft) ?? []);
  if (!Array.isArray(setup)) return setup;
  const owned = [...own].filter(folder => folder !== account.home);
  const programs = stage.instructions.flatMap(instruction => programsOf(draft, instruction));
  return {
    edits: [...copies, ...handovers, ...setup, ...userEdits(draft)],
    alters: [
      { config: 'User' },
      ...account.alters,
      ...owned.map(folder => ({ owner: `${folder}/**` })),
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
  const names = view.sources.map(source => source.inline?.name ?? expandAt(draft.file, draft.facts.images, instruction, source).text);
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

/** A RUN that creates the user, and gives him the folders that WORKDIR made as root. */
function setupEdits(draft: Draft): Edit[] | Refusal {
  const { file, stage, account } = draft;
  const folders = rootFolders(draft);
  const owner = `${account.uid}:${account.gid}`;
  if (folders.some(path => !/^[\w./@+-]+$/.test(path))) return refuse(stage.from, 'workdir', 'works in a folder whose name needs quotes');
  const commands = [...(account.create ? [account.create] : []), ...(folders.length > 0 ? [`chown ${owner} ${folders.join(' ')}`] : [])];
  if (commands.length === 0) return [];
  const line = `${keywordIn(file, 'RUN')} ${commands.join(' && ')}`;
  return insertAfter(file, setupPlace(draft, folders), [line]);
}

/** Without a shell the folder is the user's where USER stands before the WORKDIR that makes it, and nothing else in between. */
function shellessProblem(draft: Draft): Refusal | undefined {
  const { stage } = draft;
  const names = new Set(stage.instructions.map(({ name }) => name));
  const isPlain = names.has('WORKDIR') && !names.has('USER') && !names.has('RUN');
  return isPlain || rootFolders(draft).length === 0
    ? undefined
    : refuse(stage.from, 'workdir', 'works in a folder that nothing gives to the user');
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
    for (const each of chain(top, folder)) if (each !== account.home && !given(each) && !isWithin(each, steps.gone)) found.add(each);
  }
  return [...found].sort();
}

/** USER where nothing is built any more; without a shell, before the WORKDIR that makes the folder, which then is the user's. */
function userEdits(draft: Draft): Edit[] {
  const { file, stage, account, image } = draft;
  const line = `${keywordIn(file, 'USER')} ${account.uid}:${account.gid}`;
  const workdir = image.shell ? undefined : stage.instructions.find(({ name }) => name === 'WORKDIR');
  if (workdir && rootFolders(draft).length > 0) return [insertBefore(file, workdir, [line])];
  const last = stage.instructions.findLast(({ name }) => ['RUN', 'COPY', 'ADD', 'WORKDIR', 'USER'].includes(name)) ?? stage.from;
  const start = stage.instructions.find(({ name, start: at }) => at > last.start && ['CMD', 'ENTRYPOINT', 'HEALTHCHECK'].includes(name));
  return start ? [insertBefore(file, start, [line])] : insertAfter(file, last, [line]);
}
