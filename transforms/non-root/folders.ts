import { posix } from 'node:path';
import { isIn } from '../../src/context/copied.ts';
import { isShared } from '../../src/context/shared-folders.ts';

/** Folders of the system, whatever is put into them: programs, libraries and settings that nothing writes at run time. */
const SYSTEM =
  /^\/(?:bin|boot|dev|etc|lib|lib32|lib64|libx32|proc|sbin|sys|usr\/(?:bin|games|include|lib\w*|sbin|share)|usr\/local\/(?:bin|etc|go|include|lib\w*|sbin|share)|var\/lib\/(?:apk|apt|dpkg)|var\/cache|nodejs)(?:\/|$)/;

/** Folders that everybody may write to. */
const OPEN = /^\/(?:tmp|var\/tmp|dev)(?:\/|$)/;

/**
 * The highest folder above a path, or the path itself, that no base image has: what is in it is the app's. Undefined for a place of the system, which
 * others use too.
 */
export function ownFolder(path: string): string | undefined {
  const whole = posix.normalize(path).replace(/(.)\/$/, '$1');
  if (isShared(whole) || SYSTEM.test(whole) || isOpen(whole) || isPrivate(whole)) return undefined;
  const module = /^\/go\/src(?:\/[^/]+){1,3}/.exec(whole)?.[0];
  if (module !== undefined) return module;
  let at = whole;
  for (let next = posix.dirname(at); !isShared(next); next = posix.dirname(next)) at = next;
  return at;
}

/** Folders that images have with nothing in them but what is somebody's own. */
const EMPTY: ReadonlySet<string> = new Set(['/home', '/media', '/mnt', '/srv', '/usr/local/src', '/usr/src', '/var/www']);

/** `ownFolder` for an image that works in a folder: one that images have, and have empty, is then the app's. */
export function ownFolderFor(workdir: string): (path: string) => string | undefined {
  return path => (EMPTY.has(workdir) && isIn(path, workdir) ? workdir : ownFolder(path));
}

/** Whether a path is one of the folders or lies in one. */
export function isWithin(path: string, folders: Iterable<string>): boolean {
  for (const folder of folders) if (isIn(posix.normalize(path), folder)) return true;
  return false;
}

/** Whether everybody may write there. */
export function isOpen(path: string): boolean {
  return OPEN.test(path);
}

/** Whether a path is root's home or below, which nobody else may enter (mode 0700). */
export function isPrivate(path: string): boolean {
  return /^\/root(?:\/|$)/.test(path);
}

/** Whether a path is of the system: read by everybody, written at build time. */
export function isSystem(path: string): boolean {
  return SYSTEM.test(path) || (isShared(path) && path !== '/');
}

/** Folders from `top` down to `folder`, both included. */
export function chain(top: string, folder: string): string[] {
  const found: string[] = [];
  for (let at = folder; isIn(at, top); at = posix.dirname(at)) {
    found.unshift(at);
    if (at === top) break;
  }
  return found;
}
