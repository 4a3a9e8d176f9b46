import { posix } from 'node:path';
import type { Instruction } from '../../src/dockerfile/nodes.ts';
import type { ShellCommand, ShellWord } from '../../src/dockerfile/shell.ts';
import { shortened } from '../../src/phrases.ts';
import { type PlacedCommand, placedCommands } from '../../src/tools/calls.ts';

/** What one command of a RUN does to the image, as far as a split has to know. */
export type Effect =
  | { kind: 'build'; build: BuildCommand }
  | { kind: 'packages'; names: string[] }
  | { kind: 'folder'; path: string }
  | { kind: 'move'; from: string; to: string; keeps: boolean }
  | { kind: 'gone'; path: string }
  | { kind: 'certificates' }
  | { kind: 'user'; program: string }
  /** chown, chgrp and chmod: what is theirs, where it can be known. */
  | { kind: 'rights'; paths: (string | undefined)[] }
  | { kind: 'unknown'; reason: string };

/** `go build` or `go install` with what is in force where it stands. */
export interface BuildCommand {
  instruction: Instruction;
  /** The word `go`. */
  program: ShellWord;
  /** From `build` or `install` on. */
  words: ShellWord[];
  /** Absolute. */
  folder: string;
  /** Set in this RUN, undefined for a value that only the shell knows. */
  environment: ReadonlyMap<string, string | undefined>;
}

/** Commands that leave nothing in the image that a program could miss. */
const HARMLESS: ReadonlySet<string> = new Set(
  ': [ cat date du echo false file id ldd ls printf pwd set sleep sync test true umask uname whoami'.split(' '),
);

/** The go tool's commands (go help) that write to its caches, to go.mod or nowhere. */
const GO_HARMLESS: ReadonlySet<string> = new Set('clean doc env fix fmt get help list mod test version vet work'.split(' '));

/** Folders whose content no program needs: caches, lists, scratch space. */
const SCRATCH = /^(?:\/tmp|\/var\/tmp|\/var\/cache|\/var\/lib\/apt\/lists|\/root\/\.cache|\/go\/pkg|\/root\/go)(?:\/|$)/;

const USER_COMMANDS: ReadonlySet<string> = new Set('adduser addgroup useradd groupadd'.split(' '));

/** What a strategy's own commands do; undefined for a command that it doesn't know, which the common ones are asked about. */
export type ReadCommand<Own> = (placed: PlacedCommand, instruction: Instruction) => (Effect | Own)[] | undefined;

/** What the commands of a RUN do, one after the other. `workdir` is where it starts. */
export function runEffects<Own>(
  instruction: Instruction,
  commands: ShellCommand[],
  workdir: string,
  read: ReadCommand<Own>,
): (Effect | Own)[] {
  const effects: (Effect | Own)[] = [];
  for (const placed of placedCommands(commands, workdir)) {
    const { command, words, folder, environment } = placed;
    const [program, ...rest] = words;
    const name = program?.literal;
    if (command.redirects) effects.push({ kind: 'unknown', reason: `writes what can't be followed: ${shortened(command.text)}` });
    else if (folder === undefined) return [...effects, { kind: 'unknown', reason: "changes to a folder that can't be known" }];
    else if (!program || (name !== undefined && SETTINGS.has(name))) continue;
    else {
      const own = read(placed, instruction);
      if (own) effects.push(...own);
      else if (name === 'go') effects.push(...goEffects({ instruction, program, words: rest, folder, environment }));
      else effects.push(...otherEffects(name, rest, folder, command));
    }
  }
  return effects;
}

/** Commands that change nothing but what is in force for those after them. */
const SETTINGS: ReadonlySet<string> = new Set(['cd', 'export', 'unset']);

function goEffects(build: BuildCommand): Effect[] {
  const verb = build.words[0]?.literal;
  if (verb === 'build' || verb === 'install') return [{ kind: 'build', build }];
  const writesSettings = verb === 'env' && build.words.some(({ text }) => /^(?:CGO_ENABLED|GO(?:OS|BIN|FLAGS|PATH))=/.test(text));
  if (verb !== undefined && GO_HARMLESS.has(verb) && !writesSettings) return [];
  return [{ kind: 'unknown', reason: `runs go ${build.words[0]?.text ?? ''}, which may write anything` }];
}

function otherEffects(name: string | undefined, words: ShellWord[], here: string, command: ShellCommand): Effect[] {
  const unknown: Effect = { kind: 'unknown', reason: `runs a command whose result can't be followed: ${shortened(command.text)}` };
  const operands = words.filter(({ text }) => !text.startsWith('-'));
  const paths = operands.map(({ literal }) => (literal === undefined ? undefined : posix.resolve(here, literal)));
  if (name === undefined) return [unknown];
  if (HARMLESS.has(name)) return [];
  if (USER_COMMANDS.has(name)) return [{ kind: 'user', program: name }];
  switch (name) {
    case 'apt-get':
    case 'apt':
    case 'apk':
      return packageEffects(words) ?? [unknown];
    case 'update-ca-certificates':
      return [{ kind: 'certificates' }];
    case 'mkdir':
      return paths.every(path => path !== undefined) ? paths.map(path => ({ kind: 'folder', path })) : [unknown];
    case 'rm':
      return operands.flatMap(({ text, literal }, index): Effect[] => {
        if (SCRATCH.test(posix.resolve(here, text))) return [];
        return literal === undefined ? [unknown] : [{ kind: 'gone', path: paths[index] as string }];
      });
    case 'mv':
    case 'cp': {
      const [from, to] = paths;
      if (paths.length !== 2 || !from || !to) return [unknown];
      if (isDockerClean(from) && isDockerClean(to)) return [];
      return [{ kind: 'move', from, to: operands[1]?.text.endsWith('/') ? `${to}/` : to, keeps: name === 'cp' }];
    }
    case 'chmod':
    case 'chown':
    case 'chgrp':
      return [{ kind: 'rights', paths: paths.slice(1) }];
    default:
      return [unknown];
  }
}

/** The hook of the official images that empties apt's cache, or where a RUN with cache mounts has it meanwhile: it is back when that ends. */
export function isDockerClean(path: string): boolean {
  return path === '/etc/apt/apt.conf.d/docker-clean' || path === '/etc/apt/docker-clean';
}

const PACKAGE_VERBS: Record<string, 'install' | 'harmless'> = {
  install: 'install',
  add: 'install',
  update: 'harmless',
  upgrade: 'harmless',
  'dist-upgrade': 'harmless',
  clean: 'harmless',
  autoclean: 'harmless',
  autoremove: 'harmless',
};

/** Options of apt-get and apk that take the next word as their value. */
const TAKES_VALUE: ReadonlySet<string> = new Set(['-o', '--option', '-t', '--target-release', '--repository', '-X', '--virtual', '-c']);

function packageEffects(words: ShellWord[]): Effect[] | undefined {
  const operands: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as ShellWord;
    if (TAKES_VALUE.has(word.text)) index++;
    else if (word.literal === undefined) return undefined;
    else if (!word.literal.startsWith('-')) operands.push(word.literal);
  }
  const [verb, ...names] = operands;
  const kind = PACKAGE_VERBS[verb ?? ''];
  if (!kind) return undefined;
  // name=version, name~=version, name/release
  return kind === 'harmless' ? [] : [{ kind: 'packages', names: names.map(name => name.replace(/[=~<>/@].*$/, '')) }];
}
