import { posix } from 'node:path';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { expandAt, type Stage, scopeAt } from '../../src/dockerfile/stages.ts';
import { copy } from '../../src/dockerfile/views.ts';
import { shortened } from '../../src/phrases.ts';
import type { ToolCall } from '../../src/tools/calls.ts';
import type { Facts } from '../../src/transform.ts';
import { areApart, type ContextCopy, overlap, type Placement, readCopy } from './copies.ts';
import { callsOf } from './needs.ts';
import { type Fetch, type Head, isDependencyInstall, readRun } from './run.ts';
import { splitProblem } from './split.ts';

/** A RUN that goes before copies: as a whole, or its head alone; or the modules fetched for it. */
export interface Move {
  run: Instruction;
  what: Head | Fetch;
  /** The copies that it goes before, in order. */
  passed: ContextCopy[];
}

/** An install that has to stay where it is. */
export interface Stay {
  run: Instruction;
  code: string;
  reason: string;
}

/** More than real stages have; each copy is looked at for each install. */
const MOST_COPIES = 200;

/** What of a stage's installs can go before the copies of sources, in order; and the first that can't, with the reason. */
export function newOrder(file: Dockerfile, facts: Facts, stage: Stage): { moves: Move[]; stay: Stay | undefined } {
  const walk = new Walk(file, facts);
  const isOrdered = stage.instructions.findIndex(isCopy) < stage.instructions.findLastIndex(({ name }) => name === 'RUN');
  const below = stage.instructions.some(isCopy) && isOrdered ? instructionsBelow(stage) : undefined;
  if (!below || [...below, ...stage.instructions].filter(isCopy).length > MOST_COPIES) return { moves: [], stay: undefined };
  for (const instruction of below) walk.inherit(instruction);
  for (const instruction of stage.instructions) walk.step(instruction);
  return { moves: walk.moves, stay: walk.stay };
}

function isCopy({ name }: Instruction): boolean {
  return name === 'COPY' || name === 'ADD';
}

/** The instructions of the stages that a stage stands on, in order; undefined for more stages than real files have. */
function instructionsBelow(stage: Stage): Instruction[] | undefined {
  const found: Instruction[][] = [];
  for (let { base } = stage; base.kind === 'stage'; base = base.stage.base) {
    found.unshift(base.stage.instructions);
    if (found.length > 20) return undefined;
  }
  return found.flat();
}

/** Instructions that neither read nor change files, nor what a COPY means. */
const BESIDE: ReadonlySet<string> = new Set('CMD ENTRYPOINT EXPOSE HEALTHCHECK LABEL MAINTAINER ONBUILD STOPSIGNAL USER'.split(' '));
/** Folders that hold nothing but what installs read. */
const OF_INSTALLS = /(?:^|\/)(?:patches|prisma|requirements|\.pnpm-patches|\.yarn)$/;

/** Calls that later ones depend on: settings, modules that were fetched, dependencies that are there. */
function isRemembered(call: ToolCall): boolean {
  const { tool, verb } = call;
  return verb === 'config' || (tool === 'go' && (verb === 'get' || verb?.startsWith('mod ') === true)) || isDependencyInstall(call);
}

class Walk {
  readonly moves: Move[] = [];
  stay: Stay | undefined;
  private readonly file: Dockerfile;
  private readonly facts: Facts;
  /** Copies that stay above what follows. */
  private readonly fixed: ContextCopy[] = [];
  /** Copies that an install may go before: one of sources, and those after it. */
  private passable: ContextCopy[] = [];
  /** RUNs above that weren't read yet, and what matters of those that were. */
  private readonly runs: Instruction[] = [];
  private readonly calls: ToolCall[] = [];
  /** What nothing can go before any more though sources were copied above it. */
  private barrier: string | undefined;

  constructor(file: Dockerfile, facts: Facts) {
    this.file = file;
    this.facts = facts;
  }

  /** An instruction of a stage below. */
  inherit(instruction: Instruction): void {
    if (instruction.name === 'RUN') this.runs.push(instruction);
    const read = isCopy(instruction) ? readCopy(this.file, this.facts, instruction) : undefined;
    if (read && 'context' in read) this.fixed.push(read.context);
  }

  step(instruction: Instruction): void {
    const { name } = instruction;
    if (name === 'RUN') this.run(instruction);
    else if (isCopy(instruction)) this.copy(instruction);
    else if (!BESIDE.has(name) && !this.mayPass(instruction)) this.close(instruction, 'which changes what is copied or read');
  }

  private copy(instruction: Instruction): void {
    const read = readCopy(this.file, this.facts, instruction);
    if ('reason' in read) {
      const isAll = copy(instruction)?.sources.some(({ text }) => text === '.' || text === './');
      this.close(instruction, `which ${read.reason}`, isAll);
    } else if ('foreign' in read) {
      if (this.passable.some(({ to }) => overlap(to, read.foreign.to))) this.close(instruction, 'which writes to the same folder');
    } else {
      const { context } = read;
      const isApart = !context.isBroad && this.passable.every(each => areApart(this.facts.context, each, context));
      if (isApart) this.fixed.push(context);
      else this.passable.push(context);
    }
  }

  private run(instruction: Instruction): void {
    // most RUNs stand where nothing can be gained, and parsing them takes time
    if (this.passable.length > 0 || this.barrier !== undefined) this.place(instruction);
    this.runs.push(instruction);
  }

  private place(instruction: Instruction): void {
    const found = readRun(this.file, this.facts, instruction, { fixed: this.fixed, passable: this.passable, earlier: this.earlier() });
    if (this.passable.length === 0) {
      // what a manifest says can't be read where nobody knows what is copied
      const isInstall = found.kind === 'head' ? found.install !== undefined : found.kind === 'doubt' && found.code === 'manifest';
      if (isInstall && this.isOfDependencies(instruction)) this.stays(instruction, 'order', `comes after ${this.barrier}`);
      return;
    }
    if (found.kind === 'doubt') {
      if (found.installs && !this.isSecondStep(instruction)) this.stays(instruction, found.code, found.reason);
      this.close(instruction, 'which may read the sources');
      return;
    }
    if (found.kind === 'head' && !found.install) return;
    if (!this.gains(found)) {
      this.settle();
      return;
    }
    const problem = found.kind === 'head' && found.rest.length > 0 ? splitProblem(instruction, found) : undefined;
    if (problem) this.stays(instruction, problem.code, problem.reason);
    else this.moves.push({ run: instruction, what: found, passed: [...this.passable] });
    if (problem || found.kind === 'fetch' || found.rest.length > 0) this.close(instruction, 'which may read the sources');
  }

  /** Whether copies bring more than what the install reads anyway. */
  private gains({ inputs }: Head | Fetch): boolean {
    const isNeeded = ({ from, to, kind }: Placement) =>
      inputs.some(input => input.path === to) || (kind === 'folder' && OF_INSTALLS.test(from));
    return this.passable.some(({ isBroad, placements }) => isBroad && !placements.every(isNeeded));
  }

  private stays(run: Instruction, code: string, reason: string): void {
    this.stay ??= { run, code, reason };
  }

  /** From here on the copies above stay there. */
  private close(by: Instruction, why: string, isSource = this.passable.length > 0): void {
    if (isSource) this.barrier ??= `${shortened(this.file.source.slice(by.start, by.end))} in line ${by.line}, ${why}`;
    this.settle();
  }

  private settle(): void {
    this.fixed.push(...this.passable);
    this.passable = [];
  }

  private earlier(): ToolCall[] {
    for (const run of this.runs.splice(0)) this.calls.push(...callsOf(this.file, run).filter(isRemembered));
    return this.calls;
  }

  /** Whether a RUN installs more than the system's packages. */
  private isOfDependencies(instruction: Instruction): boolean {
    return callsOf(this.file, instruction).some(({ tool }) => tool !== 'apt' && tool !== 'apk');
  }

  /** Whether an install comes after another of the same tool: the project's own after its dependencies. */
  private isSecondStep(instruction: Instruction): boolean {
    const tools = callsOf(this.file, instruction).map(({ tool }) => tool);
    return this.earlier().some(call => isDependencyInstall(call) && tools.includes(call.tool));
  }

  /** Whether copies above mean the same below. */
  private mayPass(instruction: Instruction): boolean {
    const { name, pairs, words } = instruction;
    if (name === 'ENV' || name === 'ARG') {
      return this.passable.every(({ variables }) => pairs.every(pair => !pair.name.text.includes('$') && !variables.has(pair.name.text)));
    }
    const paths = words.map(word => expandAt(this.file, this.facts.images, instruction, word));
    if (paths.some(({ text, settable }) => text === UNKNOWN || settable)) return this.passable.length === 0;
    const here = String(scopeAt(this.file, this.facts.images, instruction)?.workdir);
    const to = paths.map(({ text }) => posix.resolve(here, String(text)));
    if (name === 'VOLUME') return this.passable.every(each => to.every(path => !overlap(each.to, path)));
    // a folder that WORKDIR makes belongs to root, one that COPY makes to the user of --chown
    const owned = this.passable.some(each => each.flags.some(flag => flag.name === 'chown') && to.some(path => overlap(each.to, path)));
    return name === 'WORKDIR' && !owned && (to[0] === here || this.passable.every(each => each.isAbsolute));
  }
}
