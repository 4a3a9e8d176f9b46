import { posix } from 'node:path';
import type { BuildContext } from '../../src/context/context.ts';
import { type GoProject, goProject } from '../../src/context/go.ts';
import { type GoBuild, goBuild, programName } from '../../src/context/go-build.ts';
import { type Refusal, refuse } from '../../src/transform.ts';
import type { Build } from './build-walk.ts';
import { addFolder, type Copied, contextFolder } from './copied.ts';
import type { BuildCommand } from './run-effects.ts';

/** A program that the builder makes. */
export interface GoOutput {
  project: GoProject;
  /** Folder of its main package, in the context. */
  package: string;
  command: BuildCommand;
  flags: GoBuild;
}

/** Variables that the go tool reads, as far as they decide where programs go and how they are linked. */
export type Setting = (command: BuildCommand, name: string) => string | undefined | 'unknown';

/** The programs in the image at the end of the build, by path; what is moved or removed on the way is followed, in `copied` too. */
export function goOutputs(context: BuildContext, build: Build, setting: Setting): Map<string, GoOutput> | Refusal {
  const outputs = new Map<string, GoOutput>();
  const { copied } = build;
  for (const { run, effect } of build.effects) {
    if (effect.kind === 'build') {
      const reason = addBuild(context, copied, outputs, effect.build, setting);
      if (reason) return refuse(run, 'go-build', reason);
    } else if (effect.kind === 'move') {
      const reason = move(copied, outputs, effect);
      if (reason) return refuse(run, 'run', reason);
    } else if (effect.kind === 'gone') {
      for (const map of [outputs, copied.files]) for (const path of map.keys()) if (isIn(path, effect.path)) map.delete(path);
    }
  }
  return outputs;
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
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
    outputs.set(path, { project, package: main, command, flags });
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
  /** A pattern or more than one target: the output is a folder. */
  several: boolean;
}

function packagesOf(project: GoProject, targets: string[], root: string, here: string): Packages | { reason: string } {
  if (targets.every(target => target.endsWith('.go'))) {
    const [first] = targets as [string];
    const folder = relativeFolder(project, root, posix.dirname(posix.resolve(here, first)));
    if (folder === undefined || !project.mains.includes(folder)) return { reason: `builds ${first}, which is no main package` };
    return { mains: [{ folder, name: posix.basename(first, '.go') }], several: false };
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
  return { mains, several: found.size > 1 };
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
  { mains, several }: Packages,
  flags: GoBuild,
  here: string,
  command: BuildCommand,
  setting: Setting,
): { path: string; main: string }[] | { reason: string } {
  const placed = (folder: string) => mains.map(({ folder: main, name }) => ({ path: posix.join(folder, name), main }));
  if (flags.verb === 'install') {
    const settings = ['GOBIN', 'GOPATH', 'GOOS', 'GOARCH'].map(name => setting(command, name));
    if (settings.includes('unknown') || settings[2] || settings[3]) return { reason: "installs programs where it can't be told" };
    const [bin, path] = settings;
    return placed(bin || posix.join(path?.split(':')[0] ?? '/root/go', 'bin'));
  }
  const { output } = flags;
  if (output === undefined) return several ? [] : placed(here);
  const target = posix.resolve(here, output);
  if (output.endsWith('/') || copied.folders.has(target)) return placed(target);
  if (several) return { reason: `writes several programs to ${output}, which must be a folder` };
  return [{ path: target, main: (mains[0] as { folder: string }).folder }];
}
