import { posix } from 'node:path';
import type { BuildContext } from '../../src/context/context.ts';
import { isIn } from '../../src/context/copied.ts';
import { nameOf } from '../../src/context/filepath.ts';
import { isKeptOut } from '../../src/context/kept-out.ts';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import { mounts } from '../../src/dockerfile/mounts.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { shellSequence } from '../../src/dockerfile/shell.ts';
import type { Scope } from '../../src/dockerfile/stages.ts';
import { hasOption, type ToolCall, toolCalls } from '../../src/tools/calls.ts';
import type { Facts } from '../../src/transform.ts';
import { type ContextCopy, contextAt, fileAt, folderAt, isAppFolder, overlap, ownerOf } from './copies.ts';
import { type Doubt, doubt, type Reads } from './reads.ts';

/** The copies above a RUN: those that have to stay there, and after them those that it may go before. */
export interface Above {
  fixed: readonly ContextCopy[];
  passable: readonly ContextCopy[];
  /** Calls of earlier RUNs that later ones depend on. */
  earlier: readonly ToolCall[];
}

/** A file or folder of the context that an install reads, brought by one of the passable copies. */
export interface Input {
  /** Where it stands in the image. */
  path: string;
  from: string;
  isFolder: boolean;
  by: ContextCopy;
}

/** An install above the copies needs these files there, and its result differs from before in these. */
export interface Needs {
  inputs: Input[];
  /** Files that the install may write again, and the copies below put back: by their paths in the image. */
  restored: string[];
}

/** A RUN, and what is in force there. */
export interface Site {
  file: Dockerfile;
  facts: Facts;
  instruction: Instruction;
  scope: Scope;
  above: Above;
}

/** What commands that read this need above the copies; or why they can't run there. */
export function needsOf(site: Site, reads: Reads, folders: readonly (string | undefined)[]): Needs | Doubt {
  if (!reads.installs) return { inputs: [], restored: [] };
  const { facts, above } = site;
  const found = siteProblem(site);
  if (found) return found;
  const inputs = reads.inputs.flatMap(path => inputAt(facts.context, above, path) ?? []);
  const missing = folders.find(folder => folder !== undefined && !isMade(site, folder, inputs));
  if (missing !== undefined) return doubt('folder', `works in ${missing}, which only the copies make`);
  const problem = outputProblem(facts.context, above, reads.outputs);
  if (problem) return problem;
  const odd = inputs.find(({ from }) => !/^[\w@.+/-]+$/.test(from));
  if (odd) return doubt('name', `reads ${odd.from}, a name that COPY would take for something else`);
  const reread = lockReread(site, reads, inputs);
  if (reread) return reread;
  const unique = [...new Map(inputs.map(input => [input.path, input])).values()];
  return { inputs: unique, restored: reads.restored.filter(path => unique.some(input => input.path === path)) };
}

const strictInstalls = new WeakMap<Dockerfile, Instruction | { start: -1; line: 0 }>();

/** The last install of a file that refuses a lock file out of step with its manifest. */
function lastStrict(file: Dockerfile): { start: number; line: number } {
  const isStrict = (call: ToolCall) => call.verb === 'ci' || hasOption(call, '--frozen-lockfile', '--immutable');
  const found = strictInstalls.get(file) ??
    file.instructions.findLast(each => callsOf(file, each).some(isStrict)) ?? { start: -1, line: 0 };
  strictInstalls.set(file, found);
  return found;
}

/** An install further down that needs the lock file as the first would have written it anew. */
function lockReread({ file, instruction }: Site, { restored }: Reads, inputs: readonly Input[]): Doubt | undefined {
  if (!inputs.some(({ path }) => restored.includes(path))) return undefined;
  const strict = lastStrict(file);
  return strict.start > instruction.start ? doubt('lock', `may write the lock file, which line ${strict.line} reads`) : undefined;
}

/** Why a RUN can't run above the copies whatever it reads of them. */
function siteProblem({ instruction, scope, above }: Site): Doubt | undefined {
  for (const mount of mounts(instruction)) {
    if (mount.type === undefined || (mount.type === 'bind' && mount.from === undefined))
      return doubt('mount', 'mounts the build context itself');
    const target = mount.target === undefined ? undefined : posix.resolve(String(scope.workdir), mount.target);
    if (target !== undefined && above.passable.some(({ to }) => overlap(to, target))) return doubt('mount', `mounts ${mount.target}`);
  }
  const { user } = scope;
  const isRoot = user === undefined || (user !== UNKNOWN && /^(?:0|root)(?::(?:0|root))?$/.test(user));
  if (!isRoot && !(user === 'node' && scope.image?.family === 'node'))
    return doubt('user', 'runs as a user whose home may be among the sources');
  if (new Set(above.passable.map(ownerOf)).size > 1) return doubt('owner', 'comes after copies whose folders belong to different owners');
  const odd = above.passable.find(({ to }) => !isAppFolder(to));
  return odd && doubt('destination', `comes after a copy to ${odd.to}, where an install may look for its settings`);
}

/** A file or folder that one of the passable copies brings; undefined where there is none, or it is there without them. */
function inputAt(context: BuildContext | undefined, { fixed, passable }: Above, path: string): Input | undefined {
  if (!context) return undefined;
  const file = fileAt(context, passable, path);
  if (file) return fileAt(context, fixed, path)?.from === file.from ? undefined : { path, from: file.from, isFolder: false, by: file.by };
  const by = passable.findLast(copy => folderAt(context, [copy], path) !== undefined);
  const folder = by && folderAt(context, [by], path);
  return by && folder ? { path, from: folder, isFolder: true, by } : undefined;
}

/** Whether a folder is there without the copies: the WORKDIR, those above it, and those that inputs are copied to. */
function isMade({ above, scope }: Site, folder: string, inputs: readonly Input[]): boolean {
  if (!above.passable.some(({ to }) => isIn(folder, to))) return true;
  return isIn(String(scope.workdir), folder) || inputs.some(({ path }) => isIn(posix.dirname(path), folder));
}

/** Names of what package managers write beside the sources, and nobody else. */
const OF_TOOLS = /^(?:node_modules|\.?v?env|\.pnp\.(?:loader\.)?[cm]?js|install-state\.gz|unplugged)$/;

/** Whether a copy below would bring what an install writes. */
function outputProblem(context: BuildContext | undefined, { passable }: Above, outputs: readonly string[]): Doubt | undefined {
  for (const output of outputs) {
    for (const placement of passable.flatMap(({ placements }) => placements)) {
      if (isIn(placement.to, output)) return doubt('output', `writes to ${output}, where a copy puts files too`);
      const from = contextAt(placement, output);
      if (from === undefined || (context && isKeptOut(context, from))) continue;
      if (!OF_TOOLS.test(nameOf(from))) return doubt('output', `writes to ${output}, where a later copy puts files too`);
      return doubt('ignored', `a later copy could put the host's ${from} over the installed: add ${nameOf(from)} to .dockerignore`);
    }
  }
  return undefined;
}

/** The calls of package managers in a RUN, as far as it is plain commands. */
export function callsOf(file: Dockerfile, run: Instruction): ToolCall[] {
  const sequence = shellSequence(run, file.escape, undefined);
  return 'commands' in sequence ? toolCalls(sequence.commands, UNKNOWN) : [];
}
