import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import type { Stage } from '../../src/dockerfile/stages.ts';
import type { Edit } from '../../src/edit.ts';
import type { Alteration, Facts, Refusal } from '../../src/transform.ts';

/** A file or folder that the runtime stage takes from the builder: to the same place, so that every path stays as it was. */
export interface Kept {
  path: string;
  isFolder: boolean;
}

/** How a stage is split. */
export interface Split {
  /** The last instruction of the builder. */
  after: Instruction;
  /** The runtime stage's base image. */
  base: string;
  /** Variables of the old base image that somebody relies on. */
  environment: { name: string; value: string }[];
  /** Lines that the builder ends with. */
  finish?: string[];
  /** What the runtime stage runs before it takes files over: packages, users. */
  runs: string[];
  /** The instructions of the builder that are run again. */
  repeated: Instruction[];
  kept: Kept[];
  /** What it runs after that: rights. */
  runsAfter: string[];
  /** The user makes the WORKDIR, and so has to be set before it. */
  ownsWorkdir: boolean;
  /** Edits within the builder. */
  edits: Edit[];
  alters: Alteration[];
  notes: string[];
  /** What is kept, in words, for the change's title. */
  what: string;
  /**
   * What the runtime stage does up to where the builder ends, in order: instructions that it says again or takes over, and lines of its own. It stands for all
   * that is carried over, run, copied and repeated.
   */
  body?: (Instruction | string)[];
  gain?: 'none';
}

/** A split whose runtime stage is told by its `body` alone. */
export const BY_BODY = { environment: [], runs: [], repeated: [], kept: [], runsAfter: [], ownsWorkdir: false };

/** One way to split a stage; undefined where the stage is none of its kind. */
export type Strategy = (file: Dockerfile, facts: Facts, stage: Stage) => Split | Refusal | undefined;
