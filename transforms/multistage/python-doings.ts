import { posix } from 'node:path';
import type { ShellWord } from '../../src/dockerfile/shell.ts';
import { hasOption, optionValue, type PlacedCommand, type ToolCall, toolCall } from '../../src/tools/calls.ts';

/** What one command of a RUN is to an image that runs Python. */
export type Doing =
  | Install
  /** A tool that installs others: pip, setuptools, poetry, uv, … `renews` those that the base image has or may have. */
  | { kind: 'tool'; names: string[]; call: ToolCall; renews: boolean }
  | { kind: 'environment'; path: string }
  | { kind: 'packages'; names: string[]; recommends: boolean }
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
  /** Packages by name, without those that files name. */
  names: string[];
  /** Requirements files, absolute. */
  files: string[];
  /** The folder, absolute, of a project whose manifest says what is installed. */
  project: string | undefined;
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

/** Where packages go without a virtual environment. */
export const SYSTEM = '/usr/local';

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
  if (made !== undefined) return command.redirects ? [unfollowed(command.text)] : [{ kind: 'environment', path: made }];
  const call = toolCall(placed);
  if (call && call.tool === 'pip' && !command.redirects) return [pipDoing(call, placed, surroundings)];
  if (call && (call.tool === 'apt' || call.tool === 'apk') && !command.redirects) return systemDoings(call, command.text);
  if (SETTINGS.has(name)) return [{ kind: 'setting' }];
  if (command.redirects) return name === 'echo' || AGAIN.has(name) ? [again(name, command.text)] : [unfollowed(command.text)];
  if (NOTHING.has(name)) return [{ kind: 'nothing' }];
  if (name === 'rm') return removed(rest, folder, command.text);
  return [AGAIN.has(name) ? again(name, command.text) : unfollowed(command.text)];
}

function again(program: string, text: string): Doing {
  return { kind: 'again', program, text };
}

function unfollowed(text: string): Doing {
  const line = text.replace(/\s+/g, ' ');
  return {
    kind: 'unknown',
    reason: `runs a command whose result can't be followed: ${line.length > 60 ? `${line.slice(0, 57)}…` : line}`,
  };
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
        { kind: 'packages', names: names as string[], recommends: call.tool === 'apt' && !hasOption(call, '--no-install-recommends') },
      ];
    case 'remove':
    case 'purge':
      return [{ kind: 'purge', names: names as string[] }];
    case 'upgrade':
    case 'dist-upgrade':
    case 'full-upgrade':
      return [{ kind: 'upgrade' }];
    case 'update':
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

const NAME = /^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[A-Za-z0-9._, -]*\])?(?:[ ]*(?:[=<>~!]=?=?|@ ).*)?$/;

/** A package's name as indexes compare it (PEP 503). */
export function canonical(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** Tools that install others, and that nothing imports at run time. */
export const TOOLS: ReadonlySet<string> = new Set('pip poetry poetry-core pipenv uv virtualenv pip-tools pipx setuptools wheel'.split(' '));

/** Those that base images come with. */
const RENEWED: ReadonlySet<string> = new Set(['setuptools', 'wheel']);

const HARMLESS_VERBS: ReadonlySet<string> = new Set('cache check config list freeze show debug'.split(' '));

/** pip's options that change neither where packages go nor what of the installed ones stays. */
const PIP_OPTIONS: ReadonlySet<string> = new Set(
  `--requirement --constraint --index-url --extra-index-url --find-links --trusted-host --timeout --default-timeout --retries --no-cache-dir --cache-dir
   --upgrade --quiet --verbose --no-deps --pre --no-binary --only-binary --prefer-binary --progress-bar --disable-pip-version-check --no-input
   --no-build-isolation --no-warn-script-location --use-pep517 --no-use-pep517 --config-settings --global-option --root-user-action --no-compile --compile
   --no-python-version-warning --require-hashes --proxy --cert --client-cert --use-deprecated --use-feature --no-clean --break-system-packages --no-color
   --no-index --no-warn-conflicts`.split(/\s+/),
);

function pipDoing(call: ToolCall, { command, folder }: PlacedCommand, surroundings: Surroundings): Doing {
  const [verb] = (call.verb ?? '').split(' ');
  if (HARMLESS_VERBS.has(verb as string)) return isRedirected(call) ? unfollowed(command.text) : { kind: 'nothing' };
  if (verb !== 'install' || folder === undefined) return unfollowed(command.text);
  const odd = call.options.find(({ name }) => !PIP_OPTIONS.has(name));
  if (odd) return { kind: 'unknown', reason: `installs with ${odd.name}, which puts packages elsewhere or can't be followed` };
  const operands = call.operands.map(word => word.literal ?? (NAME.test(word.text) ? word.text : undefined));
  if (operands.includes(undefined)) return { kind: 'unknown', reason: "installs packages that can't be named" };
  const into = environmentOf(call, folder, surroundings);
  if (into === undefined) return { kind: 'unknown', reason: "installs into an environment that can't be told" };
  const files = call.options.filter(({ name }) => name === '--requirement').map(({ value }) => value);
  if (files.includes(undefined)) return { kind: 'unknown', reason: "installs what a file says that can't be named" };
  return pipInstall(call, operands as string[], files as string[], folder, into);
}

function pipInstall(call: ToolCall, operands: string[], files: string[], folder: string, into: string): Doing {
  const isLocal = (text: string) => !/^[a-z+]+:\/\//.test(text) && (/^\.|\//.test(text) || /\.(?:whl|zip|tar\.gz)$/.test(text));
  const named = operands.filter(text => !isLocal(text)).map(text => NAME.exec(text)?.[1]);
  const names = named.flatMap(name => (name === undefined ? [] : canonical(name)));
  const others = [
    ...operands.filter(isLocal).map(text => posix.resolve(folder, text)),
    ...named.flatMap((name, index) => (name === undefined ? (operands[index] ?? '') : [])),
  ];
  const tools = names.filter(name => TOOLS.has(name));
  if (tools.length > 0 && into === SYSTEM) {
    if (tools.length === names.length && others.length === 0 && files.length === 0) {
      return { kind: 'tool', names: tools, call, renews: tools.some(name => RENEWED.has(name)) };
    }
    return { kind: 'unknown', reason: `installs ${tools[0]} along with other packages` };
  }
  return { kind: 'install', call, into, names, files: files.map(file => posix.resolve(folder, file)), project: undefined, others };
}

/** pip config set may move where packages go. */
function isRedirected(call: ToolCall): boolean {
  return call.verb === 'config set' && /(?:^|\.)(?:target|prefix|user|root)$/.test(call.operands[0]?.literal ?? 'prefix');
}

/** The environment that a call of pip or Python installs into; undefined where it isn't known. */
function environmentOf(call: ToolCall, folder: string, { variable, environments, activated }: Surroundings): string | undefined {
  if (optionValue(call, '--python') !== undefined) return undefined;
  const name = call.program[0]?.literal ?? '';
  if (name.includes('/')) {
    const root = posix.dirname(posix.dirname(posix.resolve(folder, name)));
    return root === SYSTEM || environments.has(root) ? root : undefined;
  }
  if (call.environment.has('PATH')) return undefined;
  if (activated !== undefined) return environments.has(activated) ? activated : undefined;
  const path = variable('PATH');
  if (path === null) return undefined;
  for (const entry of (path ?? `${SYSTEM}/bin`).split(':')) {
    const root = posix.dirname(posix.normalize(entry));
    if (posix.basename(entry) === 'bin' && environments.has(root)) return root;
    if (entry === `${SYSTEM}/bin`) return SYSTEM;
    // another Python, or pip, may stand in a folder before
    if (!/^\/usr\/local\/sbin$|^\/root\/\.local\/bin$|^\/(?:home|app)\//.test(entry)) return undefined;
  }
  return undefined;
}
