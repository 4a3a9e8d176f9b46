import { posix } from 'node:path';
import { environment } from './compare.ts';
import type { Entry, ImageConfig, RootFs, Snapshot } from './snapshot.ts';

/** What stands at a path once every link on the way is followed. */
export interface Found {
  path: string;
  entry: Entry;
}

/** An image as its programs see it. */
export interface View {
  config: ImageConfig;
  files: RootFs;
  workdir: string;
  /** The folders of PATH. */
  searchPath: readonly string[];
  environment: ReadonlyMap<string, string>;
  /** undefined where nothing is there, or links go round. */
  find(path: string): Found | undefined;
}

/** What the engine sets where the image has no PATH (moby, oci/defaults: DefaultPathEnv). */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const ROOT: Entry = { type: 'folder', mode: 0o755, uid: 0, gid: 0, size: 0 };

/** As many as Linux follows (path_resolution(7)). */
const MOST_LINKS = 40;

/** An image's file system and settings, to look things up in. */
export function viewOf({ config, files }: Snapshot): View {
  const variables = environment(config);
  const remembered = new Map<string, Found | undefined>();
  return {
    config,
    files,
    workdir: posix.resolve('/', config.WorkingDir ?? ''),
    searchPath: (variables.get('PATH') || DEFAULT_PATH).split(':').filter(folder => folder.startsWith('/')),
    environment: variables,
    find(path) {
      if (!remembered.has(path)) remembered.set(path, followed(files, path));
      return remembered.get(path);
    },
  };
}

function followed(files: RootFs, path: string): Found | undefined {
  const names = path.split('/').reverse();
  let at: Found = { path: '/', entry: ROOT };
  let links = 0;
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    if (name === '' || name === '.') continue;
    if (at.entry.type !== 'folder') return undefined;
    const next = posix.join(at.path, name);
    const entry = next === '/' ? ROOT : files.get(next);
    if (!entry) return undefined;
    if (entry.type === 'link') {
      if (++links > MOST_LINKS) return undefined;
      const target = entry.target ?? '';
      names.push(...target.split('/').reverse());
      if (target.startsWith('/')) at = { path: '/', entry: ROOT };
    } else at = { path: next, entry };
  }
  return at;
}

/** Whether a path lies below a folder or is it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? folder : `${folder}/`);
}
