import { posix } from 'node:path';
import type { BuildContext } from '../../src/context/context.ts';
import { addCopy, addFolder, type Copied, contextFolder, isIn, nothingCopied } from '../../src/context/copied.ts';
import { type GoProject, goProject } from '../../src/context/go.ts';
import { type GoBuild, goBuild, programName } from '../../src/context/go-build.ts';
import { type Refusal, refuse } from '../../src/transform.ts';
import type { Build, Step } from './build-walk.ts';
import type { BuildCommand } from './run-effects.ts';

/** A program that the builder makes. */
export interface GoOutput {
  project: GoProject;
  /** Where the module stands in the image. */
  root: string;
  /** Folder of its main package, in the context. */
  package: string;
  command: BuildCommand;
  flags: GoBuild;
}

/** Variables that the go tool reads, as far as they decide where programs go and how they are linked. */
export type Setting = (command: BuildCommand, name: string) => string | undefined | 'unknown';

/** What is in the image at the end of the build. */
export interface Built {
  /** Programs by path. */
  outputs: Map<string, GoOutput>;
  copied: Copied;
}

/** Replays the build: files are copied, programs built, both moved or removed on the way. */
export function replay(context: BuildContext, build: Build, setting: Setting): Built | Refusal {
  const built: Built = { outputs: new Map(), copied: nothingCopied() };
  for (const { by, effect } of build.steps) {
    const [code, reason] = apply(context, built, effect, setting) ?? [];
    if (code !== undefined && reason !== undefined) return refuse(by, code, reason);
  }
  return built;
}

function apply(context: BuildContext, built: Built, effect: Step['effect'], setting: Setting): [code: string, reason: string] | undefined {
  const { outputs, copied } = built;
  switch (effect.kind) {
    case 'copy': {
      const reason = addCopy(copied, context, effect.copy);
      for (const path of outputs.keys()) if (copied.files.has(path)) outputs.delete(path);
      return reason === undefined ? undefined : ['copy', reason];
    }
    case 'build': {
      const reason = addBuild(context, copied, outputs, effect.build, setting);
      return reason === undefined ? undefined : ['go-build', reason];
    }
    case 'move': {
      const reason = move(copied, outputs, effect);
      return reason === undefined ? undefined : ['run', reason];
    }
    case 'folder':
      addFolder(copied, effect.path);
      return undefined;
    case 'gone':
      for (const paths of [outputs, copied.files, copied.folders, copied.empty])
        for (const path of paths.keys()) if (isIn(path, effect.path)) paths.delete(path);
      return undefined;
    default:
      return undefined;
  }
}

function move(
  copied: Copied,
  outputs: Map<string, GoOutput>,
  { from, to, keeps }: { from: string; to: string; keeps: boolean },
): string | undefined {
  const isFolder = to.endsWith('/') || copied.folders.has(to);
  const target = isFolder ? posix.join(to, posix.basename(from)) : to;
  const found = [outputs, copied.files].filter(map => map.has(from)) as Map<string, unknown>[];
  if (found.length === 0) return `moves ${from}, which can't be followed`;
  for (const map of found) {
    map.set(target, map.get(from));
    if (!keeps) map.delete(from);
  }
  addFolder(copied, posix.dirname(target));
  return undefined;
}

function addBuild(
  context: BuildContext,
  copied: Copied,
  outputs: Map<string, GoOutput>,
  command: BuildCommand,
  setting: Setting,
): string | undefined {
  const flags = goBuild(command.words);
  if ('reason' in flags) return flags.reason;
  const versioned = flags.targets.find(target => target.includes('@'));
  if (versioned) return `installs ${versioned}, which is not in the build context`;
  const here = posix.resolve(command.folder, flags.folder ?? '.');
  const root = moduleRoot(copied, here);
  const folder = root === undefined ? undefined : contextFolder(copied, root, 'go.mod');
  if (root === undefined || folder === undefined) return `builds in ${here}, where the build context puts no go.mod`;
  const project = goProject(context, folder);
  if (!project) return `builds in ${here}, where the build context puts no go.mod`;
  if ('problem' in project) return project.problem;
  const packages = packagesOf(project, flags.targets.length > 0 ? flags.targets : ['.'], root, here);
  if ('reason' in packages) return packages.reason;
  const names = namesOf(copied, packages, flags, here, command, setting);
  if (!Array.isArray(names)) return names.reason;
  for (const { path, main } of names) {
    outputs.set(path, { project, root, package: main, command, flags });
    copied.files.delete(path);
    addFolder(copied, posix.dirname(path));
  }
  return undefined;
}

/** The nearest folder above that has a go.mod. */
function moduleRoot(copied: Copied, folder: string): string | undefined {
  for (let at = folder; ; at = posix.dirname(at)) {
    if (copied.files.has(posix.join(at, 'go.mod'))) return at;
    if (at === '/') return undefined;
  }
}

interface Packages {
  /** Folders of main packages, in the context, and the name of each program. */
  mains: { folder: string; name: string }[];
  /** Without -o, no program is written. */
  discarded: boolean;
}

function packagesOf(project: GoProject, targets: string[], root: string, here: string): Packages | { reason: string } {
  if (targets.every(target => target.endsWith('.go'))) {
    const [first] = targets as [string];
    const folder = relativeFolder(project, root, posix.dirname(posix.resolve(here, first)));
    if (folder === undefined || !project.mains.includes(folder)) return { reason: `builds ${first}, which is no main package` };
    return { mains: [{ folder, name: posix.basename(first, '.go') }], discarded: false };
  }
  const found = new Set<string>();
  for (const target of targets) {
    const path =
      target === project.module || target.startsWith(`${project.module}/`)
        ? posix.join(root, target.slice(project.module.length))
        : undefined;
    if (!path && !/^\.{0,2}\//.test(target) && target !== '.' && target !== '..')
      return { reason: `builds ${target}, which is not in the build context` };
    const full = path ?? posix.resolve(here, target);
    const pattern = full.endsWith('...') ? full.slice(0, -3).replace(/\/$/, '') : undefined;
    const folder = relativeFolder(project, root, pattern ?? full);
    if (folder === undefined) return { reason: `builds ${target}, which is outside its module` };
    for (const main of project.mains) if (pattern === undefined ? main === folder : folder === '' || isIn(main, folder)) found.add(main);
  }
  if (found.size === 0) return { reason: 'builds no main package' };
  const mains = [...found].map(folder => ({ folder, name: programName(importPath(project, folder)) }));
  // what a pattern takes in beside the program can't be seen from here
  return { mains, discarded: found.size > 1 || targets.some(target => target.endsWith('...')) };
}

/** A folder of the image as a folder of the context; undefined outside the module. */
function relativeFolder(project: GoProject, root: string, folder: string): string | undefined {
  const inside = posix.relative(root, folder);
  return inside.startsWith('..') ? undefined : posix.join(project.folder, inside).replace(/^\.?\/?$/, '');
}

function importPath(project: GoProject, folder: string): string {
  const inside = posix.relative(project.folder, folder);
  return inside === '' ? project.module : `${project.module}/${inside}`;
}

function namesOf(
  copied: Copied,
  { mains, discarded }: Packages,
  flags: GoBuild,
  here: string,
  command: BuildCommand,
  setting: Setting,
): { path: string; main: string }[] | { reason: string } {
  const placed = (folder: string) => mains.map(({ folder: main, name }) => ({ path: posix.join(folder, name), main }));
  if (flags.verb === 'install') {
    const settings = ['GOBIN', 'GOPATH', 'GOOS', 'GOARCH'].map(name => setting(command, name));
    if (settings.includes('unknown') || (settings[2] ?? 'linux') !== 'linux' || settings[3])
      return { reason: "installs programs where it can't be told" };
    const [bin, path] = settings;
    return placed(bin || posix.join(path?.split(':')[0] ?? '/root/go', 'bin'));
  }
  const { output } = flags;
  if (output === undefined) return discarded ? [] : placed(here);
  const target = posix.resolve(here, output);
  if (output.endsWith('/') || copied.folders.has(target)) return placed(target);
  if (mains.length > 1) return { reason: `writes several programs to ${output}, which must be a folder` };
  return [{ path: target, main: (mains[0] as { folder: string }).folder }];
}
