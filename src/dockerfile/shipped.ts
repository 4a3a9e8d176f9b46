import type { Images } from '../images/images.ts';
import type { Caller, Facts } from '../transform.ts';
import { edges } from './edges.ts';
import type { Dockerfile, Instruction } from './nodes.ts';
import { type Stage, stages, targetStage } from './stages.ts';
import { copy } from './views.ts';

/** A COPY of all that another stage has. */
interface WholeCopy {
  by: Stage;
  of: Stage;
  instruction: Instruction;
}

const copies = new WeakMap<Dockerfile, WholeCopy[]>();

/** Where a stage copies all of another. */
export function wholeCopies(file: Dockerfile, images: Images): readonly WholeCopy[] {
  const known = copies.get(file);
  if (known) return known;
  const found = edges(file, images).flatMap(({ by, instruction, to }) =>
    to.kind === 'stage' && copiesAll(instruction) ? [{ by, of: to.stage, instruction }] : [],
  );
  copies.set(file, found);
  return found;
}

/** Whether a COPY takes all that its source has. */
export function copiesAll(instruction: Instruction): boolean {
  return copy(instruction)?.sources.some(({ text }) => /^\/?\.?\/*$/.test(text)) ?? false;
}

/** Those who build a stage's image. */
export function callersOf(file: Dockerfile, { images, callers }: Pick<Facts, 'images' | 'callers'>, stage: Stage): Caller[] {
  const all = stages(file, images);
  return callers.filter(({ target }) => targetStage(all, target) === stage);
}

const remembered = new WeakMap<Dockerfile, { callers: readonly Caller[]; shipped: Set<Stage> }>();

/**
 * Whether what a stage has is part of an image that somebody gets: the last stage's, that of a stage that nothing else uses or that a caller builds, and
 * what they stand on.
 */
export function isShipped(file: Dockerfile, { images, callers }: Pick<Facts, 'images' | 'callers'>, stage: Stage): boolean {
  const known = remembered.get(file);
  if (known?.callers === callers) return known.shipped.has(stage);
  const shipped = shippedStages(file, images, callers);
  remembered.set(file, { callers, shipped });
  return shipped.has(stage);
}

function shippedStages(file: Dockerfile, images: Images, callers: readonly Caller[]): Set<Stage> {
  const all = stages(file, images);
  const used = new Set(edges(file, images).flatMap(({ to }) => (to.kind === 'stage' ? [to.stage] : [])));
  const called = new Set(callers.map(({ target }) => targetStage(all, target)));
  const shipped = new Set<Stage>();
  for (const each of [...all].reverse()) {
    const isTarget = each === all.at(-1) || !used.has(each) || called.has(each);
    if (isTarget || shipped.has(each)) {
      shipped.add(each);
      if (each.base.kind === 'stage') shipped.add(each.base.stage);
      for (const { by, of } of wholeCopies(file, images)) if (by === each) shipped.add(of);
    }
  }
  return shipped;
}
