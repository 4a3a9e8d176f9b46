import { posix } from 'node:path';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { type Scope, type Stage, scopeAfter, scopeAt } from '../../src/dockerfile/stages.ts';
import { replace } from '../../src/edit.ts';
import type { ImageFacts } from '../../src/images/images.ts';
import { packageRole } from '../../src/images/packages.ts';
import { type Facts, type Refusal, refuse } from '../../src/transform.ts';
import { type Build, walkBuild } from './build-walk.ts';
import { type ChosenBase, chooseBase } from './go-base.ts';
import { type GoOutput, goOutputs, type Setting } from './go-outputs.ts';
import { type Program, programOf } from './go-program.ts';
import { keptFiles } from './kept-files.ts';
import { unreachable } from './split.ts';
import { candidates, type Started, startedPrograms } from './started.ts';
import type { Split, Strategy } from './strategy.ts';

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
  const outputs = goOutputs(context, build, setting);
  if ('kind' in outputs) return outputs;
  const started = startedOutputs(file, scope, stage, outputs);
  if ('kind' in started) return started;
  const programs = new Map<string, Program>();
  for (const [path, output] of outputs) {
    const program = programOf(context, output, setting);
    if ('reason' in program) return refuse(output.command.instruction, program.code, program.reason);
    programs.set(path, program);
  }
  const packages = packagesOf(build, builder, [...programs.values()]);
  if ('kind' in packages) return packages;
  const users = userRuns(file, build, scope, stage);
  if ('kind' in users) return users;
  const all = [...programs.values()];
  const needs = {
    linkage: worst(all),
    canBeStatic: all.every(({ canBeStatic }) => canBeStatic) || !hasCompiler(builder, build),
    shell:
      started.some(({ shell }) => shell) || all.some(({ startsShell }) => startsShell) || packages.runtime.length > 0 || users.length > 0,
  };
  const chosen = chooseBase(builder, needs, facts.images);
  if (!chosen) return refuse(stage.from, 'base', 'needs a base image of the same release, which the tag does not tell');
  return split({ file, scope, build, outputs, started, programs: all, packages, users, chosen });
};

interface Parts {
  file: Dockerfile;
  scope: Scope;
  build: Build;
  outputs: Map<string, GoOutput>;
  started: StartedOutput[];
  programs: Program[];
  packages: Packages;
  users: Instruction[];
  chosen: ChosenBase;
}

function split({ file, scope, build, outputs, started, programs, packages, users, chosen }: Parts): Split {
  const files = programs.some(({ opens }) => opens) ? keptFiles(build.copied, path => programs.some(({ isSource }) => isSource(path))) : [];
  const folders = programs.some(({ opens }) => opens) ? emptyFolders(build, [...outputs.keys(), ...files]) : [];
  const data = chosen.facts.shell === false ? [] : dataFiles(chosen, packages, programs);
  const within = (path: string) => files.some(folder => path.startsWith(`${folder}/`));
  const kept = [...data, ...[...outputs.keys()].filter(path => !within(path)), ...files, ...folders];
  const staticEdits = chosen.makeStatic
    ? [...outputs.values()].map(({ command: { program } }) => replace({ start: program.start, end: program.start }, 'CGO_ENABLED=0 '))
    : [];
  const text = ({ start, end }: Instruction) => file.source.slice(start, end);
  const hasShell = chosen.facts.shell !== false;
  return {
    after: build.last,
    base: chosen.base,
    environment: pathVariable(scope, started, chosen),
    runs: [...(packages.runtime.length > 0 ? [installLine(chosen.facts, packages.runtime)] : []), ...users.map(text)],
    kept,
    edits: [...new Map(staticEdits.map(edit => [edit.start, edit])).values()],
    alters: [{ base: chosen.base }, ...unreachable(['/go', '/usr/local/go', ...topFolders(build)])],
    notes: [
      ...(chosen.makeStatic ? ['CGO_ENABLED=0 builds the resolver of names and users in Go instead of on the C library'] : []),
      ...(hasShell ? [] : ['the image has no shell: docker exec can start the program alone']),
    ],
    what: [...outputs.keys()].join(', '),
  };
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

interface Packages {
  /** To be installed in the runtime stage. */
  runtime: string[];
  data: string[];
}

/** What the packages that the builder installs are to the program, which links their libraries only through cgo. */
function packagesOf(build: Build, builder: ImageFacts, programs: Program[]): Packages | Refusal {
  const linksLibraries = programs.some(({ linkage }) => linkage === 'libraries');
  const runtime = new Set<string>();
  const data = new Set<string>();
  for (const { run, effect } of build.effects) {
    if (effect.kind !== 'packages') continue;
    for (const name of effect.names) {
      const role = packageRole(name, builder);
      if (!role) {
        if (!linksLibraries && /-dev$/.test(name)) continue;
        return refuse(run, 'package', `installs ${name}, which the program may need at run time`);
      }
      if (role.role === 'library' && linksLibraries) for (const each of role.runtime) runtime.add(each);
      if (role.role === 'data') data.add(name);
    }
  }
  const missing = programs.flatMap(({ libraries }) => libraries).find(library => !isThere(library, builder, runtime));
  if (missing) return refuse(build.last, 'library', `links ${missing}, and no package is seen to bring it`);
  return { runtime: [...runtime], data: [...data] };
}

/** Debian's small images have the C++ library, Alpine's don't; whatever else is linked comes from a package that the builder installs. */
function isThere(library: string, { distribution }: ImageFacts, runtime: Set<string>): boolean {
  if (library !== 'stdc++') return runtime.size > 0;
  if (distribution === 'alpine') runtime.add('libstdc++');
  return true;
}

/** golang's Alpine images come without a C compiler, and so without cgo until one is installed. */
function hasCompiler(builder: ImageFacts, build: Build): boolean {
  if (builder.distribution !== 'alpine') return true;
  const names = build.effects.flatMap(({ effect }) => (effect.kind === 'packages' ? effect.names : []));
  return names.some(name => ['gcc', 'build-base', 'clang', 'musl-dev', 'libc-dev', 'g++'].includes(name));
}

/** The RUNs that create the user whom the container runs as, which the runtime stage repeats. */
function userRuns(file: Dockerfile, build: Build, scope: Scope, stage: Stage): Instruction[] | Refusal {
  const { user } = scope;
  const [name] = typeof user === 'string' ? user.split(':') : [];
  if (user === UNKNOWN || name === undefined) return refuse(stage.from, 'user', 'runs as a user who is not known');
  if (name === 'root' || name === '0' || name === '') return [];
  const owner = build.effects.find(({ effect }) => effect.kind === 'owner');
  if (owner) return refuse(owner.run, 'user', `gives files away, and what ${name} may write can't be followed`);
  const own = build.workdirs.find(({ user: maker }) => maker !== undefined && maker !== 'root' && maker !== '0');
  if (own) return refuse(own.instruction, 'user', `makes a folder that belongs to ${name}`);
  if (/^\d+$/.test(name)) return [];
  const runs = new Set(build.effects.filter(({ effect }) => effect.kind === 'user').map(({ run }) => run));
  for (const run of runs) {
    const others = build.effects.find(each => each.run === run && each.effect.kind !== 'user');
    if (others) return refuse(run, 'user', `creates ${name} in one RUN with other work`);
  }
  if (runs.size === 0) return refuse(stage.from, 'user', `runs as ${name}, whom the runtime image may not have`);
  return file.instructions.filter(each => runs.has(each));
}

function worst(programs: Program[]): Program['linkage'] {
  const linkages = programs.map(({ linkage }) => linkage);
  return linkages.includes('libraries') ? 'libraries' : linkages.includes('libc') ? 'libc' : 'static';
}

/** Folders that the build makes and leaves empty: the program may write there. */
function emptyFolders(build: Build, kept: string[]): string[] {
  const made = build.effects.flatMap(({ effect }) => (effect.kind === 'folder' ? [effect.path] : []));
  const isTaken = (folder: string) => kept.some(path => path === folder || path.startsWith(`${folder}/`) || folder.startsWith(`${path}/`));
  return [...new Set(made)].filter(folder => !/^\/(?:tmp|var\/tmp|go|usr)(?:\/|$)/.test(folder) && !isTaken(folder));
}

/** Certificates and time zones that the builder has, and a small image may not. */
function dataFiles({ facts }: ChosenBase, { data }: Packages, programs: Program[]): string[] {
  const certificates = programs.some(each => each.certificates) || data.includes('ca-certificates');
  const timezones = programs.some(each => each.timezones) || data.includes('tzdata');
  return [
    ...(facts.certificates === true || !certificates ? [] : ['/etc/ssl/certs/ca-certificates.crt']),
    ...(facts.timezones === true || !timezones
      ? []
      : [data.includes('tzdata') ? '/usr/share/zoneinfo' : '/usr/local/go/lib/time/zoneinfo.zip']),
  ];
}

function installLine({ packageManager }: ImageFacts, packages: string[]): string {
  if (packageManager === 'apk') return `RUN apk add --no-cache ${packages.join(' ')}`;
  return `RUN apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')} && rm -rf /var/lib/apt/lists/*`;
}

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

/** The highest folders that the build context was copied to. */
function topFolders({ copied }: Build): string[] {
  const folders = [...copied.files.keys()].map(path => posix.dirname(path)).filter(folder => folder !== '/');
  return [...new Set(folders.map(folder => `/${folder.split('/')[1]}`))];
}
