import type { Images } from '../images/images.ts';
import type { ImageReference } from './image-reference.ts';
import { expandWord, UNKNOWN, type Value } from './lex.ts';
import type { Dockerfile, Instruction, Word } from './nodes.ts';
import { type Scope, type ScopeValue, scopes } from './scope.ts';

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

/** The stage that an instruction stands in; undefined before the first FROM. */
export function stageOf(file: Dockerfile, images: Images, instruction: Instruction): Stage | undefined {
  return scopes(file, images).at(instruction)?.stage;
}

/** What is in force where an instruction begins; undefined before the first FROM. */
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

/** What a word of an instruction says once its variables are expanded; whether a caller could change that with `--build-arg`. */
export function expandAt(file: Dockerfile, images: Images, instruction: Instruction, word: Word): ScopeValue {
  const scope = scopeAt(file, images, instruction);
  let settable = false;
  const text = expandWord(
    word.text,
    name => {
      const found: ScopeValue | undefined = scope?.variable(name);
      settable ||= found?.settable ?? false;
      return found?.text;
    },
    file.escape,
  );
  const value: Value = typeof text === 'object' ? UNKNOWN : text;
  return { text: value, settable };
}
