import { posix } from 'node:path';
import type { BuildContext } from '../../src/context/context.ts';
import { type Copied, isIn } from '../../src/context/copied.ts';
import { readJson } from '../../src/context/json.ts';
import type { NodeProject } from '../../src/context/node.ts';
import { mounts } from '../../src/dockerfile/mounts.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { type Scope, scopeAt } from '../../src/dockerfile/stages.ts';
import { hasOption, optionValue, type ToolCall } from '../../src/tools/calls.ts';
import type { Facts } from '../../src/transform.ts';
import type { Installed, NodeBuild } from './node-build.ts';
import { coversAll } from './node-lock-names.ts';
import { packageOf, projectFolder, type Read } from './node-sources.ts';
import type { Chain } from './node-start.ts';
import { BUILTINS, CLOSED, LOADED_BY_OTHERS, RUNNERS, TRANSPILERS } from './node-tables.ts';
import { ownerOf } from './node-words.ts';

/** What becomes of the development dependencies that a build installs. */
export interface Pruning {
  /** Commands that take them away, each with the folder it works in, and globs of what it writes anew there. */
  commands: { command: string; folder: string; changes: string[] }[];
  /** Why some stay. */
  stay: string[];
}

interface App {
  file: Dockerfile;
  facts: Facts;
  context: BuildContext;
  scope: Scope;
  build: NodeBuild;
  /** Everything that is copied, up to the stage's end. */
  copied: Copied;
  chain: Chain;
  read: Read;
  last: Instruction;
}

/** Packages, and what package managers note of those that are installed. */
export const MODULES = 'node_modules/**';

/** How to take away the development dependencies that were installed and that nothing needs at run time. */
export function pruningOf(app: App): Pruning {
  const pruning: Pruning = { commands: [], stay: [] };
  const folders = [...new Set(app.build.installs.filter(({ isGone }) => !isGone).map(({ folder }) => folder))].filter(
    folder => !app.build.pruned.includes(folder),
  );
  for (const folder of folders) {
    const installs = app.build.installs.filter(install => install.folder === folder && !install.isGone);
    const install = installs.at(-1) as Installed;
    if (install.project.devDependencies.size === 0 || installs.every(each => isForProduction(app, each))) continue;
    const reason = installs.map(each => installProblem(app, each)).find(each => each !== undefined) ?? needOf(app, install);
    const command = reason === undefined ? pruneCommand(app, install) : { reason };
    if ('reason' in command) pruning.stay.push(command.reason);
    else pruning.commands.push({ changes: [MODULES], ...command, folder });
  }
  return pruning;
}

/** Whether an installation leaves development dependencies out. */
function isForProduction({ file, facts }: App, { call, by }: Installed): boolean {
  if (optionValue(call, '--omit') === 'dev' || hasOption(call, '--prod')) return true;
  if (['prod', 'production'].includes(optionValue(call, '--only') ?? '')) return true;
  const production = optionValue(call, '--production');
  if (production !== undefined) return production !== 'false';
  if (optionValue(call, '--include') === 'dev' || hasOption(call, '--dev')) return false;
  const own = call.environment.get('NODE_ENV');
  const variable = scopeAt(file, facts.images, by)?.variable('NODE_ENV');
  return own === 'production' || (!call.environment.has('NODE_ENV') && variable?.text === 'production' && !variable.settable);
}

function installProblem({ file, facts, last }: App, { by, call }: Installed): string | undefined {
  if (mounts(by).some(({ type }) => type === 'secret' || type === 'ssh')) return 'the install needs a secret, and so may taking them away';
  if (hasOption(call, '--no-save')) return 'the install has packages that package.json does not name';
  const [there, end] = [by, last].map(each => scopeAt(file, facts.images, each)?.user);
  return there === end ? undefined : 'another user installed them';
}

/** Why development dependencies of a project are needed at run time, or may be. */
function needOf(app: App, { folder, project }: Installed): string | undefined {
  const { chain, copied } = app;
  if (chain.unsure !== undefined) return `the container ${chain.unsure}`;
  if ([...copied.files.keys()].some(path => path.startsWith(posix.join(folder, 'node_modules/'))))
    return 'the build context brings a node_modules of its own';
  const runner = chain.bins.find(({ name }) => RUNNERS.has(name));
  if (runner) return `the container starts ${runner.name}`;
  const opener = chain.bins.find(({ name }) => !CLOSED.has(name));
  if (opener) return `the container starts ${opener.name}, which may load anything`;
  const isDev = (name: string) => project.devDependencies.has(name) && !project.dependencies.has(name);
  const bin = chain.bins.find(({ name }) => isDev(ownerOf(name, project) ?? ''));
  if (bin) return `the container starts ${bin.name}, which is a development dependency`;
  const module = chain.modules.map(packageOf).find(name => name !== undefined && (isDev(name) || TRANSPILERS.has(name)));
  if (module) return `the container loads ${module}`;
  const driver = [...project.devDependencies.keys()].find(name => isDev(name) && LOADED_BY_OTHERS.has(name));
  if (driver) return `other packages may load ${driver}`;
  const served = servedModules(app, folder);
  return served ?? sourcesNeed(app, folder, project, isDev);
}

/** Pages that are read at run time, and may have a browser fetch a package's files. */
const PAGE = /\.(?:html?|ejs|pug|jade|hbs|handlebars|njk|mustache|twig)$/;

/** Why packages may be handed to browsers as files. */
function servedModules({ context, copied, chain }: App, folder: string): string | undefined {
  const server = [...chain.programs, ...chain.bins.map(({ name }) => name)].find(name => name === 'serve' || name === 'http-server');
  if (server && (chain.served === undefined || isIn(folder, chain.served))) return `${server} may serve them`;
  const page = [...copied.files].find(([path, file]) => PAGE.test(path) && context.text(file)?.includes('node_modules/'));
  return page && `${posix.relative(folder, page[0])} names node_modules`;
}

function sourcesNeed(
  { context, copied, read }: App,
  folder: string,
  project: NodeProject,
  isDev: (name: string) => boolean,
): string | undefined {
  const lock = npmPackages(context, project);
  for (const { path, source } of read.files) {
    const nearest = path.startsWith('-e ') ? folder : projectFolder(copied, path);
    if (nearest !== folder && (nearest === undefined || !nearest.startsWith(folder === '/' ? '/' : `${folder}/`))) continue;
    const named = [...source.strings].find(text => isDev(text) || /(?:^|\/)node_modules(?:\/|$)/.test(text));
    if (named) return `${posix.relative(folder, path)} names ${named}`;
    if (nearest !== folder) continue;
    for (const written of source.imports) {
      const name = packageOf(written);
      if (name === undefined || BUILTINS.has(name) || written === project.name) continue;
      if (isDev(name)) return `${posix.relative(folder, path)} imports ${name}`;
      if (TRANSPILERS.has(name)) return `${posix.relative(folder, path)} compiles what it loads`;
      if (isNamed(project, name) || isAlias(context, project, written)) continue;
      if (lock ? lock.get(name) === 'dev' : true)
        return `${posix.relative(folder, path)} imports ${name}, which package.json does not name`;
    }
  }
  return undefined;
}

function isNamed({ dependencies, optionalDependencies, peerDependencies }: NodeProject, name: string): boolean {
  return [dependencies, optionalDependencies, peerDependencies].some(map => map.has(name));
}

/** Whether an import is a path of the project's own: by a compiler's baseUrl or by its paths. */
function isAlias(context: BuildContext, { folder }: NodeProject, written: string): boolean {
  const [first = ''] = written.split('/');
  if (/^[@~]?$/.test(first)) return true;
  const at = (name: string) => (folder === '' ? name : `${folder}/${name}`);
  const isThere = (name: string) => context.kind(at(name)) !== undefined;
  if (['', 'src/', 'app/'].some(base => ['', '.ts', '.tsx', '.js', '.jsx'].some(extension => isThere(base + first + extension))))
    return true;
  const text = context.text(at('tsconfig.json')) ?? context.text(at('jsconfig.json')) ?? '';
  return text.includes(`"${first}/`) || text.includes(`"${first}"`);
}

/** The packages that npm's lock puts at the top of node_modules; undefined without a lock that says so. */
function npmPackages(context: BuildContext, project: NodeProject): Map<string, 'dev' | 'kept'> | undefined {
  const lock = project.locks.find(({ kind }) => kind === 'npm');
  const text = lock && context.text(lock.path);
  const json = text === undefined ? undefined : readJson(text);
  const packages = json && 'value' in json ? (json.value as { packages?: unknown }).packages : undefined;
  if (typeof packages !== 'object' || packages === null) return undefined;
  return new Map(
    Object.entries(packages).flatMap(([path, entry]): [string, 'dev' | 'kept'][] =>
      path.startsWith('node_modules/') && !path.slice(13).includes('node_modules/')
        ? [[path.slice(13), (entry as { dev?: boolean } | null)?.dev ? 'dev' : 'kept']]
        : [],
    ),
  );
}

/** Yarn and pnpm install again to take packages away: what a script changed in them is lost, and what was fetched with a secret may not be there again. */
function reinstallProblem({ tools, removed }: NodeBuild, project: NodeProject, folder: string): string | undefined {
  const script = ['preinstall', 'install', 'postinstall'].find(name => project.scripts.has(name));
  if (script) return `the install runs ${script}, which may change packages`;
  const tool = tools.find(({ name }) => ['prisma', 'patch-package', 'node', 'ngcc'].includes(name));
  if (tool) return `the build runs ${tool.name}, which may change packages`;
  const settings = ['.npmrc', '.yarnrc', '.yarnrc.yml'].map(name => posix.join(folder, name)).find(path => removed.includes(path));
  return settings && `the build removes ${settings}`;
}

/** Why Yarn 1 would not install from its lock as it is, which alone gives the versions that are there; an install without a lock writes one. */
function lockProblem(context: BuildContext, call: ToolCall, project: NodeProject): string | undefined {
  if (hasOption(call, '--frozen-lockfile')) return undefined;
  const lock = project.locks.find(({ kind }) => kind === 'yarn-classic');
  if (!lock) return hasOption(call, '--no-lockfile', '--pure-lockfile') ? 'the install writes no lock file' : undefined;
  const { dependencies, devDependencies, optionalDependencies } = project;
  const wanted = [dependencies, devDependencies, optionalDependencies].flatMap(map => [...map].map(([name, range]) => `${name}@${range}`));
  return coversAll(context.text(lock.path) ?? '', wanted) ? undefined : `${lock.path} is out of step with package.json`;
}

/** The package manager's own command that leaves production dependencies alone. */
function pruneCommand(
  { context, scope, build }: App,
  { call, project, folder }: Installed,
): { command: string; changes?: string[] } | { reason: string } {
  if (call.tool !== 'npm') {
    const rewriting = reinstallProblem(build, project, folder);
    if (rewriting) return { reason: rewriting };
  }
  const flags = ['--legacy-peer-deps', '--force', '--no-package-lock'].filter(name => hasOption(call, name));
  const pass = flags.length > 0 ? ` ${flags.join(' ')}` : '';
  if (call.tool === 'npm') {
    const major = Number.parseInt(scope.image?.version ?? '', 10);
    const isOld = major < 15 && !build.globals.some(({ names }) => names.includes('npm'));
    // npm 6 removes nothing with --no-save, and writes nothing without
    if (isOld) return { command: `npm prune --production --ignore-scripts${pass}`, changes: [] };
    // later ones write their lock file anew, in their own order and with their own fields, unless they save nothing; Yarn's they keep in step
    // (@npmcli/arborist, shrinkwrap.js)
    const kept = project.locks.filter(({ kind }) => kind.startsWith('yarn')).map(({ path }) => posix.basename(path));
    return { command: `npm prune --omit=dev --no-save --ignore-scripts${pass}`, changes: [MODULES, ...kept] };
  }
  const isBerry =
    project.locks.some(({ kind }) => kind === 'yarn-berry') ||
    project.settings.some(path => path.endsWith('.yarnrc.yml')) ||
    (project.packageManager?.name === 'yarn' && !project.packageManager.version.startsWith('1.'));
  if (call.tool === 'yarn' && !isBerry) {
    const reason = lockProblem(context, call, project);
    return reason === undefined ? { command: 'yarn install --production --prefer-offline --frozen-lockfile' } : { reason };
  }
  if (call.tool === 'pnpm') {
    const lock = project.locks.find(({ kind }) => kind === 'pnpm');
    const told =
      project.packageManager?.name === 'pnpm'
        ? project.packageManager.version
        : /\bpnpm@(\d+)/.exec(build.globals.map(({ text }) => text).join(' '))?.[1];
    // --ignore-scripts is pnpm 8.15.6's; the lock's format of 9.0 is pnpm 9's
    const isNew = Number.parseFloat(told ?? lock?.version ?? '') >= 9;
    const hasScripts = ['preinstall', 'install', 'postinstall', 'prepare'].some(name => project.scripts.has(name));
    if (!isNew && hasScripts) return { reason: 'pnpm would run scripts of package.json again' };
    return { command: `CI=true pnpm prune --prod${isNew ? ' --ignore-scripts' : ''}` };
  }
  const version = project.packageManager?.name === 'yarn' ? Number.parseInt(project.packageManager.version, 10) : 0;
  return version >= 4 ? { command: 'yarn workspaces focus --production --all' } : { reason: "this Yarn can't take them away" };
}
