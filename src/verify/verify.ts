import type { Images } from '../images/images.ts';
import type { Migration } from '../migrate.ts';
import type { Alteration } from '../transform.ts';
import { blame, type Work } from './blame.ts';
import { BuildFailure, type BuildSettings, type Progress } from './builder.ts';
import { dockerBuilder } from './docker.ts';
import { EngineError, openEngine } from './engine.ts';
import { type Judgement, judge } from './judge.ts';
import { alterationsOf } from './promise.ts';
import { rebuilds } from './rebuild.ts';
import { type Subject, subject, type Version, type Workshop } from './subject.ts';
import type { ImageSummary, Verification } from './verification.ts';

/** How images are built and run. */
export interface VerifySettings {
  build: BuildSettings;
  /** The user's own check of a running container, for the shell. */
  smoke: string | undefined;
  /** Whether rebuilds after an edit are measured: up to four more builds. */
  rebuilds: boolean;
  images: Images;
  tell(progress: Progress): void;
}

/** Two Dockerfiles of one build context. */
export interface Pair {
  /** The build context's folder, in full. */
  context: string;
  before: Version;
  after: Version;
}

/** Builds and runs both, and holds the second to the first but for `alters`. Nothing that it made is left. Ends with execa's error when aborted. */
export async function verify(
  pair: Pair,
  alters: readonly Alteration[],
  settings: VerifySettings,
  signal: AbortSignal,
): Promise<Verification> {
  return inWorkshop(pair.context, settings, signal, async workshop => {
    const [before, after] = [subject(workshop, 'before', pair.before), subject(workshop, 'after', pair.after)];
    const judgement = await judge(before, after, alters, 'everything');
    return verificationOf(workshop, before, after, judgement);
  });
}

/** What of a file's changes holds. */
export interface Held {
  verification: Verification;
  /** With the transforms that keep their promises; undefined where nothing could be verified. */
  migration: Migration | undefined;
}

/** Holds what transforms made of a file to their promises; where one is broken, finds whose it is and what holds without them. */
export async function verifyMigration(
  work: Work,
  all: Migration,
  place: Omit<Pair, 'after'>,
  settings: VerifySettings,
  signal: AbortSignal,
): Promise<Held> {
  let held: Migration | undefined;
  const verification = await inWorkshop(place.context, settings, signal, async workshop => {
    const before = subject(workshop, 'before', place.before);
    const afterOf = (migration: Migration) => subject(workshop, 'after', versionOf(migration, place.before));
    const after = afterOf(all);
    const judgement = await judge(before, after, alterationsIn(all), 'everything');
    if (judgement.broken.length === 0) {
      held = all;
      return verificationOf(workshop, before, after, judgement);
    }
    const look = (migration: Migration) => judge(before, afterOf(migration), alterationsIn(migration), 'first');
    const { broken, without, migration } = await blame(work, all, judgement.broken, look);
    held = migration;
    const remedy = { without, kept: [...new Set(migration.steps.map(({ transform }) => transform))] };
    return { ...(await verificationOf(workshop, before, after, { ...judgement, broken })), remedy };
  });
  return { verification, migration: held };
}

function alterationsIn({ findings }: Migration): Alteration[] {
  return alterationsOf(findings.flatMap(finding => (finding.kind === 'applied' ? [finding.change] : [])));
}

/** The Dockerfile as changed, with the `.dockerignore` as changed. */
function versionOf({ text, neighbours }: Migration, before: Version): Version {
  const ignore = neighbours.find(({ path }) => path.endsWith('.dockerignore'));
  return { dockerfile: text, ignore: ignore ? ignore.text : before.ignore };
}

async function inWorkshop(
  context: string,
  { build, ...settings }: VerifySettings,
  signal: AbortSignal,
  work: (workshop: Workshop) => Promise<Verification>,
): Promise<Verification> {
  const engine = await openEngine(signal, build.builder);
  try {
    return await work({ ...settings, engine, builder: dockerBuilder(engine, build), target: build.target, context });
  } catch (error) {
    if (error instanceof BuildFailure)
      return { verdict: 'impossible', why: `the original doesn't build: ${error.what}`, output: error.output };
    if (error instanceof EngineError) return { verdict: 'impossible', why: error.message, output: '' };
    throw error;
  } finally {
    await engine.cleanUp();
  }
}

async function verificationOf(workshop: Workshop, before: Subject, after: Subject, judgement: Judgement): Promise<Verification> {
  const isKept = judgement.broken.length === 0;
  const measured = isKept && workshop.rebuilds;
  return {
    verdict: isKept ? 'kept' : 'broken',
    ...judgement,
    before: await summary(workshop, before, measured),
    after: judgement.doesBuild ? await summary(workshop, after, measured) : undefined,
    remedy: undefined,
  };
}

/** The rebuilds are measured where they matter: of what may be used. */
async function summary(workshop: Workshop, of: Subject, measured: boolean): Promise<ImageSummary> {
  const [build, { config, files, layers }] = [await of.build(), await of.snapshot()];
  return {
    size: build.size,
    layers,
    files: files.size,
    user: config.User ?? '',
    warnings: await of.warnings(),
    build: { steps: build.steps, seconds: build.seconds },
    rebuild: measured ? await rebuildsOf(workshop, of) : { source: undefined, manifest: undefined },
  };
}

async function rebuildsOf({ engine, builder, context, tell }: Workshop, { version }: Subject): Promise<ImageSummary['rebuild']> {
  try {
    return await rebuilds(context, version.ignore, engine.folder, copy =>
      builder.build({ name: 'rebuild', context: copy, ...version }, tell),
    );
  } catch (error) {
    if (!(error instanceof BuildFailure)) throw error;
    return { source: undefined, manifest: undefined };
  }
}
