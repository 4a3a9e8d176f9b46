import type { BuildContext } from '../../src/context/context.ts';
import { readJson } from '../../src/context/json.ts';
import type { NodeProject } from '../../src/context/node.ts';

/** The packages that an app runs with, as far as its manifest and its lock tell, and whether they are known to have an install script. */
export function installedPackages(context: BuildContext, project: NodeProject, withDevelopment: boolean): Map<string, boolean> {
  const found = new Map<string, boolean>();
  const maps = [project.dependencies, project.optionalDependencies, ...(withDevelopment ? [project.devDependencies] : [])];
  for (const map of maps) for (const name of map.keys()) found.set(name, false);
  for (const { kind, path } of project.locks) {
    const text = context.text(path);
    if (text === undefined) continue;
    if (kind === 'npm') addNpm(found, text, withDevelopment);
    else if (kind === 'yarn-classic' || kind === 'yarn-berry') addReached(found, needs(text, YARN_ENTRY, YARN_NEED));
    else if (kind === 'pnpm') addReached(found, needs(text, PNPM_ENTRY, PNPM_NEED));
  }
  return found;
}

function addNpm(found: Map<string, boolean>, text: string, withDevelopment: boolean): void {
  const json = readJson(text);
  const value = 'value' in json ? (json.value as Record<string, unknown> | null) : undefined;
  const packages = value?.packages as Record<string, { dev?: boolean; hasInstallScript?: boolean } | null> | undefined;
  for (const [path, entry] of Object.entries(packages ?? {})) {
    const at = path.lastIndexOf('node_modules/');
    if (at < 0 || (entry?.dev && !withDevelopment)) continue;
    const name = path.slice(at + 'node_modules/'.length);
    found.set(name, found.get(name) === true || entry?.hasInstallScript === true);
  }
  if (packages === undefined) addOld(found, value?.dependencies, withDevelopment);
}

/** npm 6's lock: a tree of names. */
function addOld(found: Map<string, boolean>, root: unknown, withDevelopment: boolean): void {
  const open = [root];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (typeof at !== 'object' || at === null) continue;
    for (const [name, entry] of Object.entries(at as Record<string, { dev?: boolean; dependencies?: unknown } | null>)) {
      if (entry?.dev && !withDevelopment) continue;
      found.set(name, found.get(name) ?? false);
      open.push(entry?.dependencies ?? undefined);
    }
  }
}

/** `express@^4.17.1, express@^4.19.2:` and `"@babel/core@^7.0.0":`, then `    accepts "~1.3.8"`; berry writes `    accepts: "npm:~1.3.8"`. */
const YARN_ENTRY = /^"?(@?[^@\s"]+)@[^\n]*:\s*$/;
const YARN_NEED = /^ {4}"?(@?[^@\s":]+)"?:? /;
/** `  express@4.19.2:`, `  /express@4.19.2:`, `  /express/4.17.1:`, then `      accepts: 1.3.8`. */
const PNPM_ENTRY = /^ {2}'?\/?(@?[^@/\s']+(?:\/[^@/\s'\d][^@/\s']*)?)[@/][^\n]*:\s*$/;
const PNPM_NEED = /^ {6}'?(@?[^@\s':]+(?:\/[^@\s':]+)?)'?: /;

/** What each package of a lock needs, by name alone. */
function needs(text: string, entry: RegExp, need: RegExp): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  let names: Set<string> | undefined;
  for (const line of text.split('\n')) {
    if (line.length > 2_000) continue;
    const name = entry.exec(line)?.[1];
    if (name !== undefined) {
      names = found.get(name) ?? new Set();
      found.set(name, names);
    } else {
      const needed = need.exec(line)?.[1];
      if (needed !== undefined) names?.add(needed);
    }
  }
  return found;
}

function addReached(found: Map<string, boolean>, lock: ReadonlyMap<string, ReadonlySet<string>>): void {
  const open = [...found.keys()];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const next of lock.get(name) ?? []) {
      if (found.has(next)) continue;
      found.set(next, false);
      open.push(next);
    }
  }
}

/** Whether Yarn 1's lock has an entry for every range that is wanted, by a manifest or by another entry: what `--frozen-lockfile` insists on. */
export function coversAll(lock: string, wanted: Iterable<string>): boolean {
  const entries = new Set<string>();
  const ranges = new Set(wanted);
  for (const line of lock.split(/\r?\n/)) {
    if (line.length > 20_000) return false;
    if (/^[^\s#].*:$/.test(line)) for (const each of line.slice(0, -1).split(', ')) entries.add(each.replace(/^"|"$/g, ''));
    const [, name, range] = /^ {4}"?(@?[^@\s"]+)"? "?([^"]*)"?$/.exec(line) ?? [];
    if (name !== undefined) ranges.add(`${name}@${range}`);
  }
  return [...ranges].every(each => entries.has(each));
}
