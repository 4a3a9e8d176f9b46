import { posix } from 'node:path';
import { parentPath } from '../../src/context/filepath.ts';
import { nodeProject } from '../../src/context/node.ts';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Instruction, Span } from '../../src/dockerfile/nodes.ts';
import { isRemote } from '../../src/dockerfile/remote.ts';
import { candidates } from '../../src/dockerfile/search-path.ts';
import { everyCommand, type NestedCommand, type ShellWord, scriptTexts } from '../../src/dockerfile/shell.ts';
import { lineage } from '../../src/dockerfile/stages.ts';
import { shortened } from '../../src/phrases.ts';
import { toolCall } from '../../src/tools/calls.ts';
import { type Refusal, refuse } from '../../src/transform.ts';
import { argumentProblem, FIRST_FREE_PORT, lowPort } from './arguments.ts';
import { placesOf } from './files.ts';
import { isOpen, isPrivate, isWithin } from './folders.ts';
import type { Draft } from './places.ts';
import { NEEDS_ROOT, PLAIN, STARTERS, TOOLS, WRITERS } from './programs.ts';

type Problem = { code: string; reason: string };

/** How deep scripts may call each other. */
const DEEPEST = 5;

/** Why what a container starts isn't known, or needs root; undefined where it runs as anybody. */
export function startProblem(start: Draft): Refusal | undefined {
  const { scope, image, stage } = start;
  const { entrypoint, cmd } = scope;
  const main = entrypoint ?? cmd;
  if (!main) return refuse(stage.from, 'no-command', 'says nowhere what a container starts');
  if (!entrypoint && image.entrypoint !== 'none' && image.entrypoint !== 'passes' && image.distribution !== 'distroless') {
    return refuse(main, 'entrypoint', "is a parameter of the base image's ENTRYPOINT, which may need root");
  }
  const head = entrypoint ? words(entrypoint) : implied(start);
  const found = (text: Problem | undefined, at: Span) => text && refuse(at, text.code, text.reason);
  if (entrypoint && !entrypoint.json) return found(scriptsProblem(start, entrypoint), entrypoint);
  if (cmd && !cmd.json)
    return found(head.length > 0 ? wordsProblem(start, head, 0) : undefined, main) ?? found(scriptsProblem(start, cmd), cmd);
  return found(wordsProblem(start, [...head, ...(cmd ? words(cmd) : [])], 0), main);
}

/** A distroless interpreter is its image's ENTRYPOINT. */
function implied({ image }: Draft): ShellWord[] {
  const [, name] = /^distroless\/(nodejs|python3)/.exec(image.family) ?? [];
  return name ? [word(name === 'nodejs' ? 'node' : name)] : [];
}

function words(instruction: Instruction): ShellWord[] {
  return instruction.words.map(each => ({ ...each, literal: each.text }));
}

function word(text: string): ShellWord {
  return { text, literal: text, from: 0, to: 0, start: 0, end: 0 };
}

function scriptsProblem(start: Draft, instruction: Instruction): Problem | undefined {
  if (start.file.escape !== '\\' || start.scope.shell !== undefined) return { code: 'shell', reason: 'runs in a shell that is not known' };
  for (const text of scriptTexts(instruction)) {
    const problem = scriptProblem(start, text, 0);
    if (problem) return problem;
  }
  return undefined;
}

function scriptProblem(start: Draft, text: string, depth: number, isNode = false): Problem | undefined {
  const commands = depth > DEEPEST ? undefined : everyCommand(text);
  start.budget.left -= commands?.length ?? 0;
  if (!commands || start.budget.left < 0) return { code: 'script', reason: "starts a script that can't be followed" };
  for (const command of commands) {
    const problem = commandProblem(start, command, depth, isNode);
    if (problem) return problem;
  }
  return undefined;
}

function commandProblem(start: Draft, command: NestedCommand, depth: number, isNode: boolean): Problem | undefined {
  for (const target of command.writes) {
    if (target === undefined) return { code: 'writes', reason: `writes to a file that can't be known: ${shortened(command.text)}` };
    const problem = writeProblem(start, target);
    if (problem) return problem;
  }
  const port = [
    ...command.assignments.map(({ name, value }) => `${name}=${value}`),
    ...command.words.map(({ literal }) => literal ?? ''),
  ].flatMap(text => /^(?:\w+_)?PORT=(\d{1,5})$/.exec(text)?.[1] ?? []);
  const low = port.map(Number).find(each => each > 0 && each < FIRST_FREE_PORT);
  if (low !== undefined) return { code: 'port', reason: `listens on port ${lowPort(low)}` };
  return command.words.length > 0 ? wordsProblem(start, command.words, depth, isNode) : undefined;
}

/** Why the user can't write at a path; a relative one is below the app's folder. */
function writeProblem({ own }: Draft, path: string): Problem | undefined {
  if (!posix.isAbsolute(path) || isOpen(path) || path.startsWith('/proc/')) return undefined;
  if (isWithin(path, own)) return undefined;
  return { code: 'writes', reason: `writes ${path}, which is not in the app's folder` };
}

function wordsProblem(start: Draft, all: readonly ShellWord[], depth: number, isNode = false): Problem | undefined {
  const given = withoutStarters(all);
  const [program, ...rest] = given;
  const early = all
    .slice(0, all.length - given.length)
    .find(({ literal }) => literal !== undefined && NEEDS_ROOT.has(posix.basename(literal)));
  if (early) return needsRoot(early.literal as string);
  // what a script hands over is looked at where it is given
  if (!program || /^"?\$[@*]"?$/.test(program.text)) return undefined;
  const { literal } = program;
  if (program.text === '[' || program.text === '[[') return undefined;
  if (literal === undefined) return { code: 'command', reason: `starts what only a shell knows: ${shortened(program.text)}` };
  const name = posix.basename(literal);
  if (NEEDS_ROOT.has(name)) return needsRoot(name);
  const problem = argumentProblem(start, name, rest);
  if (problem) return problem;
  if (/^(?:a|ba|da)?sh$/.test(name)) return shellProblem(start, rest, depth);
  if (WRITERS.has(name)) return writerProblem(start, name, rest);
  if (name === 'xargs')
    return wordsProblem(
      start,
      rest.filter(({ text }) => !text.startsWith('-')),
      depth,
      isNode,
    );
  if (TOOLS.has(name)) return undefined;
  const manager = managerProblem(start, given, depth);
  if (manager !== 'none') return manager;
  if (/^python[\d.]*$/.test(name) || PLAIN.has(name)) return undefined;
  return ownProgramProblem(start, literal, rest, depth, isNode);
}

function needsRoot(name: string): Problem {
  return { code: 'needs-root', reason: `starts ${name}, ${NEEDS_ROOT.get(name)}` };
}

function withoutStarters(all: readonly ShellWord[]): readonly ShellWord[] {
  let at = 0;
  for (;;) {
    const name = posix.basename(all[at]?.literal ?? '');
    const starter = Object.hasOwn(STARTERS, name) ? STARTERS[name] : undefined;
    if (!starter || at + 1 >= all.length) return all.slice(at);
    at++;
    while (at < all.length && /^(?:-|\w+=)/.test(all[at]?.text ?? '')) {
      const isEnd = all[at]?.text === '--';
      at += starter.valued.includes(all[at]?.text ?? '') ? 2 : 1;
      if (isEnd) break;
    }
    if (name === 'timeout') at++;
  }
}

function shellProblem(start: Draft, rest: readonly ShellWord[], depth: number): Problem | undefined {
  const at = rest.findIndex(({ text }) => !/^[-+]/.test(text));
  const isCommand = rest.slice(0, Math.max(at, 0)).some(({ text }) => /^-[a-z]*c$/.test(text));
  const named = rest[at];
  if (!named) return rest.length === 0 ? undefined : { code: 'command', reason: 'starts a shell' };
  if (named.literal === undefined) return { code: 'command', reason: `starts what only a shell knows: ${shortened(named.text)}` };
  if (isCommand) return scriptProblem(start, named.literal, depth + 1);
  return fileProblem(start, named.literal, depth) ?? handedOver(start, rest.slice(at + 1), depth);
}

/** A command that a script is given to start. */
function handedOver(start: Draft, rest: readonly ShellWord[], depth: number): Problem | undefined {
  const separator = rest.findIndex(({ text }) => text === '--');
  const command = separator >= 0 ? rest.slice(separator + 1) : rest;
  const isCommand = command.length > 0 && !command[0]?.text.startsWith('-');
  return isCommand ? wordsProblem(start, command, depth + 1) : undefined;
}

/** A shell script of the build context, by its name in the image. */
function fileProblem(start: Draft, program: string, depth: number): Problem | undefined {
  const text = scriptText(start, program);
  if (text === undefined) return { code: 'script', reason: `starts ${program}, which can't be read` };
  return scriptProblem(start, text, depth + 1);
}

function scriptText({ scope, files, facts }: Draft, program: string): string | undefined {
  const places =
    program.includes('/') || scope.workdir === UNKNOWN
      ? candidates(program, scope)
      : [posix.resolve(scope.workdir, program), ...candidates(program, scope)];
  const path = places.map(place => files.get(place)).find(each => each !== undefined);
  return path === undefined ? undefined : facts.context?.text(path);
}

function writerProblem(start: Draft, name: string, rest: readonly ShellWord[]): Problem | undefined {
  if (name === 'sed' && !rest.some(({ text }) => /^-\w*i|^--in-place/.test(text))) return undefined;
  const operands = rest.filter(({ text }) => !text.startsWith('-'));
  const targets = name === 'cp' || name === 'ln' || name === 'mv' || name === 'install' ? operands.slice(-1) : operands;
  for (const { literal, text } of targets) {
    if (literal === undefined && !/^"?\.?\/?[\w-]+\//.test(text))
      return { code: 'writes', reason: `writes to a file that can't be known: ${shortened(text)}` };
    const problem = literal === undefined ? undefined : writeProblem(start, literal);
    if (problem) return problem;
  }
  return undefined;
}

/** What a package manager runs; 'none' for another program. */
function managerProblem(start: Draft, given: readonly ShellWord[], depth: number): Problem | undefined | 'none' {
  const [program] = given;
  if (posix.basename(program?.literal ?? '') === 'npx') return undefined;
  const { workdir } = start.scope;
  const command = { ...(program as ShellWord), assignments: [], words: [...given], redirects: false, joined: undefined };
  const call = toolCall({ command, words: [...given], folder: workdir === UNKNOWN ? undefined : workdir, environment: new Map() });
  const isRun = call?.verb === 'run';
  switch (call?.tool) {
    case 'npm':
    case 'yarn':
    case 'pnpm':
      if (call.tool !== 'npm' && start.steps.leftovers.has('corepack')) {
        return { code: 'root-home', reason: `starts ${call.tool}, which corepack put below root's home` };
      }
      if (!isWithin(String(workdir), start.own)) return { code: 'writes', reason: `may write to ${String(workdir)}, where only root may` };
      return isRun ? packageScriptProblem(start, call.operands[0]?.literal ?? call.verbWords[0]?.literal, call.folder, depth) : undefined;
    case 'poetry':
    case 'pipenv':
    case 'uv':
      if (call.tool === 'poetry' && start.steps.leftovers.has('poetry')) {
        return { code: 'root-home', reason: "starts poetry, whose settings are below root's home" };
      }
      return isRun ? wordsProblem(start, afterRun(call.operands), depth + 1, true) : undefined;
    case 'go':
      return { code: 'command', reason: "compiles when it starts, with caches that are root's" };
    case 'pip':
      return { code: 'needs-root', reason: 'installs packages when it starts' };
    case 'apt':
    case 'apk':
      return needsRoot(call.tool);
    default:
      return 'none';
  }
}

function afterRun(operands: readonly ShellWord[]): readonly ShellWord[] {
  return operands[0]?.text === '--' ? operands.slice(1) : operands;
}

/** A script of package.json, with those that npm runs around it; where the manifest isn't there, nothing is known to be wrong. */
function packageScriptProblem(start: Draft, name: string | undefined, folder: string | undefined, depth: number): Problem | undefined {
  const { context } = start.facts;
  const path = folder === undefined ? undefined : start.files.get(posix.join(folder, 'package.json'));
  const project = context && path !== undefined ? nodeProject(context, parentPath(path)) : undefined;
  if (!project || 'problem' in project || name === undefined) return undefined;
  for (const script of [`pre${name}`, name, `post${name}`]) {
    const text = project.scripts.get(script);
    const problem = text === undefined ? undefined : scriptProblem(start, text, depth + 1, true);
    if (problem) return problem;
  }
  return undefined;
}

/** A program that isn't known by its name: one that the Dockerfile brings, or, where Node or Python look for it, one of their packages'. */
function ownProgramProblem(
  start: Draft,
  literal: string,
  rest: readonly ShellWord[],
  depth: number,
  isPackaged: boolean,
): Problem | undefined {
  const { files, facts, scope } = start;
  const places = candidates(literal, scope);
  const path = places.map(place => files.get(place)).find(each => each !== undefined);
  if (path !== undefined && facts.context) {
    const head = String.fromCharCode(...(facts.context.head(path, 64) ?? [])).split('\n')[0] ?? '';
    if (/^#!.*\b(?:a|ba|da|z|k)?sh\b/.test(head)) return fileProblem(start, literal, depth) ?? handedOver(start, rest, depth);
    return undefined;
  }
  if (isPackaged && !literal.includes('/')) return undefined;
  if (places.some(place => isBrought(start, place)))
    return /\.(?:ba|da|a)?sh$/.test(literal) || /entrypoint/.test(literal)
      ? { code: 'script', reason: `starts ${literal}, which can't be read` }
      : undefined;
  return { code: 'command', reason: `starts ${literal}, of which nothing is known` };
}

/** Whether a COPY or a build puts something at a path or above it that may be the program. */
function isBrought({ file, facts, stage, steps, ownFolder }: Draft, place: string): boolean {
  if (isPrivate(place)) return false;
  const folder = ownFolder(place);
  if (isWithin(place, steps.programs) || (folder !== undefined && steps.filled.some(({ mixed }) => mixed.has(folder)))) return true;
  return lineage(stage)
    .flatMap(({ instructions }) => instructions)
    .some(instruction => {
      const places = placesOf(file, facts, instruction);
      if (!places || (places.isForeign && !places.isStage) || places.sources.some(isRemote)) return false;
      const target = posix.resolve(places.workdir, places.destination);
      const names = places.sources.map(source => posix.basename(source));
      if (target === place || (posix.dirname(place) === target && names.includes(posix.basename(place)))) return true;
      return ownFolder(target) !== undefined && place.startsWith(`${target}/`);
    });
}
