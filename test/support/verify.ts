import type { TestContext } from 'vitest';
import { knownImages } from '../../src/images/known.ts';
import type { BuildSettings } from '../../src/verify/builder.ts';
import { dockerBuilder } from '../../src/verify/docker.ts';
import { openEngine } from '../../src/verify/engine.ts';
import { type Subject, subject } from '../../src/verify/subject.ts';
import type { VerifySettings } from '../../src/verify/verify.ts';

/** How a suite verifies: with the default builder, and without a word. */
export function settings(build: Partial<BuildSettings> = {}): VerifySettings {
  const plain: BuildSettings = {
    builder: undefined,
    platform: undefined,
    target: undefined,
    network: undefined,
    buildArgs: [],
    secrets: [],
    ssh: [],
    cacheFrom: [],
    cacheTo: [],
  };
  return { build: { ...plain, ...build }, smoke: undefined, rebuilds: true, images: knownImages, tell: () => undefined };
}

/** Runs what a test asks of verify: it ends with the test, also where that takes too long, and is waited for until nothing of it is left. */
export function endedWith<T>({ signal, onTestFinished }: TestContext, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const running = run(signal);
  onTestFinished(async () => {
    await Promise.allSettled([running]);
  });
  return running;
}

/** Looks at what Dockerfiles of a build context build, without their ignore files; nothing is left after it. */
export function looking<T>(
  test: TestContext,
  context: string,
  look: (subjectOf: (name: string, dockerfile: string) => Subject) => Promise<T>,
): Promise<T> {
  return endedWith(test, async signal => {
    const engine = await openEngine(signal);
    const { build, ...others } = settings();
    const workshop = { ...others, engine, builder: dockerBuilder(engine, build), target: undefined, context };
    try {
      return await look((name, dockerfile) => subject(workshop, name, { dockerfile, ignore: undefined }));
    } finally {
      await engine.cleanUp();
    }
  });
}
