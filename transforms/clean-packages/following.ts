import { posix } from 'node:path';
import { edges } from '../../src/dockerfile/edges.ts';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import { mounts } from '../../src/dockerfile/mounts.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { copiesAll, wholeCopies } from '../../src/dockerfile/shipped.ts';
import { expandAt, type Stage, stageOf, stages } from '../../src/dockerfile/stages.ts';
import { copy } from '../../src/dockerfile/views.ts';
import type { Facts } from '../../src/transform.ts';

/** A stage that has the files of a RUN, and the index of its first instruction that has them. */
export interface Following {
  stage: Stage;
  first: number;
}

/** What is built on the files that a RUN leaves: the rest of its stage, the stages on top of it, and those that copy all of it. */
export function following(file: Dockerfile, { images }: Facts, run: Instruction): Following[] {
  const own = stageOf(file, images, run);
  if (!own) return [];
  const reached = new Map([[own, own.instructions.findIndex(({ start }) => start > run.start)]]);
  const whole = wholeCopies(file, images);
  for (const stage of stages(file, images).slice(own.index + 1)) {
    const { base } = stage;
    const copied = whole.find(({ by, of }) => by === stage && reached.has(of));
    if (base.kind === 'stage' && reached.has(base.stage)) reached.set(stage, 0);
    else if (copied) reached.set(stage, stage.instructions.indexOf(copied.instruction) + 1);
  }
  return [...reached].map(([stage, first]) => ({ stage, first: first < 0 ? stage.instructions.length : first }));
}

/** Where another stage takes some of what a RUN leaves below a folder, as a clause; undefined where none does. A `*` stands for any name. */
export function copiedFrom(file: Dockerfile, facts: Facts, run: Instruction, folders: readonly string[]): string | undefined {
  const takes = edges(file, facts.images).filter(({ instruction, to }) => to.kind === 'stage' && instruction.name !== 'FROM');
  if (takes.length === 0) return undefined;
  const having = new Set(following(file, facts, run).map(({ stage }) => stage));
  for (const { instruction, to } of takes) {
    if (to.kind !== 'stage' || !having.has(to.stage) || copiesAll(instruction)) continue;
    const sources = copy(instruction)?.sources ?? mounts(instruction).flatMap(({ source }) => (source ? [{ text: source }] : []));
    for (const source of sources) {
      const { text } = expandAt(file, facts.images, instruction, source);
      if (text === UNKNOWN || folders.some(folder => isWithin(folder, text) || isWithin(text, folder))) {
        return `line ${instruction.line} takes ${source.text} to another stage`;
      }
    }
  }
  return undefined;
}

/** Whether an absolute path is a folder or below it. A `*` stands for any name. */
export function isWithin(path: string, folder: string): boolean {
  const [inner, outer] = [path, folder].map(each => posix.resolve('/', each).split('/').filter(Boolean)) as [string[], string[]];
  return outer.length <= inner.length && outer.every((name, index) => name === inner[index] || name === '*' || inner[index] === '*');
}
