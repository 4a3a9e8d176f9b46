import { insertCommand } from '../../src/edit-script.ts';
import { cacheFolders, isArranged } from '../../src/tools/cache-folders.ts';
import { CACHES, type CacheRow, placeVariables } from '../../src/tools/caches.ts';
import { hasOption, type ToolCall } from '../../src/tools/calls.ts';
import { type Alteration, type Change, change, type Refusal, refuse } from '../../src/transform.ts';
import { cacheWanted, isCleared, isMounted, isOffline } from './cache.ts';
import type { ReadRun } from './read-run.ts';
import { yarnVersion } from './yarn-version.ts';

/** A cache that its tool's own command empties. */
interface Cleaning {
  row: CacheRow;
  command: string;
  title: string;
  /** What goes, and what the command itself leaves. */
  alters(folders: string[], run: ReadRun, call: ToolCall): Alteration[];
  settles: string[];
  /** Why it can't be told that the cache is no part of the installation; undefined where it isn't. */
  doubt(run: ReadRun, call: ToolCall): string | undefined;
}

const NPM: Cleaning = {
  row: CACHES.npm,
  command: 'npm cache clean --force',
  title: "empty npm's cache in the RUN that fills it",
  alters: folders => folders.flatMap(folder => [{ removed: `${folder}/_cacache` }, { removed: `${folder}/_cacache/**` }]),
  settles: [],
  doubt: () => undefined,
};

const YARN: Cleaning = {
  row: CACHES.yarn,
  command: 'yarn cache clean',
  title: "empty Yarn's cache in the RUN that fills it",
  alters: folders => folders.map(folder => ({ removed: `${folder}/**` })),
  settles: ['DL3060'],
  doubt: (run, call) => {
    const version = yarnVersion(run, call);
    if (version === 'classic') return undefined;
    if (version === 'berry') return 'runs a Yarn whose cache may be the installation';
    return 'may run Yarn 2 or later, whose cache may be the installation';
  },
};

// Measured with pnpm 9: the store is hard links to node_modules and takes a twentieth of it; what goes is what nothing links to, and 15 MB of metadata
// for two packages, which an install from a lock file alone doesn't fetch.
const PNPM: Cleaning = {
  row: CACHES.pnpm,
  command: 'pnpm store prune',
  title: "remove pnpm's metadata and what nothing links to from its store in the RUN that fetches it",
  alters: (folders, run, call) => [...folders, ...cacheFolders(run, call, PNPM_METADATA)].map(folder => ({ removed: `${folder}/**` })),
  settles: [],
  doubt: (_, call) => (hasOption(call, '--global') ? 'installs for all projects, which later versions run from the store' : undefined),
};

const PNPM_METADATA: Pick<CacheRow, 'caches'> = {
  caches: [
    {
      places: [
        { base: '$XDG_CACHE_HOME', below: 'pnpm' },
        { base: '$HOME', below: '.cache/pnpm' },
      ],
      filledBy: [],
    },
  ],
};

/** pnpm's store, but where it is filled for another RUN. */
export function cleanPnpm(run: ReadRun): Change | Refusal | undefined {
  const calls = run.calls.filter(({ tool }) => tool === 'pnpm');
  if (calls.some(({ verb }) => verb === 'fetch' || verb === 'deploy')) return undefined;
  const said = cleaned(run, PNPM);
  const isLocked = calls.every(call => call.verb === 'ci' || call.verb === 'run' || hasOption(call, '--frozen-lockfile'));
  return said?.kind === 'change' && isLocked ? { ...said, gain: 'none' } : said;
}

export const cleanNpm = (run: ReadRun): Change | Refusal | undefined => cleaned(run, NPM);
export const cleanYarn = (run: ReadRun): Change | Refusal | undefined => cleaned(run, YARN);

function cleaned(run: ReadRun, { row, command, title, alters, settles, doubt }: Cleaning): Change | Refusal | undefined {
  const { file, instruction, script } = run;
  const calls = run.calls.filter(({ tool }) => tool === row.tool);
  const fills = calls.filter(call => row.caches.some(({ filledBy }) => filledBy.includes(call.verb ?? '') && !isQuestion(call)));
  const [first] = fills;
  const last = calls.at(-1);
  if (
    !first ||
    !last ||
    isOffline(run) ||
    fills.some(call => isArranged(run, call, row) || isOwnPlace(call, row) || hasOption(call, ...row.offlineBy.options))
  )
    return undefined;
  const folders = [...new Set(fills.flatMap(call => cacheFolders(run, call, row)))];
  if (isMounted(run, folders) || isCleared(run, row, folders) || isSetByFile(run, row)) return undefined;
  const reason = doubt(run, first);
  if (reason) return refuse(first.command, 'installation', reason);
  const wanted = cacheWanted(run, row, folders);
  if (wanted) return refuse(first.command, 'cache', wanted);
  if (!run.isRoot && calls.some(isSudo)) return refuse(first.command, 'user', "fills a cache that is another user's");
  const edits = insertCommand(file, instruction, script, last.command, command);
  if (!edits) return refuse(first.command, 'status', 'stands where nothing can be put behind it without changing what follows');
  return change({ at: instruction, title, keeps: 'behaviour', alters: alters(folders, run, first), edits, settles });
}

const isSudo = ({ command }: ToolCall): boolean => command.words[0]?.literal === 'sudo';

/** Calls that print and leave. */
const isQuestion = (call: ToolCall): boolean => hasOption(call, '--version', '-v', '--help', '-h');

/** Whether the call alone has a cache of its own: `npm_config_cache=/tmp npm ci`. */
function isOwnPlace({ command, environment }: ToolCall, row: CacheRow): boolean {
  const variables = [...placeVariables(row), 'HOME'];
  return variables.some(name => environment.has(name)) && !command.words[0]?.text.startsWith('export');
}

/** Whether a settings file of the context moves the cache. */
function isSetByFile({ facts: { context } }: ReadRun, { settings }: CacheRow): boolean {
  return settings.files.some(name =>
    (context?.text(name) ?? '').split('\n').some(line => settings.keys.includes(/^\s*["']?([\w.-]+)/.exec(line)?.[1] ?? '')),
  );
}
