import { loadTransforms } from '../transforms/index.ts';

export { PRESETS, type Preset } from '../transforms/index.ts';
export type { BuildContext } from './context/context.ts';
export { diskContext } from './context/disk.ts';
export { memoryContext } from './context/memory.ts';
export { UNKNOWN } from './dockerfile/lex.ts';
export type * from './dockerfile/nodes.ts';
export { parse } from './dockerfile/parse.ts';
export { type Sequence, type ShellCommand, type ShellWord, shellSequence } from './dockerfile/shell.ts';
export {
  type Base,
  expandAt,
  lineage,
  type Scope,
  type ScopeValue,
  type Stage,
  scopeAfter,
  scopeAt,
  stageOf,
  stages,
} from './dockerfile/stages.ts';
export { apply, type Edit, insertAfter, insertBefore, nameStage, removeInstruction, replace, replaceWord, setKeyword } from './edit.ts';
export type { ImageFacts, Images } from './images/images.ts';
export { knownImages } from './images/known.ts';
export { type Finding, type Migration, migrate, type Neighbour } from './migrate.ts';
export type { Step } from './step.ts';
export {
  type Alteration,
  type Change,
  change,
  type Facts,
  type FileEdit,
  isAtLeast,
  type Keeps,
  type Option,
  type OptionValues,
  PROMISES,
  type Refusal,
  refuse,
  type Transform,
  transform,
} from './transform.ts';

/** Every transform, in the order in which a migration applies them. */
export const transforms = await loadTransforms();
