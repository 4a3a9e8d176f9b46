import { realpathSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { diskTree } from '../context/disk.ts';
import { childPath } from '../context/filepath.ts';
import type { Tree } from '../context/tree.ts';
import { type GitRules, gitRules } from './gitignore.ts';
import { isInside, repositoryAbove } from './repository.ts';
import { withoutTemplateSuffix } from './template.ts';

/** What a walk finds. Paths start with the folder that was walked. */
export type Found = { kind: 'dockerfile' | 'template'; path: string } | { kind: 'problem'; path: string; message: string };

const NAME = /^(?:Dockerfile|Containerfile)(?:[._-].+)?$|^dockerfile$|.\.(?:[dD]ockerfile|[cC]ontainerfile)$/;
/** Beside a Dockerfile, named after it and none: ignore files, backups, documents, data, scripts, archives, pictures. A language (`.go`, `.py`) isn't among them. */
const NO_DOCKERFILE =
  /\.(?:dockerignore|containerignore|bak|backup|orig|rej|save|sw[a-p]|tmp|md|rst|adoc|html|pdf|json|ya?ml|toml|lock|log|sh|diff|patch|gz|tgz|bz2|xz|zst|zip|tar|png|svg|jpg)$|~$/;
/** Other people's code, and what tools write. */
const SKIPPED = new Set([
  '.git',
  '.hg',
  '.svn',
  '.jj',
  'node_modules',
  'bower_components',
  'vendor',
  '.venv',
  '.tox',
  '.terraform',
  '__pycache__',
]);
const DEEPEST = 64;
const MAX_GITIGNORE = 256 * 1024;

/**
 * The Dockerfiles below a folder by their names, in order. Each folder's .gitignore holds, and those above up to the repository's root; links to folders
 * aren't followed, and a link to a file counts where that file is in the folder and isn't found by its own name.
 */
export function dockerfiles(root: string): Found[] {
  const { top, inside } = repositoryOf(root);
  const tree = diskTree(top);
  const shown = (path: string) => join(root, path.slice(inside === '' ? 0 : inside.length + 1));
  const found: Found[] = [];
  const links: Found[] = [];
  const open: Place[] = [{ path: inside, depth: 0, above: ignoresAbove(tree, inside) }];
  for (let folder = open.pop(); folder; folder = open.pop()) {
    const { path, depth, above } = folder;
    const entries = depth > DEEPEST ? undefined : tree.entries(path);
    if (!entries) {
      const message = depth > DEEPEST ? `is more than ${DEEPEST} folders deep` : "can't be read";
      found.push({ kind: 'problem', path: shown(path), message });
      continue;
    }
    const ignores = withIgnoresOf(tree, path, above);
    for (const [name, kind] of entries) {
      const child = childPath(path, name);
      const is = kindByName(name);
      if ((kind === 'folder' ? SKIPPED.has(name) : !is) || isIgnored(ignores, child, kind === 'folder')) continue;
      if (kind === 'folder') open.push({ path: child, depth: depth + 1, above: ignores });
      else if (is && kind !== 'other') (kind === 'link' ? links : found).push({ kind: is, path: shown(child) });
    }
  }
  return withLinks(root, found, links).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What a file is by its name; undefined for no Dockerfile. */
export function kindByName(name: string): 'dockerfile' | 'template' | undefined {
  const bare = withoutTemplateSuffix(name);
  if (!NAME.test(bare ?? name) || NO_DOCKERFILE.test(name)) return undefined;
  return bare === undefined ? 'dockerfile' : 'template';
}

interface Place {
  path: string;
  depth: number;
  above: Ignores[];
}

/** The rules of a .gitignore and its folder; the deepest stands first. */
interface Ignores {
  rules: GitRules;
  folder: string;
}

function withIgnoresOf(tree: Tree, folder: string, above: Ignores[]): Ignores[] {
  const isFile = tree.entries(folder)?.get('.gitignore') === 'file';
  const bytes = isFile ? tree.head(childPath(folder, '.gitignore'), MAX_GITIGNORE) : undefined;
  return bytes ? [{ rules: gitRules(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)), folder }, ...above] : above;
}

function isIgnored(ignores: Ignores[], path: string, isFolder: boolean): boolean {
  for (const { rules, folder } of ignores) {
    const verdict = rules.verdict(folder === '' ? path : path.slice(folder.length + 1), isFolder);
    if (verdict) return verdict === 'ignored';
  }
  return false;
}

/** The rules of the folders above one; none where they ignore that folder itself, which somebody asked for by name. */
function ignoresAbove(tree: Tree, folder: string): Ignores[] {
  if (folder === '') return [];
  let ignores: Ignores[] = [];
  let at = '';
  for (const name of folder.split('/')) {
    ignores = withIgnoresOf(tree, at, ignores);
    at = childPath(at, name);
    if (isIgnored(ignores, at, true)) return [];
  }
  return ignores;
}

/** The folder's repository and the way from there; the folder itself where there is none. */
function repositoryOf(root: string): { top: string; inside: string } {
  try {
    const real = realpathSync(root);
    const top = repositoryAbove(real) ?? real;
    return { top, inside: relative(top, real).split(sep).join('/') };
  } catch {
    return { top: root, inside: '' };
  }
}

function withLinks(root: string, found: Found[], links: Found[]): Found[] {
  const files = new Set(found.map(({ path }) => resolve(path)));
  const all = [...found];
  for (const link of links) {
    const target = targetInside(root, link.path);
    if (target === undefined || files.has(target)) continue;
    files.add(target);
    all.push(link);
  }
  return all;
}

/** The file that a link leads to; undefined where that isn't a file below the folder. */
function targetInside(root: string, link: string): string | undefined {
  try {
    const target = realpathSync(link);
    const from = realpathSync(root);
    return isInside(from, target) && statSync(target).isFile() ? resolve(root, relative(from, target)) : undefined;
  } catch {
    return undefined;
  }
}
