import { posix } from 'node:path';
import { childPath } from '../../src/context/filepath.ts';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { expandAt, type Stage, scopeAt, stages } from '../../src/dockerfile/stages.ts';
import { copy as copyOf } from '../../src/dockerfile/views.ts';
import type { Facts } from '../../src/transform.ts';

/** Where the trail of a file of an image ends: in the build context, or in a stage whose RUN or base image must have made it. */
export type Origin = { context: string } | { stage: Stage; path: string };

export interface ImageFiles {
  /** Of a file or folder at an absolute path of a stage. */
  origin(stage: Stage, path: string): Origin;
}

/** More steps than this through COPYs and stages aren't followed. */
const MOST_STEPS = 3_000;

/** Finds where files of the stages' images come from, by COPY and ADD. */
export function imageFiles(file: Dockerfile, facts: Facts): ImageFiles {
  const known = new Map<Stage, Map<string, Origin>>();
  let steps = 0;

  function origin(stage: Stage, path: string): Origin {
    const paths = known.get(stage) ?? new Map<string, Origin>();
    known.set(stage, paths);
    const found = paths.get(path) ?? find(stage, path);
    paths.set(path, found);
    return found;
  }

  function find(stage: Stage, path: string): Origin {
    let made: Origin = { stage, path };
    for (const instruction of [...stage.instructions].reverse()) {
      if (steps++ > MOST_STEPS) return made;
      if (instruction.name !== 'COPY' && instruction.name !== 'ADD') continue;
      const found = copied(stage, instruction, path);
      if (found && 'context' in found) return found;
      if (found && made.stage === stage) made = found;
    }
    if (stage.base.kind !== 'stage') return made;
    const below = origin(stage.base.stage, path);
    return 'context' in below || made.stage === stage ? below : made;
  }

  function copied(stage: Stage, instruction: Instruction, path: string): Origin | undefined {
    const copy = copyOf(instruction);
    const workdir = scopeAt(file, facts.images, instruction)?.workdir ?? UNKNOWN;
    const written = copy && expandAt(file, facts.images, instruction, copy.destination).text;
    if (!copy || typeof written !== 'string' || (workdir === UNKNOWN && !written.startsWith('/'))) return undefined;
    const target = posix.resolve(workdir === UNKNOWN ? '/' : workdir, written);
    const inside = path === target ? '' : path.startsWith(target === '/' ? '/' : `${target}/`) ? posix.relative(target, path) : undefined;
    if (inside === undefined) return undefined;
    const from = copy.from && stageNamed(stage, copy.from.value ?? '');
    let made: Origin | undefined;
    for (const source of copy.sources) {
      const { text } = source.inline ? { text: UNKNOWN } : expandAt(file, facts.images, instruction, source);
      if (typeof text !== 'string') continue;
      const found = copy.from ? from && fromStage(from, posix.resolve('/', text), inside) : fromContext(text, inside);
      if (found && 'context' in found) return found;
      made ??= found;
    }
    return made;
  }

  function stageNamed(stage: Stage, name: string): Stage | undefined {
    const earlier = stages(file, facts.images).filter(({ index }) => index < stage.index);
    return earlier.findLast(each => each.name === name.toLowerCase() || String(each.index) === name);
  }

  function fromStage(from: Stage, source: string, inside: string): Origin {
    const isFile = inside === posix.basename(source) && /\.\w+$/.test(source);
    return origin(from, isFile ? source : posix.join(source, inside));
  }

  function fromContext(source: string, inside: string): Origin | undefined {
    const { context } = facts;
    for (const match of context?.match(source) ?? []) {
      const isFolder = context?.kind(match) === 'folder';
      const path = isFolder && inside !== '' ? childPath(match, inside) : match;
      if (isFolder ? context?.kind(path) !== undefined : inside === '' || inside === posix.basename(match)) return { context: path };
    }
    return undefined;
  }

  return { origin };
}
