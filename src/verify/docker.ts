import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Build, type Builder, BuildFailure, type BuildRequest, type BuildSettings, type Progress, type Warning } from './builder.ts';
import { type Engine, EngineError, LABEL } from './engine.ts';
import { imageSnapshots } from './image-archive.ts';
import { type LayerCache, layerCache } from './layer-cache.ts';
import { BuildLog } from './rawjson.ts';
import { snapshotsOfImages } from './saved-images.ts';
import type { Snapshot } from './snapshot.ts';

const BUILD_MINUTES = 30;
const CHECK_TIMEOUT = 5 * 60_000;

/** Builds through `docker buildx build`, which reaches remote and Kubernetes builders too. Secrets, agents and credentials come from the environment. */
export function dockerBuilder(engine: Engine, settings: BuildSettings): Builder {
  const cache = layerCache();
  /** Of builds that are in no engine. */
  const archived = new WeakMap<Build, Snapshot>();
  let reading: Promise<unknown> = Promise.resolve();

  async function build(request: BuildRequest, tell: (progress: Progress) => void): Promise<Build> {
    const folder = buildFolder(engine, request);
    const inputs = [...cacheFlags(settings), ...sourceFlags(settings, folder)];
    if (engine.canRun) {
      const image = `${engine.repository}:${basename(folder)}`;
      const made = await run(engine, request, ['--load', `--tag=${image}`, ...inputs], tell);
      const size = await engine.docker(['image', 'inspect', '--format={{.Size}}', image]);
      return { ...made, image, size: Number(size) };
    }
    const archive = `${folder}.tar`;
    // a path may hold a comma, which CSV has quotes for
    const made = await run(engine, request, [`--output=type=oci,"dest=${archive}"`, ...inputs], tell);
    const snapshot = await archivedSnapshot(archive, cache);
    const whole = { ...made, image: undefined, size: snapshot.layers.reduce((sum, { size }) => sum + size, 0) };
    archived.set(whole, snapshot);
    return whole;
  }

  async function read(made: Build): Promise<Snapshot> {
    const snapshot = made.image === undefined ? archived.get(made) : (await snapshotsOfImages(engine, [made.image], cache))[0];
    if (!snapshot) throw new Error('a build of another builder');
    return unlabelled(snapshot);
  }

  return {
    build,
    warnings: request => warnings(engine, settings, request),
    snapshot(made) {
      // one after the other, so that the second needn't read the base again
      const next = reading.then(() => read(made));
      reading = next.catch(() => {});
      return next;
    },
  };
}

/** Reads and removes the archive of an image. */
async function archivedSnapshot(archive: string, cache: LayerCache): Promise<Snapshot> {
  const [snapshot] = (await imageSnapshots(createReadStream(archive), { cache })).values();
  rmSync(archive);
  if (!snapshot) throw new EngineError('the builder writes no image');
  return snapshot;
}

/** An image without the label of the run, which is in no Dockerfile. */
function unlabelled(snapshot: Snapshot): Snapshot {
  const { Labels = {}, ...config } = snapshot.config;
  const { [LABEL]: _, ...others } = Labels;
  return { ...snapshot, config: Object.keys(others).length > 0 ? { ...config, Labels: others } : config };
}

/** BuildKit's check builds nothing. It ends with 1 where it warns, and prints no JSON where buildx or the frontend has none. */
async function warnings(engine: Engine, settings: BuildSettings, request: BuildRequest): Promise<Warning[] | undefined> {
  const folder = buildFolder(engine, request);
  const args = ['buildx', 'build', '--call=check,format=json', ...sourceFlags(settings, folder), request.context];
  const { stdout } = await engine.start(args, { reject: false, stderr: 'ignore', timeout: CHECK_TIMEOUT });
  engine.signal.throwIfAborted();
  return warningsOf(stdout);
}

/** A new folder with what `docker build` reads beside the context. */
function buildFolder(engine: Engine, { dockerfile, ignore }: BuildRequest): string {
  const folder = mkdtempSync(join(engine.folder, 'build-'));
  writeFileSync(join(folder, 'Dockerfile'), dockerfile);
  // it is preferred to the context's own; an empty one would be taken for none
  writeFileSync(join(folder, 'Dockerfile.dockerignore'), ignore || '# nothing is ignored\n');
  return folder;
}

/** What a build is made of. Each flag is one word with its value, so that no value is taken for a flag. */
function sourceFlags(settings: BuildSettings, folder: string): string[] {
  const { builder, platform, target, network, buildArgs, secrets, ssh } = settings;
  const once = Object.entries({ builder, platform, target, network }).flatMap(([name, value]) =>
    flags(name, value === undefined ? [] : [value]),
  );
  return [
    ...once,
    ...flags('build-arg', buildArgs),
    ...flags('secret', secrets),
    ...flags('ssh', ssh),
    `--file=${join(folder, 'Dockerfile')}`,
  ];
}

function cacheFlags({ cacheFrom, cacheTo }: BuildSettings): string[] {
  return [...flags('cache-from', cacheFrom), ...flags('cache-to', cacheTo)];
}

const flags = (name: string, values: readonly string[]) => values.map(value => `--${name}=${value}`);

/** Runs a build to its end. Throws a BuildFailure or an EngineError where it fails, and the signal's reason where it was aborted. */
async function run(
  engine: Engine,
  request: BuildRequest,
  inputs: readonly string[],
  tell: (progress: Progress) => void,
): Promise<Omit<Build, 'image' | 'size'>> {
  const fresh = request.fresh ? ['--no-cache'] : [];
  const args = ['buildx', 'build', '--progress=rawjson', '--provenance=false', ...fresh, ...engine.label, ...inputs, request.context];
  const log = new BuildLog(step => tell({ build: request.name, step }));
  const began = performance.now();
  const running = engine.start(args, { reject: false, buffer: false, stdout: 'ignore', timeout: BUILD_MINUTES * 60_000 });
  running.stderr.on('data', log.add);
  const { failed, timedOut } = await running;
  engine.signal.throwIfAborted();
  if (timedOut) {
    const { name = '', output = '' } = log.unfinished ?? {};
    throw new BuildFailure(`it took longer than ${BUILD_MINUTES} minutes`, name, output);
  }
  if (failed) throw failureOf(log);
  const seconds = (performance.now() - began) / 1000;
  return { steps: log.steps, seconds, contextBytes: log.contextBytes, bases: log.bases };
}

/** What buildx does after the Dockerfile's steps: where that fails, the Dockerfile isn't to blame. */
const EXPORT = /^(?:exporting|importing|sending|pushing|\[auth\])/;
const NO_SPACE = /no space left on device/;
/** A builder that went away, or an engine that did. */
const LOST = /code = (?:Unavailable|Canceled)|closed pipe|connection (?:refused|reset)|error reading from server/;

function failureOf(log: BuildLog): Error {
  const step = log.failed;
  const message = messageOf(log.said);
  const reason = step?.error || message;
  if (NO_SPACE.test(reason)) return new EngineError('the builder has no space left: "docker system df" tells what takes it');
  if (step && !EXPORT.test(step.name)) {
    const short = /did not complete successfully: (.+)/.exec(step.error)?.[1] ?? step.error;
    return new BuildFailure(short, step.name, step.output || step.error);
  }
  const [, solved] = /failed to solve: (.*)/s.exec(message) ?? [];
  if (!step && solved !== undefined && !LOST.test(solved)) return new BuildFailure(solved, '', '');
  const [, unknown] = /no builder "(.*)" found/.exec(message) ?? [];
  if (unknown !== undefined) return new EngineError(`there is no builder ${unknown}: "docker buildx ls" lists those there are`);
  return new EngineError(`docker buildx can't build: ${reason.replace('failed to build: ', '')}`);
}

/** The line with which buildx ends. */
function messageOf(said: readonly string[]): string {
  const last = said.findLast(line => line.startsWith('ERROR: ')) ?? said[0] ?? 'it says nothing';
  return last.replace('ERROR: ', '');
}

interface Check {
  warnings?: { ruleName?: unknown; location?: { ranges?: { start?: { line?: unknown } }[] } }[] | null;
  buildError?: unknown;
}

function warningsOf(json: string): Warning[] | undefined {
  try {
    const { warnings: found, buildError } = JSON.parse(json) as Check;
    if (buildError) return undefined;
    return (found ?? []).map(({ ruleName, location }) => ({
      rule: String(ruleName),
      line: Number(location?.ranges?.[0]?.start?.line) || 0,
    }));
  } catch {
    return undefined;
  }
}
