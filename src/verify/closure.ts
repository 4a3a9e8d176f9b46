import { posix } from 'node:path';
import { accessProblems, brokenFiles } from './closure-files.ts';
import type { Lost } from './closure-libraries.ts';
import type { Program } from './closure-programs.ts';
import { lostRights } from './closure-rights.ts';
import { nameOf, type Side, sideOf, startedFiles } from './closure-side.ts';
import { shownRights } from './closure-user.ts';
import type { View } from './closure-view.ts';
import type { Broken } from './difference.ts';
import type { Snapshot } from './snapshot.ts';

export interface ClosureOptions {
  /** Absolute paths that a container of before wrote while it ran. */
  written?: readonly string[];
  /** The base image of after, where that is another: what it lacks by itself isn't held against after. */
  base?: Snapshot | undefined;
}

/**
 * What an image can't start, load, read or write any more, seen without running it: the programs of its configuration with all that they load, the files of
 * its app's folder, its user. What didn't hold in the original isn't held against it.
 */
export function closure(before: Snapshot, after: Snapshot, { written = [], base }: ClosureOptions = {}): Broken[] {
  const [old, now, below] = [sideOf(before), sideOf(after), base && sideOf(base)];
  const messages = [
    ...userProblems(old, now),
    ...workdirProblems(old, now),
    ...programProblems(old, now),
    ...lostProblems(old, now, below),
    ...brokenFiles(old, now, below),
    ...accessProblems(old, now, written),
    ...lostRights(old, now, below),
  ];
  return messages.map(message => ({ by: 'closure', message }));
}

function userProblems({ user: before }: Side, { user: after }: Side): string[] {
  return 'problem' in after && !('problem' in before) ? [after.problem] : [];
}

function workdirProblems({ view: before }: Side, { view: after }: Side): string[] {
  const isThere = ({ find, workdir }: View) => find(workdir)?.entry.type === 'folder';
  return isThere(before) && !isThere(after) ? [`WORKDIR ${after.workdir} doesn't exist`] : [];
}

/** Programs that can't be found or executed, and files that their words name. */
function programProblems(old: Side, now: Side): string[] {
  const wasFound = (name: string) => 'found' in old.lookUp(name);
  const wasLost = ({ name, by }: Program) => old.programs.some(each => each.name === name && each.by === by) && !wasFound(name);
  const problems = now.programs.flatMap(program => {
    const lookup = now.lookUp(program.name);
    if ('found' in lookup || (program.isSure ? wasLost(program) : !wasFound(program.name))) return [];
    if ('searched' in lookup) return [missing(program, lookup.searched)];
    return [`${nameOf(now)} can't execute ${lookup.forbidden.path} (${shownRights(lookup.forbidden.entry)})`];
  });
  const named = now.programs.flatMap(({ args, by }) => args.filter(word => !word.startsWith('-')).map(word => ({ word, by })));
  const files = named.flatMap(({ word, by }) => {
    const [was, is] = [old, now].map(({ view }) => view.find(posix.resolve(view.workdir, word)));
    return was?.entry.type === 'file' && !is ? [`${word}, which the ${by} names, is not in the image`] : [];
  });
  return [...new Set([...problems, ...files])];
}

function missing({ name, by }: Program, searched: readonly string[]): string {
  if (by === 'health check') return `the health check's ${name} is not in the image`;
  const where = searched.length > 0 ? `; searched ${searched.join(', ')}` : '';
  return `${name} is not in the image (the ${by}'s program${where})`;
}

/** Loaders and libraries that programs and libraries lost: of those that are started, and of all that were there before. */
function lostProblems(old: Side, now: Side, base: Side | undefined): string[] {
  const modules = new Map([...old.view.files].flatMap(([path, { elf }]) => (elf ? [[modulePath(path), path] as const] : [])));
  const lostThere = ({ view, libraries }: Side, path: string) => {
    const found = view.find(path);
    return found ? libraries.lostBy(found).map(({ name }) => name) : undefined;
  };
  const ofStarted = (side: Side) => side.programs.flatMap(({ name }) => startedFiles(side, name).map(side.libraries.lostByAll));
  const lostBefore = new Set(ofStarted(old).flatMap(({ lost }) => lost.map(({ name }) => name)));
  const started = ofStarted(now);
  // what loads a library may find more than it finds by itself
  const loaded = new Set(started.flatMap(each => each.loaded));
  const ofFiles = [...now.view.files].flatMap(([path, entry]) => {
    const was = entry.elf && !loaded.has(path) && (old.view.files.has(path) ? path : modules.get(modulePath(path)));
    const lost = !was ? [] : now.libraries.lostBy({ path, entry });
    if (!was || lost.length === 0) return [];
    const excused = new Set([...(lostThere(old, was) ?? []), ...(base ? (lostThere(base, path) ?? []) : [])]);
    return lost.filter(({ name }) => !excused.has(name));
  });
  return lostMessages([...started.flatMap(({ lost }) => lost).filter(({ name }) => !lostBefore.has(name)), ...ofFiles]);
}

/** A module's path in the folder that packages are installed to, which may be elsewhere in another image; any other file's own. */
function modulePath(path: string): string {
  const at = Math.max(path.lastIndexOf('/site-packages/'), path.lastIndexOf('/node_modules/'));
  return at < 0 ? path : path.slice(at);
}

/** One clause for each name that is lost, however many need it. */
function lostMessages(lost: readonly Lost[]): string[] {
  const files = new Map<string, { lost: Lost; files: Set<string> }>();
  for (const each of lost) {
    const same = files.get(each.name) ?? { lost: each, files: new Set() };
    files.set(each.name, { ...same, files: same.files.add(each.file) });
  }
  return [...files.values()].map(({ lost: { kind, name }, files: needing }) => {
    const [file, ...others] = needing;
    const more = others.length > 0 ? ` (and that of ${others.length} more)` : '';
    if (kind === 'loader') return `${file}'s loader ${name}${more} is not in the image`;
    return others.length > 0
      ? `${file} and ${others.length} more need ${name}, which is not in the image`
      : `${file} needs ${name}, which is not in the image`;
  });
}
