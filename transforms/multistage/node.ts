import type { BuildContext } from '../../src/context/context.ts';
import { addCopy, type Copied, isIn } from '../../src/context/copied.ts';
import { parseImageReference } from '../../src/dockerfile/image-reference.ts';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { type Scope, type Stage, scopeAfter, scopeAt } from '../../src/dockerfile/stages.ts';
import { isRootUser } from '../../src/dockerfile/views.ts';
import { keywordIn } from '../../src/edit.ts';
import type { ImageFacts } from '../../src/images/images.ts';
import { type Facts, type Refusal, refuse } from '../../src/transform.ts';
import { type Build, copyOf, walkBuild } from './build-walk.ts';
import { callerProblem, checkPrograms } from './callers.ts';
import { nodeAlterations } from './node-alters.ts';
import { type NodeBuild, replayNode } from './node-build.ts';
import { type NodeEffect, readNodeCommand } from './node-commands.ts';
import { installedPackages } from './node-lock-names.ts';
import { rightsOf } from './node-owners.ts';
import { type Pruning, pruningOf } from './node-prune.ts';
import { type Read, readSources } from './node-sources.ts';
import { type Chain, startChain } from './node-start.ts';
import { mayNeedAll, needsFullImage, type SystemPackages, type SystemUse, systemPackages, systemUse } from './node-system.ts';
import { INSTALLS_ELSEWHERE } from './node-tables.ts';
import { installCommand } from './packages.ts';
import type { Kept, Split, Strategy } from './strategy.ts';

/** Splits an image in which a Node app is installed or built: the app's folders ship as they are, without development dependencies, on the slim image (catalogue: multistage, Node server). */
export const nodeSplit: Strategy = (file, facts, stage) => {
  const scope = scopeAfter(file, facts.images, stage);
  const { image } = scope;
  if (image?.family !== 'node' || (image.distribution !== 'debian' && image.distribution !== 'alpine')) return undefined;
  const { context } = facts;
  if (!context) return refuse(stage.from, 'context', 'needs the build context, to see what is installed and what is started');
  const walked = walkBuild<NodeEffect>(file, facts, context, stage, readNodeCommand);
  if ('kind' in walked) return walked;
  const build = replayNode(context, walked);
  if ('kind' in build) return build;
  if (build.installs.length === 0) return refuse(stage.from, 'no-build', 'installs no package.json of the build context');
  const problem = layoutProblem(context, build, scope) ?? callerProblem(facts, build.roots);
  if (problem !== undefined) return refuse(stage.from, 'node-build', problem);
  const copied = everythingCopied(file, facts, context, stage, walked, build);
  const chain = startChain(context, copied, scope);
  for (const name of checkPrograms(facts)) chain.programs.add(name);
  const started = scope.entrypoint ?? scope.cmd;
  if (!started) return refuse(stage.from, 'no-command', 'says nowhere what a container starts');
  if (chain.builds !== undefined) return refuse(started, 'runs-at-start', `builds when the container starts: ${chain.builds}`);
  const read = readSources(context, copied, chain.files, chain.inline);
  return decide({ file, facts, context, stage, scope, image, walked, build, copied, chain, read, started });
};

interface App {
  file: Dockerfile;
  facts: Facts;
  context: BuildContext;
  stage: Stage;
  scope: Scope;
  image: ImageFacts;
  walked: Build<NodeEffect>;
  build: NodeBuild;
  copied: Copied;
  chain: Chain;
  read: Read;
  started: Instruction;
}

function decide(app: App): Split | Refusal {
  const { context, stage, scope, image, walked, build, chain } = app;
  const use = systemUse(build, chain, app.read, image);
  const lost = lostProgram(app, use);
  if (lost) return lost;
  const output = selfContained(app, use);
  const pruning = output === undefined ? pruningOf({ ...app, last: walked.last }) : { commands: [], stay: [] };
  const withDevelopment = pruning.stay.length > 0;
  const elsewhere = build.installs.flatMap(({ by, project }) => {
    const name =
      output === undefined
        ? [...installedPackages(context, project, withDevelopment).keys()].find(each => INSTALLS_ELSEWHERE.has(each))
        : undefined;
    return name === undefined ? [] : refuse(by, 'home', `installs ${name}, and with it ${INSTALLS_ELSEWHERE.get(name)} in a home folder`);
  });
  if (elsewhere[0]) return elsewhere[0];
  const slim = slimImage(app);
  const needs =
    slim &&
    needsFullImage(context, build, scope, use, {
      slim: slim.facts,
      drawsText: app.read.files.some(({ source }) => source.drawsText),
      withDevelopment,
      installed: build.packages.flatMap(({ names }) => names),
    });
  const full = typeof needs === 'string' ? needs : undefined;
  const onSlim = slim !== undefined && full === undefined;
  const only = (run: Instruction) => {
    const kinds = walked.steps.filter(({ by }) => by === run).map(({ effect }) => effect.kind);
    return kinds.includes('updated') && kinds.every(kind => ['packages', 'updated', 'folder'].includes(kind));
  };
  const packages = systemPackages(build.packages, only, image, mayNeedAll(context, build, use, withDevelopment), use.packaged);
  if (typeof needs === 'object') packages.installed.push(...needs.install.filter(name => !packages.installed.includes(name)));
  if (!onSlim && output === undefined && pruning.commands.length === 0 && packages.dropped.length === 0 && (use.unsure ?? full)) {
    return refuse(app.started, 'no-gain', `${use.unsure ?? full}, so that all of the image has to stay`);
  }
  const user = userProblem(app);
  if (user) return user;
  return split(app, { use, packages, pruning, output, base: onSlim ? slim.base : (stage.from.words[0]?.text ?? ''), onSlim, full });
}

interface Decided {
  use: SystemUse;
  packages: SystemPackages;
  pruning: Pruning;
  /** The folder that is all the app needs. */
  output: string | undefined;
  base: string;
  onSlim: boolean;
  full: string | undefined;
}

function split(app: App, { use, packages, pruning, output, base, onSlim, full }: Decided): Split {
  const { file, facts, walked, build, image } = app;
  const run = (command: string) => `${keywordIn(file, 'RUN')} ${command}`;
  const kept = keptOf(app, output);
  const globals = build.globals.filter(({ names }) => names.some(name => use.globals.includes(name)));
  const text = ({ start, end }: Instruction) => file.source.slice(start, end);
  const end = scopeAt(file, facts.images, walked.last)?.workdir;
  const isGain = onSlim || output !== undefined || pruning.commands.length > 0 || packages.dropped.length > 0;
  const rights = kept.filter(({ isFolder }) => isFolder).flatMap(({ path }) => rightsOf(file, facts, walked, path));
  return {
    after: walked.last,
    base,
    environment: [],
    finish: pruning.commands.map(({ command, folder }) => run(folder === end ? command : `cd ${folder} && ${command}`)),
    runs: [
      ...packages.repeated.map(text),
      ...(packages.installed.length > 0 ? [run(installCommand(image, packages.installed, { recommended: true }))] : []),
      ...byRun(build.accounts).map(run),
      ...byRun(globals).map(run),
    ],
    repeated: [...packages.repeated, ...build.accounts.map(({ by }) => by), ...globals.map(({ by }) => by)],
    kept,
    runsAfter: rights.length > 0 ? [run(rights.join(' && '))] : [],
    ownsWorkdir: false,
    edits: [],
    alters: nodeAlterations(app, {
      pruning,
      packages,
      output,
      base: onSlim ? base : undefined,
      isRepeated: name => use.globals.includes(name),
    }),
    notes: [
      ...(pruning.stay.length > 0 ? [`development dependencies stay: ${[...new Set(pruning.stay)].join('; ')}`] : []),
      ...(full === undefined ? [] : [`stays on ${base}: the app ${full}`]),
      ...(packages.dropped.length > 0 ? [`left behind: ${packages.dropped.join(', ')}, which only the build needs`] : []),
      ...(isGain ? [] : ["little is gained: package managers' caches are all that stays behind"]),
    ],
    what: output ?? build.roots.filter(root => build.installs.some(({ folder }) => isIn(folder, root))).join(' and '),
    ...(isGain ? {} : { gain: 'none' as const }),
  };
}

/** The commands of each RUN, joined. */
function byRun(commands: readonly { by: Instruction; text: string }[]): string[] {
  const texts = new Map<Instruction, string[]>();
  for (const { by, text } of commands) texts.set(by, [...(texts.get(by) ?? []), text]);
  return [...texts.values()].map(each => each.join(' && '));
}

/** Everything that is copied to the image, up to the end of the stage. */
function everythingCopied(
  file: Dockerfile,
  facts: Facts,
  context: BuildContext,
  stage: Stage,
  { last }: Build<NodeEffect>,
  build: NodeBuild,
): Copied {
  const { files, folders, empty } = build.copied;
  const copied = { files: new Map(files), folders: new Set(folders), empty: new Set(empty) };
  for (const instruction of stage.instructions) {
    if (instruction.start < last.start || (instruction.name !== 'COPY' && instruction.name !== 'ADD')) continue;
    const copy = copyOf(file, facts, context, instruction);
    if (typeof copy !== 'string') addCopy(copied, context, copy);
  }
  return copied;
}

/** Variables that say where a build's output goes: Create React App's, Nitro's, Angular's and common names. */
const OUTPUT_VARIABLES = [
  'BUILD_PATH',
  'BUILD_DIR',
  'OUT_DIR',
  'OUTPUT_DIR',
  'OUTPUT_PATH',
  'DIST_DIR',
  'NITRO_OUTPUT_DIR',
  'NEXT_DIST_DIR',
  'npm_config_prefix',
];

/** Why an app's layout can't be taken over as it is. */
function layoutProblem(context: BuildContext, { installs, roots }: NodeBuild, scope: Scope): string | undefined {
  if (scope.variable('NODE_PATH') !== undefined) return 'sets NODE_PATH, by which modules are found elsewhere';
  const output = OUTPUT_VARIABLES.find(name => {
    const text = scope.variable(name)?.text;
    return text !== undefined && (typeof text !== 'string' || (text.startsWith('/') && !roots.some(root => isIn(text, root))));
  });
  if (output !== undefined) return `sets ${output} to a folder outside the app's`;
  for (const { project, call } of installs) {
    const moving = project.settings.find(path =>
      /(?:modules-folder|modules-dir|virtual-store-dir|modulesDir|virtualStoreDir)/.test(context.text(path) ?? ''),
    );
    if (moving !== undefined) return `installs where ${moving} says`;
    const isBerry = project.locks.some(({ kind }) => kind === 'yarn-berry');
    if (call.tool === 'yarn' && isBerry && project.nodeLinker !== 'node-modules')
      return "runs from Yarn's cache, which may be in a home folder";
  }
  return undefined;
}

/** The app's folders, and the files that it put into the system's. */
function keptOf({ build, copied }: App, output: string | undefined): Kept[] {
  const paths = output === undefined ? build.roots : [...build.roots.filter(root => !isIn(output, root)), output].sort();
  return paths.map(path => ({ path, isFolder: !copied.files.has(path) }));
}

/** Servers of static files, which are given the folder that they serve. */
const FILE_SERVERS: ReadonlySet<string> = new Set(['serve', 'http-server']);

/**
 * The folder of a build's output that needs nothing beside it: Next's standalone server, which changes to its own folder, Nitro's where no source opens files,
 * and static files that a server from outside the app serves.
 */
function selfContained({ build, chain, read, scope }: App, { unsure, globals, programs }: SystemUse): string | undefined {
  if (unsure !== undefined || chain.bins.length > 0 || chain.modules.length > 0 || chain.scripts || build.tools.length === 0)
    return undefined;
  const folders = new Set<string>();
  for (const path of chain.files) folders.add(/^(.*?\/(?:\.next\/standalone|\.output))\//.exec(path)?.[1] ?? '');
  const [folder] = folders;
  if (folders.size === 1 && folder) {
    const opensFiles = read.files.some(({ source }) => source.imports.some(name => /^(?:node:)?fs(?:\/|$)/.test(name)));
    return folder.endsWith('/.output') && opensFiles ? undefined : folder;
  }
  const served = chain.served;
  if (chain.files.length > 0 || served === undefined || programs.length > 0 || !globals.every(name => FILE_SERVERS.has(name)))
    return undefined;
  return build.copied.files.has(served) || served === scope.workdir ? undefined : served;
}

/** A program that the runtime stage would not have: corepack's, or a global package that another user installed. */
function lostProgram({ build, chain, file, facts, started }: App, { globals }: SystemUse): Refusal | undefined {
  const global = new Set(build.globals.flatMap(({ names }) => names));
  if (chain.programs.has('pnpm') && !globals.includes('pnpm'))
    return refuse(started, 'corepack', 'starts pnpm, which the runtime image would not have');
  if (chain.programs.has('yarn') && build.corepack.length > 0 && !global.has('yarn')) {
    return refuse(started, 'corepack', 'starts yarn, which corepack keeps in a home folder');
  }
  for (const { by, names, text } of build.globals) {
    if (!names.some(name => globals.includes(name))) continue;
    if (!isRootUser(scopeAt(file, facts.images, by)?.user))
      return refuse(by, 'global', 'installs what the container starts as another user');
    if (/[$`]/.test(text)) return refuse(by, 'global', `installs what the container starts with a variable: ${text}`);
  }
  return undefined;
}

function slimImage({ stage, image, facts }: App): { base: string; facts: ImageFacts } | undefined {
  const { base } = stage;
  if (base.kind !== 'image' || base.settable || base.reference.digest !== undefined || image.slim === undefined) return undefined;
  const reference = parseImageReference(image.slim);
  const about = reference && facts.images.about(reference);
  return about && { base: image.slim, facts: about };
}

/** Why the container's user may not find what he had. */
function userProblem({ scope, stage, build, image, walked }: App): Refusal | undefined {
  const user = scope.user === undefined || scope.user === UNKNOWN ? undefined : scope.user;
  const name = user?.split(':')[0];
  for (const { by, effect } of walked.steps) {
    if (effect.kind !== 'given') continue;
    const lost = effect.paths.find(path => !build.roots.some(root => isIn(path, root) || isIn(root, path)));
    if (lost !== undefined) return refuse(by, 'user', `sets rights of ${lost}, which the runtime stage would not have`);
  }
  if (name === undefined) return refuse(stage.from, 'user', 'runs as a user who is not known');
  if (isRootUser(name) || /^\d+$/.test(name) || image.users?.[name] !== undefined || build.accounts.length > 0) return undefined;
  return refuse(stage.from, 'user', `runs as ${name}, whom the runtime image may not have`);
}
