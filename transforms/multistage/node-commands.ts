import { posix } from 'node:path';
import type { ShellWord } from '../../src/dockerfile/shell.ts';
import { hasOption, optionValue, type ToolCall, toolCall } from '../../src/tools/calls.ts';
import type { Effect, ReadCommand } from './run-effects.ts';

/** What a command of a Node build does beside what any command may. */
export type NodeEffect =
  /** Dependencies of the package.json in a folder. */
  | { kind: 'install'; call: ToolCall; folder: string }
  /** Programs for the whole system. */
  | { kind: 'global'; names: string[]; text: string }
  | { kind: 'corepack'; text: string }
  /** A script of the package.json in a folder. */
  | { kind: 'script'; name: string; folder: string }
  /** Whatever else takes a project's folder as its own: a compiler, a bundler. */
  | { kind: 'tool'; name: string; words: ShellWord[]; folder: string }
  | { kind: 'pruned'; folder: string }
  /** chown, chgrp and chmod of whole paths. */
  | { kind: 'given'; program: string; to: string; paths: string[]; recursive: boolean }
  | { kind: 'account'; text: string }
  | { kind: 'uninstalled'; names: string[] }
  | { kind: 'virtual'; name: string; names: string[] }
  /** The lists of packages are fetched. */
  | { kind: 'updated' };

/** npm's, Yarn's and pnpm's commands that leave nothing which a program could miss. */
const HARMLESS: ReadonlySet<string> = new Set([
  ...[
    'audit',
    'cache clean',
    'cache clear',
    'cache verify',
    'cache',
    'config get',
    'config list',
    'config ls',
    'doctor',
    'fund',
    'help',
    'info',
    'list',
    'll',
    'ls',
  ],
  ...['outdated', 'ping', 'store prune', 'store path', 'test', 'version', 'versions', 'view', 'why', 'root', 'bin', 'prefix', 'pack'],
]);

const INSTALLS: ReadonlySet<string> = new Set([
  'install',
  'ci',
  'install-test',
  'add',
  'rebuild',
  'dedupe',
  'rb',
  'update',
  'up',
  'fetch',
  'import',
]);

/** Settings of `npm config set` that change where things go. */
const MOVING_SETTINGS =
  /^(?:-[gL]|--global|prefix|globalconfig|userconfig|script-shell|modules-dir|virtual-store-dir|.*-dir|node-linker)\b/;

/** The reader of Node's commands for `walkBuild`. */
export const readNodeCommand: ReadCommand<NodeEffect> = placed => {
  const call = toolCall(placed);
  if (call?.tool === 'apt' || call?.tool === 'apk') return systemEffects(call);
  // what go installs stays in a folder of its own
  if (call?.tool === 'go') return unknown(`runs ${call.command.text.replace(/\s+/g, ' ')}, which can't be followed`);
  if (call) return ['npm', 'yarn', 'pnpm'].includes(call.tool) ? managerEffects(call) : undefined;
  const [program, ...rest] = placed.words;
  const { folder } = placed;
  if (program?.literal === undefined || folder === undefined) return undefined;
  const name = posix.basename(program.literal);
  switch (name) {
    case 'npx':
      return execEffects(rest, folder);
    case 'corepack':
      return rest[0]?.literal === 'disable' ? undefined : [{ kind: 'corepack', text: placed.command.text }];
    case 'node':
    case 'nodejs':
      return rest.length === 1 && /^(?:-v|--version)$/.test(rest[0]?.literal ?? '')
        ? []
        : [{ kind: 'tool', name: 'node', words: rest, folder }];
    case 'chown':
    case 'chgrp':
    case 'chmod':
      return rightsEffects(name, rest, folder);
    case 'adduser':
    case 'addgroup':
    case 'useradd':
    case 'groupadd':
      return placed.words.every(({ literal }) => literal !== undefined) ? [{ kind: 'account', text: placed.command.text }] : undefined;
    case 'touch':
      return [{ kind: 'tool', name, words: rest, folder }];
    default:
      return /(?:^|\/)node_modules\/\.bin\//.test(program.literal) ? [{ kind: 'tool', name, words: rest, folder }] : undefined;
  }
};

/** Packages that go again: those of a virtual one too. */
function systemEffects(call: ToolCall): (Effect | NodeEffect)[] | undefined {
  const names = call.operands.flatMap(({ literal }) => literal ?? []);
  if (names.length < call.operands.length) return undefined;
  if (call.verb === 'del' || call.verb === 'purge' || call.verb === 'remove' || call.verb === 'autoremove')
    return [{ kind: 'uninstalled', names }];
  if (call.verb === 'update') return [{ kind: 'updated' }];
  const isFresh = call.tool === 'apk' && hasOption(call, '--no-cache', '--update-cache');
  const virtual = call.tool === 'apk' && call.verb === 'add' ? optionValue(call, '--virtual') : undefined;
  if (virtual === undefined && !isFresh) return undefined;
  return [
    { kind: 'packages', names: names.map(name => name.replace(/[=~<>@].*$/, '')) },
    ...(isFresh ? [{ kind: 'updated' } as const] : []),
    ...(virtual === undefined ? [] : [{ kind: 'virtual', name: virtual, names } as const]),
  ];
}

function unknown(reason: string): Effect[] {
  return [{ kind: 'unknown', reason }];
}

/** What a package manager's call does. */
export function managerEffects(call: ToolCall): (Effect | NodeEffect)[] {
  const { tool, verb, operands, folder } = call;
  const text = call.command.text.replace(/\s+/g, ' ');
  if (folder === undefined) return unknown("works in a folder that can't be known");
  if (verb === undefined) {
    const isQuestion = operands.length === 0 && call.verbWords.length === 0;
    return isQuestion ? [] : unknown(`runs ${text}, which can't be followed`);
  }
  const isGlobal =
    hasOption(call, '--global') || verb.startsWith('global ') || call.options.some(({ word }) => word.literal === '--location=global');
  if (isGlobal) {
    if (HARMLESS.has(verb)) return [];
    const names = operands.map(({ literal }) => literal);
    if (
      !/^(?:install|add|global add|update)$/.test(verb) ||
      names.some(name => name === undefined || /^(?:[./~]|file:|git|https?:)/.test(name))
    )
      return unknown(`runs ${text}, which can't be followed`);
    return [{ kind: 'global', names: (names as string[]).map(packageName), text: call.command.text }];
  }
  if (
    hasOption(call, '--workspace', '--workspaces', '--filter', '--recursive', '--modules-folder', '--modules-dir', '--virtual-store-dir')
  ) {
    return unknown(`runs ${text}, which works on several packages or folders`);
  }
  if (HARMLESS.has(verb) || (tool === 'yarn' && /^(?:set version|plugin import|policies)\b/.test(verb))) return [];
  if (verb === 'config set' || (verb === 'set' && tool === 'npm')) {
    return operands.some(({ text: word }) => MOVING_SETTINGS.test(word)) ? unknown(`runs ${text}, which moves what is installed`) : [];
  }
  if (verb === 'pkg set' || verb === 'pkg delete' || verb === 'config delete') return [{ kind: 'tool', name: tool, words: [], folder }];
  if (INSTALLS.has(verb)) return [{ kind: 'install', call, folder }];
  if (verb === 'prune') return [{ kind: 'pruned', folder }];
  if (verb === 'run') {
    const name = operands[0]?.literal;
    return name === undefined ? unknown(`runs ${text}, a script that can't be named`) : [{ kind: 'script', name, folder }];
  }
  if (verb === 'exec' || verb === 'dlx' || verb === 'x') return execEffects(operands, folder);
  return unknown(`runs ${text}, which can't be followed`);
}

function execEffects(words: readonly ShellWord[], folder: string): (Effect | NodeEffect)[] {
  const at = words.findIndex(({ text }) => !text.startsWith('-'));
  const name = words[at]?.literal;
  if (at < 0 || name === undefined) return unknown("runs a program through npx that can't be named");
  return [{ kind: 'tool', name: packageName(name), words: words.slice(at + 1), folder }];
}

/** A package without its version: `typescript@5`, `@nestjs/cli@latest`. */
export function packageName(written: string): string {
  return written.replace(/(?!^)@.*$/, '');
}

function rightsEffects(program: string, words: readonly ShellWord[], folder: string): (Effect | NodeEffect)[] | undefined {
  const literals = words.map(({ literal }) => literal);
  if (literals.some(literal => literal === undefined)) return undefined;
  const [to, ...paths] = (literals as string[]).filter(literal => !/^-[A-Za-z]+$|^--/.test(literal) || /^-[rwxXst]+$/.test(literal));
  if (to === undefined || paths.length === 0) return undefined;
  const recursive = (literals as string[]).some(literal => literal === '--recursive' || /^-[A-Za-z]*R/.test(literal));
  return [{ kind: 'given', program, to, paths: paths.map(path => posix.resolve(folder, path)), recursive }];
}
