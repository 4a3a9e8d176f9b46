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

interface Shipped {
  /** Stages that are images of their own. */
  images: ReadonlySet<Stage>;
  /** Those, and all that are part of them. */
  parts: ReadonlySet<Stage>;
}

const remembered = new WeakMap<Dockerfile, Shipped>();

/** Whether a stage's end is an image that somebody gets: the last stage, one that nothing else uses, and what callers name. */
export function isImage(file: Dockerfile, facts: ImagesAndCallers, stage: Stage): boolean {
  return shippedOf(file, facts).images.has(stage);
}

/** Whether what a stage has is part of an image that somebody gets. */
export function isShipped(file: Dockerfile, facts: ImagesAndCallers, stage: Stage): boolean {
  return shippedOf(file, facts).parts.has(stage);
}

type ImagesAndCallers = Pick<Facts, 'images' | 'callers'>;

function shippedOf(file: Dockerfile, { images, callers }: ImagesAndCallers): Shipped {
  const known = remembered.get(file);
  if (known) return known;
  const all = stages(file, images);
  const used = new Set(edges(file, images).flatMap(({ to }) => (to.kind === 'stage' ? [to.stage] : [])));
  const targets = new Set(callers.map(({ target }) => target?.toLowerCase()));
  const own = new Set(all.filter(each => each === all.at(-1) || !used.has(each) || (each.name !== undefined && targets.has(each.name))));
  const parts = new Set<Stage>();
  for (const each of [...all].reverse()) {
    if (!own.has(each) && !parts.has(each)) continue;
    parts.add(each);
    if (each.base.kind === 'stage') parts.add(each.base.stage);
    for (const { by, of } of wholeCopies(file, images)) if (by === each) parts.add(of);
  }
  const found = { images: own, parts };
  remembered.set(file, found);
  return found;
}
