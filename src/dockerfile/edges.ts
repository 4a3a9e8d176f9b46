import type { Images } from '../images/images.ts';
import { parseImageReference } from './image-reference.ts';
import { mounts } from './mounts.ts';
import type { Dockerfile, Flag, Instruction, Span } from './nodes.ts';
import { scopes } from './scope.ts';
import { type Base, type Stage, stages } from './stages.ts';

/** One use of a stage or an image by a stage. */
export interface Edge {
  by: Stage;
  /** FROM, COPY, RUN; or, for an ONBUILD, the instruction that it triggers in the stages above. */
  instruction: Instruction;
  /** What names it: the FROM's first word or the flag. */
  at: Span;
  to: Base;
}

const remembered = new WeakMap<Dockerfile, WeakMap<Images, Edge[]>>();

/** Every use of a stage or an image: FROM, COPY --from and RUN --mount=from, in order of place. An ONBUILD's is that of the stage that it stands in. */
export function edges(file: Dockerfile, images: Images): Edge[] {
  const byImages = remembered.get(file) ?? new WeakMap<Images, Edge[]>();
  remembered.set(file, byImages);
  const found = byImages.get(images) ?? stages(file, images).flatMap(stage => stageEdges(file, images, stage));
  byImages.set(images, found);
  return found;
}

/** The stages that are built for a target, by default the last: it, and all that it uses directly or through others. */
export function builtStages(file: Dockerfile, images: Images, target = stages(file, images).at(-1)): Set<Stage> {
  const uses = new Map<Stage, Stage[]>();
  for (const { by, to } of edges(file, images)) {
    if (to.kind !== 'stage') continue;
    const found = uses.get(by);
    if (found) found.push(to.stage);
    else uses.set(by, [to.stage]);
  }
  const built = new Set<Stage>();
  const waiting = target ? [target] : [];
  for (let stage = waiting.pop(); stage; stage = waiting.pop()) {
    if (built.has(stage)) continue;
    built.add(stage);
    waiting.push(...(uses.get(stage) ?? []));
  }
  return built;
}

function stageEdges(file: Dockerfile, images: Images, by: Stage): Edge[] {
  const [image] = by.from.words;
  const found: Edge[] = image ? [{ by, instruction: by.from, at: image, to: by.base }] : [];
  for (const each of by.instructions) {
    const instruction = each.trigger ?? each;
    for (const { at, text } of sources(instruction)) found.push({ by, instruction, at, to: source(file, images, instruction, text) });
  }
  return found;
}

function sources(instruction: Instruction): { at: Flag; text: string }[] {
  const { name, flags } = instruction;
  if (name === 'COPY') return flags.flatMap(flag => (flag.name === 'from' && flag.value ? [{ at: flag, text: flag.value }] : []));
  return mounts(instruction).flatMap(({ flag, from }) => (from ? [{ at: flag, text: from }] : []));
}

/** BuildKit's toCommand and detectRunMount: COPY takes a number for an index, a mount doesn't, and neither expands variables. */
function source(file: Dockerfile, images: Images, { name }: Instruction, text: string): Base {
  const { stages: all, named } = scopes(file, images);
  const stage = name === 'COPY' && /^[+-]?\d+$/.test(text) ? all[Number(text)] : named(text);
  if (stage) return { kind: 'stage', stage };
  if (text === 'scratch') return { kind: 'scratch' };
  const reference = parseImageReference(text);
  return reference && !(name === 'COPY' && /^[+-]?\d+$/.test(text))
    ? { kind: 'image', text, reference, settable: false }
    : { kind: 'unknown', text };
}
