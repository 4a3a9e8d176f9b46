import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExecaError, execa, type Options, type ResultPromise } from 'execa';

/** The engine can't be used, or can't do what was asked: one line that says what to do. */
export class EngineError extends Error {}

/** The label of everything that is made; its value is the run's. */
export const LABEL = 'dfmod.verify';

/** A Docker engine for one run of verify: everything that is made through it carries the run's name, and `cleanUp` takes it away. */
export interface Engine {
  /** The repository of this run's images: tag them `${repository}:…`. */
  repository: string;
  /** The flags that mark containers, volumes and networks as this run's. */
  label: readonly string[];
  /** A folder of this run alone. */
  folder: string;
  /** Whether it holds and runs images. A builder that needs no engine builds without. */
  canRun: boolean;
  /** Aborted when the run is to end; every program that was started ends then. */
  signal: AbortSignal;
  /** Runs `docker ARGS`; returns what it prints. Throws execa's error where it fails, or takes longer than a minute and no timeout is given. */
  docker(args: readonly string[], options?: Options): Promise<string>;
  /** Starts `docker ARGS`, for what is read as it comes. */
  start<const T extends Options>(args: readonly string[], options: T): ResultPromise<T>;
  /** Ends what still goes on, and takes away every container, image, volume, network and file that was made. Throws an EngineError that names what may be left. */
  cleanUp(): Promise<void>;
}

const TIMEOUT = 60_000;
const LIST_TIMEOUT = 20_000;
/** What was asked of the engine before its program was ended may still come to be. */
const ROUNDS = 3;

/** The engine that the docker program reaches. Throws an EngineError where there is none, and the builder (that of the settings, or the current one) needs one. */
export async function openEngine(signal: AbortSignal, builder?: string): Promise<Engine> {
  const canRun = await hasEngine(builder);
  const id = randomBytes(6).toString('hex');
  const repository = `dfmod-verify/${id}`;
  const label = `${LABEL}=${id}`;
  const folder = mkdtempSync(join(tmpdir(), 'dfmod-verify-'));
  const running = new Set<Pick<ResultPromise, 'kill'> & PromiseLike<unknown>>();
  const start = (args: readonly string[], options: Options) => {
    const started = execa('docker', args, { stdin: 'ignore', env: ENVIRONMENT, cancelSignal: signal, ...options });
    const ended = () => running.delete(started);
    running.add(started);
    started.then(ended, ended);
    return started;
  };
  return {
    repository,
    label: ['--label', label],
    folder,
    canRun,
    signal,
    docker: async (args, options) => String((await start(args, { timeout: TIMEOUT, ...options })).stdout),
    // the options that are added change nothing of the type, which TypeScript can't see of a type parameter
    start: <const T extends Options>(args: readonly string[], options: T) => start(args, options) as unknown as ResultPromise<T>,
    async cleanUp() {
      for (const each of running) each.kill();
      await Promise.allSettled(running);
      rmSync(folder, { recursive: true, force: true });
      if (canRun) await removeAll(label, repository);
    },
  };
}

/** Advice that the docker program would print after what was asked. */
const ENVIRONMENT = { DOCKER_CLI_HINTS: 'false' };

/** Takes away what carries a run's label or name. It is done without the run's signal: the run may have been aborted. */
async function removeAll(label: string, repository: string): Promise<void> {
  const labelled = ['--filter', `label=${label}`];
  try {
    await remove(['ps', '--all', '--quiet', ...labelled], ['rm', '--force', '--volumes']);
    await remove(['network', 'ls', '--quiet', ...labelled], ['network', 'rm']);
    await remove(['volume', 'ls', '--quiet', ...labelled], ['volume', 'rm', '--force']);
    await remove(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', repository], ['image', 'rm', '--force']);
    await remove(['image', 'ls', '--all', '--quiet', ...labelled], ['image', 'rm', '--force']);
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    throw new EngineError(
      `the Docker engine removes nothing (${reasonOf(error)}): what is labelled ${label}, and images of ${repository}, may be left`,
    );
  }
}

async function remove(list: readonly string[], by: readonly string[]): Promise<void> {
  for (let round = 1; ; round++) {
    const { stdout } = await execa('docker', list, { timeout: LIST_TIMEOUT });
    const found = [...new Set(stdout.split('\n').filter(Boolean))];
    if (found.length === 0) return;
    await execa('docker', [...by, ...found], { timeout: TIMEOUT, reject: round === ROUNDS });
    if (round === ROUNDS) return;
  }
}

/** Whether there is an engine, or else a builder that does without. */
async function hasEngine(builder: string | undefined): Promise<boolean> {
  try {
    await ask(['buildx', 'version']);
    await ask(['version', '--format', '{{.Server.Version}}']);
    return true;
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    if (error.command.includes('buildx') || !(await needsNoEngine(builder))) throw new EngineError(missing(error));
    return false;
  }
}

/** Builders of the driver `docker` are an engine's own. */
async function needsNoEngine(builder: string | undefined): Promise<boolean> {
  const { stdout } = await ask(['buildx', 'inspect', ...(builder === undefined ? [] : ['--', builder])], false);
  const [, driver] = /^Driver:[ \t]+(\S+)/m.exec(stdout) ?? [];
  return driver !== undefined && driver !== 'docker';
}

const ask = (args: readonly string[], reject = true) => execa('docker', args, { stdin: 'ignore', timeout: TIMEOUT, reject });

function missing(error: ExecaError): string {
  if (error.code === 'ENOENT') return 'verify builds images, and there is no program docker: install Docker (docs.docker.com/get-docker)';
  if (error.command.includes('buildx')) return 'verify builds with buildx, and docker has none: install it (docs.docker.com/go/buildx)';
  return `verify builds images, and the Docker engine doesn't answer: start it ("docker info" tells more): ${reasonOf(error)}`;
}

function reasonOf({ timedOut, stderr }: ExecaError): string {
  return timedOut ? 'it takes too long' : (String(stderr).trim().split('\n').at(-1) ?? '');
}
