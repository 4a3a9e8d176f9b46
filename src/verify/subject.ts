import { parse } from '../dockerfile/parse.ts';
import type { Images } from '../images/images.ts';
import { baseDockerfile } from './base-image.ts';
import type { Build, Builder, BuildRequest, Progress, Warning } from './builder.ts';
import type { Engine } from './engine.ts';
import { type Observation, observe, type RunSettings } from './observe.ts';
import type { Snapshot } from './snapshot.ts';

/** A Dockerfile and the `.dockerignore` that counts for it. */
export interface Version {
  dockerfile: string;
  /** undefined where none does. */
  ignore: string | undefined;
}

/** What verify works with while it looks at one pair. */
export interface Workshop {
  engine: Engine;
  builder: Builder;
  images: Images;
  target: string | undefined;
  smoke: string | undefined;
  /** Whether rebuilds after an edit are measured. */
  rebuilds: boolean;
  /** The build context's folder, in full. */
  context: string;
  tell(progress: Progress): void;
}

/** An image that is looked at: each thing is found out once, when it is asked for. */
export interface Subject {
  version: Version;
  build(): Promise<Build>;
  snapshot(): Promise<Snapshot>;
  /** The image that it stands on; empty for `scratch`. */
  base(): Promise<Snapshot>;
  warnings(): Promise<Warning[] | undefined>;
  /** What its container does; `like`: as another's did, if given time. Throws where no engine has it. */
  seen(settings: Omit<RunSettings, 'smoke'>, like?: Observation): Promise<Observation>;
  /** The same, built without the cache. */
  fresh(): Subject;
}

const EMPTY: Snapshot = { config: {}, files: new Map(), layers: [] };

/** The image that a Dockerfile builds, under a name for the progress. */
export function subject(workshop: Workshop, name: string, version: Version, fresh = false): Subject {
  const { engine, builder, images, target, smoke, context, tell } = workshop;
  const request: BuildRequest = { name, context, ...version, fresh };
  const shown = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    tell({ build: name, step: { name: step, started: true } });
    const result = await work();
    tell({ build: name, step: { name: step, cached: false, seconds: (performance.now() - began) / 1000 } });
    return result;
  };
  const build = once(() => builder.build(request, tell));
  const snapshot = once(async () => {
    const built = await build();
    return shown('reading the image', () => builder.snapshot(built));
  });
  return {
    version,
    build,
    snapshot,
    base: once(async () => {
      const dockerfile = baseDockerfile(parse(version.dockerfile), images, target);
      if (dockerfile === undefined) return EMPTY;
      return builder.snapshot(await builder.build({ ...request, name: `${name}'s base`, dockerfile }, tell));
    }),
    warnings: once(() => builder.warnings(request)),
    seen: async (settings, like) => {
      const { image } = await build();
      if (image === undefined) throw new Error('an image that no engine has is not run');
      const { config } = await snapshot();
      return shown('running a container', () => observe(engine, image, config, { smoke, ...settings }, like));
    },
    fresh: once(() => subject(workshop, `${name} without cache`, version, true)),
  };
}

function once<T>(find: () => T): () => T {
  let found: { value: T } | undefined;
  return () => {
    found ??= { value: find() };
    return found.value;
  };
}
