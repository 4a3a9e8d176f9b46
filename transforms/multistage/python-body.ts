import { posix } from 'node:path';
import type { BuildContext } from '../../src/context/context.ts';
import { isIn } from '../../src/context/copied.ts';
import { isKeptOut } from '../../src/context/kept-out.ts';
import { requirementsWithIncludes } from '../../src/context/requirements.ts';
import { parseImageReference } from '../../src/dockerfile/image-reference.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import type { Stage } from '../../src/dockerfile/stages.ts';
import { keywordIn } from '../../src/edit.ts';
import type { ImageFacts } from '../../src/images/images.ts';
import { type Refusal, refuse } from '../../src/transform.ts';
import type { Doing } from './python-doings.ts';
import { SYSTEM } from './python-installers.ts';
import type { Programs } from './python-programs.ts';
import { type SystemPackages, systemCommand } from './python-system.ts';
import type { Part, PythonBuild } from './python-walk.ts';
import { builderName } from './split.ts';

/** What is known when the runtime stage is written. */
export interface BodyParts {
  file: Dockerfile;
  stage: Stage;
  image: ImageFacts;
  build: PythonBuild;
  programs: Programs;
  system: SystemPackages;
  context: BuildContext;
}

export interface Body {
  lines: (Instruction | string)[];
  /** Files that only the builder has. */
  left: string[];
}

/** The runtime stage up to the last install: all that the builder's part of the file does to the image, in order, and what was `installed` taken over. */
export function bodyOf(parts: BodyParts, installed: { from: string; to: string }[]): Body | Refusal {
  const { stage, build, system } = parts;
  const body: Body = { lines: [], left: [] };
  const say = (keyword: string, rest: string) => `${keywordIn(parts.file, keyword)} ${rest}`;
  const extra = system.extra.length > 0 ? extraPlace(build, system) : undefined;
  for (const part of build.before) {
    if (part === extra) body.lines.push(...packageLines(parts, part, say));
    if (part.by.name === 'COPY' || part.by.name === 'ADD') {
      const left = leftBehind(parts, part);
      if (left) body.left.push(...left);
      else body.lines.push(part.by);
    } else if (part.by.name !== 'RUN') body.lines.push(part.by);
    else {
      const run = runAgain(parts, part, body.left, part === extra ? [] : packageLines(parts, part, say), say);
      if (!Array.isArray(run)) return run;
      body.lines.push(...run);
    }
  }
  const copies = installed.map(({ from, to }) => say('COPY', `--from=${builderName(stage)} ${from} ${to}`));
  body.lines.splice(environmentsPlace(parts, body.lines), 0, ...copies);
  return body;
}

/** Before which part the packages go that no RUN of the builder names: with its first, else before anything that uses them. */
function extraPlace({ before }: PythonBuild, { lines }: SystemPackages): Part | undefined {
  const [own] = lines.keys();
  return own ?? before.find(({ by }) => ['COPY', 'ADD', 'RUN', 'USER'].includes(by.name));
}

function packageLines({ build, system, image }: BodyParts, part: Part, say: (keyword: string, rest: string) => string): string[] {
  const own = system.lines.get(part);
  const extra = part === extraPlace(build, system) ? system.extra : [];
  if (!own && extra.length === 0) return [];
  const line = own ?? { install: [], recommends: false, upgrade: false };
  return [say('RUN', systemCommand(image, { ...line, install: [...line.install, ...extra] }))];
}

/** What a RUN of the builder is in the runtime stage: itself where it installs nothing, else its other commands. */
function runAgain(
  parts: BodyParts,
  { by, doings }: Part,
  left: string[],
  packages: string[],
  say: (keyword: string, rest: string) => string,
): (Instruction | string)[] | Refusal {
  const early = doings.slice(
    0,
    Math.max(
      0,
      doings.findIndex(({ kind }) => kind === 'packages'),
    ),
  );
  const [first, second] = [early, doings.slice(early.length)].map(some => commandsAgain(parts, by, some, left)) as [string[], string[]];
  if (first.length + second.length === 0) return packages;
  if (doings.every(({ kind }) => kind === 'again' || kind === 'setting' || kind === 'nothing' || kind === 'update'))
    return [...packages, by];
  if (doings.some(({ kind }) => kind === 'setting')) {
    return refuse(by, 'mixed', 'installs and changes files in one RUN, with settings between');
  }
  const line = (commands: string[]) => (commands.length > 0 ? [say('RUN', commands.join(' && '))] : []);
  return [...line(first), ...packages, ...line(second)];
}

/** Where the packages go in: before the app's own files, which change more often, unless those may lie among them. */
function environmentsPlace({ build: { brought, copied, environments }, context, image }: BodyParts, lines: Body['lines']): number {
  const isCopy = (line: Instruction | string) => typeof line !== 'string' && (line.name === 'COPY' || line.name === 'ADD');
  const first = lines.findIndex(isCopy);
  const isApart = lines.every(line => typeof line === 'string' || !isCopy(line) || brought.has(line));
  const files = lines.flatMap(line => (typeof line === 'string' ? [] : (brought.get(line) ?? [])));
  const isAmong = files.some(file => [SYSTEM, ...environments].some(folder => isIn(file, folder)));
  // a virtual environment of the host's, which nothing keeps out of the context, may be among the app's files one day
  const couldBe = environments.some(folder => {
    const around = files.find(file => isIn(folder, posix.dirname(file)));
    const from = around === undefined ? undefined : copied.files.get(around);
    return (
      around !== undefined &&
      from !== undefined &&
      !isKeptOut(context, posix.join(posix.dirname(from), posix.relative(posix.dirname(around), folder)))
    );
  });
  return first >= 0 && isApart && !isAmong && !couldBe && image.shell !== false ? first : lines.length;
}

/** The commands of a RUN that the runtime stage does again. */
function commandsAgain({ build, programs }: BodyParts, by: Instruction, doings: Doing[], left: string[]): string[] {
  const isCertain = build.before.every(part => (part.by.name !== 'COPY' && part.by.name !== 'ADD') || build.brought.has(part.by));
  const isThere = (path: string) => [...build.copied.files.keys()].some(file => isIn(file, path) && !left.includes(file));
  const changed = build.before.some(part => part.by.start <= by.start && part.doings.some(({ kind }) => kind === 'again'));
  return doings.flatMap(each => {
    if (each.kind === 'again') return each.text;
    if (each.kind === 'tool') return each.renews || each.names.some(name => programs.names.has(name)) ? each.call.command.text : [];
    if (each.kind !== 'gone') return [];
    return !isCertain || changed || each.paths.some(isThere) ? `rm -rf ${each.paths.join(' ')}` : [];
  });
}

/** The files of a COPY that the runtime stage needs no more: another brings them again, they say only what to install, or are uv alone. */
function leftBehind({ build, context, programs }: BodyParts, { by }: Part): string[] | undefined {
  if (isUv(by) && !programs.names.has('uv') && !programs.names.has('uvx')) return copiedTo(by);
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

/** Whether a COPY takes uv's programs from its own image. */
function isUv({ flags }: Instruction): boolean {
  const from = flags.find(({ name }) => name === 'from')?.value;
  return from !== undefined && parseImageReference(from)?.name === 'ghcr.io/astral-sh/uv';
}

/** The files that a COPY of files makes. */
function copiedTo({ words }: Instruction): string[] {
  const destination = words.at(-1)?.text ?? '';
  const sources = words.slice(0, -1).map(({ text }) => posix.basename(text));
  return sources.map(name => (destination.endsWith('/') || sources.length > 1 ? posix.join(destination, name) : destination));
}

/** Files that say only what to install and that an install reads, by their paths in the image. */
function manifestsOf(context: BuildContext, { installs, copied }: PythonBuild): Set<string> {
  const read = new Set<string>();
  for (const file of installs.flatMap(({ files }) => files)) {
    const sent = copied.files.get(file);
    const all = sent === undefined || file.endsWith('.toml') ? [] : requirementsWithIncludes(context, sent);
    if (Array.isArray(all)) for (const { path } of all) read.add(path);
  }
  return new Set([...copied.files].filter(([, from]) => read.has(from)).map(([path]) => path));
}
