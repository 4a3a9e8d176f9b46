import type { Images } from '../images/images.ts';
import { expand } from './dispatch.ts';
import type { ImageReference } from './image-reference.ts';
import type { Dockerfile, Instruction, Word } from './nodes.ts';
import { type Scope, type ScopeValue, scopes } from './scope.ts';

export type { Scope, ScopeValue } from './scope.ts';

/** What a stage stands on. */
export type Base =
  | { kind: 'stage'; stage: Stage }
  | { kind: 'scratch' }
  | { kind: 'image'; text: string; reference: ImageReference; settable: boolean }
  | { kind: 'unknown'; text: string };

export interface Stage {
  index: number;
  /** Lower case, as BuildKit compares names. */
  name: string | undefined;
  from: Instruction;
  /** Those after its FROM. */
  instructions: Instruction[];
  base: Base;
}

/** The stages of a file in order, with what each stands on. The known images say what a base image sets. */
export function stages(file: Dockerfile, images: Images): Stage[] {
  return scopes(file, images).stages;
}

/** The stage that an instruction stands in or, a FROM, opens; undefined before the first FROM. */
export function stageOf(file: Dockerfile, images: Images, instruction: Instruction): Stage | undefined {
  return scopes(file, images).stageOf(instruction);
}

/** What is in force where an instruction of a stage begins; undefined for a FROM and before the first. */
export function scopeAt(file: Dockerfile, images: Images, instruction: Instruction): Scope | undefined {
  return scopes(file, images).at(instruction);
}

/** What is in force at the end of a stage. */
export function scopeAfter(file: Dockerfile, images: Images, stage: Stage): Scope {
  return scopes(file, images).after(stage);
}

/** The image or stages that a stage stands on, from itself to the first that has no stage below. */
export function lineage(stage: Stage): Stage[] {
  const line = [stage];
  for (let base = stage.base; base.kind === 'stage'; base = base.stage.base) line.push(base.stage);
  return line;
}

/** The stage that `--target` names by name or number, the last without; undefined where there is none (docs.docker.com/build/building/multi-stage). */
export function targetStage(all: readonly Stage[], target: string | undefined): Stage | undefined {
  if (target === undefined) return all.at(-1);
  return all.find(({ name }) => name === target.toLowerCase()) ?? all.find(({ index }) => String(index) === target);
}

/** What a word of an instruction says once its variables are expanded; whether a caller could change that with `--build-arg`. */
export function expandAt(file: Dockerfile, images: Images, instruction: Instruction, word: Pick<Word, 'text'>): ScopeValue {
  return expand(word.text, scopes(file, images).variablesAt(instruction), file.escape);
}
