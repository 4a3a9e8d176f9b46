import { posix } from 'node:path';
import { words } from '../phrases.ts';
import type { ToolName } from './table.ts';

/**
 * Where a cache may be: a folder that is there without the tool, and what the tool makes below it. The base is absolute, or a variable with its
 * dollar: `$HOME` is the user's, and one that isn't set rules the place out. `root`: for that user alone.
 */
export interface CachePlace {
  base: string;
  below: string;
  root?: true;
}

/** One folder that a tool fills, by the commands that fill it; the first place that isn't ruled out is where it is. */
export interface ToolCache {
  places: CachePlace[];
  filledBy: string[];
  /** Two builds can't write to it at once. */
  locked?: true;
  /** Build output of one project: shared only under an id of its own. */
  ownId?: true;
}

/** What is known of a tool's caches. */
export interface CacheRow {
  tool: ToolName;
  /** As a title calls it. */
  name: string;
  caches: ToolCache[];
  /** Options and variables that put it elsewhere, or make it part of the installation, beside those of its places; and values that don't. */
  movedBy: { options: string[]; variables: string[]; harmless?: string[] };
  /** Options and variables (by any value) that make the tool work without it. */
  disabledBy: { options: string[]; variables: string[] };
  /** Commands that empty it, with the options that make them do so where not every such command does. */
  clearedBy: { verb: string; options?: string[] }[];
  /** Options and variables with which the tool takes everything from its cache. */
  offlineBy: { options: string[]; variables: Record<string, string> };
  /** Files of a project or a user that may move it, turn it off or make it the installation, and the keys that do. */
  settings: { files: string[]; keys: string[] };
}

/** A tool's name; some versions keep a cache of another kind. */
export type CacheName = 'npm' | 'yarn' | 'yarn-berry' | 'pnpm' | 'pnpm-6' | 'pip' | 'poetry' | 'uv' | 'go' | 'apt';

/** A folder that a variable names, else one below XDG's folder, else one below the user's. */
function below(variable: string, xdg: string, home: string, name: string, more = ''): CachePlace[] {
  return [
    { base: variable, below: more.replace(/^\//, '') },
    { base: xdg, below: `${name}${more}` },
    { base: '$HOME', below: `${home}/${name}${more}` },
  ];
}

const NPM_PLACES = [
  { base: '$npm_config_cache', below: '' },
  { base: '$NPM_CONFIG_CACHE', below: '' },
  { base: '$HOME', below: '.npm' },
];

const PNPM_FILLS = words('add ci deploy fetch install install-test it update');

const PNPM: CacheRow = {
  tool: 'pnpm',
  name: "pnpm's store",
  caches: [
    {
      places: [
        { base: '$PNPM_HOME', below: 'store' },
        { base: '$XDG_DATA_HOME', below: 'pnpm/store' },
        { base: '$HOME', below: '.local/share/pnpm/store' },
      ],
      filledBy: PNPM_FILLS,
    },
  ],
  movedBy: {
    options: ['--store-dir', '--config.store-dir', '--package-import-method'],
    variables: words('npm_config_store_dir NPM_CONFIG_STORE_DIR npm_config_package_import_method pnpm_config_store_dir'),
  },
  disabledBy: { options: [], variables: [] },
  clearedBy: [{ verb: 'store prune' }],
  offlineBy: { options: ['--offline', '--frozen-store'], variables: { npm_config_offline: 'true', NPM_CONFIG_OFFLINE: 'true' } },
  settings: {
    files: ['.npmrc', 'pnpm-workspace.yaml'],
    keys: words(
      'store-dir storeDir package-import-method packageImportMethod enable-global-virtual-store enableGlobalVirtualStore offline',
    ),
  },
};

const GO_BUILDS = words('build generate get install list run test tool vet');

/**
 * The caches of each tool, measured on a real engine with npm 10, Yarn 1.22 and 4, pnpm 6 to 10, pip 25, Poetry 2, uv 0.9, Go 1.24 and apt 2.6, and from:
 * docs.npmjs.com/cli/using-npm/config#cache, yarn's src/util/user-dirs.js, yarnpkg.com/configuration/yarnrc, pnpm.io/settings#storedir,
 * pip.pypa.io/en/stable/topics/caching, python-poetry.org/docs/configuration/#cache-dir, docs.astral.sh/uv/concepts/cache, `go help environment` and `go help cache`.
 */
export const CACHES: Readonly<Record<CacheName, CacheRow>> = {
  npm: {
    tool: 'npm',
    name: "npm's cache",
    caches: [{ places: NPM_PLACES, filledBy: words('ci install install-test install-ci-test update') }],
    movedBy: { options: ['--cache', '--no-cache'], variables: [] },
    disabledBy: { options: [], variables: [] },
    clearedBy: [{ verb: 'cache clean' }, { verb: 'cache clear' }, { verb: 'cache rm' }],
    offlineBy: { options: ['--offline'], variables: { npm_config_offline: 'true', NPM_CONFIG_OFFLINE: 'true' } },
    settings: { files: ['.npmrc'], keys: ['cache', 'offline'] },
  },
  // root's home is /usr/local/share to Yarn 1; it writes to its cache without a lock (--mutex is for that)
  yarn: {
    tool: 'yarn',
    name: "Yarn's cache",
    caches: [
      {
        places: [
          { base: '$YARN_CACHE_FOLDER', below: '' },
          { base: '$XDG_CACHE_HOME', below: 'yarn' },
          { base: '/usr/local/share', below: '.cache/yarn', root: true },
          { base: '$HOME', below: '.cache/yarn' },
        ],
        filledBy: words('add install upgrade').concat('global add'),
        locked: true,
      },
    ],
    movedBy: { options: ['--cache-folder', '--preferred-cache-folder'], variables: [] },
    disabledBy: { options: [], variables: [] },
    clearedBy: [{ verb: 'cache clean' }],
    offlineBy: { options: ['--offline'], variables: {} },
    settings: { files: ['.yarnrc', '.npmrc'], keys: ['cache-folder', '--cache-folder', '--install.cache-folder', '--install.offline'] },
  },
  // Yarn 2 and later with `nodeLinker: node-modules`; under Plug'n'Play the cache is the installation
  'yarn-berry': {
    tool: 'yarn',
    name: "Yarn's cache",
    caches: [
      {
        places: [
          { base: '$YARN_GLOBAL_FOLDER', below: 'cache' },
          { base: '$HOME', below: '.yarn/berry/cache' },
        ],
        filledBy: words('add dedupe install up').concat('workspaces focus'),
      },
    ],
    movedBy: { options: [], variables: ['YARN_CACHE_FOLDER', 'YARN_ENABLE_GLOBAL_CACHE', 'YARN_ENABLE_MIRROR'] },
    disabledBy: { options: [], variables: [] },
    clearedBy: [{ verb: 'cache clean' }],
    offlineBy: { options: [], variables: { YARN_ENABLE_NETWORK: 'false', YARN_ENABLE_OFFLINE_MODE: 'true' } },
    settings: { files: ['.yarnrc.yml'], keys: ['cacheFolder', 'globalFolder', 'enableMirror', 'enableNetwork', 'enableOfflineMode'] },
  },
  pnpm: PNPM,
  // and earlier
  'pnpm-6': {
    ...PNPM,
    caches: [{ places: [{ base: '$HOME', below: '.pnpm-store' }], filledBy: PNPM_FILLS }],
  },
  pip: {
    tool: 'pip',
    name: "pip's cache",
    caches: [{ places: below('$PIP_CACHE_DIR', '$XDG_CACHE_HOME', '.cache', 'pip'), filledBy: words('download install wheel') }],
    movedBy: { options: ['--cache-dir'], variables: [] },
    // any valid value turns it off, `false` too (pip/_internal/cli/cmdoptions.py: _handle_no_cache_dir)
    disabledBy: { options: ['--no-cache-dir'], variables: ['PIP_NO_CACHE_DIR'] },
    clearedBy: [{ verb: 'cache purge' }, { verb: 'cache remove' }],
    offlineBy: { options: [], variables: {} },
    settings: { files: ['pip.conf'], keys: ['cache-dir', 'no-cache-dir', 'cache_dir', 'no_cache_dir'] },
  },
  // beside these two lie the virtual environments, which are the installation
  poetry: {
    tool: 'poetry',
    name: "Poetry's cache",
    caches: ['/cache', '/artifacts'].map(part => ({
      places: below('$POETRY_CACHE_DIR', '$XDG_CACHE_HOME', '.cache', 'pypoetry', part),
      filledBy: words('add install lock sync update'),
    })),
    movedBy: { options: [], variables: [] },
    disabledBy: { options: ['--no-cache'], variables: [] },
    clearedBy: [{ verb: 'cache clear' }],
    offlineBy: { options: [], variables: {} },
    settings: { files: ['poetry.toml'], keys: ['cache-dir'] },
  },
  uv: {
    tool: 'uv',
    name: "uv's cache",
    caches: [
      {
        places: below('$UV_CACHE_DIR', '$XDG_CACHE_HOME', '.cache', 'uv'),
        filledBy: words('add lock sync').concat('pip install', 'pip sync', 'pip compile', 'tool install'),
      },
    ],
    // with links, the installation is in the cache
    movedBy: { options: ['--cache-dir', '--link-mode'], variables: ['UV_LINK_MODE'], harmless: ['clone', 'copy', 'hardlink'] },
    disabledBy: { options: ['--no-cache'], variables: ['UV_NO_CACHE'] },
    clearedBy: [{ verb: 'cache clean' }, { verb: 'cache prune' }],
    offlineBy: { options: ['--offline'], variables: { UV_OFFLINE: '1' } },
    settings: { files: ['uv.toml', 'pyproject.toml'], keys: ['cache-dir', 'no-cache', 'link-mode', 'offline'] },
  },
  go: {
    tool: 'go',
    name: "Go's caches",
    caches: [
      {
        places: [
          { base: '$GOMODCACHE', below: '' },
          { base: '$GOPATH', below: 'pkg/mod' },
          { base: '$HOME', below: 'go/pkg/mod' },
        ],
        filledBy: [...GO_BUILDS, 'mod download', 'mod graph', 'mod tidy', 'mod vendor', 'mod verify', 'mod why', 'work sync'],
      },
      // by content, so that projects may share it
      { places: below('$GOCACHE', '$XDG_CACHE_HOME', '.cache', 'go-build'), filledBy: GO_BUILDS },
    ],
    movedBy: { options: [], variables: [] },
    disabledBy: { options: [], variables: [] },
    clearedBy: [{ verb: 'clean', options: ['-modcache', '-cache'] }],
    offlineBy: { options: [], variables: { GOPROXY: 'off' } },
    settings: { files: [], keys: [] },
  },
  // not /var/lib/apt, which holds what was installed on its own (extended_states)
  apt: {
    tool: 'apt',
    name: "apt's lists and archives",
    caches: ['/var/cache/apt', '/var/lib/apt/lists'].map(base => ({
      places: [{ base, below: '' }],
      filledBy: words('install update upgrade dist-upgrade build-dep'),
      locked: true as const,
    })),
    movedBy: { options: [], variables: [] },
    disabledBy: { options: [], variables: [] },
    clearedBy: [{ verb: 'clean' }, { verb: 'autoclean' }, { verb: 'distclean' }],
    offlineBy: { options: ['--no-download'], variables: {} },
    settings: { files: [], keys: [] },
  },
};

/** The value of a variable where a tool runs: undefined where it isn't set, 'unknown' where that can't be told. */
export type Setting = (variable: string) => { value: string } | 'unknown' | undefined;

/** Where a cache lies for a user; undefined where a variable that would say so isn't known. */
export function cachePlace(cache: ToolCache, isRoot: boolean, setting: Setting): { path: string; place: CachePlace } | undefined {
  for (const place of cache.places) {
    if (place.root && !isRoot) continue;
    const base = place.base.startsWith('$') ? setting(place.base.slice(1)) : { value: place.base };
    if (base === 'unknown') return undefined;
    if (!base?.value) continue;
    const isPlain = posix.isAbsolute(base.value) && !/[:,\s"'$]/.test(base.value);
    return isPlain ? { path: posix.join(base.value, place.below).replace(/(?<=.)\/$/, ''), place } : undefined;
  }
  return undefined;
}

/** The variables that decide where a tool's caches are, without the user's own HOME. */
export function placeVariables({ caches }: CacheRow): string[] {
  const bases = caches.flatMap(({ places }) => places.map(({ base }) => base));
  return [...new Set(bases)].filter(base => base.startsWith('$') && base !== '$HOME').map(base => base.slice(1));
}
