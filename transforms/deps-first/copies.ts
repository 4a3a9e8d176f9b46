import { posix } from 'node:path';
import type { BuildContext } from '../../src/context/context.ts';
import { isIn } from '../../src/context/copied.ts';
import { childPath, contextPath, nameOf } from '../../src/context/filepath.ts';
import { UNKNOWN, variablesOf } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Flag, Instruction } from '../../src/dockerfile/nodes.ts';
import { isRemote } from '../../src/dockerfile/remote.ts';
import { expandAt, scopeAt } from '../../src/dockerfile/stages.ts';
import { copy } from '../../src/dockerfile/views.ts';
import type { Facts } from '../../src/transform.ts';

/** One file or folder of the context and where a COPY puts it: of a folder the content. */
export interface Placement {
  from: string;
  /** Absolute path in the image. */
  to: string;
  kind: 'file' | 'folder' | 'unknown';
}

/** A COPY or ADD from the build context. */
export interface ContextCopy {
  instruction: Instruction;
  /** Absolute path in the image. */
  to: string;
  /** The destination is the same wherever the WORKDIR is. */
  isAbsolute: boolean;
  placements: Placement[];
  /** Of a file that is copied alone, too. */
  flags: Flag[];
  /** Build arguments and variables that it uses. */
  variables: ReadonlySet<string>;
  /** It brings sources: a folder, or a file of code. */
  isBroad: boolean;
}

/** Files of another stage, an image, the instruction itself or the network. */
export interface ForeignCopy {
  instruction: Instruction;
  to: string;
}

/** What a COPY or ADD does, as far as installs have to know; or why that can't be told. */
export function readCopy(
  file: Dockerfile,
  facts: Facts,
  instruction: Instruction,
): { context: ContextCopy } | { foreign: ForeignCopy } | { reason: string } {
  const view = copy(instruction);
  const workdir = scopeAt(file, facts.images, instruction)?.workdir ?? UNKNOWN;
  if (!view) return { reason: 'copies nothing' };
  const destination = expandAt(file, facts.images, instruction, view.destination);
  if (destination.text === UNKNOWN || destination.settable) return { reason: 'copies to a folder that a variable names' };
  const isAbsolute = posix.isAbsolute(destination.text);
  if (!isAbsolute && workdir === UNKNOWN) return { reason: 'copies to a folder that is not known' };
  const to = withoutSlash(isAbsolute ? posix.normalize(destination.text) : posix.resolve(String(workdir), destination.text));
  if (view.from || view.sources.some(({ inline, text }) => inline || isRemote(text))) return { foreign: { instruction, to } };
  if (view.parents || view.exclude.length > 0) return { reason: 'copies in a way that is not followed here' };
  const sources = view.sources.map(source => expandAt(file, facts.images, instruction, source));
  if (sources.some(({ text, settable }) => text === UNKNOWN || settable)) return { reason: 'copies what a variable names' };
  const placements = placementsOf(
    facts.context,
    sources.map(({ text }) => String(text)),
    to,
    /(?:^|\/)\.{0,2}$/.test(destination.text),
  );
  if (!placements) return { reason: 'copies what the build context does not have' };
  return {
    context: {
      instruction,
      to,
      isAbsolute,
      placements,
      flags: [view.chown, view.chmod, ...instruction.flags.filter(({ name }) => name === 'link')].filter(flag => flag !== undefined),
      variables: new Set([...instruction.words, ...instruction.flags].flatMap(({ text }) => variablesOf(text, file.escape))),
      isBroad: placements.some(isSource),
    },
  };
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** Where a COPY's sources go; undefined where the context has none of one, or something that is neither file nor folder. */
function placementsOf(context: BuildContext | undefined, sources: string[], to: string, isFolder: boolean): Placement[] | undefined {
  if (!context) return sources.map(source => unseen(source, to, isFolder || sources.length > 1));
  const found = sources.map(source => context.match(source).map(path => ({ path, kind: context.kind(path) })));
  const all = found.flat();
  if (found.some(matches => matches.length === 0)) return undefined;
  if (all.some(({ kind }) => kind !== 'file' && kind !== 'folder')) return undefined;
  return all.flatMap(({ path, kind }): Placement[] => {
    if (kind === 'folder') return [{ from: path, to, kind }];
    const inside: Placement = { from: path, to: posix.join(to, nameOf(path)), kind: 'file' };
    if (isFolder || all.length > 1) return [inside];
    // a folder that is there already takes the file in
    return nameOf(to).includes('.') ? [{ ...inside, to }] : [{ ...inside, to }, inside];
  });
}

/** A source when nobody knows the context: a folder by its name alone. */
function unseen(source: string, to: string, isFolder: boolean): Placement {
  const from = contextPath(source);
  const name = nameOf(from);
  const wild = /[*?[\\]/.test(from);
  if (from === '' || source.endsWith('/')) return { from, to, kind: 'folder' };
  return { from, to: isFolder && !wild ? posix.join(to, name) : to, kind: name.includes('.') && !wild ? 'file' : 'unknown' };
}

/** Files of code, which change with every commit. */
const CODE =
  /\.(?:[cm]?[jt]sx?|py|pyx|go|rb|php|java|kt|scala|rs|c|cc|cpp|h|hpp|cs|vue|svelte|html|css|scss|less|ipynb|ejs|pug|hbs|tmpl|sql|graphql|proto)$/;
/** Of those, files of settings. */
const SETTINGS = /(?:^|\.)(?:config|conf|rc|d)\.[cm]?[jt]s$|^(?:setup\.py|gulpfile\.js|Gruntfile\.js|\.pnpmfile\.cjs|\.pnp\.cjs)$/;

function isSource({ from, kind }: Placement): boolean {
  return kind === 'folder' || (kind === 'unknown' && from !== '' && !/[*?[\\]/.test(from)) || isCode(nameOf(from));
}

function isCode(name: string): boolean {
  return CODE.test(name) && !SETTINGS.test(name);
}

/** Whether one of two paths lies in the other. */
export function overlap(left: string, right: string): boolean {
  return isIn(left, right) || isIn(right, left);
}

/** The path of the context that would stand at a path of the image by one placement; undefined where the placement doesn't reach there. */
export function contextAt({ from, to, kind }: Placement, path: string): string | undefined {
  if (kind === 'file') return path === to ? from : undefined;
  if (!isIn(path, to)) return undefined;
  const rest = posix.relative(to, path);
  return rest === '' ? from : childPath(from, rest);
}

/** The file of the context that stands at a path of the image, put there by the last of the copies that bring one; and that copy. */
export function fileAt(context: BuildContext, copies: readonly ContextCopy[], path: string): { from: string; by: ContextCopy } | undefined {
  for (const by of [...copies].reverse()) {
    for (const placement of [...by.placements].reverse()) {
      const from = contextAt(placement, path);
      if (from !== undefined && context.kind(from) === 'file') return { from, by };
    }
  }
  return undefined;
}

/** The folder of the context that stands at a folder of the image, by the last of the copies that bring it. */
export function folderAt(context: BuildContext, copies: readonly ContextCopy[], path: string): string | undefined {
  for (const { placements } of [...copies].reverse()) {
    for (const placement of [...placements].reverse()) {
      const from = placement.kind === 'folder' ? contextAt(placement, path) : undefined;
      if (from !== undefined && (from === '' || context.kind(from) === 'folder')) return from;
    }
  }
  return undefined;
}

/** Whether a copy of files may go before another: neither brings what the other does, but for the same file, nor makes a folder that would belong to somebody else. */
export function areApart(context: BuildContext | undefined, other: ContextCopy, files: ContextCopy): boolean {
  if (!overlap(other.to, files.to) && files.placements.every(({ to }) => !overlap(to, other.to))) return true;
  if (!context || ownerOf(other) !== ownerOf(files)) return false;
  return files.placements.every(({ from, to }) =>
    other.placements.every(placement => {
      const found = contextAt(placement, to);
      if (found === from) return true;
      return !isIn(placement.to, to) && (found === undefined || context.kind(found) === undefined);
    }),
  );
}

/** The owner that a copy gives to what it makes, as written. */
export function ownerOf({ flags }: ContextCopy): string | undefined {
  return flags.find(({ name }) => name === 'chown')?.value;
}

const SYSTEM = /^\/(?:bin|boot|dev|etc|lib(?:32|64)?|proc|run|sbin|sys)(?:\/|$)/;
const SYSTEM_BELOW_USR =
  /^\/usr(?:\/local)?(?:\/(?:bin|etc|games|go|include|lib(?:32|64|exec)?|man|sbin|share)(?:\/|$)(?!nginx\/html(?:\/|$))|$)/;
const NO_APP =
  /^\/(?:$|root$|home$|home\/[^/]+$|tmp$|var(?!\/(?:www|app|task|src)(?:\/|$))|usr$|go(?:\/(?:bin|pkg|src)?)?$|go\/(?:bin|pkg)\/)/;

/** Whether a folder is an app's own: neither the system's, nor a home folder, where package managers keep their settings. */
export function isAppFolder(path: string): boolean {
  return !SYSTEM.test(path) && !SYSTEM_BELOW_USR.test(path) && !NO_APP.test(path) && !/^\/(?:root|home\/[^/]+)\/\./.test(path);
}
