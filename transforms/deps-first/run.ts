import { posix } from 'node:path';
import { isIn } from '../../src/context/copied.ts';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { type ShellCommand, shellSequence } from '../../src/dockerfile/shell.ts';
import { scopeAt } from '../../src/dockerfile/stages.ts';
import { shortened } from '../../src/phrases.ts';
import { hasOption, type PlacedCommand, placedCommands, type ToolCall, toolCall } from '../../src/tools/calls.ts';
import type { Facts } from '../../src/transform.ts';
import { type ContextCopy, fileAt, folderAt, overlap } from './copies.ts';
import { goDownload, goDownloadBefore, goTool } from './go.ts';
import { type Above, type Needs, needsOf, type Site } from './needs.ts';
import { globalInstall, nodeInstall } from './node.ts';
import { namedInstall, pythonInstall } from './python.ts';
import { type Doubt, doubt, nothing, type Place, type ProjectInstall, type Reads, type Setting } from './reads.ts';
import { isHarmless, smallCommand, systemInstall } from './system.ts';

/** The commands of a RUN that can go above the copies: the first ones, with an install among them or not. */
export interface Head extends Needs {
  kind: 'head';
  commands: ShellCommand[];
  /** Those after them, which stay below. */
  rest: ShellCommand[];
  /** Of the commands: cd, export, set. */
  states: ShellCommand[];
  /** The first that installs something. */
  install: ShellCommand | undefined;
  /** Modules can be fetched before the rest. */
  fetch: Fetch | undefined;
}

/** A RUN before which modules can be fetched. */
export interface Fetch extends Needs {
  kind: 'fetch';
  /** Where they are kept. */
  cache: string;
  /** Folders that it fills. */
  filled: string[];
  /** What stands before the command: `GO111MODULE=on `. */
  variables: string;
}

/** What of a RUN can go above the passable copies; a doubt's `installs` tells whether it is about an install. */
export function readRun(
  file: Dockerfile,
  facts: Facts,
  instruction: Instruction,
  above: Above,
): Head | Fetch | (Doubt & { installs: boolean }) {
  const scope = scopeAt(file, facts.images, instruction);
  if (!scope) return { ...doubt('run', 'stands in no stage'), installs: false };
  const sequence = shellSequence(instruction, file.escape, scope.shell);
  if ('reason' in sequence) return { ...doubt('shell', sequence.reason), installs: false };
  return headOf({ file, facts, instruction, scope, above }, placedCommands(sequence.commands, scope.workdir));
}

function headOf(site: Site, placed: PlacedCommand[]): Head | Fetch | (Doubt & { installs: boolean }) {
  const reads = nothing(false);
  let install: ShellCommand | undefined;
  let count = 0;
  let stop: Doubt | undefined;
  for (const [index, each] of placed.entries()) {
    if (isState(each)) continue;
    const found = readCommand(site, each);
    if (found?.kind !== 'reads') {
      stop = found;
      break;
    }
    merge(reads, found);
    if (found.installs) install ??= each.command;
    count = index + 1;
  }
  const head = placed.slice(0, count);
  const rest = placed.slice(count);
  const fetch = fetchBefore(site, rest);
  if (stop && !install) return { ...stop, installs: true };
  if (!install && rest.length > 0)
    return (count === 0 && fetch) || { ...doubt('command', shortened(placed[0]?.command.text ?? '')), installs: false };
  const needs = needsOf(
    site,
    reads,
    placed.slice(0, count + 1).map(({ folder }) => folder),
  );
  if ('kind' in needs) return { ...needs, installs: install !== undefined };
  const commands = head.map(({ command }) => command);
  const states = head.filter(isState).map(({ command }) => command);
  return { kind: 'head', commands, rest: rest.map(({ command }) => command), states, install, fetch, ...needs };
}

function merge(into: Reads, { installs, inputs, outputs, restored }: Reads): void {
  into.installs ||= installs;
  into.inputs.push(...inputs);
  into.outputs.push(...outputs);
  into.restored.push(...restored);
}

/** Whether a command only changes what is in force for those after it, in a way that can be said again. */
function isState({ command, words, folder }: PlacedCommand): boolean {
  const [program, ...rest] = words;
  if (command.redirects || words.length < command.words.length) return false;
  if (!program) return command.assignments.every(({ value }) => value !== undefined);
  if (command.assignments.length > 0) return false;
  if (program.literal === 'set') return rest.every(({ literal }) => /^[-+][a-z]+$|^pipefail$/.test(literal ?? ''));
  if (program.literal === 'cd')
    return rest.length === 1 && rest[0]?.literal !== undefined && rest[0].literal !== '-' && folder !== undefined;
  return program.literal === 'export' && rest.every(({ literal, text }) => literal !== undefined && /^\w+=/.test(text));
}

function readCommand(site: Site, placed: PlacedCommand): Reads | Doubt | undefined {
  if (placed.command.redirects || placed.folder === undefined) return undefined;
  const call = toolCall(placed);
  const { passable } = site.above;
  if (!call) return smallCommand(placed, path => !passable.some(({ to }) => overlap(to, path)));
  if (isHarmless(call)) return nothing(false);
  if (call.tool === 'apt' || call.tool === 'apk') return systemInstall(call);
  if (call.tool === 'poetry' && call.verb === 'config' && call.options.every(({ name }) => name !== '--local')) return nothing(false);
  const setting = settingAt(site);
  const place = placeOf(site, call);
  const known = place && 'context' in place ? place : undefined;
  const free = globalInstall(call, known) ?? namedInstall(call, setting) ?? goTool(call);
  if (free || !place) return free;
  const install: ProjectInstall = { call, place: known as Place, setting, image: site.scope.image, earlier: site.above.earlier };
  if (known) {
    const found = nodeInstall(install) ?? pythonInstall(install) ?? goDownload(install);
    return found?.kind === 'reads' ? (inconsistent(known, found) ?? found) : found;
  }
  return isProjectInstall(call) ? (place as Doubt) : undefined;
}

/** Whether a call is an install of a project's dependencies, as far as its words tell. */
function isProjectInstall({ tool, verb }: ToolCall): boolean {
  return verb === 'install' ? tool !== 'go' : verb === 'ci' || verb === 'sync' || verb === 'pip install' || verb === 'mod download';
}

/** Whether a call installs what a manifest or lock file names. */
export function isDependencyInstall(call: ToolCall): boolean {
  const isPip = call.tool === 'pip' || call.verb === 'pip install';
  return (
    isProjectInstall(call) &&
    call.tool !== 'apt' &&
    (!isPip || hasOption(call, '--requirement', '--requirements')) &&
    !hasOption(call, '--global')
  );
}

/** Where a call works, in the image and in the context. */
function placeOf({ facts, above }: Site, { folder }: ToolCall): Place | Doubt {
  const { context } = facts;
  if (folder === undefined) return doubt('folder', 'works in a folder that is not known');
  if (!context || context.problem !== undefined) return doubt('context', 'needs the build context, to see what the install reads');
  const copies = [...above.fixed, ...above.passable];
  const source = folderAt(context, copies, folder) ?? manifestFolder(context, copies, folder);
  return {
    context,
    folder,
    source: source ?? '',
    fileAt: path => fileAt(context, copies, path)?.from,
    isCopied: path => above.passable.some(({ to }) => isIn(path, to)),
  };
}

/** An input that is no file of the project's folder, but was copied from elsewhere: what is known of the folder doesn't hold. */
function inconsistent({ folder, source, fileAt: find }: Place, { inputs }: Reads): Doubt | undefined {
  const odd = inputs.find(path => {
    const from = find(path);
    return from !== undefined && from !== posix.join(source, posix.relative(folder, path));
  });
  return odd === undefined ? undefined : doubt('elsewhere', `reads ${odd}, which is copied from ${find(odd)}`);
}

const MANIFESTS = ['package.json', 'pyproject.toml', 'Pipfile', 'requirements.txt', 'go.mod'];

/** The folder of the context that a manifest was copied from by itself. */
function manifestFolder(context: Place['context'], copies: readonly ContextCopy[], folder: string): string | undefined {
  const found = MANIFESTS.map(name => fileAt(context, copies, posix.join(folder, name))?.from).find(path => path !== undefined);
  return found === undefined ? undefined : found.slice(0, Math.max(0, found.lastIndexOf('/')));
}

function settingAt({ file, scope }: Site): Setting {
  return (call, name) => {
    if (call.environment.has(name)) return call.environment.get(name) ?? UNKNOWN;
    const found = scope.variable(name);
    if (found?.text !== UNKNOWN) return found?.text;
    // of a base image whose environment nobody knows, only what the file itself sets is asked about
    const isSet = file.instructions.some(({ pairs, name: keyword }) => keyword !== 'LABEL' && pairs.some(pair => pair.name.text === name));
    return isSet || scope.image?.env ? UNKNOWN : undefined;
  };
}

function fetchBefore(site: Site, [first]: PlacedCommand[]): Fetch | undefined {
  const call = first && toolCall(first);
  const place = call && placeOf(site, call);
  if (!call || !place || !('context' in place) || call.folder !== site.scope.workdir) return undefined;
  const reads = goDownloadBefore({ call, place, setting: settingAt(site), image: site.scope.image, earlier: site.above.earlier });
  if (reads?.kind !== 'reads' || inconsistent(place, reads)) return undefined;
  const variables = fetchVariables(call);
  const needs = needsOf(site, reads, [call.folder]);
  if (variables === undefined || 'kind' in needs) return undefined;
  return { ...needs, kind: 'fetch', cache: reads.outputs[0] as string, filled: reads.outputs, variables, restored: [] };
}

/** What of Go's variables a fetch needs that a build is given; undefined where that isn't known. */
function fetchVariables({ environment }: ToolCall): string | undefined {
  const given = [...environment].filter(([name]) => name.startsWith('GO') && !/^GO(?:OS|ARCH|ARM|AMD64)$/.test(name));
  if (given.some(([name, value]) => name !== 'GO111MODULE' || !value)) return undefined;
  return given.map(([name, value]) => `${name}=${value} `).join('');
}
