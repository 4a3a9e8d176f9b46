import { posix } from 'node:path';
import { isOfPackage, listed } from './closure-files.ts';
import { isOfApp, nameOf, type Side } from './closure-side.ts';
import { hasRight, type Identity, type Right, shownRights } from './closure-user.ts';
import type { Entry } from './snapshot.ts';

/** Who owns nothing and is in no group: what another user than before is held to. */
const ANYBODY: Identity = { uid: -1, groups: new Set(), name: 'anybody', home: undefined };

const CLAUSES: Record<Right, string> = { read: 'read', write: 'write to', execute: 'execute' };
const RIGHTS = Object.keys(CLAUSES) as Right[];

/** What a user could do with what the build made, by mode and owner, and can't any more: rights, setuid programs, capabilities, a home. */
export function lostRights(old: Side, now: Side, base: Side | undefined): string[] {
  if ('problem' in old.user || 'problem' in now.user) return [];
  const isSame = (old.view.config.User ?? '') === (now.view.config.User ?? '');
  const [was, is] = [isSame ? old.user : ANYBODY, now.user];
  const isMissed = missedTest(old, now);
  const lost: Record<Right, string[]> = { read: [], write: [], execute: [] };
  const all = changed(old, now, base);
  for (const { path, before, entry } of all) {
    for (const right of RIGHTS)
      if (hasRight(was, before, right) && !hasRight(is, entry, right) && isMissed(path, before, right)) lost[right].push(path);
  }
  const reason = (path: string | undefined) => ` (${shownRights(now.view.files.get(path ?? '') as Entry)})`;
  return [
    ...RIGHTS.flatMap(right => {
      const paths = lost[right];
      return paths.length > 0 ? [`${nameOf(now)} can't ${CLAUSES[right]} ${listed(paths, reason(paths[0]))}, as before`] : [];
    }),
    ...(is.uid === 0 ? [] : lostPrivileges(now, all)),
    ...(isSame ? homeProblems(old, now) : []),
  ];
}

/** An entry of both images, and what the base image has in its place. */
interface Changed {
  path: string;
  before: Entry;
  entry: Entry;
  own: Entry | undefined;
}

/** What is of the same type in both, but where it is as the base image has it. */
function changed(old: Side, now: Side, base: Side | undefined): Changed[] {
  return [...now.view.files].flatMap(([path, entry]) => {
    const before = old.view.files.get(path);
    const own = base?.view.files.get(path);
    const isOfBase = own?.mode === entry.mode && own.uid === entry.uid && own.gid === entry.gid;
    return before?.type === entry.type && !isOfBase ? [{ path, before, entry, own }] : [];
  });
}

const STICKY = 0o1000;

/** A right isn't missed by itself: code that its user may not write any more is better kept, and data marked as programs are none. */
function missedTest(old: Side, now: Side): (path: string, before: Entry, right: Right) => boolean {
  const holders = new Set([...old.view.files.keys()].map(path => posix.dirname(path)));
  const lookups = now.programs.map(({ name }) => now.lookUp(name));
  const isTold = (path: string) => lookups.some(lookup => 'forbidden' in lookup && lookup.forbidden.path === path);
  return (path, { type, mode, interpreter, elf }, right) => {
    if (type !== 'file' && type !== 'folder') return false;
    if (right === 'read') return !isOfApp(old, path);
    if (right === 'execute' && type === 'folder') return !isOfApp(old, path);
    if (right === 'execute') return (interpreter !== undefined || elf?.interpreter !== undefined) && !isTold(path);
    // what is empty, and what everybody shares, is there to be written to
    return type === 'folder' && !isOfPackage(path) && (!holders.has(path) || (mode & STICKY) !== 0);
  };
}

const SETUID = 0o4000;
const SETGID = 0o2000;
const CAPABILITY = 'security.capability';

/** Programs that ran with more than their user has. What the base gives is taken away on purpose. */
function lostPrivileges(now: Side, all: readonly Changed[]): string[] {
  const lost = all.filter(({ before, entry, own }) => {
    const left = [...privileges(entry), ...privileges(own)];
    return privileges(before).some(each => !left.includes(each));
  });
  return lost.length > 0 ? [`${listed(lost.map(({ path }) => path))} lost the privileges that ${nameOf(now)} ran it with`] : [];
}

function privileges(entry: Entry | undefined): string[] {
  if (entry?.type !== 'file') return [];
  const { mode, attributes } = entry;
  return [...(mode & SETUID ? ['setuid'] : []), ...(mode & SETGID ? ['setgid'] : []), ...(attributes?.[CAPABILITY] ? [CAPABILITY] : [])];
}

/** A home that is given up is another than before. */
function homeProblems(old: Side, now: Side): string[] {
  const home = 'home' in now.user ? now.user.home : undefined;
  const isThere = ({ user, view }: Side) => 'home' in user && user.home === home && view.find(home ?? '')?.entry.type === 'folder';
  return home !== undefined && isThere(old) && !isThere(now) ? [`${nameOf(now)}'s home ${home} doesn't exist`] : [];
}
