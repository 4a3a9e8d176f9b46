import { posix } from 'node:path';
import { isIn } from '../../src/context/copied.ts';
import type { Scope } from '../../src/dockerfile/stages.ts';
import { shortened } from '../../src/phrases.ts';
import { isPrivate } from './folders.ts';
import type { Shipped } from './image.ts';

/** What RUNs set up for tools that would look for it in root's home. */
export type Leftover = 'corepack' | 'poetry';

/** One thing that a command of a RUN does, as far as another user has to know. */
export type Effect =
  /** A folder is made, with all that is in it. */
  | { made: string }
  /** Something is put into one of the app's folders, among what others put there. */
  | { mixed: string }
  /** A path is removed. */
  | { gone: string }
  /** A compiler puts a program there, or into that folder. */
  | { program: string }
  | { leftover: Leftover }
  /** What can't be known, or what only root gets at. */
  | { reason: string; code: string };

/** The image and what is in force where a RUN stands. */
export interface Scene extends Omit<Shipped, 'account'> {
  scope: Scope;
}

export function unknown(text: string): Effect {
  return { code: 'run', reason: `does what can't be followed: ${shortened(text)}` };
}

/** A path as a command that works in a folder has it; undefined where that isn't known. */
export function absolute(folder: string | undefined, path: string): string | undefined {
  if (posix.isAbsolute(path)) return posix.resolve(path);
  return folder === undefined ? undefined : posix.resolve(folder, path);
}

/** Something is written at a path among others' things. */
export function below({ ownFolder }: Scene, path: string | undefined): Effect[] {
  if (path === undefined) return [{ code: 'run', reason: "writes to a folder that can't be known" }];
  if (isPrivate(path)) return [{ code: 'root-home', reason: `writes to ${path}, which nobody but root may enter` }];
  const own = ownFolder(path);
  return own === undefined ? [] : [{ mixed: own }];
}

/** Something that isn't known by its name is put into a folder: into the app's, where that is the one or below. */
export function around(scene: Scene, path: string | undefined): Effect[] {
  const { workdir, ownFolder } = scene;
  if (path === undefined || path === '/' || workdir === path || !isIn(workdir, path) || ownFolder(path) !== undefined)
    return below(scene, path);
  return [{ code: 'writes', reason: `may fill ${workdir} with files that stay root's` }];
}

/** Something is put into a folder of its own, which may be there already. */
export function inside(scene: Scene, path: string | undefined): Effect[] {
  const [effect] = below(scene, path);
  return effect && 'mixed' in effect ? [{ mixed: path as string }] : effect ? [effect] : [];
}

/** A folder is made, with all that is in it. */
export function made(scene: Scene, path: string | undefined): Effect[] {
  const [effect] = below(scene, path);
  return effect && 'mixed' in effect ? [{ made: path as string }] : effect ? [effect] : [];
}
