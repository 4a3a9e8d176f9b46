import { posix } from 'node:path';
import { type Copied, highest, isIn } from '../../src/context/copied.ts';
import { isShared } from '../../src/context/shared-folders.ts';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { candidates } from '../../src/dockerfile/search-path.ts';
import { type Scope, type Stage, scopeAfter, scopeAt } from '../../src/dockerfile/stages.ts';
import { replace } from '../../src/edit.ts';
import type { ImageFacts } from '../../src/images/images.ts';
import { listed } from '../../src/phrases.ts';
import { type Facts, type Refusal, refuse } from '../../src/transform.ts';
import { type Build, walkBuild } from './build-walk.ts';
import { type ChosenBase, chooseBase } from './go-base.ts';
import { goCaches } from './go-caches.ts';
import { type Built, type GoOutput, replay, type Setting } from './go-outputs.ts';
import { hasCompiler, type Packages, packagesOf } from './go-packages.ts';
import { type Program, programOf } from './go-program.ts';
import { keptFiles } from './kept-files.ts';
import { withoutPackages } from './left-packages.ts';
import { installCommand, installed } from './packages.ts';
import { unreachable } from './split.ts';
import { type Started, startedPrograms } from './started.ts';
import type { Kept, Split, Strategy } from './strategy.ts';
import { baseProblem, type Users, usersOf } from './users.ts';

/** Splits an image that builds a Go program and starts it (catalogue: multistage, static and dynamic programs). */
export const goSplit: Strategy = (file, facts, stage) => {
  const scope = scopeAfter(file, facts.images, stage);
  const builder = scope.image;
  if (builder?.family !== 'golang' || (builder.distribution !== 'debian' && builder.distribution !== 'alpine')) return undefined;
  const { context } = facts;
  if (!context) return refuse(stage.from, 'context', 'needs the build context, to see what is built and what it reads');
  const build = walkBuild(file, facts, context, stage);
  if ('kind' in build) return build;
  const setting = settings(file, facts);
  const caller = facts.callers.find(({ replaces }) =>
    replaces.some(each => each === 'healthcheck' || each === 'entrypoint' || (each === 'cmd' && !scope.entrypoint)),
  );
  if (caller)
    return refuse(
      stage.from,
      'caller',
      `is started or checked by ${caller.from} in its own way, with programs that a small image may lack`,
    );
  const built = replay(context, build, setting);
  if ('kind' in built) return built;
  const started = startedOutputs(file, scope, stage, built.outputs);
  if ('kind' in started) return started;
  const programs: Program[] = [];
  for (const output of built.outputs.values()) {
    const program = programOf(context, output, setting);
    if ('reason' in program) return refuse(output.command.instruction, program.code, program.reason);
    programs.push(program);
  }
  const packages = packagesOf(build, builder, programs);
  if ('kind' in packages) return packages;
  const kept = keptOf(build, built, programs, scope);
  const users = usersOf({ file, images: facts.images, stage, scope, build, kept });
  if ('kind' in users) return users;
  const needs = {
    linkage: worst(programs),
    canBeStatic: programs.every(({ canBeStatic }) => canBeStatic) || !hasCompiler(builder, build),
    shell:
      [...started, ...programs.map(({ startsShell }) => ({ shell: startsShell }))].some(({ shell }) => shell) ||
      [...packages.runtime, ...users.before, ...users.after].length > 0,
  };
  const chosen = chooseBase(builder, needs, facts.images);
  if (!chosen) return refuse(stage.from, 'base', 'needs a base image of the same release, which the tag does not tell');
  const problem = baseProblem(users, build, builder, chosen.facts);
  if (problem) return refuse(stage.from, 'user', problem);
  const caches = goCaches(file, facts.images, builder, [...built.outputs.values()]);
  return split({ file, scope, build, built, started, programs, packages, users, kept, chosen, builder, caches });
};

/** Folders of golang's images in which everybody may write; COPY makes them root's. */
const OPEN_FOLDERS = ['/go', '/go/bin', '/go/src'];

interface Parts {
  file: Dockerfile;
  scope: Scope;
  build: Build;
  built: Built;
  started: StartedOutput[];
  programs: Program[];
  packages: Packages;
  users: Users;
  kept: Kept[];
  chosen: ChosenBase;
  builder: ImageFacts;
  /** What the go tool fills beside the app's folders. */
  caches: string[];
}

function split(parts: Parts): Split {
  const { file, scope, build, built, started, packages, users, kept, chosen, builder } = parts;
  const staticEdits = chosen.makeStatic
    ? [...built.outputs.values()].map(({ command: { program } }) => replace({ start: program.start, end: program.start }, 'CGO_ENABLED=0 '))
    : [];
  const text = ({ start, end }: Instruction) => file.source.slice(start, end);
  const hasShell = chosen.facts.shell !== false;
  const data = hasShell ? packages.data.filter(name => name !== 'ca-certificates' && name !== 'tzdata') : [];
  const installs = [...packages.runtime, ...data];
  const starters = [...new Set(parts.programs.flatMap(each => each.starters))].slice(0, 3);
  return {
    after: build.last,
    base: chosen.base,
    environment: pathVariable(scope, started, chosen),
    runs: [
      ...(installs.length > 0 ? [`RUN ${installCommand(chosen.facts, installs, { recommended: false })}`] : []),
      ...users.before.map(text),
    ],
    repeated: [...users.before, ...users.after],
    kept: [...dataFiles(parts), ...kept.filter(({ path }) => !isMadeBy(users.after, build, path))],
    runsAfter: users.after.map(text),
    ownsWorkdir: users.ownsWorkdir,
    edits: [...new Map(staticEdits.map(edit => [edit.start, edit])).values()],
    alters: [
      { base: chosen.base },
      ...unreachable([...parts.caches, ...leftFolders(built, kept)]),
      ...(installed(build).some(({ name }) => !installs.includes(name)) ? withoutPackages(builder) : []),
      ...(chosen.makeStatic ? [...built.outputs.keys()].map(changed => ({ changed })) : []),
      ...(addsCertificates(parts) ? CERTIFICATE_LINKS.map(removed => ({ removed })) : []),
      ...OPEN_FOLDERS.filter(folder => kept.some(({ path }) => isIn(path, folder))).map(mode => ({ mode })),
    ],
    notes: [
      ...(chosen.makeStatic ? ['CGO_ENABLED=0 builds the resolver of names and users in Go instead of on the C library'] : []),
      ...(starters.length > 0 ? [`may start programs, which have to be in the image: ${listed(starters)}`] : []),
      ...(packages.commands.length > 0 ? [`left behind: ${packages.commands.join(', ')}, which nothing in the image starts`] : []),
      ...(hasShell ? [] : ['the image has no shell: docker exec can start the program alone']),
    ],
    what: listed([...built.outputs.keys()]),
  };
}

/** Whether a folder is made by RUNs that the runtime stage repeats. */
function isMadeBy(runs: Instruction[], { steps }: Build, path: string): boolean {
  return steps.some(({ by, effect }) => runs.includes(by) && effect.kind === 'folder' && effect.path === path);
}

/** Programs, the files that they may open, and the folders that they may write to. */
function keptOf(build: Build, { outputs, copied }: Built, programs: Program[], scope: Scope): Kept[] {
  const open = programs.some(({ opens }) => opens);
  const files = keptFiles(copied, {
    open,
    isSource: path => programs.some(({ isSource }) => isSource(path)),
    isEmbedded: path => programs.some(({ isEmbedded }) => isEmbedded(path)),
    openAny: programs.some(({ opensAny }) => opensAny),
    opened: openedPaths([...outputs.values()], programs, scope),
    named: new Set(programs.flatMap(({ named }) => named)),
    written: new Set(programs.flatMap(({ written }) => written)),
  });
  const others = [...outputs.keys()].filter(path => !files.some(folder => isIn(path, folder)));
  const paths = [...others, ...files];
  const folders = open ? madeFolders(build, copied).filter(folder => !paths.some(path => isIn(path, folder) || isIn(folder, path))) : [];
  return [...paths, ...folders.filter(folder => folder !== scope.workdir)].map(path => ({ path, isFolder: copied.folders.has(path) }));
}

/** Where the literal arguments of calls that open files may lead: from the WORKDIR, the module's folder and the main package's. */
function openedPaths(outputs: GoOutput[], programs: Program[], { workdir }: Scope): Set<string> {
  const modules = new Set(outputs.map(({ root }) => root));
  const bases = new Set([
    ...modules,
    ...outputs.map(({ root, project, package: main }) => posix.join(root, posix.relative(project.folder, main))),
  ]);
  if (workdir !== UNKNOWN) bases.add(workdir);
  const found = new Set<string>();
  for (const text of new Set(programs.flatMap(({ opened }) => opened))) {
    // the folder in front of a pattern, or of what is put in at run time
    const plain = /[*?[{%]/.test(text) ? text.replace(/[*?[{%].*$/s, '').replace(/[^/]*$/, '') : text;
    if (plain !== '') for (const base of bases) found.add(posix.resolve(base, plain)).add(posix.join(base, plain));
  }
  return new Set([...found].filter(path => ![...bases].some(base => isIn(base, path))));
}

/** Folders that the build makes and puts nothing in: the program may write there. */
function madeFolders(build: Build, copied: Copied): string[] {
  const made = build.steps.flatMap(({ effect }) => (effect.kind === 'folder' && copied.folders.has(effect.path) ? [effect.path] : []));
  const isEmpty = (folder: string) => ![...copied.files.keys()].some(path => isIn(path, folder));
  return [...new Set(made)].filter(folder => !/^\/(?:tmp|var\/tmp|go|usr)(?:\/|$)/.test(folder) && isEmpty(folder) && !isShared(folder));
}

/** The value of a variable where a command runs: its own, else what is in force at the RUN. */
function settings(file: Dockerfile, facts: Facts): Setting {
  return ({ environment, instruction }, name) => {
    if (environment.has(name)) return environment.get(name) ?? 'unknown';
    const found = scopeAt(file, facts.images, instruction)?.variable(name);
    if (!found) return undefined;
    return found.text === UNKNOWN || found.settable ? 'unknown' : found.text;
  };
}

interface StartedOutput extends Started {
  path: string;
}

function startedOutputs(file: Dockerfile, scope: Scope, stage: Stage, outputs: Map<string, GoOutput>): StartedOutput[] | Refusal {
  const started = startedPrograms(file, scope, stage.from);
  if ('kind' in started) return started;
  const found: StartedOutput[] = [];
  for (const each of started) {
    const path = candidates(each.program, scope).find(candidate => outputs.has(candidate));
    if (path !== undefined) found.push({ ...each, path });
    else if (each.program === 'go') return refuse(each.by, 'runs-at-start', 'builds when the container starts');
    else return refuse(each.by, 'artefact', `starts ${each.program}, which none of the RUNs is seen to build`);
  }
  return found;
}

function worst(programs: Program[]): Program['linkage'] {
  const linkages = programs.map(({ linkage }) => linkage);
  return linkages.includes('libraries') ? 'libraries' : linkages.includes('libc') ? 'libc' : 'static';
}

/** Certificates and time zones that the builder has, and a small image may not. */
function dataFiles(parts: Parts): Kept[] {
  const {
    build,
    scope,
    chosen: { facts },
    packages: { data },
    programs,
    builder,
  } = parts;
  const certificates = programs.some(each => each.certificates) || data.includes('ca-certificates') || renewsCertificates(build);
  const timezones = programs.some(each => each.timezones) || data.includes('tzdata') || scope.variable('TZ') !== undefined;
  const hasZones = builder.timezones === true || data.includes('tzdata');
  return [
    ...(addsCertificates(parts) || (facts.certificates !== true && certificates) ? [{ path: CERTIFICATES, isFolder: false }] : []),
    ...(facts.timezones === true || !timezones
      ? []
      : [hasZones ? { path: '/usr/share/zoneinfo', isFolder: true } : { path: '/usr/local/go/lib/time/zoneinfo.zip', isFolder: false }]),
  ];
}

/** Whether the bundle has certificates that the sources bring. */
function addsCertificates({ build, built }: Parts): boolean {
  return renewsCertificates(build) && [...built.copied.files.keys()].some(path => /\/ca-certificates\//.test(path));
}

function renewsCertificates({ steps }: Build): boolean {
  return steps.some(({ effect }) => effect.kind === 'certificates');
}

/** Where Debian and Alpine keep the bundle, and Go's crypto/x509 looks first. */
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** What update-ca-certificates (8) makes beside the bundle, by name and by hash: the bundle has it all. */
const CERTIFICATE_LINKS = ['/etc/ssl/certs/*.pem', '/etc/ssl/certs/*.0'];

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The builder's PATH led to a program that is started by its name alone: the runtime's has to as well. */
function pathVariable(scope: Scope, started: StartedOutput[], { facts }: ChosenBase): Split['environment'] {
  const [path, before] = [facts.env?.PATH ?? DEFAULT_PATH, scope.image?.env?.PATH ?? ''].map(each => each.split(':')) as [
    string[],
    string[],
  ];
  const folders = started.filter(({ program }) => !program.includes('/')).map(each => posix.dirname(each.path));
  const lost = [...new Set(folders)].filter(folder => before.includes(folder) && !path.includes(folder));
  return lost.length > 0 ? [{ name: 'PATH', value: `${lost.join(':')}:$PATH` }] : [];
}

/** The highest folders of the app's own in which something stays behind of what the build context was copied to. */
function leftFolders({ copied }: Built, kept: readonly Kept[]): string[] {
  const left = [...copied.files.keys()].filter(path => !kept.some(each => isIn(path, each.path)));
  const folders = left.map(path => highest(path)).filter(path => copied.folders.has(path));
  return [...new Set(folders)];
}
