import type { Alteration } from '../transform.ts';
import { configEntries, shownEntry } from './compare.ts';
import type { Difference } from './difference.ts';
import { type DifferenceTest, foldersOf } from './folders.ts';
import { noiseTest } from './noise.ts';
import { anyPattern } from './path-pattern.ts';
import type { Snapshot } from './snapshot.ts';

/** What a change lets the image show. */
export interface Promised {
  alters: readonly Alteration[];
  /**
   * The base images that both stand on, where `alters` names another base or what is left behind. Without them another base lets PATH through, and nothing
   * else.
   */
  bases?: { before: Snapshot; after: Snapshot } | undefined;
}

export interface Sorted {
  promised: Difference[];
  noise: Difference[];
  broken: Difference[];
}

/**
 * Differences by what they are: let through by a promise, without a meaning, or a broken promise. `unstable` has the paths whose content differs between two builds
 * of the original. Order stays.
 */
export function sorted(found: readonly Difference[], promise: Promised, unstable: ReadonlySet<string> | undefined): Sorted {
  const isPromised = promiseTest(found, promise);
  const isNoise = noiseTest(found, unstable);
  const result: Sorted = { promised: [], noise: [], broken: [] };
  for (const each of found) (isPromised(each) ? result.promised : isNoise(each) ? result.noise : result.broken).push(each);
  return result;
}

/** Whether the image may stand on another base. */
export function isRebased(alters: readonly Alteration[]): boolean {
  return alters.some(alteration => 'base' in alteration);
}

function promiseTest(found: readonly Difference[], { alters, bases }: Promised): DifferenceTest {
  const named = namedTest(alters);
  const left = leftBehindTest(alters, bases?.after);
  const isOther = isRebased(alters);
  const ofBase = isOther ? (bases ? baseTest(bases) : isPath) : () => false;
  const comesAlong = isOther ? packagesTest(found) : () => false;
  const isLeft: DifferenceTest = each => left(each) || ofBase(each);
  const emptied = foldersOf(found, 'removed', isLeft);
  // nothing is added without the folders above it
  const made = foldersOf(found, 'added', named);
  const isLetThrough: DifferenceTest = each => named(each) || isLeft(each) || comesAlong(each) || emptied(each) || made(each);
  // what is of another type is gone, and another is new in its place
  const isReplaced: DifferenceTest = each =>
    each.kind === 'type' && (['removed', 'added'] as const).every(kind => isLetThrough({ ...each, kind }));
  return each => isLetThrough(each) || isReplaced(each);
}

/** What an alteration names by its kind and path or field. */
function namedTest(alters: readonly Alteration[]): DifferenceTest {
  const globs = (kind: 'removed' | 'added' | 'changed' | 'mode' | 'owner', any = anyPattern) =>
    any(alters.flatMap(each => (kind in each ? [(each as Record<typeof kind, string>)[kind]] : [])));
  const fields = new Set(alters.flatMap(each => ('config' in each ? [each.config] : [])));
  const added = globs('added');
  const tests: Record<Exclude<Difference['kind'], 'config'>, (name: string) => boolean> = {
    removed: globs('removed'),
    added,
    changed: globs('changed'),
    mode: globs('mode'),
    owner: globs('owner', anyTree),
    type: () => false,
  };
  return each => (each.kind === 'config' ? fields.has(each.name) || (isMore(each) && added(each.name)) : tests[each.kind](each.name));
}

/** Whether a field is new, or is a PATH that only has more folders than before. */
function isMore({ name, before, after = '' }: Difference): boolean {
  if (before === undefined) return true;
  if (name !== 'Env.PATH') return false;
  const left = before.split(':');
  for (const folder of after.split(':')) if (folder === left[0]) left.shift();
  return left.length === 0;
}

/** A test of globs of which `/go/**` takes `/go` along. */
function anyTree(globs: readonly string[]): (path: string) => boolean {
  return anyPattern(globs.flatMap(glob => (glob.endsWith('/**') ? [glob, glob.slice(0, -'/**'.length)] : [glob])));
}

/**
 * What a runtime stage leaves in the builder is gone with its folder; where the builder had changed what its base brought, it is as the base has it, and what
 * was made of all that was installed is made of less.
 */
function leftBehindTest(alters: readonly Alteration[], base: Snapshot | undefined): DifferenceTest {
  const isLeft = anyTree(alters.flatMap(each => ('unreachable' in each ? [each.unreachable].flat() : [])));
  const isOfBase: DifferenceTest = ({ kind, name, after }) => kind !== 'config' && after === shownEntry(kind, base?.files.get(name));
  const isOfFewer: DifferenceTest = ({ kind, name }) => kind === 'changed' && isDatabase(name);
  return each => isLeft(each.name) && (each.kind === 'removed' || isOfFewer(each) || (base !== undefined && isOfBase(each)));
}

/** Each base image has a PATH of its own. */
const isPath: DifferenceTest = ({ kind, name }) => kind === 'config' && name === 'Env.PATH';

/** Databases of package managers and of the C library: made of all that is installed, so that another base makes others. */
const isDatabase = anyPattern([
  '/etc/ld.so.cache',
  '/etc/ld.so.conf.d/*',
  '/lib/apk/db/*',
  '/usr/lib/apk/db/*',
  '/etc/apk/world',
  '/usr/share/info/dir',
  '/var/cache/debconf/*',
  '/var/lib/apt/**',
  '/var/lib/dpkg/**',
  '/var/lib/ucf/**',
  '/var/log/**',
]);

/**
 * What another base image brings: a path or field that was the old base's own and is as the new base has it, or isn't there any more. What the
 * build made of the old base's and is lost isn't, except for databases.
 */
function baseTest(bases: { before: Snapshot; after: Snapshot }): DifferenceTest {
  const [old, now] = [configEntries(bases.before.config), configEntries(bases.after.config)];
  return ({ kind, name, before, after }) => {
    if (kind === 'config' && name === 'Env.PATH') return withoutBase(before, old.get(name)) === withoutBase(after, now.get(name));
    if (kind === 'config') return isOwn(before, old.get(name)) && isOwn(after, now.get(name));
    if (isDatabase(name)) return true;
    const was = shownEntry(kind, bases.before.files.get(name));
    const is = shownEntry(kind, bases.after.files.get(name));
    if (kind === 'removed') return before === was;
    if (kind === 'added') return after === is;
    // the same step on two bases makes two files of two: /etc/passwd with one more user
    if (before !== was && after !== is) return was !== undefined && is !== undefined && was !== is;
    return after === is && (was === undefined || before === was);
  };
}

const isPackageList = anyPattern(['/var/lib/dpkg/info/*.list']);
const isOfPackages = anyPattern(['/etc/**', '/run/**', '/usr/bin/*', '/usr/lib/**', '/usr/sbin/*', '/usr/share/**']);
/** What the scripts of packages write to: users and groups of their own, and which program stands for a name. */
const isRegister = anyPattern(['/etc/alternatives/*', '/etc/group', '/etc/gshadow', '/etc/passwd', '/etc/shadow']);

/** On another base the same install brings packages along that the old base's went without: what `apt-get install` recommends for those that are new. */
function packagesTest(found: readonly Difference[]): DifferenceTest {
  const isMore = found.some(({ kind, name }) => kind === 'added' && isPackageList(name));
  return ({ kind, name }) => isMore && ((kind === 'added' && isOfPackages(name)) || (kind === 'changed' && isRegister(name)));
}

/** A PATH with one star for the folders that its base has in a row: each base image has its own, and what stands beside them is the Dockerfile's. */
function withoutBase(path = '', ofBase = ''): string {
  const folders = new Set(ofBase.split(':'));
  const starred = path.split(':').map(folder => (folders.has(folder) ? '*' : folder));
  return starred.filter((folder, index) => folder !== '*' || starred[index - 1] !== '*').join(':');
}

function isOwn(value: string | undefined, ofBase: string | undefined): boolean {
  return value === undefined || value === ofBase;
}
