import { posix } from 'node:path';
import type { BuildContext } from '../../src/context/context.ts';
import { isIn } from '../../src/context/copied.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { type Scope, type Stage, scopeAfter } from '../../src/dockerfile/stages.ts';
import { type Edit, insertBefore, keywordIn, replace } from '../../src/edit.ts';
import type { ImageFacts, Images } from '../../src/images/images.ts';
import { type Alteration, type Refusal, refuse } from '../../src/transform.ts';
import { checkPrograms } from './callers.ts';
import { withoutPackages } from './left-packages.ts';
import { minorOf, type PythonBase, pythonBase } from './python-base.ts';
import { type BodyParts, bodyOf } from './python-body.ts';
import { pythonCaches } from './python-caches.ts';
import type { Install } from './python-doings.ts';
import { SYSTEM } from './python-installers.ts';
import { namesOf, startedNames } from './python-programs.ts';
import { type Wanted, wantedPackages } from './python-requirements.ts';
import { systemPackages } from './python-system.ts';
import { uvProblem } from './python-uv.ts';
import { type PythonBuild, pythonBuild } from './python-walk.ts';
import { MOVED, unreachable } from './split.ts';
import { BY_BODY, type Split, type Strategy } from './strategy.ts';

/** Where the builder puts what goes to /usr/local. */
const PREFIX = '/install';

/** Splits an image that installs Python packages and runs an app (catalogue: multistage, Python). */
export const pythonSplit: Strategy = (file, facts, stage) => {
  const scope = scopeAfter(file, facts.images, stage);
  const { image } = scope;
  if (image?.family !== 'python' || (image.distribution !== 'debian' && image.distribution !== 'alpine')) return undefined;
  const { context } = facts;
  if (!context) return refuse(stage.from, 'context', 'needs the build context, to see what is installed and what it starts');
  const build = pythonBuild(file, facts, context, stage);
  if (!build) return refuse(stage.from, 'no-build', 'installs nothing that a builder could leave to it');
  if ('kind' in build) return build;
  const problem = stageProblem(stage, scope, build, context) ?? laterProblem(build) ?? uvProblem(stage, scope, build, context);
  if (problem) return problem;
  const wanted = wantedPackages(context, build.copied, build.installs);
  if ('reason' in wanted) return refuse(build.last, 'requirements', wanted.reason);
  const { instructions, commands } = runtimeCommands(build);
  const programs = startedNames(context, build.copied, instructions, commands);
  if ('reason' in programs) return refuse(stage.from, 'programs', programs.reason);
  const replaced = facts.callers.some(({ replaces }) => replaces.includes('cmd') || replaces.includes('entrypoint'));
  // a caller's own command may be any tool's
  const names = new Set([...programs.names, ...checkPrograms(facts), ...(replaced ? ['poetry', 'pipenv', 'uv'] : [])]);
  const base = pythonBase(stage, image, facts.images, wanted, { ...programs, names });
  const system = systemPackages(build.before, image, base, wanted, names);
  return splitOf({ file, images: facts.images, stage, image, build, wanted, programs: { ...programs, names }, base, system, context });
};

interface Parts extends BodyParts {
  file: Dockerfile;
  images: Images;
  wanted: Wanted;
  base: PythonBase;
}

/** What runs in the runtime stage or in a container of it. */
function runtimeCommands({ before, after }: PythonBuild): { instructions: Instruction[]; commands: string[] } {
  const moved = before.filter(({ by }) => MOVED.has(by.name));
  return {
    instructions: [...moved, ...after].map(({ by }) => by),
    commands: before.flatMap(({ doings }) => doings.flatMap(each => (each.kind === 'again' ? each.text : []))),
  };
}

/** Settings of pip that put packages elsewhere. */
const MOVING = ['PIP_TARGET', 'PIP_PREFIX', 'PIP_USER', 'PIP_ROOT', 'PIP_CONFIG_FILE', 'PIP_REQUIRE_VIRTUALENV', 'PIP_PYTHON'];

function stageProblem(stage: Stage, scope: Scope, { installs, copied }: PythonBuild, context: BuildContext): Refusal | undefined {
  if (!scope.cmd && !scope.entrypoint) return refuse(stage.from, 'no-command', 'says nowhere what a container starts');
  if (!installs.some(({ into }) => into === SYSTEM)) return undefined;
  const moving = MOVING.find(name => scope.variable(name) !== undefined);
  if (moving) return refuse(stage.from, 'settings', `sets ${moving}, which moves what pip installs`);
  const settings = [...copied.files].find(([path]) => posix.basename(path) === 'pip.conf')?.[1];
  const movesByFile = settings !== undefined && /^\s*(?:target|prefix|user|root)\s*=/m.test(context.text(settings) ?? 'user=');
  return movesByFile ? refuse(stage.from, 'settings', 'has a pip.conf, which moves what pip installs') : undefined;
}

/** Installers and compilers in forms that aren't followed, and programs of languages that compile. */
const BUILDERS: ReadonlySet<string> = new Set(
  `pip pip3 pipenv poetry uv easy_install conda mamba pdm hatch setup.py make cmake configure autoreconf meson ninja gcc g++ cc c++ npm npx yarn pnpm gem
   bundle bundler cargo go mvn gradle composer composer.phar cpan cython nuitka`.split(/\s+/),
);

/** A RUN after the last install that may need what is left in the builder. */
function laterProblem({ after }: PythonBuild): Refusal | undefined {
  for (const { by, doings } of after) {
    const isFollowed = doings.every(({ kind }) => kind !== 'unknown' && kind !== 'tool');
    const builder = by.name === 'RUN' && !isFollowed ? [...namesOf([by])].find(name => BUILDERS.has(name)) : undefined;
    if (builder) return refuse(by, 'builds-later', `builds with ${builder} once everything is installed`);
  }
  return undefined;
}

function splitOf(parts: Parts): Split | Refusal {
  const { file, images, stage, image, build, base, system, programs } = parts;
  const installs = build.installs.filter(({ into }) => into === SYSTEM);
  const isSame = base.base === stage.from.words[0]?.text;
  // uv sees nothing of what the base image has when it fills a prefix
  const hasPrefix = installs.every(({ takesPrefix, call }) => takesPrefix && (call.tool !== 'uv' || !hasOwnSetuptools(image)));
  const left = [...system.left, ...(hasPrefix ? toolsLeft(parts) : [])];
  const isGain = !isSame || left.length > 0;
  const starter = isGain ? ['pip', 'pip3', 'easy_install'].find(name => programs.names.has(name)) : undefined;
  if (starter) return refuse(stage.from, 'runs-at-start', `may install with ${starter} when the container starts`);
  const minor = stage.base.kind === 'image' && !stage.base.settable ? minorOf(image) : undefined;
  const problem = hasPrefix
    ? prefixProblem(parts, installs, minor)
    : isGain
      ? undefined
      : refuse(build.last, 'no-gain', 'installs along with its installer, and leaves nothing behind');
  if (problem) return problem;
  const body = bodyOf(parts, installedOf(parts, installs, hasPrefix, minor));
  if ('kind' in body) return body;
  const withPackages = system.left.length > 0 ? withoutPackages(image) : [];
  return {
    ...BY_BODY,
    after: build.last,
    base: base.base,
    body: body.lines,
    edits: hasPrefix ? prefixEdits(file, build, installs, minor) : [],
    alters: [
      ...(isSame ? [] : [{ base: base.base }]),
      ...unreachable(pythonCaches(file, images, build)),
      ...(withPackages.length > 0
        ? withPackages
        : [
            ...(isSame && leavesLists(parts) ? [{ removed: '/var/lib/apt/lists/**' }] : []),
            ...body.left.map(path => ({ unreachable: pathOf(path, image) })),
          ]),
      ...(renews(build) ? unreachable([`${SYSTEM}/lib`, `${SYSTEM}/bin`]) : []),
      ...uvLocks(build, hasPrefix),
    ],
    notes: notesOf(parts, left),
    what: hasPrefix && installs.length === 0 ? (build.environments[0] ?? 'the packages') : 'the packages',
    ...(isGain ? {} : { gain: 'none' as const }),
  };
}

/** Whether packages are installed again, and without the lists that stayed where they were first. */
function leavesLists({ image, system, build }: Parts): boolean {
  if (image.packageManager === 'apk' || system.lines.size === 0) return false;
  return !build.before.some(({ by }) => by.logical.text.includes('/var/lib/apt/lists'));
}

/** A path as the image has it: Debian's /bin is a link to /usr/bin. */
function pathOf(path: string, { distribution }: ImageFacts): string {
  return distribution === 'debian' && path.startsWith('/bin/') ? `/usr${path}` : path;
}

/** Whether the builder gets tools, or newer ones, that stay there: pip's own renewal is of no use at run time. */
function renews({ before }: PythonBuild): boolean {
  return before.some(({ doings }) => doings.some(({ kind }) => kind === 'tool'));
}

/** Images of Python before 3.12 come with setuptools and wheel (https://github.com/docker-library/python/pull/833). */
function hasOwnSetuptools(image: ImageFacts): boolean {
  return !/^3\.(?:1[2-9]|[2-9]\d)$/.test(minorOf(image) ?? '');
}

/** Installers that only the builder gets. */
function toolsLeft({ build, programs }: Parts): string[] {
  const tools = build.before.flatMap(({ doings }) => doings.flatMap(each => (each.kind === 'tool' && !each.renews ? each.names : [])));
  return [...new Set(tools)].filter(name => name !== 'pip' && !programs.names.has(name));
}

/** The files that uv locks while it fills an environment: a prefix has its own (uv, PythonEnvironment::lock and lock_project_environment). */
function uvLocks({ installs }: PythonBuild, hasPrefix: boolean): Alteration[] {
  const calls = installs.filter(({ call }) => call.tool === 'uv');
  const isPrefix = hasPrefix && calls.some(({ into }) => into === SYSTEM);
  return [...(calls.length > 0 ? [{ unreachable: '/tmp/uv-*.lock' }] : []), ...(isPrefix ? [{ added: `${SYSTEM}/.lock` }] : [])];
}

/** Why the installs can't put packages into a prefix. */
function prefixProblem({ build, wanted, image }: Parts, installs: Install[], minor: string | undefined): Refusal | undefined {
  if (installs.length === 0) return undefined;
  // a prefix that nothing is put into isn't there
  if (wanted.specifiers.size + wanted.others.length === 0) return refuse(build.last, 'requirements', 'installs nothing');
  const taken = [...build.copied.folders].some(path => isIn(path, PREFIX));
  if (taken) return refuse(build.last, 'prefix', `needs ${PREFIX} in the builder, where the app has files`);
  const json = build.before.find(({ by, doings }) => by.json && doings.some(each => each.kind === 'install' && each.into === SYSTEM));
  if (json) return refuse(json.by, 'json', 'installs in JSON form');
  const clash = ['setuptools', 'pip', 'wheel'].find(name => (wanted.specifiers.get(name) ?? '') !== '');
  if (clash && (clash === 'pip' || hasOwnSetuptools(image)))
    return refuse(build.last, 'setuptools', `installs another ${clash} than the base image's`);
  return installs.length > 1 && minor === undefined
    ? refuse(build.last, 'version', 'installs more than once for a Python whose version the tag does not tell')
    : undefined;
}

/** What of the builder goes where: every path stays as it was. */
function installedOf(
  { build, wanted }: Parts,
  installs: Install[],
  hasPrefix: boolean,
  minor: string | undefined,
): { from: string; to: string }[] {
  const environments = build.environments.map(path => ({ from: path, to: path }));
  if (installs.length === 0) return environments;
  if (hasPrefix) return [{ from: PREFIX, to: SYSTEM }, ...environments];
  const isPlain = minor !== undefined && wanted.others.length === 0;
  const folders = isPlain ? [`${SYSTEM}/lib/python${minor}/site-packages`, `${SYSTEM}/bin`] : [SYSTEM];
  return [...folders.map(path => ({ from: path, to: path })), ...environments];
}

function notesOf({ stage, base, image }: Parts, left: string[]): string[] {
  const isGain = base.base !== stage.from.words[0]?.text || left.length > 0;
  const notes: string[] = [];
  if (!isGain && image.slim === undefined) notes.push('little is gained: a pure-Python app on a slim base');
  else if (base.stays !== undefined)
    notes.push(`${isGain ? '' : 'little is gained: '}${stage.from.words[0]?.text} stays, since ${base.stays}`);
  if (left.length > 0) notes.push(`left behind: ${left.join(', ')}`);
  return notes;
}

/** The builder's installs told where to put packages, and Python told to find what an earlier one put there, as late as those of the image. */
function prefixEdits(file: Dockerfile, { before }: PythonBuild, installs: Install[], minor: string | undefined): Edit[] {
  const edits = installs.map(({ call }) => {
    const at = call.verbWords.at(-1)?.end ?? 0;
    return replace({ start: at, end: at }, ` --prefix=${PREFIX}`);
  });
  const first = before.find(({ doings }) => doings.some(each => each.kind === 'install' && each.into === SYSTEM))?.by;
  if (installs.length < 2 || !first) return edits;
  const folder = `lib/python${minor}/site-packages`;
  const line = `${keywordIn(file, 'RUN')} echo ${PREFIX}/${folder} > ${SYSTEM}/${folder}/install.pth`;
  return [insertBefore(file, first, [line]), ...edits];
}
