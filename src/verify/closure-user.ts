import { posix } from 'node:path';
import type { View } from './closure-view.ts';
import type { Entry } from './snapshot.ts';

/** Who a container's program runs as. */
export interface Identity {
  uid: number;
  groups: ReadonlySet<number>;
  /** As a message names it: "USER app". */
  name: string;
  /** By /etc/passwd; undefined where that doesn't tell. */
  home: string | undefined;
}

export const ROOT_USER: Identity = { uid: 0, groups: new Set([0]), name: 'root', home: undefined };

/** The user of an image's USER by its /etc/passwd and /etc/group, as runc finds it (moby/sys, user.GetExecUser); why there is none. */
export function identityOf({ config, files }: View): Identity | { problem: string } {
  const written = config.User ?? '';
  const [user = '', group] = written.split(':');
  if (written === '') return ROOT_USER;
  const account = lines(files.get('/etc/passwd')).find(([name, , uid]) => (user === '' ? uid === '0' : name === user || uid === user));
  if (!account && !isNumber(user) && user !== '') return { problem: `USER ${user} isn't in /etc/passwd` };
  const uid = Number(account?.[2] ?? user);
  const home = account?.[5] || undefined;
  const groups = lines(files.get('/etc/group'));
  if (group) {
    const named = groups.find(([name, , gid]) => name === group || gid === group);
    if (!named && !isNumber(group)) return { problem: `USER ${written}'s group isn't in /etc/group` };
    return { uid, groups: new Set([Number(named?.[2] ?? group)]), name: `USER ${written}`, home };
  }
  const others = groups.filter(([, , , members = '']) => account && members.split(',').includes(account[0] ?? ''));
  return { uid, groups: new Set([Number(account?.[3] ?? 0), ...others.map(([, , gid]) => Number(gid))]), name: `USER ${written}`, home };
}

function lines(entry: Entry | undefined): string[][] {
  return (entry?.text ?? '').split('\n').map(line => line.trim().split(':'));
}

function isNumber(text: string): boolean {
  return /^\d{1,10}$/.test(text);
}

const RIGHTS = { read: 4, write: 2, execute: 1 };
export type Right = keyof typeof RIGHTS;

/** Whether somebody has a right to an entry by its mode; root needs one only to execute a file. */
export function hasRight({ uid, groups }: Identity, entry: Entry, right: Right): boolean {
  if (uid === 0) return right !== 'execute' || entry.type === 'folder' || (entry.mode & 0o111) !== 0;
  const shift = entry.uid === uid ? 6 : groups.has(entry.gid) ? 3 : 0;
  return ((entry.mode >> shift) & RIGHTS[right]) !== 0;
}

/** Tests of what somebody may do at a path of an image, the folders on the way counted; false where nothing is there. */
export function rightsOf({ find }: View, user: Identity): (path: string, right: Right) => boolean {
  const entered = new Map<string, boolean>([['/', true]]);
  const mayEnter = (folder: string): boolean => {
    const above: string[] = [];
    for (let at = folder; !entered.has(at); at = posix.dirname(at)) above.push(at);
    for (const at of above.reverse()) {
      const entry = find(at)?.entry;
      entered.set(at, entered.get(posix.dirname(at)) === true && entry !== undefined && hasRight(user, entry, 'execute'));
    }
    return entered.get(folder) === true;
  };
  return (path, right) => {
    const found = find(path);
    return found !== undefined && mayEnter(posix.dirname(found.path)) && hasRight(user, found.entry, right);
  };
}

/** An entry's mode and owner, as a message says why somebody may not. */
export function shownRights({ mode, uid, gid }: Entry): string {
  return `mode 0${mode.toString(8)}, owner ${uid}:${gid}`;
}
