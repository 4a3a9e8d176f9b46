import { posix } from 'node:path';
import type { BuildContext } from '../../src/context/context.ts';
import type { Copied } from '../../src/context/copied.ts';
import type { NodeProject } from '../../src/context/node.ts';
import { everyCommand, type NestedCommand, type ShellWord } from '../../src/dockerfile/shell.ts';
import { type PlacedCommand, placedCommands, type ToolCall } from '../../src/tools/calls.ts';
import { projectAt } from './node-build.ts';
import { type NodeEffect, readNodeCommand } from './node-commands.ts';
import { namedPaths } from './node-sources.ts';
import { BUILD_TOOLS, binPackage } from './node-tables.ts';
import type { Effect } from './run-effects.ts';

/** What a command of a build comes to, through the scripts of package.json. */
export interface Done {
  installs: { call: ToolCall; folder: string; project: NodeProject }[];
  tools: { name: string; words: readonly ShellWord[]; folder: string }[];
  /** Absolute paths that are written by name. */
  paths: string[];
}

type Own = Extract<NodeEffect, { kind: 'install' | 'script' | 'tool' }>;

/** Scripts that call each other deeper than this aren't followed. */
const MOST_DEPTH = 8;

/** Scripts that an installation runs, and npm's order has them all. */
const LIFECYCLE = ['preinstall', 'install', 'postinstall', 'preprepare', 'prepare', 'postprepare', 'prepublish'];

/** Follows an installation, a script or a tool to what it runs in the end. */
export function scriptSteps(context: BuildContext, copied: Copied, effect: Own): Done | { reason: string } {
  const done: Done = { installs: [], tools: [], paths: [] };
  const reason = follow(context, copied, effect, done, 0);
  return reason === undefined ? done : { reason };
}

function follow(context: BuildContext, copied: Copied, effect: Own, done: Done, depth: number): string | undefined {
  if (depth > MOST_DEPTH) return 'runs scripts that call each other';
  const project = projectAt(context, copied, effect.folder);
  if (effect.kind === 'tool') return toolProblem(context, copied, effect, project && 'problem' in project ? undefined : project, done);
  if (!project) return `runs in ${effect.folder}, where the build context puts no package.json`;
  if ('problem' in project) return project.problem;
  if (effect.kind === 'script') {
    if (!project.scripts.has(effect.name)) return binOrReason(context, copied, effect, project, done);
    return scripts(context, copied, project, effect.folder, [`pre${effect.name}`, effect.name, `post${effect.name}`], done, depth);
  }
  if (project.workspaces.patterns.length > 0) return 'installs several workspaces';
  done.installs.push({ call: effect.call, folder: effect.folder, project });
  return scripts(context, copied, project, effect.folder, LIFECYCLE, done, depth);
}

/** `yarn tsc`, `pnpm tsc`: a program of a dependency. */
function binOrReason(
  context: BuildContext,
  copied: Copied,
  { name, folder }: Extract<NodeEffect, { kind: 'script' }>,
  project: NodeProject,
  done: Done,
): string | undefined {
  return isLocalTool(name, project)
    ? toolProblem(context, copied, { kind: 'tool', name, words: [], folder }, project, done)
    : `runs ${name}, which package.json has no script for`;
}

function scripts(
  context: BuildContext,
  copied: Copied,
  project: NodeProject,
  folder: string,
  names: string[],
  done: Done,
  depth: number,
): string | undefined {
  for (const name of names) {
    const text = project.scripts.get(name);
    if (text === undefined) continue;
    const commands = everyCommand(text);
    if (!commands) return `runs the script ${name}, whose shell can't be read`;
    for (const placed of placedCommands(commands, folder)) {
      const reason = command(context, copied, project, placed, done, depth);
      if (reason !== undefined) return `runs the script ${name}, which ${reason}`;
    }
  }
  return undefined;
}

/** Programs in scripts that write nothing. */
const QUIET: ReadonlySet<string> = new Set(
  ': [ cat cd date echo env exit export false find git grep head id ls npm-check printf pwd sed set shift sleep sort tail test tr true tsc-silent wc whoami xargs sh command if-env is-ci'.split(
    ' ',
  ),
);

/** Programs in scripts that write where their operands say. */
const WRITERS: ReadonlySet<string> = new Set([
  'chmod',
  'cp',
  'install',
  'ln',
  'mkdir',
  'mv',
  'rm',
  'rmdir',
  'rsync',
  'touch',
  'tee',
  'shx',
  'rimraf',
  'del',
  'mkdirp',
  'ncp',
  'cpx',
  'copyfiles',
  'cpy',
  'copy',
]);

function command(
  context: BuildContext,
  copied: Copied,
  project: NodeProject,
  placed: PlacedCommand,
  done: Done,
  depth: number,
): string | undefined {
  const nested = placed.command as NestedCommand;
  if (nested.writes.some(path => path === undefined)) return `writes what can't be followed: ${nested.text}`;
  const { folder } = placed;
  if (folder === undefined) return "changes to a folder that can't be known";
  done.paths.push(...nested.writes.map(path => posix.resolve(folder, path as string)));
  const [first, ...rest] = unwrapped(placed.words);
  if (!first) return undefined;
  if (first.literal === undefined) return `runs what can't be named: ${nested.text}`;
  const name = posix.basename(first.literal);
  const effects = readNodeCommand({ ...placed, words: [first, ...rest] }, undefined as never);
  if (effects && !['chown', 'chgrp', 'chmod', 'touch'].includes(name)) {
    for (const effect of effects) {
      const reason = nestedEffect(context, copied, effect, done, depth);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }
  if (QUIET.has(name)) return undefined;
  if (WRITERS.has(name) || isLocalTool(name, project)) {
    return toolProblem(context, copied, { kind: 'tool', name, words: rest, folder }, project, done);
  }
  return `runs ${name}, whose result can't be followed`;
}

function nestedEffect(context: BuildContext, copied: Copied, effect: Effect | NodeEffect, done: Done, depth: number): string | undefined {
  if (effect.kind === 'install' || effect.kind === 'script' || effect.kind === 'tool')
    return follow(context, copied, effect, done, depth + 1);
  if (effect.kind === 'unknown') return effect.reason;
  return effect.kind === 'pruned' || effect.kind === 'corepack' ? undefined : 'changes the system';
}

/** What `cross-env A=b`, `dotenv --` and the like start. */
function unwrapped(words: readonly ShellWord[]): readonly ShellWord[] {
  const name = words[0]?.literal;
  if (name !== 'cross-env' && name !== 'cross-env-shell' && name !== 'env-cmd' && name !== 'dotenv') return words;
  const at = words.findIndex(({ text }, index) => index > 0 && !/^(?:-|\w+=)/.test(text));
  return at < 0 ? [] : words.slice(at);
}

/** Whether a program comes with one of the project's packages, or is one that builds are known to run. */
export function isLocalTool(name: string, { dependencies, devDependencies, optionalDependencies }: NodeProject): boolean {
  if (BUILD_TOOLS.has(name)) return true;
  const owner = binPackage(name);
  return [dependencies, devDependencies, optionalDependencies].some(map => map.has(owner));
}

/** Commands of tools that put something into a home folder. */
const ELSEWHERE: Readonly<Record<string, string[]>> = {
  playwright: ['install'],
  puppeteer: ['browsers'],
  cypress: ['install'],
  electron: [''],
};

/** Why a tool's writes can't be followed; else they are noted. */
function toolProblem(
  context: BuildContext,
  copied: Copied,
  { name, words, folder }: Extract<NodeEffect, { kind: 'tool' }>,
  project: NodeProject | undefined,
  done: Done,
): string | undefined {
  if (ELSEWHERE[name]?.includes(words[0]?.literal ?? '')) return `runs ${name} ${words[0]?.text ?? ''}, which writes to a home folder`;
  const literals = words.flatMap(({ literal }) => literal ?? []);
  for (const literal of literals) {
    const path = literal.replace(/^--?[\w-]+=/, '');
    if (/^(?:\/|\.\.(?:\/|$))/.test(path)) done.paths.push(posix.resolve(folder, path));
  }
  if (name === 'node') {
    const script = words.find(({ text }) => !text.startsWith('-'));
    if (words.some(({ literal }) => literal === '-e' || literal === '--eval' || literal === '-p')) return undefined;
    if (script?.literal === undefined) return "runs node on a file that can't be named";
    const named = namedPaths(context, copied, posix.resolve(folder, script.literal));
    if (named === undefined) return `runs ${script.literal}, which the build context does not have`;
    const path = named.find(each => /^\/(?:bin|etc|home|lib|opt|root|sbin|srv|usr|var)(?:\/|$)/.test(each));
    if (path !== undefined) return `runs ${script.literal}, which names ${path}`;
  }
  if (project) done.paths.push(...configuredPaths(context, project, folder));
  done.tools.push({ name, words, folder });
  return undefined;
}

const CONFIGURATION =
  /^(?:\.bowerrc|[\w.-]+\.config\.[cm]?[jt]s|tsconfig[\w.-]*\.json|angular\.json|nest-cli\.json|\.swcrc|\.babelrc|webpack[\w.-]*\.[cm]?js|rollup[\w.-]*\.js|gulpfile\.js|Gruntfile\.js)$/;

/** Where the configuration of a project's tools may have them write: what it names outside the project's folder. */
function configuredPaths(context: BuildContext, project: NodeProject, folder: string): string[] {
  const found: string[] = [];
  for (const file of context.list(project.folder)) {
    if (!CONFIGURATION.test(file)) continue;
    const text = context.text(posix.join(project.folder, file)) ?? '';
    for (const [, path] of text.matchAll(/["'`](\.\.\/[\w./@-]{0,200})["'`]/g)) found.push(posix.resolve(folder, path as string));
  }
  return found;
}
