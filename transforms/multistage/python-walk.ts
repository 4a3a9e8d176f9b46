import { posix } from 'node:path';
import type { BuildContext } from '../../src/context/context.ts';
import { addCopy, type Copied, isIn, nothingCopied } from '../../src/context/copied.ts';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import { mounts } from '../../src/dockerfile/mounts.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { shellSequence } from '../../src/dockerfile/shell.ts';
import { type Scope, type Stage, scopeAt } from '../../src/dockerfile/stages.ts';
import { isRootUser } from '../../src/dockerfile/views.ts';
import { placedCommands } from '../../src/tools/calls.ts';
import { type Facts, type Refusal, refuse } from '../../src/transform.ts';
import { copyOf, withKnownVariables } from './build-walk.ts';
import { type Doing, doingsOf, type Install, type Surroundings } from './python-doings.ts';
import { SYSTEM } from './python-installers.ts';
import { namesOf } from './python-programs.ts';

/** An instruction with what the commands of a RUN do. */
export interface Part {
  by: Instruction;
  doings: Doing[];
}

/** A stage that installs Python packages. */
export interface PythonBuild {
  /** The last instruction that installs: the builder ends there. */
  last: Instruction;
  /** Up to it. */
  before: Part[];
  after: Part[];
  installs: Install[];
  /** Virtual environments that are made. */
  environments: string[];
  /** What the build context brings in the whole stage, where that can be told. */
  copied: Copied;
  /** The paths that each COPY and ADD brings, where that can be told. */
  brought: ReadonlyMap<Instruction, string[]>;
}

/** Reads a stage up to its last install; undefined where it installs nothing, a refusal where something on the way can't be followed. */
export function pythonBuild(file: Dockerfile, facts: Facts, context: BuildContext, stage: Stage): PythonBuild | Refusal | undefined {
  const reader = new Reader(file, facts, context);
  const parts = stage.instructions.map(by => ({ by, doings: reader.read(by) }));
  if (!parts.some(({ doings }) => doings.some(isInstall))) return unfollowedInstall(parts);
  const last = parts.findLastIndex(({ doings }) => doings.some(isInstall) || hangsOnBuilder(doings));
  const before = parts.slice(0, last + 1);
  const installs = before.flatMap(({ doings }) => doings.filter(each => each.kind === 'install'));
  for (const { by, doings } of before) {
    if (by.name === 'SHELL') return refuse(by, 'shell', 'sets a SHELL');
    const unknown = doings.find(({ kind }) => kind === 'unknown');
    if (unknown?.kind === 'unknown') return refuse(by, 'run', unknown.reason);
    if (doings.some(each => isInstall(each) || each.kind === 'tool') && !isRootUser(scopeAt(file, facts.images, by)?.user))
      return refuse(by, 'user', 'installs as another user than root');
  }
  const environments = environmentsOf(before);
  const hidden = before.find(({ by }) => environments.some(path => isMountedOver(by, path)));
  if (hidden) return refuse(hidden.by, 'mount', 'mounts something over what it installs into');
  return {
    last: (before.at(-1) as Part).by,
    before,
    after: parts.slice(last + 1),
    installs,
    environments,
    copied: reader.copied,
    brought: reader.brought,
  };
}

/** An install that is none to a builder, with the reason. */
function unfollowedInstall(parts: Part[]): Refusal | undefined {
  for (const { by, doings } of parts) {
    const unknown = doings.find(({ kind }) => kind === 'unknown');
    const isInstaller = unknown && [...namesOf([by])].some(name => INSTALLERS.has(name));
    if (isInstaller && unknown.kind === 'unknown') return refuse(by, 'run', unknown.reason);
  }
  return undefined;
}

const INSTALLERS: ReadonlySet<string> = new Set(['pip', 'pip3', 'poetry', 'uv', 'pipenv']);

function isInstall({ kind }: Doing): boolean {
  return kind === 'install' || kind === 'environment';
}

/** Removes packages that only the builder may have, or installs some from the lists that an earlier RUN fetched. */
function hangsOnBuilder(doings: Doing[]): boolean {
  const kinds = doings.map(({ kind }) => kind);
  return kinds.includes('purge') || (kinds.includes('packages') && !kinds.includes('update'));
}

/** The virtual environments that a build makes, each once. */
function environmentsOf(parts: Part[]): string[] {
  const made = parts.flatMap(({ doings }) =>
    doings.flatMap(each => (each.kind === 'environment' ? each.path : each.kind === 'install' && each.into !== SYSTEM ? each.into : [])),
  );
  return [...new Set(made)];
}

function isMountedOver(run: Instruction, path: string): boolean {
  return mounts(run).some(({ target, type }) => type === 'cache' && (target === undefined || isIn(path, target)));
}

class Reader {
  readonly copied: Copied = nothingCopied();
  readonly brought = new Map<Instruction, string[]>();
  readonly #file: Dockerfile;
  readonly #facts: Facts;
  readonly #context: BuildContext;
  readonly #environments = new Set<string>();
  readonly #settings = new Map<string, string>();

  constructor(file: Dockerfile, facts: Facts, context: BuildContext) {
    this.#file = file;
    this.#facts = facts;
    this.#context = context;
  }

  read(by: Instruction): Doing[] {
    if (by.name === 'RUN') return this.#run(by);
    if (by.name !== 'COPY' && by.name !== 'ADD') return [];
    const copy = copyOf(this.#file, this.#facts, this.#context, by);
    if (typeof copy === 'string') return [];
    const own: Copied = { ...this.copied, files: new Map() };
    if (addCopy(own, this.#context, copy) === undefined) this.brought.set(by, [...own.files.keys()]);
    for (const [path, from] of own.files) this.copied.files.set(path, from);
    return [];
  }

  #run(run: Instruction): Doing[] {
    const scope = scopeAt(this.#file, this.#facts.images, run);
    const sequence = shellSequence(run, this.#file.escape, scope?.shell);
    if ('reason' in sequence) return [{ kind: 'unknown', reason: `can't be followed: it ${sequence.reason}` }];
    if (!scope || scope.workdir === UNKNOWN) return [{ kind: 'unknown', reason: 'runs in a folder that is not known' }];
    this.#mount(run, scope.workdir);
    const surroundings: Surroundings = {
      variable: name => valueOf(scope, name),
      environments: this.#environments,
      settings: this.#settings,
      activated: undefined,
    };
    const doings: Doing[] = [];
    for (const placed of placedCommands(withKnownVariables(sequence.commands, scope.variable), scope.workdir)) {
      const found = doingsOf(placed, surroundings);
      for (const path of environmentsOf([{ by: run, doings: found }])) this.#environments.add(path);
      doings.push(...found);
    }
    return doings;
  }

  /** What of the context a RUN sees at another place. */
  #mount(run: Instruction, workdir: string): void {
    for (const { type, from, source, target } of mounts(run)) {
      if (type !== 'bind' || from !== undefined || target === undefined) continue;
      addCopy(this.copied, this.#context, { sources: [source ?? '.'], destination: posix.resolve(workdir, target), workdir });
    }
  }
}

/** A variable's text; null where it isn't known, or a caller may set it. */
function valueOf({ variable }: Scope, name: string): string | undefined | null {
  const found = variable(name);
  if (!found) return undefined;
  return found.text === UNKNOWN || found.settable ? null : (found.text ?? undefined);
}
