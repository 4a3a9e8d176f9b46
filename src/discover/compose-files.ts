import { readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isInside, repositoryAbove } from './repository.ts';

/** A folder's compose files by their paths, those first that Compose reads unasked. Nothing outside the root is read for them. */
export interface ComposeFolder {
  root: string;
  files: string[];
}

/** Compose takes the first of them that is there (docs.docker.com/compose/intro/compose-application-model). */
export const MAIN_FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];
/** Laid over a main file: compose.override.yaml by itself, the others with --file. */
const OVERRIDE = /^(?:docker-)?compose\..+\.ya?ml$/;
/** Folders above a Dockerfile's that are looked at, where its repository is that deep. */
const HIGHEST = 6;

/**
 * A search for the compose files that may build a Dockerfile: those of its folder and of the ones above it up to its repository's root, and of the other
 * folders given (its context, the working directory) where they are in that repository. Without a repository they are its folder's and the others'.
 */
export function composeSearch(): (dockerfile: string, others: readonly string[]) => ComposeFolder[] {
  const listed = new Map<string, string[]>();
  const filesOf = (folder: string) => {
    const files = listed.get(folder) ?? composeFiles(folder);
    listed.set(folder, files);
    return files;
  };
  return (dockerfile, others) => {
    const folder = realFolder(dirname(dockerfile));
    if (folder === undefined) return [];
    const repository = repositoryAbove(folder);
    const given = others.flatMap(other => realFolder(other) ?? []);
    const folders = repository === undefined ? [folder, ...given] : [...upTo(repository, folder), ...given];
    return [...new Set(folders)]
      .filter(each => repository === undefined || isInside(repository, each))
      .map(each => ({ root: repository ?? each, files: filesOf(each) }))
      .filter(({ files }) => files.length > 0);
  };
}

/** The compose files in a folder. */
export function composeFiles(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch {
    return [];
  }
  const main = MAIN_FILES.filter(name => names.includes(name));
  return [...main, ...names.filter(name => OVERRIDE.test(name))].map(name => join(folder, name));
}

/** Whether Compose reads a file unasked, and lays others over it. */
export function isMain(path: string): boolean {
  return MAIN_FILES.includes(basename(path));
}

function upTo(top: string, folder: string): string[] {
  const folders = [folder];
  for (let at = folder; at !== top && folders.length <= HIGHEST; folders.push(at)) at = dirname(at);
  return folders;
}

function realFolder(folder: string): string | undefined {
  try {
    return realpathSync(folder);
  } catch {
    return undefined;
  }
}
