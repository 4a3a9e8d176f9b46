import type { BuildContext } from './context.ts';
import { childPath, cleanPath, matchName, nameOf, parentPath } from './filepath.ts';
import { type Included, isConstraintMet, isNameIncluded } from './go-constraint.ts';
import { type GoSource, readGoSource } from './go-source.ts';
import { remembered } from './remembered.ts';

/** A Go file that a build for Linux takes in, or may. */
export interface GoFile {
  path: string;
  included: Included;
  source: GoSource;
}

/** The files of one folder that a build takes in. */
export interface GoPackage {
  folder: string;
  files: GoFile[];
  /** Files that can't be read as Go, though the build would. */
  unread: string[];
  /** Files in other languages that are built with it: C, C++, assembly. */
  foreign: string[];
  isMain: boolean;
}

const FILE_LIMIT = 30_000;
const GO_FILE_LIMIT = 10_000;
const FOREIGN = /\.(?:c|cc|cpp|cxx|m|mm|f|F|for|f90|s|S|sx|syso|swig|swigcxx)$/;

type Extent = 'all' | 'imports';

const reading = (extent: Extent) =>
  remembered((context, path) => {
    const text = context.text(path);
    return text === undefined ? undefined : readGoSource(text, extent);
  });
const goSource = { all: reading('all'), imports: reading('imports') };

/** The package in a folder, as a build with these tags sees it, or its imports alone; undefined where no file is left. */
export function goPackage(context: BuildContext, folder: string, tags: readonly string[], extent: Extent = 'all'): GoPackage | undefined {
  const found: GoPackage = { folder, files: [], unread: [], foreign: [], isMain: false };
  for (const name of context.list(folder)) {
    const path = childPath(folder, name);
    if (FOREIGN.test(name) && context.kind(path) === 'file') found.foreign.push(path);
    const byName = isNameIncluded(name);
    if (byName === 'no' || context.kind(path) !== 'file') continue;
    const source = goSource[extent](context, path);
    if (!source) {
      found.unread.push(path);
      continue;
    }
    const byConstraint = source.package === 'documentation' ? 'no' : isConstraintMet(source.header, tags);
    if (byConstraint !== 'no') found.files.push({ path, source, included: byConstraint === 'maybe' ? byConstraint : byName });
  }
  found.isMain = found.files.some(({ source }) => source.package === 'main' && source.hasMain);
  return found.files.length > 0 || found.unread.length > 0 ? found : undefined;
}

/** Folders of main packages below a module's folder, where `./...` looks: not in vendor, testdata, hidden folders or other modules. */
export function findGoMains(context: BuildContext, folder: string): { mains: string[]; complete: boolean } {
  const { paths, complete } = context.files(folder, FILE_LIMIT);
  const nested = new Set(paths.filter(path => nameOf(path) === 'go.mod' && parentPath(path) !== folder).map(parentPath));
  const sources = paths.filter(path => isNameIncluded(nameOf(path)) !== 'no' && !isLeftOut(path.slice(folder.length)));
  const folders = new Set<string>();
  for (const path of sources.slice(0, GO_FILE_LIMIT)) {
    const at = parentPath(path);
    // A cheap look first: most packages aren't main.
    if (!folders.has(at) && /^[ \t]*package[ \t]+main\b/m.test(context.text(path) ?? '') && !isInside(at, nested)) folders.add(at);
  }
  const mains = [...folders].filter(at => goPackage(context, at, [])?.isMain).sort();
  return { mains, complete: complete && sources.length <= GO_FILE_LIMIT };
}

function isLeftOut(path: string): boolean {
  return path
    .split('/')
    .slice(0, -1)
    .some(segment => segment === 'vendor' || segment === 'testdata' || /^[._]/.test(segment));
}

/** Whether a folder is one of some, or below one. */
function isInside(folder: string, folders: ReadonlySet<string>): boolean {
  for (let at = folder; at !== ''; at = parentPath(at)) if (folders.has(at)) return true;
  return false;
}

/** The files that a file's `//go:embed` patterns take in; `missing` are patterns that match nothing, which the go tool refuses. */
export function goEmbeds(context: BuildContext, file: GoFile): { paths: string[]; missing: string[] } {
  const paths = new Set<string>();
  const missing: string[] = [];
  for (const written of new Set(file.source.embeds)) {
    const all = written.startsWith('all:');
    const matches = matchFrom(context, parentPath(file.path), cleanPath(all ? written.slice(4) : written).split('/'));
    const embedded = matches.flatMap(path => filesOf(context, path, all));
    if (embedded.length === 0) missing.push(written);
    for (const path of embedded) paths.add(path);
  }
  return { paths: [...paths].sort(), missing };
}

/** A file, or a folder's files but those whose name, or a folder's on the way, begins with `.` or `_`. */
function filesOf(context: BuildContext, path: string, all: boolean): string[] {
  if (context.kind(path) !== 'folder') return [path];
  const { paths } = context.files(path, FILE_LIMIT);
  const isHidden = (inside: string) => inside.split('/').some(segment => /^[._]/.test(segment));
  return all ? paths : paths.filter(inside => !isHidden(inside.slice(path === '' ? 0 : path.length + 1)));
}

function matchFrom(context: BuildContext, folder: string, segments: string[]): string[] {
  let found = [folder];
  for (const segment of segments) {
    if (segment === '.') continue;
    found = found.flatMap(at =>
      context
        .list(at)
        .filter(name => name === segment || matchName(segment, name))
        .map(name => childPath(at, name)),
    );
  }
  return found;
}
