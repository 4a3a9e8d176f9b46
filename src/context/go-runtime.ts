import type { BuildContext } from './context.ts';
import { childPath, contextPath, parentPath } from './filepath.ts';
import type { GoProject } from './go.ts';
import { goModuleFacts } from './go-modules.ts';
import type { GoFile } from './go-package.ts';
import type { GoReach } from './go-reach.ts';
import { isWatched, opensFiles, opensFilesAsMethod, startsPrograms } from './go-std.ts';

/** A place in Go code that matters at run time. */
export interface GoPlace {
  /** Path in the context; '' for a module that isn't in it. */
  file: string;
  line: number;
  /** os.ReadFile, or the module or package that may do it. */
  what: string;
  /** String literals among the arguments. */
  strings: string[];
}

type Watch = (path: string, name: string) => boolean;

const NAMED_LIMIT = 5_000;

/** Where the program may open files by a path, and what of the context its string literals name. */
export function opens(
  context: BuildContext,
  project: GoProject,
  reach: GoReach,
  folder: string,
): { opens: GoPlace[]; named: string[]; written: string[] } {
  const files = reach.own.flatMap(each => each.files);
  const methods = new Set([...reach.imports.keys()].flatMap(path => goModuleFacts(path)?.opens ?? []));
  const isMethod = (name: string): boolean => opensFilesAsMethod(name) || methods.has(name);
  const modules = modulePlaces(reach, path => goModuleFacts(path)?.opens === undefined);
  const own = files.flatMap(file => [...watched(file, opensFiles, isMethod), ...opaque(file)]);
  const assembly = reach.own.flatMap(each => each.foreign.map(file => place(file, 1, 'code that is not Go')));
  return { opens: [...own, ...assembly, ...modules, ...unread(reach)], ...namesOf(context, project, folder, files) };
}

/** Where the program may start others. */
export function starts(reach: GoReach): GoPlace[] {
  const files = reach.own.flatMap(each => each.files);
  const own = files.flatMap(file => watched(file, startsPrograms, () => false));
  const c = files.filter(({ source }) => source.preamble !== undefined).map(({ path }) => place(path, 1, 'C code'));
  const modules = modulePlaces(reach, path => {
    const facts = goModuleFacts(path);
    return !facts || facts.starts === true;
  });
  return [...own, ...c, ...modules, ...unread(reach)];
}

function place(file: string, line: number, what: string, strings: string[] = []): GoPlace {
  return { file, line, what, strings };
}

const unread = (reach: GoReach): GoPlace[] => reach.unread.map(reason => place('', 0, reason));

/** Other modules for which `may` holds, those that are only possible too. */
function modulePlaces(reach: GoReach, may: (path: string) => boolean): GoPlace[] {
  const imported = [...reach.imports].filter(([path, module]) => may(path.startsWith(module) ? path : module)).map(([path]) => path);
  return [...new Set([...imported, ...reach.possible.filter(may)])].map(path => place('', 0, path));
}

/** What makes a file's own calls say nothing: a linked name, C, more than is looked at. */
function opaque({ path, source }: GoFile): GoPlace[] {
  if (source.linked) return [place(path, 1, '//go:linkname')];
  if (source.preamble !== undefined) return [place(path, 1, 'C code')];
  return source.complete ? [] : [place(path, 1, 'a file that is too large to follow')];
}

/** Selectors of watched packages, by the names that the file imports them under, and of watched methods. */
function watched({ path, source }: GoFile, watch: Watch, isMethod: (name: string) => boolean): GoPlace[] {
  const packages = new Map<string, string>();
  const found: GoPlace[] = [];
  for (const { path: imported, name, line } of source.imports) {
    if (!isWatched(imported)) continue;
    if (name === '.') found.push(place(path, line, imported));
    else packages.set(name ?? imported.slice(imported.lastIndexOf('/') + 1), imported);
  }
  for (const { left, name, line, strings } of source.selectors) {
    const from = packages.get(left);
    if (from !== undefined ? watch(from, name) : isMethod(name)) found.push(place(path, line, `${left}.${name}`, strings));
  }
  return found;
}

/** Paths of the context that string literals name, from the module's folder or the main package's; and folders of it in which they name a file that isn't there. */
function namesOf(context: BuildContext, project: GoProject, folder: string, files: GoFile[]): { named: string[]; written: string[] } {
  const literals = new Set(files.flatMap(({ source }) => source.strings).filter(text => /^[\w@%+=:,./ -]{1,200}$/.test(text)));
  const named = new Set<string>();
  const written = new Set<string>();
  for (const literal of [...literals].slice(0, NAMED_LIMIT)) {
    for (const base of new Set([project.folder, folder])) {
      const path = contextPath(childPath(base, literal.replace(/^\/+/, '')));
      if (path === project.folder || path === '') continue;
      if (context.kind(path) !== undefined) named.add(path);
      else if (/\w\.\w+$/.test(path) && context.kind(parentPath(path)) === 'folder') written.add(parentPath(path));
    }
  }
  for (const base of [project.folder, folder]) written.delete(base);
  return { named: [...named].sort(), written: [...written].sort() };
}
