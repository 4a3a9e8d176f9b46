import type { Images } from '../images/images.ts';
import type { Facts } from '../transform.ts';
import { edges } from './edges.ts';
import type { Dockerfile, Instruction } from './nodes.ts';
import { type Stage, stages } from './stages.ts';
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

const remembered = new WeakMap<Dockerfile, Set<Stage>>();

/** Whether what a stage has is part of an image that somebody gets: the last stage's, that of a stage that nothing else uses, and what they stand on. */
export function isShipped(file: Dockerfile, { images, callers }: Pick<Facts, 'images' | 'callers'>, stage: Stage): boolean {
  const known = remembered.get(file);
  if (known) return known.has(stage);
  const all = stages(file, images);
  const used = new Set(edges(file, images).flatMap(({ to }) => (to.kind === 'stage' ? [to.stage] : [])));
  const targets = new Set(callers.map(({ target }) => target?.toLowerCase()));
  const shipped = new Set<Stage>();
  for (const each of [...all].reverse()) {
    const isTarget = each === all.at(-1) || !used.has(each) || (each.name !== undefined && targets.has(each.name));
    if (isTarget || shipped.has(each)) {
      shipped.add(each);
      if (each.base.kind === 'stage') shipped.add(each.base.stage);
      for (const { by, of } of wholeCopies(file, images)) if (by === each) shipped.add(of);
    }
  }
  remembered.set(file, shipped);
  return shipped.has(stage);
}
