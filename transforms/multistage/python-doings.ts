import { posix } from 'node:path';
import type { ShellWord } from '../../src/dockerfile/shell.ts';
import { hasOption, type PlacedCommand, type ToolCall, toolCall } from '../../src/tools/calls.ts';
import { installerDoing, unfollowed } from './python-installers.ts';
import { isDockerClean } from './run-effects.ts';

/** What one command of a RUN is to an image that runs Python. */
export type Doing =
  | Install
  /** A tool that installs others: pip, setuptools, poetry, uv, … `renews` those that the base image has or may have. */
  | { kind: 'tool'; names: string[]; call: ToolCall; renews: boolean }
  | { kind: 'environment'; path: string; by: 'python' | 'uv' }
  | { kind: 'packages'; names: string[]; recommends: boolean }
  /** The lists of packages are fetched. */
  | { kind: 'update' }
  | { kind: 'upgrade' }
  | { kind: 'purge'; names: string[] }
  /** Nothing of it is needed once everything is installed. */
  | { kind: 'nothing' }
  /** Files gone that were there before: the runtime stage may never have had them. */
  | { kind: 'gone'; paths: string[] }
  /** In force for what follows: cd, export. */
  | { kind: 'setting' }
  /** Changes files or users: the runtime stage does it again, with these programs. */
  | { kind: 'again'; program: string; text: string }
  | { kind: 'unknown'; reason: string };

/** Python packages put into an environment. */
export interface Install {
  kind: 'install';
  call: ToolCall;
  /** A virtual environment's folder, or where the system's Python keeps its own. */
  into: string;
  /** Its installer can put packages into a prefix of their own. */
  takesPrefix: boolean;
  /** Packages by name, without those that files name. */
  names: string[];
  /** Requirements files, absolute. */
  files: string[];
  /** Folders, absolute, of projects whose manifests say what is installed. */
  projects: string[];
  /** Folders of projects, absolute, and URLs: what they need is not known. */
  others: string[];
}

/** What is in force where a command runs. */
export interface Surroundings {
  /** Of ENV and ARG; undefined where not set, null where not known. */
  variable(name: string): string | undefined | null;
  /** Virtual environments that were made so far. */
  environments: ReadonlySet<string>;
  /** Settings that `poetry config` made so far. */
  settings: Map<string, string>;
  /** The virtual environment that the RUN activated. */
  activated: string | undefined;
}

/** Leave nothing in the image that a program could miss. */
const NOTHING: ReadonlySet<string> = new Set(
  ': [ cat date df du echo env file free grep head id ldd ls nproc printf ps pwd sleep sync test true uname which whoami'.split(' '),
);

/** In force for the commands after them. */
const SETTINGS: ReadonlySet<string> = new Set(['cd', 'export', 'set', 'umask', 'unset']);

/** Change files, users or settings of the system, and need no compiler. */
const AGAIN: ReadonlySet<string> = new Set(
  `addgroup adduser chgrp chmod chown chpasswd cp curl dos2unix find groupadd groupmod install ldconfig ln localedef locale-gen mkdir mv
   printf rm sed tar touch update-ca-certificates update-locale unzip useradd usermod wget`.split(/\s+/),
);

const SCRATCH =
  /^(?:\/tmp|\/var\/tmp|\/var\/cache|\/var\/log\/(?:apt|dpkg)|\/var\/lib\/apt\/lists|\/root\/\.cache|\/usr\/share\/(?:doc|man))(?:\/|$|\*)/;

const PYTHON = /^(?:\/usr\/local\/bin\/)?python(?:\d(?:\.\d+)?)?$/;

/** What a command does; a later one may build on what `surroundings` have learned of it. */
export function doingsOf(placed: PlacedCommand, surroundings: Surroundings): Doing[] {
  const { command, words, folder } = placed;
  const [program, ...rest] = words;
  const name = program?.literal;
  if (!program) return [{ kind: 'setting' }];
  if (name === undefined) return [unfollowed(command.text)];
  if (folder === undefined) return [{ kind: 'unknown', reason: "changes to a folder that can't be known" }];
  if ((name === '.' || name === 'source') && /\/activate$/.test(rest[0]?.literal ?? '')) {
    surroundings.activated = posix.resolve(folder, posix.dirname(posix.dirname(rest[0]?.literal as string)));
    return [{ kind: 'setting' }];
  }
  const made = madeEnvironment(name, rest, folder);
  if (made !== undefined) return command.redirects ? [unfollowed(command.text)] : [{ kind: 'environment', path: made, by: 'python' }];
  const call = toolCall(placed);
  const installer = call && !command.redirects && installerDoing(call, placed, surroundings);
  if (installer) return [installer];
  if (call && (call.tool === 'apt' || call.tool === 'apk') && !command.redirects) return systemDoings(call, command.text);
  if (SETTINGS.has(name)) return [{ kind: 'setting' }];
  if (command.redirects) return name === 'echo' || AGAIN.has(name) ? [again(name, command.text)] : [unfollowed(command.text)];
  if (NOTHING.has(name)) return [{ kind: 'nothing' }];
  if (name === 'mv' && rest.every(({ literal }) => literal !== undefined && isDockerClean(literal))) return [{ kind: 'nothing' }];
  if (name === 'rm') return removed(rest, folder, command.text);
  return [AGAIN.has(name) ? again(name, command.text) : unfollowed(command.text)];
}

function again(program: string, text: string): Doing {
  return { kind: 'again', program, text };
}

function removed(words: ShellWord[], folder: string, text: string): Doing[] {
  const operands = words.filter(word => !word.text.startsWith('-'));
  const left = operands.filter(word => !SCRATCH.test(posix.resolve(folder, word.text)) && !/^(?:~|\$HOME)\/\.cache/.test(word.text));
  if (left.length === 0) return [{ kind: 'nothing' }];
  const paths = left.flatMap(({ literal }) => (literal === undefined ? [] : posix.resolve(folder, literal)));
  return [paths.length === left.length ? { kind: 'gone', paths } : again('rm', text)];
}

/** The folder of the virtual environment that a command makes. */
function madeEnvironment(name: string, words: ShellWord[], folder: string): string | undefined {
  const isVenv = PYTHON.test(name) && words[0]?.literal === '-m' && /^(?:venv|virtualenv)$/.test(words[1]?.literal ?? '');
  if (!isVenv && name !== 'virtualenv') return undefined;
  const operands = words.slice(isVenv ? 2 : 0).filter(({ text }) => !text.startsWith('-'));
  const [path] = operands;
  return operands.length === 1 && path?.literal !== undefined ? posix.resolve(folder, path.literal) : undefined;
}

function systemDoings(call: ToolCall, text: string): Doing[] {
  const names = call.operands.map(({ literal }) => literal?.replace(/[=~<>@].*$/, ''));
  const isPlain = call.options.every(({ name }) => PLAIN_OPTIONS.has(name));
  if (!isPlain || names.some(name => name === undefined || !/^[a-z0-9][a-z0-9.+-]*$/.test(name))) return [unfollowed(text)];
  switch (call.verb) {
    case 'install':
    case 'add':
      return [
        ...(hasOption(call, '--no-cache', '--update-cache') ? [{ kind: 'update' } as const] : []),
        { kind: 'packages', names: names as string[], recommends: call.tool === 'apt' && !hasOption(call, '--no-install-recommends') },
      ];
    case 'del':
    case 'remove':
    case 'purge':
      return [{ kind: 'purge', names: names as string[] }];
    case 'upgrade':
    case 'dist-upgrade':
    case 'full-upgrade':
      return [{ kind: 'upgrade' }];
    case 'update':
      return [{ kind: 'update' }];
    case 'clean':
    case 'autoclean':
    case 'autoremove':
      return [{ kind: 'nothing' }];
    default:
      return [unfollowed(text)];
  }
}

/** Options of apt and apk that change nothing of what a package is. */
const PLAIN_OPTIONS: ReadonlySet<string> = new Set(
  `--yes --quiet --no-install-recommends --allow-unauthenticated --fix-missing --force-yes --no-cache --update-cache --auto-remove --autoremove -qq -q
   --no-progress --purge --allow-releaseinfo-change -f --fix-broken`.split(/\s+/),
);
