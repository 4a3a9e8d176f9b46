import { posix } from 'node:path';
import { interpretersOf } from './closure-programs.ts';
import { isOfApp, nameOf, type Side, startedFiles } from './closure-side.ts';
import { shownRights } from './closure-user.ts';

/** Scripts that nothing runs any more, and links of the app's folders and of PATH that lead nowhere. */
export function brokenFiles(old: Side, now: Side, base: Side | undefined): string[] {
  const started = now.programs.flatMap(({ name }) => startedFiles(now, name)).map(({ path }) => path);
  const inPath = (path: string) => now.view.searchPath.includes(posix.dirname(path)) && !base?.view.files.has(path);
  const reachable = [...now.view.files.keys()].filter(
    path => old.view.files.has(path) && !isOfPackage(path) && (isOfApp(now, path) || inPath(path)),
  );
  return [
    ...scriptProblems(old, now, new Set([...started, ...reachable])),
    ...linkProblems(old, now, path => isOfApp(now, path) || inPath(path)),
  ];
}

/** Packages bring scripts of their build and tests, which nobody calls. */
export function isOfPackage(path: string): boolean {
  return /\/(?:node_modules|site-packages)\//.test(path);
}

function scriptProblems(old: Side, now: Side, paths: ReadonlySet<string>): string[] {
  const scripts = new Map<string, string[]>();
  for (const path of paths) for (const name of lostInterpreters(old, now, path)) scripts.set(name, [...(scripts.get(name) ?? []), path]);
  return [...scripts].map(([name, by]) => `${listed(by)} ${by.length > 1 ? 'are' : 'is'} run by ${name}, which is not in the image`);
}

function lostInterpreters(old: Side, now: Side, path: string): string[] {
  const lost = (side: Side): string[] => {
    const { interpreter, mode = 0 } = side.view.files.get(path) ?? {};
    if (interpreter === undefined || (mode & 0o111) === 0) return [];
    return interpretersOf(interpreter).filter(name => !('found' in side.lookUp(name)));
  };
  const names = lost(now);
  const before = names.length > 0 ? lost(old) : [];
  return names.filter(name => !before.includes(name));
}

function linkProblems(old: Side, now: Side, isReached: (path: string) => boolean): string[] {
  return [...now.view.files].flatMap(([path, { type, target }]) => {
    if (type !== 'link' || !isReached(path) || now.view.find(path) || !old.view.find(path)) return [];
    return [`the link ${path} leads to ${target}, which is not in the image`];
  });
}

/** What its user can't read of the app's files, or write where it was written before. */
export function accessProblems(old: Side, now: Side, written: readonly string[]): string[] {
  const read = unreadable(old, now);
  const volumes = Object.keys(now.view.config.Volumes ?? {}).filter(path => mayWriteVolume(old, path) && !mayWriteVolume(now, path));
  // a folder that the container puts something into is shown as written too
  const files = written.filter(path => now.view.find(path)?.entry.type !== 'folder' && !mayWrite(now, path));
  const entry = now.view.files.get(read[0] ?? '');
  return [
    ...(entry ? [`${nameOf(now)} can't read ${listed(read, ` (${shownRights(entry)})`)}`] : []),
    ...volumes.map(path => `${nameOf(now)} can't write to the volume ${path}, which the user of before could`),
    ...(files.length > 0 ? [`${nameOf(now)} can't write ${listed(files)}, which before wrote`] : []),
  ];
}

/** Paths of the app that the user of before could read, and this one can't. */
function unreadable(old: Side, now: Side): string[] {
  const mayRead = ({ view, may }: Side, path: string) => {
    const type = view.files.get(path)?.type;
    return (type === 'file' || type === 'folder') && may(path, 'read') && (type === 'file' || may(path, 'execute'));
  };
  return [...now.view.files]
    .flatMap(([path, { type }]) => ((type === 'file' || type === 'folder') && isOfApp(now, path) ? [path] : []))
    .filter(path => !mayRead(now, path) && mayRead(old, path))
    .sort();
}

/** The engine makes a volume's folder where the image has none, and gives it to root. */
function mayWriteVolume({ view, may }: Side, path: string): boolean {
  return may(view.find(path) ? path : '/', 'write');
}

/** Whether somebody may write a file, or make it in the nearest folder that there is. */
function mayWrite({ view, may }: Side, path: string): boolean {
  let at = posix.resolve('/', path);
  if (view.find(at)) return may(at, 'write');
  while (!view.find(at)) at = posix.dirname(at);
  return may(at, 'write') && may(at, 'execute');
}

const MOST_LISTED = 3;

/** The first few of some paths and how many more there are; the first with a remark. */
export function listed(paths: readonly string[], remark = ''): string {
  const [first = '', ...others] = paths;
  const shown = [first + remark, ...others.slice(0, MOST_LISTED - 1)];
  const more = paths.length - shown.length;
  const last = more > 0 ? `${more} more` : shown.length > 1 ? shown.pop() : undefined;
  return last === undefined ? shown.join(', ') : `${shown.join(', ')} and ${last}`;
}
