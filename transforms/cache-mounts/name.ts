import { posix } from 'node:path';
import { type NodeProject, nodeProject } from '../../src/context/node.ts';
import { topLevelValue } from '../../src/context/yaml.ts';
import { copy as copyOf } from '../../src/dockerfile/views.ts';
import type { CacheName } from '../../src/tools/caches.ts';
import { hasOption, type ToolCall } from '../../src/tools/calls.ts';
import type { Because } from './because.ts';
import { isCopied } from './before.ts';
import { callersBelow, instructionsBefore, type RunCommands, type Subject } from './runs.ts';

/** Which caches the calls of a tool in a RUN use, by the tool's version; why that can't be told; undefined for a tool without a row. */
export function cacheNameOf(subject: Subject, run: RunCommands, calls: readonly ToolCall[]): CacheName | Because | undefined {
  const [call] = calls;
  switch (call?.tool) {
    case 'npm':
    case 'pip':
    case 'poetry':
    case 'uv':
    case 'go':
    case 'apt':
      return call.tool;
    case 'yarn':
      return isBerry(subject, run, calls) ? berryName(subject, run) : 'yarn';
    case 'pnpm':
      return pnpmName(subject, run, calls);
    default:
      return undefined;
  }
}

const YARN_SETTINGS = '.yarnrc.yml';

function isBerry(subject: Subject, run: RunCommands, calls: readonly ToolCall[]): boolean {
  const version = installedVersion(subject, run, 'yarn');
  if (version !== undefined) return !isClassic(version);
  if (calls.some(call => hasOption(call, '--immutable', '--immutable-cache', '--inline-builds') || call.verb === 'workspaces focus'))
    return true;
  const versions = manifestVersions(subject, 'yarn');
  if (versions.length > 0) return !versions.every(isClassic);
  const copies = instructionsBefore(run).flatMap(instruction => copyOf(instruction)?.sources ?? []);
  if (copies.some(({ text }) => BERRY_FILES.test(text))) return true;
  if (projects(subject).some(({ locks }) => locks.some(({ kind }) => kind === 'yarn-berry'))) return true;
  return topLevelString(subject, 'yarnPath') !== undefined;
}

const isClassic = (version: string): boolean => /^(?:1\b|classic$)/.test(version);

/** What only Yarn 2 and later reads. */
const BERRY_FILES = /(?:^|\/)\.(?:yarnrc\.yml|yarn\/(?:releases|plugins)|yarn\/?$|pnp\.)/;

/** Plug'n'Play, the default, runs what is in the cache. */
function berryName(subject: Subject, run: RunCommands): CacheName | Because {
  const linker =
    run.scope.variable('YARN_NODE_LINKER')?.text ??
    (isCopied(subject, run, YARN_SETTINGS) ? topLevelString(subject, 'nodeLinker') : undefined);
  if (linker === 'node-modules') return 'yarn-berry';
  return { code: 'installation', reason: "may run from Yarn's cache: only with `nodeLinker: node-modules` it doesn't" };
}

function topLevelString({ facts: { context } }: Subject, key: string): string | undefined {
  const found = context && topLevelValue(context, YARN_SETTINGS, key);
  return found && 'value' in found && typeof found.value === 'string' ? found.value : undefined;
}

function pnpmName(subject: Subject, run: RunCommands, calls: readonly ToolCall[]): CacheName | Because {
  if (calls.some(call => hasOption(call, '--global'))) {
    return { code: 'installation', reason: "may install globally by links into pnpm's store" };
  }
  const version = installedVersion(subject, run, 'pnpm') ?? manifestVersions(subject, 'pnpm')[0];
  const major = Number(/^(?:latest-)?\^?~?(\d+)/.exec(version ?? '')?.[1] ?? Number.NaN);
  if (major <= 6) return 'pnpm-6';
  const node = run.scope.image?.family === 'node' ? Number.parseInt(run.scope.image.version ?? '', 10) : Number.NaN;
  // Node 14's corepack brings pnpm 6
  if (Number.isNaN(major) && node < 16) return { code: 'version', reason: "doesn't say which pnpm it installs, and so where its store is" };
  return 'pnpm';
}

/** Most files of a context that are looked through for manifests. */
const MOST_FILES = 5000;

/** The projects of the context, those that can be read. */
function projects({ facts: { context } }: Subject): NodeProject[] {
  const paths = context?.files('', MOST_FILES).paths ?? [];
  const folders = paths.filter(path => posix.basename(path) === 'package.json').map(path => posix.dirname(path));
  return folders.flatMap(folder => {
    const project = context && nodeProject(context, folder === '.' ? '' : folder);
    return project && !('problem' in project) ? [project] : [];
  });
}

/** The versions of a package manager that the context's manifests ask for. */
function manifestVersions(subject: Subject, name: string): string[] {
  return projects(subject).flatMap(({ packageManager }) => (packageManager?.name === name ? [packageManager.version] : []));
}

/** The version of a package manager that a RUN before asks for: `npm i -g pnpm@8`, `corepack prepare yarn@3.6.1 --activate`, `yarn set version berry`. */
function installedVersion(subject: Subject, run: RunCommands, name: string): string | undefined {
  for (const { calls, commands } of callersBelow(subject, run.stage).toReversed()) {
    for (const call of calls) {
      const set =
        call.tool === 'yarn' && name === 'yarn' && (call.verb === 'set version' || call.verb === 'policies')
          ? call.operands.at(-1)?.literal
          : undefined;
      if (set !== undefined) return set;
    }
    const written = commands
      .filter(({ words }) =>
        words.some(
          ({ literal }) => literal === 'install' || literal === 'i' || literal === 'prepare' || literal === 'use' || literal === 'add',
        ),
      )
      .flatMap(({ words }) => words.map(({ literal }) => literal ?? ''))
      .findLast(word => word.startsWith(`${name}@`));
    if (written !== undefined) return written.slice(name.length + 1);
  }
  return undefined;
}
