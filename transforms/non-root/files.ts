import { posix } from 'node:path';
import type { BuildContext } from '../../src/context/context.ts';
import { addCopy, isIn, nothingCopied } from '../../src/context/copied.ts';
import { edges } from '../../src/dockerfile/edges.ts';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { expandAt, lineage, type Stage, scopeAt } from '../../src/dockerfile/stages.ts';
import { copy as copyOf } from '../../src/dockerfile/views.ts';
import type { Facts } from '../../src/transform.ts';

/** Where the build context's files stand in the image of a stage, as far as COPY and ADD tell: absolute path → path in the context. */
export function filesOf(file: Dockerfile, facts: Facts, stage: Stage, known = new Map<Stage, Map<string, string>>()): Map<string, string> {
  const before = known.get(stage);
  if (before) return before;
  const { context } = facts;
  const copied = nothingCopied();
  if (!context) return copied.files;
  for (const instruction of [...lineage(stage)].reverse().flatMap(({ instructions }) => instructions)) {
    const view = placesOf(file, facts, instruction);
    if (!view) continue;
    const { sources, destination, workdir } = view;
    const from = stageBehind(file, facts, instruction);
    if (!view.isForeign) addCopy(copied, context, { sources, destination, workdir });
    else if (from && from.index < stage.index) {
      const there = filesOf(file, facts, from, known);
      for (const source of sources)
        for (const [path, origin] of moved(there, posix.resolve('/', source), view)) copied.files.set(path, origin);
    }
  }
  known.set(stage, copied.files);
  return copied.files;
}

export interface Places {
  sources: string[];
  destination: string;
  workdir: string;
  /** From another stage or image. */
  isForeign: boolean;
  /** From another stage of the file. */
  isStage: boolean;
}

/** From where to where a COPY or ADD copies; undefined for another instruction, and where that isn't known. */
export function placesOf(file: Dockerfile, facts: Facts, instruction: Instruction): Places | undefined {
  const view = copyOf(instruction);
  const workdir = scopeAt(file, facts.images, instruction)?.workdir ?? UNKNOWN;
  if (!view || view.sources.some(({ inline }) => inline)) return undefined;
  const words = [...view.sources, view.destination].map(word => expandAt(file, facts.images, instruction, word).text);
  if (workdir === UNKNOWN || words.includes(UNKNOWN)) return undefined;
  const [destination, ...sources] = [...(words as string[])].reverse() as [string, ...string[]];
  return {
    sources: sources.reverse(),
    destination,
    workdir,
    isForeign: view.from !== undefined,
    isStage: stageBehind(file, facts, instruction) !== undefined,
  };
}

function stageBehind(file: Dockerfile, facts: Facts, instruction: Instruction): Stage | undefined {
  const edge = edges(file, facts.images).find(each => each.instruction === instruction);
  return edge?.to.kind === 'stage' ? edge.to.stage : undefined;
}

/** The files at or below a source, at the places where a COPY puts them. */
function* moved(files: Map<string, string>, source: string, { destination, workdir }: Places): Iterable<[string, string]> {
  const target = posix.resolve(workdir, destination);
  for (const [path, origin] of files) {
    if (path === source) yield [/\/\.?$/.test(destination) ? posix.join(target, posix.basename(path)) : target, origin];
    else if (isIn(path, source)) yield [posix.join(target, posix.relative(source, path)), origin];
  }
}

/** The folders and files of the context that stages copy: what may be part of the app. */
export function sourcesOf(file: Dockerfile, facts: Facts, context: BuildContext, stages: Iterable<Stage>): string[] {
  const found = new Set<string>();
  for (const { instructions } of stages) {
    for (const instruction of instructions) {
      const places = placesOf(file, facts, instruction);
      if (!places || places.isForeign) continue;
      for (const source of places.sources) for (const path of context.match(source)) found.add(path);
    }
  }
  return [...found];
}
