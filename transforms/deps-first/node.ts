import { posix } from 'node:path';
import { type NodeProject, nodeProject } from '../../src/context/node.ts';
import { hasOption, type ToolCall } from '../../src/tools/calls.ts';
import { lifecycle } from './node-scripts.ts';
import { settingsProblem } from './node-settings.ts';
import { type Doubt, doubt, nothing, type Place, type ProjectInstall, type Reads } from './reads.ts';

/** Files and folders that each package manager reads in a project's folder, there or not. */
const READ = {
  npm: ['package.json', 'npm-shrinkwrap.json', 'package-lock.json', 'yarn.lock', '.npmrc'],
  yarn: [
    'package.json',
    'yarn.lock',
    '.yarnrc',
    '.yarnrc.yml',
    '.yarnclean',
    '.npmrc',
    '.yarn/releases',
    '.yarn/plugins',
    '.yarn/patches',
    '.pnp.cjs',
    '.pnp.js',
  ],
  pnpm: [
    'package.json',
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    '.npmrc',
    '.pnpmfile.cjs',
    'pnpmfile.js',
    'patches',
    '.pnpm-patches',
    'package.yaml',
    'package.json5',
  ],
};
type Manager = keyof typeof READ;
const LOCKS = new Set(['npm-shrinkwrap.json', 'package-lock.json', 'yarn.lock', 'pnpm-lock.yaml']);

/** Options that name a file, which may be one of the sources, or another layout of what is installed. */
const ODD_OPTIONS =
  '--userconfig --globalconfig --use-yarnrc --modules-folder --modules-dir --virtual-store-dir --cache-folder --pnpfile --install-strategy --link-duplicates --script-shell --node-options --location'.split(
    ' ',
  );

/** What an install of npm, yarn or pnpm for the whole machine reads: yarn and pnpm look for settings where they are called. */
export function globalInstall(call: ToolCall, place: Place | undefined): Reads | Doubt | undefined {
  const { tool, verb, operands } = call;
  const isGlobal =
    tool === 'yarn'
      ? verb === 'global add'
      : hasOption(call, '--global') && (verb === 'install' || verb === 'update' || (tool === 'pnpm' && verb === 'add'));
  const isSetting = verb === 'config set' || verb === 'config delete' || verb === 'cache clean' || (tool === 'npm' && verb === 'set');
  if (!isGlobal && !isSetting) return undefined;
  if (verb === 'cache clean') return nothing(false);
  // of the project: .npmrc among the sources
  if (isSetting)
    return (tool === 'npm' && !hasOption(call, '--location', '-L')) || hasOption(call, '--global') ? nothing(false) : undefined;
  const local = operands.find(({ literal, text }) => literal === undefined || /^[./~]|^(?:file|link):|\.tgz$/.test(text));
  if (local || operands.length === 0) return doubt('package', 'installs a package from a folder');
  if (tool === 'npm') return nothing(true);
  if (!place) return doubt('context', `needs the build context, to see which settings ${tool} finds in it`);
  const found = ['.npmrc', '.yarnrc', '.yarnrc.yml'].find(name => place.fileAt(posix.join(place.folder, name)) !== undefined);
  if (found) return doubt('settings', `may read ${found}`);
  // corepack starts the version that package.json names
  const project = nodeProject(place.context, place.source);
  return project && ('problem' in project || project.packageManager) ? doubt('settings', 'may read package.json') : nothing(true);
}

/** What an install of a project's dependencies reads: its manifest, lock file, settings and patches, and those of its workspaces. */
export function nodeInstall({ call, place }: ProjectInstall): Reads | Doubt | undefined {
  const tool = call.tool as Manager;
  if (!isInstall(call)) return undefined;
  const [package_] = call.operands;
  if (package_) return doubt('adds', `adds ${package_.text} to package.json, which the later copy would put back`);
  const odd = call.options.find(({ name }) => ODD_OPTIONS.includes(name));
  if (odd) return doubt('option', `is given ${odd.name}`);
  const project = place.fileAt(posix.join(place.folder, 'package.json')) && nodeProject(place.context, place.source);
  if (!project) return doubt('manifest', `has no package.json in ${place.source || 'the build context'}`);
  if ('problem' in project) return doubt('manifest', `can't be told what it reads: ${project.problem}`);
  const above = rootAbove(place, tool);
  if (above) return doubt('workspace', `may belong to ${above}`);
  const problem = settingsProblem(place.context, project, tool);
  if (problem) return problem;
  return readsOf(call, tool, place, project);
}

function isInstall({ tool, verb }: ToolCall): boolean {
  return tool in READ && (verb === 'install' || (tool !== 'yarn' && verb === 'ci'));
}

function readsOf(call: ToolCall, tool: Manager, place: Place, project: NodeProject): Reads | Doubt {
  const members: NodeProject[] = [];
  for (const folder of project.workspaces.members) {
    const member = nodeProject(place.context, folder);
    if (!member || 'problem' in member) return doubt('workspace', `can't be told what the workspace ${folder} brings`);
    // npm and pnpm link a member's programs only where they are there
    if (member.bin.size > 0) return doubt('workspace', `links the programs of the workspace ${folder}`);
    members.push(member);
  }
  const scripts = hasOption(call, '--ignore-scripts') ? [] : lifecycle(place.context, project, members);
  if ('kind' in scripts) return scripts;
  const hidden = [...READ[tool].filter(name => LOCKS.has(name)), 'package.json'].find(name =>
    place.context.hidden(posix.join(project.folder, name)),
  );
  if (hidden) return doubt('hidden', `.dockerignore hides ${hidden}`);
  const inImage = (path: string) => posix.join(place.folder, posix.relative(`/${project.folder}`, `/${path}`));
  const folders = [place.folder, ...members.map(({ folder }) => inImage(folder))];
  const isBerry = project.settings.some(path => path.endsWith('.yarnrc.yml')) || project.locks.some(({ kind }) => kind === 'yarn-berry');
  if (tool === 'yarn' && isBerry && !isFrozen(call))
    return doubt('lock', 'may write yarn.lock, which Yarn reads again: it has no --immutable');
  const locks = READ[tool].filter(name => LOCKS.has(name)).map(name => posix.join(place.folder, name));
  const writesLock = !isFrozen(call);
  return {
    kind: 'reads',
    installs: true,
    inputs: [
      ...READ[tool].map(name => posix.join(place.folder, name)),
      ...scripts.map(inImage),
      ...members.map(({ folder }) => posix.join(inImage(folder), 'package.json')),
    ],
    outputs: [
      ...folders.map(folder => posix.join(folder, 'node_modules')),
      ...(tool === 'yarn' && isBerry ? berryOutputs(place.folder, project) : []),
    ],
    restored: writesLock ? locks : [],
  };
}

/** Whether an install never writes the lock file. */
function isFrozen(call: ToolCall): boolean {
  return call.verb === 'ci' || hasOption(call, '--frozen-lockfile', '--immutable', '--pure-lockfile', '--no-lockfile', '--no-package-lock');
}

function berryOutputs(folder: string, { nodeLinker }: NodeProject): string[] {
  const pnp = nodeLinker === undefined || nodeLinker === 'pnp' ? ['.pnp.cjs', '.pnp.loader.mjs', '.yarn/cache', '.yarn/unplugged'] : [];
  return [...pnp, '.yarn/install-state.gz'].map(name => posix.join(folder, name));
}

/** A file in a folder above the project that makes it a member of a workspace, or holds settings for it. */
function rootAbove({ context, folder, source, fileAt }: Place, tool: Manager): string | undefined {
  for (let at = posix.dirname(folder); at !== '/'; at = posix.dirname(at)) {
    const names = tool === 'npm' ? [] : tool === 'yarn' ? ['.yarnrc', '.yarnrc.yml', 'yarn.lock'] : ['pnpm-workspace.yaml', '.npmrc'];
    const found = names.map(name => fileAt(posix.join(at, name))).find(path => path !== undefined);
    if (found) return found;
    const manifest = fileAt(posix.join(at, 'package.json'));
    const above = manifest === undefined ? undefined : nodeProject(context, posix.dirname(manifest) === '.' ? '' : posix.dirname(manifest));
    if (above && ('problem' in above || above.packageManager || above.workspaces.members.includes(source))) return manifest;
  }
  return undefined;
}
