import type { BuildContext } from './context.ts';
import { childPath, parentPath } from './filepath.ts';
import type { GoProject, GoRoot } from './go.ts';
import { isGoAtLeast } from './go-mod.ts';
import { type GoPackage, goPackage } from './go-package.ts';

/** All that a main package is built from, as far as the context tells. */
export interface GoReach {
  /** Packages of the module, its workspace and its local replacements. */
  own: GoPackage[];
  /** Packages below vendor/. */
  vendored: GoPackage[];
  /** Import paths of the standard library. */
  std: Set<string>;
  /** Import paths of other modules, with the module that provides each under the name it has after replacements. */
  imports: Map<string, string>;
  /** Modules that those may bring in, by go.mod's indirect requirements (go.sum's content for a go.mod from before 1.17). */
  possible: string[];
  /** Why something that is built in isn't known: clauses. */
  unread: string[];
}

const PACKAGE_LIMIT = 5_000;

/** Follows imports from a folder's package through what the context holds. The work is bounded; what is left out is named in `unread`. */
export function reachFrom(context: BuildContext, project: GoProject, folder: string, tags: readonly string[]): GoReach {
  const reach: GoReach = { own: [], vendored: [], std: new Set(), imports: new Map(), possible: [], unread: [] };
  const queue: { folder: string; isOwn: boolean; path: string }[] = [{ folder, isOwn: true, path: folder }];
  const seen = new Set([folder]);
  const providers = providersOf(project);
  for (let at = 0; at < queue.length; at++) {
    const next = queue[at] as (typeof queue)[number];
    if (at >= PACKAGE_LIMIT) {
      reach.unread.push(`is built from more than ${PACKAGE_LIMIT} packages`);
      break;
    }
    const found = goPackage(context, next.folder, tags, next.isOwn ? 'all' : 'imports');
    if (!found) reach.unread.push(`imports ${next.path}, which isn't in the build context`);
    else {
      (next.isOwn ? reach.own : reach.vendored).push(found);
      reach.unread.push(...found.unread.map(path => `is built from ${path}, which can't be read`));
      for (const path of importsOf(found)) {
        const target = resolve(project, providerOf(providers, path), reach, path);
        if (target && !seen.has(target.folder)) {
          seen.add(target.folder);
          queue.push({ ...target, path });
        }
      }
    }
  }
  reach.possible = reach.imports.size > 0 && reach.vendored.length === 0 ? possibleModules(project, reach) : [];
  return reach;
}

function importsOf({ files }: GoPackage): Set<string> {
  return new Set(files.flatMap(({ source }) => source.imports.map(({ path }) => path)).filter(path => path !== 'C'));
}

/** Notes where an import leads; answers a folder to go on in. */
function resolve(project: GoProject, provider: Provider, reach: GoReach, path: string): { folder: string; isOwn: boolean } | undefined {
  const isLocal = provider !== undefined && typeof provider !== 'string';
  if (isLocal && (!project.vendored || provider.path === project.module)) {
    if (provider.folder !== undefined) return { folder: inside(provider.folder, path.slice(provider.path.length + 1)), isOwn: true };
    reach.unread.push(`imports ${path}, which is replaced by a folder outside the build context`);
  } else if (provider === undefined && isStandard(path)) reach.std.add(path);
  else if (project.vendored) {
    if (!isLocal) reach.imports.set(path, provider ?? path);
    return { folder: childPath(project.folder, `vendor/${path}`), isOwn: isLocal };
  } else if (typeof provider === 'string') reach.imports.set(path, provider);
  else reach.unread.push(`imports ${path}, which no module of go.mod provides`);
  return undefined;
}

const inside = (folder: string, path: string): string => (path === '' ? folder : childPath(folder, path));

const isStandard = (path: string): boolean => !/^[^/]*\./.test(path);

/** A local root, or a module under its name after replacements; undefined where nothing provides an import. */
type Provider = GoRoot | string | undefined;

/** By the path of the module. A local root hides a requirement of the same path. */
function providersOf(project: GoProject): Map<string, GoRoot | string> {
  const replacements = new Map(project.replaces.map(({ path, by }) => [path, by]));
  return new Map<string, GoRoot | string>([
    ...project.mod.requires.map(({ path }) => [path, replacements.get(path) ?? path] as const),
    ...project.roots.map(root => [root.path, root] as const),
  ]);
}

/** The longest module path that an import path lies in. */
function providerOf(providers: Map<string, GoRoot | string>, path: string): Provider {
  for (let at = path; at !== ''; at = parentPath(at)) {
    const provider = providers.get(at);
    if (provider !== undefined) return provider;
  }
  return undefined;
}

function possibleModules(project: GoProject, reach: GoReach): string[] {
  const local = new Set(project.roots.map(({ path }) => path));
  const isPruned = isGoAtLeast(project.mod.go, 17);
  const named = isPruned ? project.mod.requires.filter(({ indirect }) => indirect).map(({ path }) => path) : (project.sums ?? []);
  if (!isPruned && project.sums === undefined) reach.unread.push("has no go.sum, so that its modules' modules aren't known");
  const direct = new Set(reach.imports.values());
  const replacements = new Map(project.replaces.map(({ path, by }) => [path, by]));
  const others = named.filter(path => !local.has(path)).map(path => replacements.get(path) ?? path);
  return [...new Set(others)].filter(path => !direct.has(path));
}
