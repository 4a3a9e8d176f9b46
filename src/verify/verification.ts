import type { BuildStep, Warning } from './builder.ts';
import type { Broken, Difference } from './difference.ts';
import type { Layer } from './snapshot.ts';

/** What one of the two images is, as a person wants to see it in a table. */
export interface ImageSummary {
  /** In bytes, uncompressed. */
  size: number;
  layers: Layer[];
  files: number;
  /** As the configuration has it; empty for root. */
  user: string;
  /** BuildKit's; undefined where the builder has no check. */
  warnings: Warning[] | undefined;
  build: { steps: BuildStep[]; seconds: number };
  /** After an edit of one source file, and after a change of a manifest; undefined where there is no such file, or it wasn't tried. */
  rebuild: { source: Rebuild | undefined; manifest: Rebuild | undefined };
}

/** What a build did again after an edit. */
export interface Rebuild {
  /** The file that was edited, by its path in the context. */
  file: string;
  /** Steps that ran rather than coming from the cache. */
  steps: number;
  seconds: number;
  /** What was sent of the context. */
  contextBytes: number;
}

/** Whether running both told anything. */
export type Exercise =
  | { kind: 'same' /** "running, 8080 answers 200" */; what: string }
  | { kind: 'differs' }
  /** Both fail alike, or can't be run: nothing is known. */
  | { kind: 'not exercised'; why: string };

/** What building before and after has shown. */
export type Verification =
  | {
      verdict: 'kept' | 'broken';
      broken: Broken[];
      /** Let through by a promise, and by the noise of two builds of the original. */
      promised: Difference[];
      noise: Difference[];
      exercise: Exercise;
      /** How long it took to build and compare both, and to run them. */
      seconds: { compare: number; run: number };
      before: ImageSummary;
      /** undefined where the result doesn't build. */
      after: ImageSummary | undefined;
      /** What holds without the transforms that broke something; undefined where nothing was broken or nobody can be blamed. */
      remedy: Remedy | undefined;
    }
  | {
      verdict: 'impossible';
      /** "the original doesn't build: RUN make" */
      why: string;
      /** Of the failing step. */
      output: string;
    };

/** The largest set of transforms that keeps its promises. */
export interface Remedy {
  without: string[];
  kept: string[];
}
