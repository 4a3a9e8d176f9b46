import { posix } from 'node:path';
import { isIn } from '../../src/context/copied.ts';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { type Scope, type Stage, scopeAt } from '../../src/dockerfile/stages.ts';
import { isRootUser } from '../../src/dockerfile/views.ts';
import type { ImageFacts, Images } from '../../src/images/images.ts';
import { type Refusal, refuse } from '../../src/transform.ts';
import type { Build, Step } from './build-walk.ts';
import type { Kept } from './strategy.ts';

/** What the runtime stage repeats so that the container's user is there and may write where it could. */
export interface Users {
  /** A user whom the runtime base itself must have: his name. */
  known: string | undefined;
  /** RUNs that create users and groups. */
  before: Instruction[];
  /** RUNs that make folders and give them away, to be repeated when everything is there. */
  after: Instruction[];
  /** WORKDIR made its folder as that user. */
  ownsWorkdir: boolean;
}

interface Image {
  file: Dockerfile;
  images: Images;
  stage: Stage;
  scope: Scope;
  build: Build;
  /** What is taken over. COPY keeps the rights of files and of folders in folders, and makes the folder that it is told anew: root's, 0755. */
  kept: Kept[];
}

/** What the runtime stage has to do for the user in force; a refusal where that can't be followed. */
export function usersOf(image: Image): Users | Refusal {
  const { scope, stage, build } = image;
  const user = typeof scope.user === 'string' ? scope.user.split(':')[0] : undefined;
  if (user === undefined) return refuse(stage.from, 'user', 'runs as a user who is not known');
  const creating = runsWith(build, 'user');
  const isRoot = isRootUser(user);
  const giving = isRoot ? [] : givingRuns(image);
  if (!Array.isArray(giving)) return giving;
  const repeated = build.steps.flatMap(({ by }) => (creating.has(by) || giving.includes(by) ? by : []));
  const problem = [...new Set(repeated)].map(run => repeatProblem(image, run)).find(each => each !== undefined);
  if (problem) return problem;
  const isLate = (run: Instruction) => giving.includes(run) || runsWith(build, 'rights').has(run);
  const ownsWorkdir = isRoot ? false : ownFolders(image);
  if (typeof ownsWorkdir !== 'boolean') return ownsWorkdir;
  const needsName = !isRoot && !/^\d+$/.test(user) && creating.size === 0;
  return {
    known: needsName ? user : undefined,
    before: [...new Set(repeated)].filter(run => !isLate(run)),
    after: [...new Set(repeated)].filter(isLate),
    ownsWorkdir,
  };
}

/** Why a base can't have those users; undefined where it can. */
export function baseProblem({ known, before, after }: Users, build: Build, builder: ImageFacts, base: ImageFacts): string | undefined {
  if (known !== undefined && (builder.users?.[known] === undefined || builder.users[known] !== base.users?.[known])) {
    return `runs as ${known}, whom the runtime image may not have`;
  }
  const programs = build.steps.flatMap(({ by, effect }) =>
    effect.kind === 'user' && [...before, ...after].includes(by) ? effect.program : [],
  );
  const missing = programs.find(program => !hasUserProgram(program, base));
  return missing && `creates a user with ${missing}, which the runtime image may not have`;
}

/** Debian's small images have passwd's programs, and adduser as long as apt needs it (until bookworm); BusyBox has adduser and addgroup alone. */
function hasUserProgram(program: string, { distribution, release }: ImageFacts): boolean {
  const isFriendly = program === 'adduser' || program === 'addgroup';
  if (distribution === 'alpine') return isFriendly;
  return !isFriendly || ['stretch', 'buster', 'bullseye', 'bookworm'].includes(release ?? '');
}

function runsWith({ steps }: Build, kind: Step['effect']['kind']): Set<Instruction> {
  return new Set(steps.filter(({ effect }) => effect.kind === kind).map(({ by }) => by));
}

/** RUNs whose chown or chmod a COPY would lose: those of a folder that is made anew. */
function givingRuns({ build, kept, scope, stage }: Image): Instruction[] | Refusal {
  const folders = [...kept.map(({ path, isFolder }) => (isFolder ? path : posix.dirname(path))), String(scope.workdir)];
  const found: Instruction[] = [];
  for (const { by, effect } of build.steps) {
    if (effect.kind === 'copy' && isGivenAway(by)) {
      const target = posix.resolve(effect.copy.workdir, effect.copy.destination);
      const folder = kept.find(({ path, isFolder }) => isFolder && isIn(path, target));
      if (folder) return refuse(by, 'user', `gives ${folder.path} away, which the runtime stage would make anew`);
    }
    if (effect.kind !== 'rights') continue;
    const isMade = (path: string | undefined) => path === undefined || folders.some(folder => isIn(folder, path));
    if (effect.paths.some(isMade)) found.push(by);
  }
  return scope.workdir === UNKNOWN ? refuse(stage.from, 'workdir', 'works in a folder that is not known') : found;
}

function isGivenAway({ flags }: Instruction): boolean {
  return flags.some(({ name, value }) => name === 'chown' && !/^(?:root|0)(?::(?:root|0))?$/.test(value ?? ''));
}

/** Why a RUN can't be repeated in the runtime stage, after everything else. */
function repeatProblem({ file, images, build, kept, scope }: Image, run: Instruction): Refusal | undefined {
  const own = build.steps.filter(({ by }) => by === run).map(({ effect }) => effect);
  if (own.some(({ kind }) => kind !== 'user' && kind !== 'folder' && kind !== 'rights')) {
    return refuse(run, 'user', 'sets up users or rights along with other work, which the runtime stage does not repeat');
  }
  const there = scopeAt(file, images, run);
  if (!isRootUser(there?.user)) return refuse(run, 'user', 'sets up rights as another user');
  const given = own.flatMap(effect => (effect.kind === 'rights' ? effect.paths : []));
  if (given.length > 0 && there?.workdir !== scope.workdir) return refuse(run, 'user', 'sets up rights from another WORKDIR');
  const made = own.flatMap(effect => (effect.kind === 'folder' ? effect.path : []));
  const places = [...kept.map(({ path }) => path), ...made, String(scope.workdir)];
  const later = build.steps.slice(build.steps.findLastIndex(({ by }) => by === run) + 1).flatMap(written);
  for (const path of given) {
    if (path === undefined || !places.some(place => isIn(place, path))) {
      return refuse(run, 'user', `sets rights of ${path ?? 'something'}, which the runtime stage may not have`);
    }
    if (later.some(place => isIn(place, path))) return refuse(run, 'user', `sets rights of ${path}, and more is put there after`);
  }
  return undefined;
}

/** Where a step puts files. */
function written({ effect }: Step): string[] {
  if (effect.kind === 'copy') return [posix.resolve(effect.copy.workdir, effect.copy.destination)];
  if (effect.kind === 'build') return [effect.build.folder];
  if (effect.kind === 'move') return [effect.to];
  return effect.kind === 'folder' ? [effect.path] : [];
}

/** Whether the WORKDIR belongs to the user, by WORKDIR alone; a refusal where another folder does that is made anew. */
function ownFolders({ file, images, build, kept, scope }: Image): boolean | Refusal {
  let ownsWorkdir = false;
  const made = new Set<string>();
  for (const { by, effect } of build.steps) {
    if (effect.kind !== 'folder' || made.has(effect.path)) continue;
    made.add(effect.path);
    if (isRootUser(scopeAt(file, images, by)?.user)) continue;
    if (by.name === 'WORKDIR' && effect.path === scope.workdir) ownsWorkdir = true;
    else if (kept.some(({ path, isFolder }) => isFolder && isIn(path, effect.path))) {
      return refuse(by, 'user', `makes ${effect.path}, which would no longer belong to the user`);
    }
  }
  return ownsWorkdir;
}
