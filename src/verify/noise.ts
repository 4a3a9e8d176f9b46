import { posix } from 'node:path';
import type { Difference } from './difference.ts';
import { anyPattern } from './path-pattern.ts';

interface Row {
  glob: string;
  /** Why it says nothing of what the image does. */
  why: string;
  /** Its name is noise too: it may be there or not, of whatever mode and owner. */
  presence?: true;
}

/**
 * Files that differ from build to build whatever the Dockerfile says. Not here: /etc/machine-id and keys, which two builds of the original show to be
 * random where they are; /etc/ld.so.cache, which is the same for the same libraries and says that one can't be found any more.
 */
const NOISE: readonly Row[] = [
  { glob: '/**/__pycache__/*.pyc', why: 'bytecode begins with the time of its source' },
  { glob: '/var/log/dpkg.log', why: 'each line has its time' },
  { glob: '/var/log/alternatives.log', why: 'each line has its time' },
  { glob: '/var/log/bootstrap.log', why: 'tells how the base was made' },
  { glob: '/var/log/apt/*', why: 'each run has its time' },
  { glob: '/var/log/apk.log', why: 'each run has its time' },
  { glob: '/var/log/dnf*', why: 'each line has its time' },
  { glob: '/var/log/yum.log', why: 'each line has its time' },
  { glob: '/var/log/faillog', why: 'who logged in' },
  { glob: '/var/log/lastlog', why: 'who logged in' },
  { glob: '/var/log/wtmp', why: 'who logged in' },
  { glob: '/var/log/btmp', why: 'who logged in' },
  { glob: '/var/cache/ldconfig/aux-cache', why: "has the libraries' inodes and times" },
  { glob: '/var/lib/dpkg/*-old', why: 'the state before the last run' },
  { glob: '/var/cache/debconf/*-old', why: 'the state before the last run' },
  ...['passwd', 'group', 'shadow', 'gshadow', 'subuid', 'subgid'].map(name => ({
    glob: `/etc/${name}-`,
    why: "shadow's and BusyBox' copy of before the last user was made",
    presence: true as const,
  })),
  { glob: '/var/cache/apt/archives/lock', why: 'is made and held while apt downloads', presence: true },
  { glob: '/var/cache/apt/archives/partial', why: "becomes apt's own user's when it downloads", presence: true },
  { glob: '/**/.npm/_cacache/index-v5/**', why: 'each entry has its time' },
  { glob: '/**/.npm/_logs/*', why: 'the name is a time', presence: true },
  {
    glob: '/**/.config/go/telemetry/local/*',
    why: "counts the go tool's runs, by the day, and reports them by a random day of the week",
    presence: true,
  },
  { glob: '/**/.cache/go-build/*/*', why: 'each entry has its time, and some have a name made of the times of sources', presence: true },
  { glob: '/**/.cache/go-build/trim.txt', why: 'is the time of the last tidying' },
  { glob: '/**/.npm/_update-notifier-last-checked', why: 'is made once a week', presence: true },
  { glob: '/**/.config/configstore/update-notifier-*.json', why: 'is made once a day', presence: true },
  { glob: '/tmp/yarn--*', why: 'the name has the time of a run of yarn 1', presence: true },
  { glob: '/tmp/yarn--*/*', why: 'starts node and yarn again while it runs', presence: true },
  { glob: '/tmp/core-js-banners', why: "remembers what core-js' install script has printed", presence: true },
  { glob: '/tmp/v8-compile-cache-*', why: "yarn 1's own compiled code", presence: true },
  { glob: '/tmp/v8-compile-cache-*/**', why: "yarn 1's own compiled code", presence: true },
];

const changes = anyPattern(NOISE.map(({ glob }) => glob));

/** Whether a program leaves a file to itself alone, so that nobody misses it. */
export const isLeftAnywhere = anyPattern(NOISE.flatMap(({ glob, presence }) => (presence ? [glob] : [])));

/** Whether a difference says nothing of what the image does, by the table above and by what differs between two builds of the original. */
export function noiseTest(found: readonly Difference[], unstable: ReadonlySet<string> | undefined): (difference: Difference) => boolean {
  const moved = new Set(found.flatMap(({ kind, name }) => (kind === 'removed' || kind === 'added' || kind === 'type' ? [name] : [])));
  return ({ kind, name }) => {
    if (kind === 'changed') return unstable?.has(name) === true || changes(name);
    if (kind === 'mode' || kind === 'owner') return isLeftAnywhere(name);
    return (kind === 'removed' || kind === 'added') && (isBytecodeAlone(name, moved) || isLeftAnywhere(name));
  };
}

/** Python compiles a module when somebody imports it, and does without the file: it counts only along with its source. */
function isBytecodeAlone(path: string, moved: ReadonlySet<string>): boolean {
  const folder = posix.dirname(path);
  if (posix.basename(path) === '__pycache__') return !moved.has(folder);
  if (posix.basename(folder) !== '__pycache__' || !path.endsWith('.pyc')) return false;
  const [module = ''] = posix.basename(path).split('.');
  return !moved.has(posix.join(posix.dirname(folder), `${module}.py`));
}
