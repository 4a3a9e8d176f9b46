import { posix } from 'node:path';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Instruction } from '../../src/dockerfile/nodes.ts';
import { expandAt, lineage, scopeAt } from '../../src/dockerfile/stages.ts';
import { copy as copyOf } from '../../src/dockerfile/views.ts';
import type { Shipped } from './image.ts';
import type { Steps } from './steps.ts';

/** The image, what its RUNs do, and the folders that become the user's. */
export interface Draft extends Shipped {
  steps: Steps;
  own: ReadonlySet<string>;
  /** Commands of scripts that may still be looked at: scripts may call each other as often as they like. */
  budget: { left: number };
}

/** Where a COPY or ADD puts its files; undefined for another instruction and for what can't be known. */
export function targetOf({ file, facts }: Shipped, instruction: Instruction): string | undefined {
  const view = copyOf(instruction);
  const workdir = scopeAt(file, facts.images, instruction)?.workdir ?? UNKNOWN;
  const text = view && expandAt(file, facts.images, instruction, view.destination).text;
  if (text === undefined || text === UNKNOWN || (workdir === UNKNOWN && !posix.isAbsolute(text))) return undefined;
  return posix.resolve(workdir === UNKNOWN ? '/' : workdir, text);
}

/** The folders that WORKDIRs of the stage and those below make. */
export function workdirs({ file, facts, stage, scope }: Shipped): string[] {
  const found: string[] = [];
  for (const { instructions } of lineage(stage)) {
    for (const [index, instruction] of instructions.entries()) {
      if (instruction.name !== 'WORKDIR') continue;
      const next = instructions[index + 1];
      const after = next ? scopeAt(file, facts.images, next)?.workdir : scope.workdir;
      if (typeof after === 'string') found.push(after);
    }
  }
  return found;
}
