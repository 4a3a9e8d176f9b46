import { posix } from 'node:path';
import type { BuildContext } from '../../src/context/context.ts';
import { requirementsWithIncludes } from '../../src/context/requirements.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { type Scope, type Stage, scopeAfter } from '../../src/dockerfile/stages.ts';
import { type Edit, inCaseOf, insertBefore, replace } from '../../src/edit.ts';
import type { ImageFacts } from '../../src/images/images.ts';
import { type Refusal, refuse } from '../../src/transform.ts';
import { isIn } from './copied.ts';
import { minorOf, type PythonBase, pythonBase } from './python-base.ts';
import { type Doing, type Install, SYSTEM } from './python-doings.ts';
import { type Programs, startedNames } from './python-programs.ts';
import { type Wanted, wantedPackages } from './python-requirements.ts';
import { type SystemPackages, systemLine, systemPackages } from './python-system.ts';
import { type Part, type PythonBuild, pythonBuild } from './python-walk.ts';
import { builderName, MOVED, unreachable } from './split.ts';
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
  const problem = stageProblem(stage, scope, build, context);
  if (problem) return problem;
  const wanted = wantedPackages(context, build.copied, build.installs);
  if ('reason' in wanted) return refuse(build.last, 'requirements', wanted.reason);
  const programs = startedNames(context, build.copied, runtimeInstructions(build));
  if ('reason' in programs) return refuse(stage.from, 'programs', programs.reason);
  const base = pythonBase(stage, image, facts.images, wanted, programs.names);
  const system = systemPackages(build.before, image, base, wanted, programs.names);
  return splitOf({ file, stage, image, build, wanted, programs, base, system, context });
};

interface Parts {
  file: Dockerfile;
  stage: Stage;
  image: ImageFacts;
  build: PythonBuild;
  wanted: Wanted;
  programs: Programs;
  base: PythonBase;
  system: SystemPackages;
  context: BuildContext;
}

/** What runs in the runtime stage or in a container of it. */
function runtimeInstructions({ before, after }: PythonBuild): Instruction[] {
  const again = before.filter(({ by, doings }) => MOVED.has(by.name) || doings.some(({ kind }) => kind === 'again'));
  return [...again, ...after].map(({ by }) => by);
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

function splitOf(parts: Parts): Split | Refusal {
  const { file, stage, image, build, wanted, base, system } = parts;
  const installs = build.installs.filter(({ into }) => into === SYSTEM);
  const json = build.before.find(({ by, doings }) => by.json && doings.some(each => each.kind === 'install' && each.into === SYSTEM));
  if (json) return refuse(json.by, 'json', 'installs in JSON form');
  const clash = ['setuptools', 'pip', 'wheel'].find(name => (wanted.specifiers.get(name) ?? '') !== '');
  if (clash && installs.length > 0 && hasOwnSetuptools(image))
    return refuse(build.last, 'setuptools', `installs another ${clash} than the base image's`);
  const minor = stage.base.kind === 'image' && !stage.base.settable ? minorOf(image) : undefined;
  if (installs.length > 1 && minor === undefined)
    return refuse(build.last, 'version', 'installs more than once for a Python whose version the tag does not tell');
  const body = bodyOf(parts, installs.length > 0);
  if ('kind' in body) return body;
  const isGain = base.base !== stage.from.words[0]?.text || system.left.length > 0;
  return {
    ...BY_BODY,
    after: build.last,
    base: base.base,
    body: body.lines,
    edits: prefixEdits(file, build, installs, minor),
    alters: [
      ...(base.base === stage.from.words[0]?.text ? [] : [{ base: base.base }]),
      ...unreachable(['/root/.cache', ...body.left, ...(system.left.length > 0 ? SYSTEM_FOLDERS : [])]),
    ],
    notes: notesOf(parts, isGain),
    what: whatOf(build),
    ...(isGain ? {} : { gain: 'none' as const }),
  };
}

/** Where system packages keep their files. */
const SYSTEM_FOLDERS = [
  '/usr/bin',
  '/usr/lib',
  '/usr/libexec',
  '/usr/include',
  '/usr/share',
  '/usr/sbin',
  '/etc',
  '/var/lib',
  '/var/cache',
  '/var/log',
];

/** Images of Python before 3.12 come with setuptools and wheel (https://github.com/docker-library/python/pull/833). */
function hasOwnSetuptools(image: ImageFacts): boolean {
  const minor = minorOf(image);
  return minor === undefined || /^[12]\.|^3\.(?:\d|1[01])$/.test(minor);
}

function whatOf({ installs, environments }: PythonBuild): string {
  const [environment] = environments;
  return installs.every(({ into }) => into !== SYSTEM) && environment !== undefined ? environment : 'the packages';
}

function notesOf({ stage, base, system, image }: Parts, isGain: boolean): string[] {
  const notes: string[] = [];
  if (!isGain && image.slim === undefined) notes.push('little is gained: a pure-Python app on a small base');
  else if (base.stays !== undefined)
    notes.push(`${isGain ? '' : 'little is gained: '}${stage.from.words[0]?.text} stays, since ${base.stays}`);
  if (system.left.length > 0) notes.push(`left behind: ${system.left.join(', ')}`);
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
  const line = `${inCaseOf(first.keyword.text, 'RUN')} echo ${PREFIX}/${folder} > ${SYSTEM}/${folder}/install.pth`;
  return [insertBefore(file, first, [line]), ...edits];
}

interface Body {
  lines: (Instruction | string)[];
  /** Files that only the builder has. */
  left: string[];
}

/** The runtime stage up to the last install: all that the builder's part of the file does to the image, in order. */
function bodyOf(parts: Parts, hasPrefix: boolean): Body | Refusal {
  const { stage, build, system, image } = parts;
  const body: Body = { lines: [], left: [] };
  const run = (command: string) => `${inCaseOf(stage.from.keyword.text, 'RUN')} ${command}`;
  const line = systemLine(image, system);
  const isFirst = firstPlace(build, system);
  for (const part of build.before) {
    const { by, doings } = part;
    if (line !== undefined && isFirst(part)) body.lines.push(run(line));
    if (by.name === 'COPY' || by.name === 'ADD') {
      const left = leftBehind(parts, part);
      if (left) body.left.push(...left);
      else body.lines.push(by);
    } else if (by.name !== 'RUN') body.lines.push(by);
    else {
      const again = commandsAgain(parts, doings, body.left);
      const isWhole = doings.every(({ kind }) => kind === 'again' || kind === 'setting' || kind === 'nothing');
      if (again.length > 0 && isWhole) body.lines.push(by);
      else if (again.length > 0 && doings.some(({ kind }) => kind === 'setting')) {
        return refuse(by, 'mixed', 'installs and changes files in one RUN, with settings between');
      } else if (again.length > 0) body.lines.push(run(again.join(' && ')));
    }
  }
  const copy = (from: string, to: string) => `${inCaseOf(stage.from.keyword.text, 'COPY')} --from=${builderName(stage)} ${from} ${to}`;
  const environments = [...(hasPrefix ? [copy(PREFIX, SYSTEM)] : []), ...build.environments.map(path => copy(path, path))];
  body.lines.splice(environmentsPlace(build, body.lines), 0, ...environments);
  return body;
}

/** Where the packages go in: before the app's own files, which change more often, unless those may lie among them. */
function environmentsPlace({ brought, environments }: PythonBuild, lines: Body['lines']): number {
  const isCopy = (line: Instruction | string) => typeof line !== 'string' && (line.name === 'COPY' || line.name === 'ADD');
  const first = lines.findIndex(isCopy);
  const isApart = lines.every(line => typeof line === 'string' || !isCopy(line) || brought.has(line));
  const files = lines.flatMap(line => (typeof line === 'string' ? [] : (brought.get(line) ?? [])));
  const isAmong = files.some(file => [SYSTEM, ...environments].some(folder => isIn(file, folder)));
  return first >= 0 && isApart && !isAmong ? first : lines.length;
}

/** Whether the runtime stage's packages are installed before a part: where the builder installs its first, else before anything that uses them. */
function firstPlace({ before }: PythonBuild, { install }: SystemPackages): (part: Part) => boolean {
  const own = before.find(({ doings }) => doings.some(({ kind }) => kind === 'packages' || kind === 'upgrade'));
  const early = before.find(({ by }) => ['COPY', 'ADD', 'RUN', 'USER'].includes(by.name));
  return part => part === (own ?? (install.length > 0 ? early : undefined));
}

/** The commands of a RUN that the runtime stage does again. */
function commandsAgain({ build, programs }: Parts, doings: Doing[], left: string[]): string[] {
  return doings.flatMap(each => {
    if (each.kind === 'again') return each.text;
    if (each.kind === 'tool') return each.renews || each.names.some(name => programs.names.has(name)) ? each.call.command.text : [];
    if (each.kind !== 'gone') return [];
    const isThere = each.paths.some(path => [...build.copied.files.keys()].some(file => isIn(file, path) && !left.includes(file)));
    return isThere ? `rm -rf ${each.paths.join(' ')}` : [];
  });
}

/** The files of a COPY that the runtime stage needs no more: another brings them again, or they say only what to install. */
function leftBehind({ build, context, programs }: Parts, { by }: Part): string[] | undefined {
  const paths = build.brought.get(by);
  if (!paths || paths.length === 0) return undefined;
  const all = [...build.before, ...build.after];
  const later = all.slice(all.findIndex(part => part.by === by) + 1);
  // what changes files may change these
  if (build.before.some(part => later.includes(part) && part.doings.some(({ kind }) => kind === 'again' || kind === 'gone')))
    return undefined;
  const again = new Set(later.flatMap(part => build.brought.get(part.by) ?? []));
  if (paths.every(path => again.has(path))) return [];
  const manifests = manifestsOf(context, build);
  const isManifest = paths.every(path => manifests.has(path) && !programs.files.has(posix.basename(path)));
  return isManifest ? paths.filter(path => !again.has(path)) : undefined;
}

/** Requirements files that an install reads, by their paths in the image. */
function manifestsOf(context: BuildContext, { installs, copied }: PythonBuild): Set<string> {
  const read = new Set<string>();
  for (const file of installs.flatMap(({ files }) => files)) {
    const sent = copied.files.get(file);
    const all = sent === undefined ? [] : requirementsWithIncludes(context, sent);
    if (Array.isArray(all)) for (const { path } of all) read.add(path);
  }
  return new Set([...copied.files].filter(([, from]) => read.has(from)).map(([path]) => path));
}
