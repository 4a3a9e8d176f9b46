import type { BuildContext } from './context.ts';
import { matchSource } from './copy-source.ts';
import { type IgnoreRules, ignoreRules } from './dockerignore.ts';
import { childPath, contextPath, nameOf, parentPath } from './filepath.ts';

export type EntryKind = 'file' | 'folder' | 'link' | 'other';

/** Files and folders as they lie there, before .dockerignore. Paths are real: no link is in front of the last segment. */
export interface Tree {
  /** What a folder holds; undefined where it can't be listed. Names are sorted. */
  entries(folder: string): ReadonlyMap<string, EntryKind> | undefined;
  /** Where a link points to, as written. */
  target(link: string): string | undefined;
  /** The first bytes of a file, at most `length`; undefined where it can't be read. */
  head(file: string, length: number): Uint8Array | undefined;
}

/** Where the ignore rules come from: the first of the files that exists, or a text from outside the tree. */
export interface IgnoreSource {
  name: string;
  /** undefined: the file of that name in the tree. */
  text?: string;
}

interface Origin {
  tree: Tree;
  ignore: IgnoreSource[];
}

interface Place {
  path: string;
  kind: 'file' | 'folder' | 'other';
}

type Sent = (path: string, kind: EntryKind) => boolean;

export const MAX_TEXT = 4 * 1024 * 1024;
/** As many as BuildKit follows before it gives up (containerd/continuity, fs.RootPath). */
const MAX_LINKS = 255;
const origins = new WeakMap<BuildContext, Origin>();

/** Entries in the order of their names. */
export function sortedEntries(entries: Iterable<[string, EntryKind]>): Map<string, EntryKind> {
  return new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The tree and the ignore files that a context was made of; a context that dfmod didn't make is a mistake of the program. */
export function originOf(context: BuildContext): Origin {
  const origin = origins.get(context);
  if (!origin) throw new TypeError('not a context of memoryContext, diskContext or overlay');
  return origin;
}

/** The context of a tree: what of it Docker sends. */
export function treeContext(origin: Origin): BuildContext {
  const rules = readIgnore(origin);
  const context = 'problem' in rules ? refused(rules.problem) : sentOf(origin.tree, rules);
  origins.set(context, origin);
  return context;
}

/** A context that Docker would not send. */
export function refused(problem: string): BuildContext {
  return {
    problem,
    kind: () => undefined,
    list: () => [],
    text: () => undefined,
    head: () => undefined,
    hidden: () => false,
    files: () => ({ paths: [], complete: false }),
    match: () => [],
  };
}

/** Where a path lies, or would lie, once the links on the way to it are followed. */
export function realPath(tree: Tree, path: string): string {
  return path === '' ? '' : (locate(tree, path, () => true)?.path ?? childPath(realPath(tree, parentPath(path)), nameOf(path)));
}

function readIgnore(origin: Origin): IgnoreRules | { problem: string } {
  const file = ignoreFile(origin);
  if (!file) return ignoreRules('') as IgnoreRules;
  const read = file.text === undefined ? { problem: 'over 4 MiB' } : ignoreRules(file.text);
  return 'problem' in read ? { problem: `${file.name}: ${read.problem}` } : read;
}

/** The text of the ignore file that counts for a context; undefined where there is none. */
export function ignoreText(context: BuildContext): string | undefined {
  return ignoreFile(originOf(context))?.text;
}

/** The first ignore file that exists; without its text where that is too long. */
function ignoreFile({ tree, ignore }: Origin): { name: string; text: string | undefined } | undefined {
  for (const { name, text } of ignore) {
    if (text !== undefined) return { name, text };
    const place = locate(tree, name, () => true);
    const bytes = place?.kind === 'file' ? tree.head(place.path, MAX_TEXT + 1) : undefined;
    if (!bytes) continue;
    // Docker reads bytes: a comment that isn't UTF-8 is no reason to refuse.
    return { name, text: bytes.length > MAX_TEXT ? undefined : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) };
  }
  return undefined;
}

function sentOf(tree: Tree, rules: IgnoreRules): BuildContext {
  const sent = sentBy(tree, rules);
  const find = (path: string) => locate(tree, contextPath(path), sent);
  const list = (folder: string): string[] => {
    const place = find(folder);
    if (place?.kind !== 'folder') return [];
    const entries = tree.entries(place.path) ?? new Map<string, EntryKind>();
    return [...entries].filter(([name, kind]) => sent(childPath(place.path, name), kind)).map(([name]) => name);
  };
  const head = (path: string, length: number) => {
    const place = find(path);
    if (place?.kind !== 'file') return undefined;
    return rules.empties(place.path) ? new Uint8Array() : tree.head(place.path, length);
  };
  return {
    kind: path => find(path)?.kind,
    list,
    text: path => decode(head(path, MAX_TEXT + 1)),
    head,
    hidden: path => find(path) === undefined && locate(tree, contextPath(path), () => true) !== undefined,
    files: (folder, limit = Number.POSITIVE_INFINITY) => filesBelow(tree, sent, find(folder), contextPath(folder), limit),
    match: source => matchSource(source, { kind: path => find(path)?.kind, list, isLink: path => isLink(tree, find, path) }),
  };
}

function decode(bytes: Uint8Array | undefined): string | undefined {
  if (!bytes || bytes.length > MAX_TEXT) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function isLink(tree: Tree, find: (path: string) => Place | undefined, path: string): boolean {
  const parent = find(parentPath(path));
  return parent !== undefined && tree.entries(parent.path)?.get(nameOf(path)) === 'link';
}

/** Whether something is sent. A folder that is kept out is sent all the same where a `!` lets in something below it. */
function sentBy(tree: Tree, rules: IgnoreRules): Sent {
  const folders = new Map<string, boolean>();
  const sent: Sent = (path, kind) => {
    if (!rules.hides(path)) return true;
    if (kind !== 'folder' || !rules.mayReinclude(path)) return false;
    const known = folders.get(path) ?? hasSent(path);
    folders.set(path, known);
    return known;
  };
  const hasSent = (folder: string): boolean => {
    const open = [folder];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const [name, kind] of tree.entries(at) ?? []) {
        const path = childPath(at, name);
        if (!rules.hides(path)) return true;
        if (kind === 'folder' && rules.mayReinclude(path)) open.push(path);
      }
    }
    return false;
  };
  return sent;
}

/** What is at a path, links followed; they see only what is sent, as BuildKit does. */
function locate(tree: Tree, path: string, sent: Sent, from = '', links = { left: MAX_LINKS }): Place | undefined {
  let at: Place = { path: from, kind: 'folder' };
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (at.kind !== 'folder') return undefined;
    if (segment === '..') {
      if (at.path === '') return { path: '', kind: 'other' };
      at = { path: parentPath(at.path), kind: 'folder' };
      continue;
    }
    const next = childPath(at.path, segment);
    const kind = tree.entries(at.path)?.get(segment);
    if (kind === undefined) return undefined;
    at = kind === 'link' ? follow(tree, next, sent, links) : { path: next, kind };
    if (kind === 'link' && !sent(next, kind)) return undefined;
  }
  return at.path === '' || sent(at.path, at.kind) ? at : undefined;
}

/** An absolute target means the context's root to a COPY and the image's to everything else, so it is no content to rely on. */
function follow(tree: Tree, link: string, sent: Sent, links: { left: number }): Place {
  const target = tree.target(link);
  const other: Place = { path: link, kind: 'other' };
  if (target === undefined || target === '' || target.startsWith('/') || links.left-- <= 0) return other;
  const place = locate(tree, target, sent, parentPath(link), links);
  return place === undefined || place.kind === 'other' ? other : place;
}

function filesBelow(
  tree: Tree,
  sent: Sent,
  folder: Place | undefined,
  named: string,
  limit: number,
): { paths: string[]; complete: boolean } {
  const paths: string[] = [];
  let complete = true;
  const open: { path: string; named: string; kind: EntryKind }[] =
    folder?.kind === 'folder' ? [{ path: folder.path, named, kind: 'folder' }] : [];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at.kind === 'folder') {
      const entries = tree.entries(at.path);
      complete &&= entries !== undefined;
      for (const [name, kind] of [...(entries ?? [])].reverse()) {
        const path = childPath(at.path, name);
        if (sent(path, kind)) open.push({ path, named: childPath(at.named, name), kind });
      }
    } else if (at.kind === 'file' || locate(tree, at.path, sent)?.kind === 'file') {
      if (paths.length >= limit) return { paths, complete: false };
      paths.push(at.named);
    }
  }
  return { paths, complete };
}
