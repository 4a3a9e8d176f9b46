import type { BuildContext } from './context.ts';
import { type Broken, reading } from './fields.ts';
import { childPath } from './filepath.ts';
import { readJson } from './json.ts';
import { topLevelValue } from './yaml.ts';

/** A lock file of a Node project. */
export interface NodeLock {
  kind: 'npm' | 'yarn-classic' | 'yarn-berry' | 'pnpm' | 'bun';
  path: string;
  /** The format's version as written: 3 for npm, 9.0 for pnpm, 8 for Yarn's berry; undefined where the file is binary, over 4 MiB or doesn't say. */
  version: string | undefined;
}

type ReadLock = (context: BuildContext, path: string) => Omit<NodeLock, 'path'> | Broken;

/** npm prefers its shrinkwrap, and a package-lock.json beside it means nothing. */
const LOCKS: [name: string, read: ReadLock][] = [
  ['npm-shrinkwrap.json', readNpm],
  ['package-lock.json', readNpm],
  ['yarn.lock', readYarn],
  ['pnpm-lock.yaml', readPnpm],
  ['bun.lock', () => ({ kind: 'bun', version: undefined })],
  ['bun.lockb', () => ({ kind: 'bun', version: undefined })],
];

/** The lock files in a folder, or the one that is broken. */
export function nodeLocks(context: BuildContext, folder: string): NodeLock[] | Broken {
  const locks: NodeLock[] = [];
  for (const [name, read] of LOCKS) {
    const path = childPath(folder, name);
    if (context.kind(path) !== 'file') continue;
    const lock = read(context, path);
    if ('problem' in lock) return lock;
    if (!locks.some(({ kind }) => kind === lock.kind)) locks.push({ ...lock, path });
  }
  return locks;
}

function readNpm(context: BuildContext, path: string): ReturnType<ReadLock> {
  const text = context.text(path);
  if (text === undefined) return { kind: 'npm', version: undefined };
  const json = readJson(text);
  if ('problem' in json) return { problem: `${path}: ${json.problem}` };
  return reading(
    path,
    root => {
      const version = root.value('lockfileVersion');
      if (version !== undefined && typeof version !== 'number') throw root.wrong('lockfileVersion', 'no number');
      return { kind: 'npm' as const, version: version === undefined ? undefined : String(version) };
    },
    json.value,
  );
}

/** Both write their kind at the head: classic in a comment, berry in its first entry. */
function readYarn(context: BuildContext, path: string): ReturnType<ReadLock> {
  const head = new TextDecoder().decode(context.head(path, 4096));
  const classic = /^# yarn lockfile v([0-9]+)\r?$/m.exec(head);
  if (classic) return { kind: 'yarn-classic', version: classic[1] };
  const berry = /^__metadata:\r?\n {2}version: "?([0-9]+)"?\r?$/m.exec(head);
  return berry ? { kind: 'yarn-berry', version: berry[1] } : { problem: `${path}: neither Yarn's classic format nor berry's` };
}

function readPnpm(context: BuildContext, path: string): ReturnType<ReadLock> {
  const version = topLevelValue(context, path, 'lockfileVersion');
  if (version === undefined) return { problem: `${path}: no lockfileVersion` };
  return 'problem' in version ? version : { kind: 'pnpm', version: version.value };
}
