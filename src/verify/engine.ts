import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExecaError, execa, type Options, type ResultPromise } from 'execa';

/** The engine can't be used, or can't do what was asked: one line that says what to do. */
export class EngineError extends Error {}

/** A Docker engine for one run of verify: everything that is made through it carries the run's name, and `cleanUp` takes it away. */
export interface Engine {
  /** The repository of this run's images: tag them `${repository}:…`. */
  repository: string;
  /** The flags that mark containers, volumes and networks as this run's. */
  label: readonly string[];
  /** A folder of this run alone. */
  folder: string;
  /** Aborted when the run is to end; every program that was started ends then. */
  signal: AbortSignal;
  /** Runs `docker ARGS`; returns what it prints. Throws execa's error where it fails, or takes longer than a minute and no timeout is given. */
  docker(args: readonly string[], options?: Options): Promise<string>;
  /** Starts `docker ARGS`, for what is read as it comes. */
  start<const T extends Options>(args: readonly string[], options: T): ResultPromise<T>;
  /** Takes away every container, image, volume, network and file that was made. */
  cleanUp(): Promise<void>;
}

const TIMEOUT = 60_000;

/** The engine that the docker program reaches; throws an EngineError where there is none. */
export async function openEngine(signal: AbortSignal): Promise<Engine> {
  await checkEngine();
  const id = randomBytes(6).toString('hex');
  const repository = `dfmod-verify/${id}`;
  const label = `dfmod.verify=${id}`;
  const folder = mkdtempSync(join(tmpdir(), 'dfmod-verify-'));
  const docker = async (args: readonly string[], options: Options = {}) => {
    const { stdout } = await execa('docker', args, { stdin: 'ignore', timeout: TIMEOUT, cancelSignal: signal, ...options });
    return String(stdout);
  };
  return {
    repository,
    label: ['--label', label],
    folder,
    signal,
    docker,
    start<const T extends Options>(args: readonly string[], options: T): ResultPromise<T> {
      const started = execa('docker', args, { stdin: 'ignore', cancelSignal: signal, ...options });
      // neither option that is added here changes the type, which TypeScript can't see of a type parameter
      return started as unknown as ResultPromise<T>;
    },
    async cleanUp() {
      rmSync(folder, { recursive: true, force: true });
      await remove(['ps', '--all', '--quiet', '--filter', `label=${label}`], ['rm', '--force', '--volumes']);
      await remove(['network', 'ls', '--quiet', '--filter', `label=${label}`], ['network', 'rm']);
      await remove(['volume', 'ls', '--quiet', '--filter', `label=${label}`], ['volume', 'rm', '--force']);
      await remove(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', repository], ['image', 'rm', '--force']);
    },
  };
}

/** Removes what a command lists. It is done without the run's signal: the run may have been aborted. */
async function remove(list: readonly string[], by: readonly string[]): Promise<void> {
  const { stdout } = await execa('docker', list, { timeout: TIMEOUT });
  const found = stdout.split('\n').filter(Boolean);
  if (found.length > 0) await execa('docker', [...by, ...found], { timeout: TIMEOUT });
}

async function checkEngine(): Promise<void> {
  try {
    await execa('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: TIMEOUT });
    await execa('docker', ['buildx', 'version'], { timeout: TIMEOUT });
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    throw new EngineError(missing(error));
  }
}

function missing({ code, command, stderr }: ExecaError): string {
  if (code === 'ENOENT') return '--verify builds images, and there is no program docker: install Docker (docs.docker.com/get-docker)';
  if (command.includes('buildx')) return '--verify builds with buildx, and docker has none: install it (docs.docker.com/go/buildx)';
  const reason = String(stderr).trim().split('\n').at(-1) ?? '';
  return `--verify builds images, and the Docker engine doesn't answer: start it ("docker info" tells more): ${reason}`;
}
