import { posix } from 'node:path';
import { type Libraries, librariesOf } from './closure-libraries.ts';
import { interpretersOf, type Lookup, lookUp, type Program, startedPrograms } from './closure-programs.ts';
import { type Identity, identityOf, type Right, ROOT_USER, rightsOf } from './closure-user.ts';
import { type Found, isWithin, type View, viewOf } from './closure-view.ts';
import type { Snapshot } from './snapshot.ts';

/** An image with what is asked of it again and again. */
export interface Side {
  view: View;
  libraries: Libraries;
  user: Identity | { problem: string };
  /** Whoever can't be found is root here: it is said once. */
  may: (path: string, right: Right) => boolean;
  programs: readonly Program[];
  lookUp: (name: string) => Lookup;
  /** Where the app lies. */
  folders: readonly string[];
}

/** An image, ready to be asked. */
export function sideOf(snapshot: Snapshot): Side {
  const view = viewOf(snapshot);
  const user = identityOf(view);
  const may = rightsOf(view, 'problem' in user ? ROOT_USER : user);
  const programs = startedPrograms(snapshot.config);
  const search = (name: string) => lookUp(view, name, path => may(path, 'execute'));
  return { view, libraries: librariesOf(view), user, may, programs, lookUp: search, folders: appFolders(view, programs) };
}

/** WORKDIR, or the folders of the paths that the configuration starts; the folders of PATH hold the system's programs. */
function appFolders({ workdir, searchPath, find }: View, programs: readonly Program[]): string[] {
  if (workdir !== '/') return [find(workdir)?.path ?? workdir];
  const paths = programs.flatMap(({ name, args }) => [name, ...args]).filter(word => word.startsWith('/'));
  const folders = paths.flatMap(path => {
    const found = find(path);
    return found?.entry.type === 'file' ? [posix.dirname(found.path)] : [];
  });
  return [...new Set(folders)].filter(folder => folder !== '/' && !searchPath.includes(folder));
}

/** Whether a path lies in the folders of the app. */
export function isOfApp({ folders }: Side, path: string): boolean {
  return folders.some(folder => isWithin(path, folder));
}

/** Who runs it, as a message names him. */
export function nameOf({ user }: Side): string {
  return 'problem' in user ? ROOT_USER.name : user.name;
}

/** The files of a program: its own, and where it is a script those of its interpreters. */
export function startedFiles(side: Side, name: string, depth = 0): Found[] {
  const lookup = side.lookUp(name);
  if (!('found' in lookup)) return [];
  const { found } = lookup;
  // Linux goes four scripts deep (execve(2))
  if (found.entry.interpreter === undefined || depth > 3) return [found];
  return [found, ...interpretersOf(found.entry.interpreter).flatMap(each => startedFiles(side, each, depth + 1))];
}
