import { posix } from 'node:path';
import { isIn } from '../../src/context/copied.ts';
import { edges } from '../../src/dockerfile/edges.ts';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import { mounts } from '../../src/dockerfile/mounts.ts';
import type { Instruction } from '../../src/dockerfile/nodes.ts';
import { expandAt, type Stage, scopeAfter } from '../../src/dockerfile/stages.ts';
import { copy as copyOf } from '../../src/dockerfile/views.ts';
import type { CacheRow } from '../../src/tools/caches.ts';
import type { Because } from './because.ts';
import { clears, isOffline, namers } from './guards.ts';
import type { Runner, Target } from './place.ts';
import { callersBelow, instructionsAfter, type RunCommands, type Subject, stagesAbove } from './runs.ts';
import { startedCommands } from './started.ts';

/** What comes after a RUN and needs what a mount would keep out of the image. */
export function laterReason(
  subject: Subject,
  run: RunCommands,
  row: CacheRow,
  targets: readonly Target[],
  runner: Runner,
): Because | undefined {
  for (const { instruction } of instructionsAfter(subject, run)) {
    const later = subject.runOf(instruction);
    const reason = later ? laterRunReason(subject, later, row, targets, runner) : folderReason(subject, instruction, row, targets);
    if (reason) return reason;
  }
  return copyReason(subject, run.stage, row, targets) ?? startReason(subject, run.stage, row);
}

function laterRunReason(
  subject: Subject,
  later: RunCommands,
  row: CacheRow,
  targets: readonly Target[],
  runner: Runner,
): Because | undefined {
  const { line } = later.instruction;
  const calls = later.calls.filter(({ tool }) => tool === row.tool);
  if (calls.some(call => isOffline(later, row, call)))
    return { code: 'offline', reason: `leaves nothing for line ${line}, which takes everything from ${row.name}` };
  if (calls.some(call => clears(row, call))) return { code: 'clears', reason: `has ${row.name} cleared in line ${line}` };
  const home = runner.home === 'unknown' ? '/root' : runner.home;
  const found = namers(subject, later, targets, home).find(({ words }) => !isForcedRemoval(words.map(({ text }) => text)));
  return found && { code: 'read', reason: `has ${row.name} used in line ${line}` };
}

/** `rm -f` does nothing where there is nothing. */
function isForcedRemoval([program, ...words]: readonly string[]): boolean {
  return program === 'rm' && words.some(word => word === '--force' || /^-[a-zA-Z]*f/.test(word));
}

function folderReason({ file, facts }: Subject, instruction: Instruction, row: CacheRow, targets: readonly Target[]): Because | undefined {
  if (instruction.name !== 'WORKDIR') return undefined;
  const { text } = expandAt(file, facts.images, instruction, { text: instruction.words[0]?.text ?? '' });
  const isInCache = text !== UNKNOWN && targets.some(({ path }) => isIn(text, path));
  return isInCache ? { code: 'read', reason: `has ${row.name} used in line ${instruction.line}` } : undefined;
}

/** A stage that copies or mounts a cache of another. */
function copyReason(subject: Subject, stage: Stage, row: CacheRow, targets: readonly Target[]): Because | undefined {
  const { file, facts } = subject;
  const holders = new Set(stagesAbove(subject, stage));
  for (const { to, instruction } of edges(file, facts.images)) {
    if (to.kind !== 'stage' || !holders.has(to.stage) || instruction.name === 'FROM') continue;
    const sources = copyOf(instruction)?.sources.map(({ text }) => text) ?? mounts(instruction).map(({ source }) => source ?? '/');
    for (const source of sources) {
      const { text } = expandAt(file, facts.images, instruction, { text: source });
      const path = text === UNKNOWN ? undefined : posix.resolve('/', text);
      const takes = path !== undefined && path !== '/' && targets.some(target => isIn(path, target.path) || isIn(target.path, path));
      if (takes) return { code: 'read', reason: `has ${row.name} copied in line ${instruction.line}` };
    }
  }
  return undefined;
}

/** Commands of package managers that install at start what the cache has. */
function startReason(subject: Subject, stage: Stage, row: CacheRow): Because | undefined {
  const { file, facts } = subject;
  const fills = row.caches.flatMap(({ filledBy }) => filledBy);
  for (const each of stagesAbove(subject, stage)) {
    const { cmd, entrypoint } = scopeAfter(file, facts.images, each);
    for (const instruction of [entrypoint, cmd]) {
      const calls = instruction ? startedCommands(subject, instruction).calls : [];
      const call = calls.find(({ tool, verb }) => tool === row.tool && (verb === undefined || fills.includes(verb)));
      if (call && instruction) return { code: 'start', reason: `has ${row.name} used at start: ${call.command.text}` };
    }
  }
  return undefined;
}

/** Whether RUNs of a stage, of those that it stands on and of those that stand on it need the cache without a network. */
export function earlierOffline(subject: Subject, run: RunCommands, row: CacheRow): boolean {
  return callersBelow(subject, run.stage).some(each => each.calls.some(call => call.tool === row.tool && isOffline(each, row, call)));
}
