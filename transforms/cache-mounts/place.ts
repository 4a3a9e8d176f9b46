import { posix } from 'node:path';
import { isIn } from '../../src/context/copied.ts';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Instruction } from '../../src/dockerfile/nodes.ts';
import { lineage, scopeAt } from '../../src/dockerfile/stages.ts';
import { userAndGroup } from '../../src/dockerfile/views.ts';
import { type CacheRow, cachePlace, placeVariables, type Setting, type ToolCache } from '../../src/tools/caches.ts';
import type { ToolCall } from '../../src/tools/calls.ts';
import type { Because } from './because.ts';
import { instructionsBefore, type RunCommands, type Subject } from './runs.ts';

/** Who runs a RUN. */
export interface Runner {
  isRoot: boolean;
  /** Of a user who isn't root: both numbers of his. */
  id: string | undefined;
  home: string | 'unknown';
  /** His home folder as the image has it, whatever HOME says. */
  passwd: string;
}

/** Users of base images with a group of the same number, and their home folders: the images' own Dockerfiles. */
const HOMES: Readonly<Record<string, string>> = { node: '/home/node' };
/** Commands that give a user another number. */
const CHANGERS: ReadonlySet<string> = new Set(['deluser', 'groupmod', 'userdel', 'usermod']);

/** The user of a RUN and his home folder; why they can't be told. */
export function runnerOf(subject: Subject, run: RunCommands): Runner | Because {
  const { scope } = run;
  const user = scope.user;
  if (user === undefined) return { code: 'base', reason: 'stands on an image whose user is not known' };
  const written = userInstruction(run)?.words[0]?.text;
  if (user === UNKNOWN || (written !== undefined && written !== user))
    return { code: 'user', reason: `runs as USER ${written}, which a build argument may change` };
  const { user: name, group } = userAndGroup(user);
  const isRoot = name === 'root' || name === '0';
  if (isRoot) return { isRoot, id: undefined, home: homeOf(run, '/root'), passwd: '/root' };
  const known = Object.entries(scope.image?.users ?? {}).find(([each, id]) => (each === name || id === name) && HOMES[each] !== undefined);
  const isChanged = instructionsBefore(run).some(each =>
    subject.runOf(each)?.commands.some(({ words }) => CHANGERS.has(words[0]?.literal ?? '')),
  );
  if (!known || isChanged || (group !== undefined && !known.includes(group))) {
    return { code: 'user', reason: `runs as USER ${name}, whose number is not known` };
  }
  const passwd = HOMES[known[0]] as string;
  return { isRoot, id: known[1], home: homeOf(run, passwd), passwd };
}

function homeOf({ scope }: RunCommands, passwd: string): Runner['home'] {
  const found = scope.variable('HOME');
  if (found === undefined || found.text === '') return passwd;
  return found.text === UNKNOWN || found.settable ? 'unknown' : found.text;
}

function userInstruction({ instruction, stage }: RunCommands): Instruction | undefined {
  const [own, ...below] = lineage(stage);
  const before = own?.instructions.slice(0, own.instructions.indexOf(instruction)) ?? [];
  return [before, ...below.map(({ instructions }) => instructions)].map(each => each.findLast(({ name }) => name === 'USER')).find(Boolean);
}

/** A folder to mount a cache at. */
export interface Target {
  path: string;
  /** Folders above it that only the tool makes. */
  made: string[];
  /** Itself, if only the tool makes it: the builder takes an empty folder away that it made to mount at. */
  isMade: boolean;
  locked: boolean;
  id: string | undefined;
}

/** Where a cache of a call lies; why that can't be told. */
export function targetOf(
  subject: Subject,
  row: CacheRow,
  cache: ToolCache,
  run: RunCommands,
  call: ToolCall,
  runner: Runner,
): Target | Because {
  const inFile = settingIn(run, runner);
  const own: Setting = name => {
    if (!call.environment.has(name)) return inFile(name);
    const value = call.environment.get(name);
    return value === undefined ? 'unknown' : { value };
  };
  const found = cachePlace(cache, runner.isRoot, own);
  const usual = cachePlace(cache, runner.isRoot, inFile);
  const variables = [...placeVariables(row), 'HOME'];
  const inline = variables.find(name => call.environment.has(name));
  if (inline && (!found || found.path !== usual?.path)) return { code: 'moved', reason: `sets ${inline} for the command alone` };
  const unknown = variables.find(name => inFile(name) === 'unknown');
  if (!found)
    return { code: 'moved', reason: unknown ? `can't tell what ${unknown} is` : `has ${row.name} in a folder that is not absolute` };
  const { path, place } = found;
  const missing = missingFolders(subject, run, path, runner);
  const made = missing.filter(folder => folder !== path);
  const base = place.below === '' ? path : path.slice(0, -place.below.length - 1) || '/';
  // with the mount, a home folder that the tool made would go, and who makes it in this RUN would find it there, and root's
  if (SHARED.has(place.base) && (made.includes(base) || base === path)) {
    return { code: 'moved', reason: `has ${row.name} below ${base}, which may not be there yet` };
  }
  if (runner.id !== undefined && (made.length > 0 || base !== runner.home)) {
    // the folders above a mount are made by root, and the user's other caches lie beside it
    return { code: 'user', reason: `runs as a user who could no longer write beside ${path}` };
  }
  return { path, made, isMade: missing.includes(path), locked: cache.locked ?? false, id: runner.id };
}

/** Places whose folder is not the tool's alone. */
const SHARED: ReadonlySet<string> = new Set(['$HOME', '$XDG_CACHE_HOME', '$XDG_DATA_HOME']);

/** Folders of every image (Filesystem Hierarchy Standard), and apt's of every one that has it. */
const STANDARD: ReadonlySet<string> = new Set(
  '/ /home /opt /root /srv /tmp /usr /usr/local /usr/local/share /usr/share /var /var/cache /var/cache/apt /var/lib /var/lib/apt /var/lib/apt/lists /var/tmp'.split(
    ' ',
  ),
);

/** A path and the folders above it that nothing before a RUN is sure to have made, from the top. */
function missingFolders(subject: Subject, run: RunCommands, path: string, runner: Runner): string[] {
  const workdirs = instructionsBefore(run).flatMap(instruction => {
    const workdir = instruction.name === 'WORKDIR' ? scopeAt(subject.file, subject.facts.images, instruction)?.workdir : undefined;
    return workdir === undefined || workdir === UNKNOWN ? [] : [workdir];
  });
  const own = [run.scope.workdir, ...workdirs].filter(each => typeof each === 'string');
  const isThere = (folder: string) =>
    STANDARD.has(folder) ||
    folder === runner.passwd ||
    own.some(workdir => isIn(workdir, folder)) ||
    (run.scope.image?.family === 'golang' && folder === '/go');
  const missing: string[] = [];
  for (let folder = path; !isThere(folder); folder = posix.dirname(folder)) missing.unshift(folder);
  return missing;
}

/** What a variable is where a RUN begins: a build argument's default is what it is as long as nobody sets it. */
function settingIn({ scope }: RunCommands, runner: Runner): Setting {
  return name => {
    if (name === 'HOME') return runner.home === 'unknown' ? 'unknown' : { value: runner.home };
    const found = scope.variable(name);
    if (!found) return undefined;
    return found.text === UNKNOWN || found.settable ? 'unknown' : { value: found.text };
  };
}
