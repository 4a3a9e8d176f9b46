import type { BuildContext } from './context.ts';
import { childPath, cleanPath, contextPath, parentPath } from './filepath.ts';
import { type GoBroken, type GoMod, type GoReplace, isGoAtLeast, readGoMod, readGoSum, readGoWork } from './go-mod.ts';
import { findGoMains } from './go-package.ts';
import { remembered } from './remembered.ts';

/** A folder with a go.mod. Paths are those of the context. */
export interface GoProject {
  folder: string;
  /** The module's path: example.com/app. */
  module: string;
  mod: GoMod;
  /** Folders of main packages of this module, sorted. Modules in folders of their own are not part of it. */
  mains: string[];
  /** False where the module has more files than are looked at: `mains` may lack some. */
  complete: boolean;
  /** Modules whose content go.sum names; undefined without a go.sum. */
  sums: string[] | undefined;
  /** The go tool takes dependencies from vendor/. */
  vendored: boolean;
  /** Import paths that lead to folders of the context: the module itself, local replacements, the workspace's modules. The longest comes first. */
  roots: GoRoot[];
  /** Replacements by another module. */
  replaces: GoReplace[];
  /** The go.work in force. */
  workspace: string | undefined;
}

export interface GoRoot {
  path: string;
  /** undefined for a folder outside the context. */
  folder: string | undefined;
}

/** The Go module whose go.mod is in a folder: undefined where there is none, a problem ("go.mod:3: …") where it can't be read. */
export const goProject: (context: BuildContext, folder: string) => GoProject | GoBroken | undefined = remembered(findProject);

function findProject(context: BuildContext, folder: string): GoProject | GoBroken | undefined {
  const path = childPath(folder, 'go.mod');
  if (context.kind(path) !== 'file') return undefined;
  const text = context.text(path);
  const mod = text === undefined ? { problem: 'go.mod: is too large or not UTF-8' } : readGoMod(text);
  if ('problem' in mod) return mod;
  const work = workspaceOf(context, folder);
  if (work && 'problem' in work) return work;
  const replaces = [...(work?.replaces ?? []), ...mod.replaces.map(replace => ({ ...replace, from: folder }))];
  const sum = context.text(childPath(folder, 'go.sum'));
  return {
    folder,
    module: mod.module,
    mod,
    ...findGoMains(context, folder),
    sums: sum === undefined ? undefined : readGoSum(sum),
    vendored: isGoAtLeast(mod.go, 14) && context.kind(childPath(folder, 'vendor/modules.txt')) === 'file',
    roots: rootsOf({ path: mod.module, folder }, work?.modules ?? [], replaces),
    replaces: replaces.filter(replace => !replace.isFolder),
    workspace: work?.path,
  };
}

interface Workspace {
  path: string;
  modules: GoRoot[];
  replaces: (GoReplace & { from: string })[];
}

/** The nearest go.work above, where it uses this module. */
function workspaceOf(context: BuildContext, folder: string): Workspace | GoBroken | undefined {
  for (let at = folder; ; at = parentPath(at)) {
    const path = childPath(at, 'go.work');
    const text = context.kind(path) === 'file' ? context.text(path) : undefined;
    if (text !== undefined) {
      const work = readGoWork(text);
      if ('problem' in work) return work;
      const folders = work.uses.flatMap(use => folderFrom(at, use) ?? []);
      if (!folders.includes(folder)) return undefined;
      const modules = folders.flatMap(used => moduleIn(context, used) ?? []);
      return { path, modules, replaces: work.replaces.map(replace => ({ ...replace, from: at })) };
    }
    if (at === '') return undefined;
  }
}

function moduleIn(context: BuildContext, folder: string): GoRoot | undefined {
  const mod = readGoMod(context.text(childPath(folder, 'go.mod')) ?? '');
  return 'problem' in mod ? undefined : { path: mod.module, folder };
}

function rootsOf(own: GoRoot, workspace: GoRoot[], replaces: (GoReplace & { from: string })[]): GoRoot[] {
  const local = replaces.filter(({ isFolder }) => isFolder).map(({ path, by, from }) => ({ path, folder: folderFrom(from, by) }));
  return [own, ...workspace, ...local].sort((left, right) => right.path.length - left.path.length);
}

/** A folder as written in a go.mod or go.work; undefined outside the context. */
function folderFrom(base: string, written: string): string | undefined {
  if (written.startsWith('/')) return undefined;
  const path = cleanPath(`${base === '' ? '.' : base}/${written}`);
  return path === '..' || path.startsWith('../') ? undefined : contextPath(path);
}
