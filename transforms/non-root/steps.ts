import { posix } from 'node:path';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { everyCommand, type NestedCommand, type Sequence, type ShellWord, scriptTexts, shellSequence } from '../../src/dockerfile/shell.ts';
import { lineage, type Scope, scopeAt } from '../../src/dockerfile/stages.ts';
import { hasOption, optionValue, type PlacedCommand, placedCommands, type ToolCall, toolCall } from '../../src/tools/calls.ts';
import { type Refusal, refuse } from '../../src/transform.ts';
import { BUILDERS, DJANGO, FETCHES_HOME, INERT, UNPACKERS, USERS, WRITES } from './commands.ts';
import { isPrivate, ownFolder } from './folders.ts';
import type { Shipped } from './image.ts';

/** What a RUN puts into folders that are the app's. */
export interface Filled {
  run: Instruction;
  /** Where it ends in the source: a command can be put behind it. Undefined where it is more than commands one after the other. */
  end: number | undefined;
  /** Why it can't be told what it does one after the other. */
  reason: string;
  /** Folders that it makes, with all that is in them. */
  made: Set<string>;
  /** Folders of the app that it writes to among what others put there. */
  mixed: Set<string>;
  /** It runs npm, of which 7 and 8 work as the owner of the folder. */
  npm: boolean;
  /** It runs what may ask git. */
  builds: boolean;
}

/** What RUNs set up for tools that would look for it in root's home. */
export type Leftover = 'corepack' | 'poetry';

export interface Steps {
  filled: Filled[];
  leftovers: ReadonlySet<Leftover>;
}

type Effect = { made: string } | { mixed: string } | { leftover: Leftover } | { reason: string; code: string };

/** What the RUNs of a stage and of those that it stands on leave behind; a refusal where one does what a user could not live with, or what can't be known. */
export function stepsOf(shipped: Omit<Shipped, 'account'>): Steps | Refusal {
  const { file, facts, stage } = shipped;
  const filled: Filled[] = [];
  const leftovers = new Set<Leftover>();
  for (const run of [...lineage(stage)].reverse().flatMap(({ instructions }) => instructions)) {
    const scope = run.name === 'RUN' ? scopeAt(file, facts.images, run) : undefined;
    if (!scope) continue;
    const sequence = shellSequence(run, file.escape, scope.shell);
    const commands = commandsOf(file, run, scope, sequence);
    if (!commands) return refuse(run, 'run', `can't be followed: it ${'reason' in sequence ? sequence.reason : 'has no command'}`);
    const step: Filled = {
      run,
      end: 'commands' in sequence && run.heredocs.length === 0 && !run.json ? sequence.commands.at(-1)?.end : undefined,
      reason: 'reason' in sequence ? sequence.reason : run.json ? 'is in exec form' : 'is a heredoc',
      made: new Set(),
      mixed: new Set(),
      npm: false,
      builds: false,
    };
    for (const placed of placedCommands(commands, scope.workdir)) {
      for (const effect of effectsOf({ ...shipped, scope }, placed)) {
        if ('reason' in effect) return refuse(run, effect.code, effect.reason);
        if ('leftover' in effect) leftovers.add(effect.leftover);
        else if ('made' in effect) step.made.add(effect.made);
        else step.mixed.add(effect.mixed);
        if ('mixed' in effect) step.builds = true;
      }
      const tool = toolCall(placed)?.tool;
      if (tool === 'npm' || tool === 'yarn' || tool === 'pnpm' || placed.words[0]?.literal === 'npx') step.npm = true;
    }
    filled.push(step);
  }
  return { filled, leftovers };
}

/** Every command of a RUN, in order; undefined where its shell isn't one that is understood. */
function commandsOf(file: Dockerfile, run: Instruction, scope: Scope, sequence: Sequence): NestedCommand[] | undefined {
  if (run.json) return 'commands' in sequence ? sequence.commands.map(command => ({ ...command, writes: [] })) : undefined;
  const isPosix = file.escape === '\\' && (scope.shell === undefined || /(?:^|\/)(?:ba|da|a)?sh$/.test(scope.shell[0] ?? ''));
  const found = isPosix ? scriptTexts(run).map(everyCommand) : [];
  return found.length > 0 && found.every(commands => commands !== undefined) ? found.flat() : undefined;
}

type Scene = Omit<Shipped, 'account'>;

function effectsOf(scene: Scene, placed: PlacedCommand): Effect[] {
  const { command, words, folder } = placed;
  const writes = (command as NestedCommand).writes.flatMap(target => writtenTo(folder, target));
  const [program] = words;
  if (!program) return writes;
  const name = program.literal === undefined ? undefined : posix.basename(program.literal);
  if (name === undefined) return [unknown(command.text)];
  if (name !== 'rm' && name !== 'ls' && words.some(word => namesHome(word))) {
    return [{ code: 'root-home', reason: `uses root's home, which nobody else may enter: ${shown(command.text)}` }];
  }
  const call = toolCall(placed);
  return [...writes, ...(call ? toolEffects(scene, call) : otherEffects(scene, name, placed))];
}

function unknown(text: string): Effect {
  return { code: 'run', reason: `does what can't be followed: ${shown(text)}` };
}

function namesHome({ text }: ShellWord): boolean {
  return /(?:^|[=:"'])(?:~(?:\/|$)|\/root(?:\/|$|["':]))|\$\{?HOME\b/.test(text);
}

/** A command as it is shown in a reason: on one line, not too long. */
export function shown(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}

function writtenTo(folder: string | undefined, target: string | undefined): Effect[] {
  if (target === undefined) return [{ code: 'run', reason: "writes to a file that can't be known" }];
  const path = absolute(folder, target);
  return path === undefined ? [unknown(target)] : below(path);
}

function absolute(folder: string | undefined, path: string): string | undefined {
  if (posix.isAbsolute(path)) return posix.normalize(path);
  return folder === undefined ? undefined : posix.resolve(folder, path);
}

/** Something is written at a path among others' things. */
function below(path: string | undefined): Effect[] {
  if (path === undefined) return [{ code: 'run', reason: "writes to a folder that can't be known" }];
  if (isPrivate(path)) return [{ code: 'root-home', reason: `writes to ${path}, which nobody but root may enter` }];
  const own = ownFolder(path);
  return own === undefined ? [] : [{ mixed: own }];
}

/** A folder is made, with all that is in it. */
function made(path: string | undefined): Effect[] {
  const [effect] = below(path);
  return effect && 'mixed' in effect ? [{ made: path as string }] : effect ? [effect] : [];
}

/** Package managers' commands that leave the project's folder as it is. */
const QUIET = /^(?:cache|config|-|help|version|view|info|whoami|ping|audit|ls|list|outdated|why|store|set|login|get|--version)\b/;

function toolEffects(scene: Scene, call: ToolCall): Effect[] {
  const { tool, verb, folder } = call;
  switch (tool) {
    case 'apt':
    case 'apk':
      return [];
    case 'npm':
    case 'pnpm':
    case 'yarn':
      return nodeEffects(scene, call);
    case 'pip': {
      const target = optionValue(call, '--target', '--prefix', '--root');
      if (hasOption(call, '--user') || (verb === 'install' && isOn(scene, call, 'PIP_USER'))) return [home(call)];
      return target === undefined ? [] : below(absolute(folder, target));
    }
    case 'poetry':
      return poetryEffects(scene, call);
    case 'pipenv': {
      if (hasOption(call, '--system')) return [];
      if (verb === 'run') return below(folder);
      return isOn(scene, call, 'PIPENV_VENV_IN_PROJECT')
        ? below(folder)
        : verb === 'install' || verb === 'sync'
          ? [home(call)]
          : below(folder);
    }
    case 'uv':
      return uvEffects(scene, call);
    case 'go':
      if (verb === 'install' || verb === 'get') return scene.image.family === 'golang' ? below(folder) : [home(call)];
      return [...below(folder), ...below(absolute(folder, optionValue(call, '-o') ?? '.'))];
  }
}

function home(call: ToolCall): Effect {
  return { code: 'root-home', reason: `installs below root's home, which nobody else may enter: ${shown(call.command.text)}` };
}

/** Whether a variable is set to something true where a tool is called. */
function isOn({ scope }: Scene, { environment }: ToolCall, name: string): boolean {
  const value = environment.has(name) ? environment.get(name) : scope.variable(name)?.text;
  return typeof value === 'string' && value !== '' && !/^(?:0|false|no|off)$/i.test(value);
}

function variable({ scope }: Scene, { environment }: ToolCall, name: string): string | undefined {
  const value = environment.has(name) ? environment.get(name) : scope.variable(name)?.text;
  return typeof value === 'string' ? value : undefined;
}

function nodeEffects(scene: Scene, call: ToolCall): Effect[] {
  const { tool, verb = '', folder } = call;
  const isGlobal = hasOption(call, '--global', '--location') || verb.startsWith('global ');
  if (FETCHES_HOME.test(call.command.text)) return [home(call)];
  if (isGlobal) return tool === 'pnpm' && variable(scene, call, 'PNPM_HOME') === undefined ? [home(call)] : [];
  if (QUIET.test(verb) || verb === '') return /prefix|userconfig/.test(call.command.text) ? [unknown(call.command.text)] : [];
  const isInstall =
    ['install', 'ci', 'add', 'prune', 'rebuild', 'update', 'dedupe', 'fetch', 'autoclean'].includes(verb) || verb === 'workspaces focus';
  if (!isInstall) return below(folder);
  return folder !== undefined && isPlainInstall(scene, tool) ? made(posix.join(folder, 'node_modules')) : below(folder);
}

/** Yarn's berry may keep more than node_modules, and a workspace has one in every package. */
function isPlainInstall({ files }: Scene, tool: string): boolean {
  const names = new Set([...files.keys()].map(path => posix.basename(path)));
  const manifests = [...files.keys()].filter(path => posix.basename(path) === 'package.json' && !path.includes('/node_modules/'));
  return tool === 'npm' ? manifests.length <= 1 : !names.has('.yarnrc.yml') && !names.has('pnpm-workspace.yaml') && manifests.length <= 1;
}

function poetryEffects(scene: Scene, call: ToolCall): Effect[] {
  const { verb, folder, operands } = call;
  if (verb === 'config') {
    const [key, value] = operands.map(({ literal }) => literal);
    const isLocal = hasOption(call, '--local');
    return [
      ...(isLocal ? below(folder) : [{ leftover: 'poetry' } as const]),
      ...(key === undefined || value === undefined ? [unknown(call.command.text)] : []),
    ];
  }
  if (verb !== 'install' && verb !== 'add' && verb !== 'update' && verb !== 'sync') return verb === 'cache' ? [] : below(folder);
  if (isOff(scene, call, 'POETRY_VIRTUALENVS_CREATE') || isSetBefore(scene, call, /virtualenvs\.create\s+["']?false/i)) return [];
  if (isOn(scene, call, 'POETRY_VIRTUALENVS_IN_PROJECT') || isSetBefore(scene, call, /virtualenvs\.in-project\s+["']?true/i))
    return below(folder);
  const place = variable(scene, call, 'POETRY_VIRTUALENVS_PATH');
  if (place !== undefined) return below(place);
  return scene.scope.variable('VIRTUAL_ENV') ? [] : [home(call)];
}

function isOff({ scope }: Scene, { environment }: ToolCall, name: string): boolean {
  const value = environment.has(name) ? environment.get(name) : scope.variable(name)?.text;
  return typeof value === 'string' && /^(?:0|false|no|off)$/i.test(value);
}

/** Whether a RUN up to this one sets something with `poetry config`. */
function isSetBefore({ stage }: Scene, { command }: ToolCall, setting: RegExp): boolean {
  const runs = lineage(stage).flatMap(({ instructions }) => instructions.filter(({ name }) => name === 'RUN'));
  return runs.some(run => (run.start <= command.start || run.logical.text.includes(command.text) ? setting.test(run.logical.text) : false));
}

function uvEffects(scene: Scene, call: ToolCall): Effect[] {
  const { verb = '', folder } = call;
  if (verb.startsWith('python ') || verb.startsWith('tool ')) return [home(call)];
  if (verb.startsWith('cache')) return [];
  if (hasOption(call, '--system') || isOn(scene, call, 'UV_SYSTEM_PYTHON')) return [];
  const python = scene.image.family === 'python' || scene.image.family === 'uv';
  if (!python)
    return [{ code: 'root-home', reason: `may take a Python into root's home, which nobody else may enter: ${shown(call.command.text)}` }];
  if (verb.startsWith('pip ')) return scene.scope.variable('VIRTUAL_ENV') ? below(variable(scene, call, 'VIRTUAL_ENV')) : below(folder);
  const place = variable(scene, call, 'UV_PROJECT_ENVIRONMENT');
  if (place !== undefined) return below(absolute(folder, place));
  return below(folder);
}

function otherEffects(scene: Scene, name: string, { command, words, folder }: PlacedCommand): Effect[] {
  const rest = words.slice(1);
  const operands = rest.filter(({ text }) => !text.startsWith('-'));
  const at = ({ literal }: ShellWord) => (literal === undefined ? undefined : absolute(folder, literal));
  const unpacks = UNPACKERS.get(name);
  const writes = WRITES.get(name);
  if (USERS.has(name)) return [{ code: 'user', reason: `sets up a user of its own: ${shown(command.text)}` }];
  if (INERT.has(name)) return [];
  if (name === 'mkdir') return operands.filter(({ text }) => !/^\d+$/.test(text)).flatMap(each => made(at(each)));
  if (writes === 'all')
    return name === 'sed' && !rest.some(({ text }) => /^-\w*i|^--in-place/.test(text))
      ? []
      : operands.flatMap(each => (each.literal === undefined ? [] : below(at(each))));
  if (writes === 'last') return below(operands.length > 0 ? at(operands.at(-1) as ShellWord) : undefined);
  if (unpacks !== undefined) return unpackEffects(unpacks, rest, folder);
  if (name === 'chmod') return modeEffects(operands, at, command.text);
  if (name === 'chown' || name === 'chgrp') return ownerEffects(scene, operands, command.text);
  if (name === 'curl' || name === 'wget') return downloadEffects(rest, folder, name);
  if (name === 'sh' || name === 'bash') return shellEffects(scene, rest, command.text);
  if (name === 'corepack') return scene.scope.variable('COREPACK_HOME') ? [] : [{ leftover: 'corepack' }];
  if (/^python[\d.]*$/.test(name)) return pythonEffects(rest, folder, command.text);
  if (FETCHES_HOME.test(command.text))
    return [{ code: 'root-home', reason: `may fetch into root's home, which nobody else may enter: ${shown(command.text)}` }];
  return BUILDERS.has(name) ? below(folder) : [unknown(command.text)];
}

function unpackEffects(option: string, rest: ShellWord[], folder: string | undefined): Effect[] {
  const index = rest.findIndex(({ text }) => option !== '' && (text === option || text === '--directory'));
  const joined = rest.find(({ text }) => option !== '' && text.startsWith(option) && text.length > 2 && !text.startsWith('--'));
  const named = index >= 0 ? rest[index + 1]?.literal : joined?.literal?.slice(2);
  if (index >= 0 && named === undefined) return [{ code: 'run', reason: "unpacks to a folder that can't be known" }];
  return below(absolute(folder, named ?? '.'));
}

/** Rights that leave others out matter where the file doesn't become the user's. */
function modeEffects(operands: ShellWord[], at: (word: ShellWord) => string | undefined, text: string): Effect[] {
  const [mode, ...paths] = operands;
  const isOpen =
    mode?.literal !== undefined && (/^[0-7]*[4-7]$/.test(mode.literal) || /^(?:a|ugo|[ugo]*o[ugo]*)?\+[rwxX]+$/.test(mode.literal));
  return paths.flatMap((path): Effect[] => {
    const place = at(path);
    const own = place === undefined ? undefined : ownFolder(place);
    if (own !== undefined) return [{ mixed: own }];
    return isOpen ? [] : [{ code: 'rights', reason: `leaves others out: ${shown(text)}` }];
  });
}

/** What the Dockerfile gives to the very user is his; to another, somebody else is meant to run. */
function ownerEffects({ image }: Scene, [owner]: ShellWord[], text: string): Effect[] {
  const ids = image.family === 'node' ? ['node', 'node:node', '1000', '1000:1000', 'node:', ':node'] : [];
  return ids.includes(owner?.literal ?? '') ? [] : [{ code: 'rights', reason: `gives files to somebody else: ${shown(text)}` }];
}

function downloadEffects(rest: ShellWord[], folder: string | undefined, name: string): Effect[] {
  const flag = name === 'curl' ? /^(?:-[a-zA-Z]*o|--output)$/ : /^(?:-[a-zA-Z]*O|--output-document)$/;
  const index = rest.findIndex(({ text }) => flag.test(text));
  if (index >= 0) {
    const target = rest[index + 1]?.literal;
    return target === '-' ? [] : target === undefined ? [] : below(absolute(folder, target));
  }
  const saves = name === 'wget' || rest.some(({ text }) => /^-[a-zA-Z]*O|^--remote-name/.test(text));
  return saves ? below(folder) : [];
}

/** Scripts of package repositories add a source for apt; another may do anything. */
const REPOSITORIES = /nodesource|dl\.yarnpkg|packages\.microsoft/;

function shellEffects({ stage }: Scene, rest: ShellWord[], text: string): Effect[] {
  const isPiped = rest.every(({ text: word }) => word === '-' || /^-[eux]+$/.test(word));
  const from = lineage(stage)
    .flatMap(({ instructions }) => instructions)
    .find(run => run.name === 'RUN' && run.logical.text.includes(text) && REPOSITORIES.test(run.logical.text));
  return isPiped && from ? [] : [unknown(text)];
}

function pythonEffects(rest: ShellWord[], folder: string | undefined, text: string): Effect[] {
  if (FETCHES_HOME.test(text))
    return [{ code: 'root-home', reason: `may fetch into root's home, which nobody else may enter: ${shown(text)}` }];
  const [first, second, third] = rest.map(({ literal }) => literal);
  if (first === '-m' && second === 'venv')
    return third === undefined ? [unknown(text)] : below(absolute(folder, rest.at(-1)?.literal ?? third));
  if (first === '-m' && (second === 'compileall' || second === 'ensurepip')) return second === 'compileall' ? below(folder) : [];
  if (first === '-m' && second === 'spacy') return [];
  if (first === '--version' || first === '-V') return [];
  if (first !== undefined && posix.basename(first) === 'manage.py' && DJANGO.has(second ?? '')) return below(folder);
  if (first !== undefined && posix.basename(first) === 'setup.py') return below(folder);
  return [unknown(text)];
}

/** Whether what is in force anywhere depends on something that isn't known. */
export function isUnknown(value: unknown): boolean {
  return value === UNKNOWN;
}
