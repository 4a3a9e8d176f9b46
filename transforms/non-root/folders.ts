import { posix } from 'node:path';
import { isIn } from '../multistage/copied.ts';
import { isShared } from '../multistage/shared-folders.ts';

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
  let at = whole;
  for (let next = posix.dirname(at); !isShared(next); next = posix.dirname(next)) at = next;
  return at;
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
