import type { Snapshot } from './snapshot.ts';

/** How images are built: flags of `docker buildx build`, as the command line gives them. */
export interface BuildSettings {
  builder: string | undefined;
  platform: string | undefined;
  target: string | undefined;
  network: string | undefined;
  /** `NAME=value`, or `NAME` for that of the environment. */
  buildArgs: readonly string[];
  secrets: readonly string[];
  ssh: readonly string[];
  cacheFrom: readonly string[];
  cacheTo: readonly string[];
}

/** One image to build. */
export interface BuildRequest {
  /** What the progress calls it: "before", "after". */
  name: string;
  dockerfile: string;
  /** The build context's folder, in full. */
  context: string;
  /** The text of the `.dockerignore` that counts; undefined where none does. */
  ignore: string | undefined;
  /** Nothing comes from the build cache. */
  fresh?: boolean;
}

/** A step of a build, as BuildKit numbers them: `[build 2/5] RUN make`. */
export interface BuildStep {
  name: string;
  cached: boolean;
  seconds: number;
}

/** One image that was built. */
export interface Build {
  /** What the engine knows it by; undefined where the builder can't load into an engine: it can't be run then. */
  image: string | undefined;
  steps: BuildStep[];
  seconds: number;
  /** What was sent of the build context, in bytes. */
  contextBytes: number;
  /** The digest that each base image was resolved to; images of the engine's own store have none. */
  bases: ReadonlyMap<string, string>;
  /** In bytes, all layers uncompressed. */
  size: number;
}

/** What a build says while it goes on. */
export type Progress = { build: string; step: BuildStep | { name: string; started: true } };

/** A build that failed: the step, and what that step printed. */
export class BuildFailure extends Error {
  readonly step: string;
  readonly output: string;
  constructor(message: string, step: string, output: string) {
    super(message);
    this.step = step;
    this.output = output;
  }
  /** The step and why it failed. */
  get what(): string {
    return this.step === '' ? this.message : `${this.step}: ${this.message}`;
  }
}

/** BuildKit's warning about a Dockerfile. */
export interface Warning {
  rule: string;
  line: number;
}

/** What builds images: docker buildx, with any of its builders. */
export interface Builder {
  /** Throws a BuildFailure where the Dockerfile fails, and an EngineError where the builder does. */
  build(request: BuildRequest, tell: (progress: Progress) => void): Promise<Build>;
  /** BuildKit's own check of a Dockerfile; undefined where the builder has none. */
  warnings(request: BuildRequest): Promise<Warning[] | undefined>;
  /** What an image shows. */
  snapshot(build: Build): Promise<Snapshot>;
}
