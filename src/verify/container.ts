import { ExecaError } from 'execa';
import type { Engine } from './engine.ts';
import { isLeftAnywhere } from './noise.ts';
import type { ImageConfig } from './snapshot.ts';

/** A container of an image, with the image's own command. */
export interface Container {
  id: string;
  /** The ports of 127.0.0.1 where its own are found, by its own. */
  published: ReadonlyMap<number, number>;
}

/** What the engine says of a container. */
export interface State {
  state: 'running' | 'ended';
  /** Once it has ended. */
  exitCode: number | undefined;
  /** Why it can't be started; undefined where it could. */
  error: string | undefined;
  /** The health check's word: "starting", "healthy", "unhealthy"; undefined without a check. */
  health: string | undefined;
}

/** How a running container ended after SIGTERM, or the image's own signal. */
export interface Stop {
  exitCode: number;
  /** Whether it was still running after ten seconds. */
  killed: boolean;
}

const MOST_PROCESSORS = 2;
const MOST_PATHS = 200;
const LONGEST_LIST = 2 ** 20;
const PATIENCE = 10;
const KILLED = 137;
const UNABORTED = { cancelSignal: new AbortController().signal };

/** Ports below 1024 take a privilege, as everywhere but on Docker. The disk isn't limited: few of the engine's file systems can. */
const LIMITS = [
  ...['--memory', '2g', '--pids-limit', '1024', '--sysctl', 'net.ipv4.ip_unprivileged_port_start=1024', '--hostname', 'dfmod'],
  ...['--log-driver', 'json-file', '--log-opt', 'max-size=4m', '--log-opt', 'max-file=2'],
];
const HEALTH = ['--health-interval', '2s', '--health-timeout', '10s'];

/** The TCP ports that an image says it listens on. */
export function exposedPorts({ ExposedPorts }: ImageConfig): number[] {
  return Object.keys(ExposedPorts ?? {}).flatMap(name => {
    const [, port] = /^(\d+)(?:\/tcp)?$/.exec(name) ?? [];
    return port === undefined ? [] : [Number(port)];
  });
}

/** Whether an image's containers are asked for their health. */
export function hasHealthCheck({ Healthcheck }: ImageConfig): boolean {
  return Healthcheck?.Test !== undefined && Healthcheck.Test.length > 0 && Healthcheck.Test[0] !== 'NONE';
}

/**
 * Starts an image, shows what runs, and takes the container away whatever happens. A container that can't be made at all, as without a command, shows
 * as one that can't be started.
 */
export async function withContainer<T>(
  engine: Engine,
  image: string,
  config: ImageConfig,
  ports: readonly number[],
  use: (container: Container | { error: string }) => Promise<T>,
): Promise<T> {
  const id = await created(engine, await flags(engine, config, ports), image);
  if (typeof id !== 'string') return use(id);
  try {
    await engine.start(['start', id], { reject: false });
    return await use({ id, published: await publishedPorts(engine, id) });
  } finally {
    await removeContainer(engine, id);
  }
}

/** Makes a container of the run; returns its id. It isn't ended halfway where the run is aborted: the engine would make one that nobody knows of. */
export async function createContainer(engine: Engine, args: readonly string[]): Promise<string> {
  engine.signal.throwIfAborted();
  return engine.docker(['create', ...engine.label, ...args], UNABORTED);
}

/** Takes a container and its volumes away, also when the run was aborted. */
export async function removeContainer(engine: Engine, id: string): Promise<void> {
  await engine.docker(['rm', '--force', '--volumes', id], UNABORTED);
}

/** What the engine says of a container now. */
export async function containerState(engine: Engine, { id }: Container): Promise<State> {
  const { Status, ExitCode, Error, Health } = JSON.parse(await engine.docker(['inspect', '--format', '{{json .State}}', id])) as {
    Status: string;
    ExitCode: number;
    Error: string;
    Health?: { Status: string };
  };
  const isRunning = Status === 'running';
  return {
    state: isRunning ? 'running' : 'ended',
    exitCode: isRunning ? undefined : ExitCode,
    error: Error ? startError(Error) : undefined,
    health: Health?.Status,
  };
}

/** Asks a container to stop, and kills it if it doesn't within ten seconds. */
export async function stopContainer(engine: Engine, container: Container): Promise<Stop> {
  await engine.docker(['stop', '-t', `${PATIENCE}`, container.id]);
  const { exitCode = 0 } = await containerState(engine, container);
  return { exitCode, killed: exitCode === KILLED };
}

/** Files that a container has written outside its volumes, sorted: at most 200, without those that programs leave anywhere. */
export async function writtenPaths(engine: Engine, { id }: Container): Promise<string[]> {
  const { stdout } = await engine.start(['diff', id], { reject: false, maxBuffer: LONGEST_LIST });
  return changedPaths(stdout).slice(0, MOST_PATHS);
}

const UNTOLD =
  /^\/(?:proc|sys|dev|run|tmp|var\/(?:run|tmp|log)|(?:(?:root|home\/[^/]+)\/)?\.(?:cache|npm))(?:\/|$)|^\/etc\/(?:hosts|hostname|resolv\.conf|mtab)$|\/__pycache__(?:\/|$)|\.(?:pyc|log|pid)$/s;

/**
 * The paths that `docker diff` lists as added or changed, one a line as `A /path`; a path may hold line ends itself. A folder only holds what is listed
 * below it.
 */
export function changedPaths(listed: string): string[] {
  const lines = listed.split(/(?:^|\n)(?=[ACD] \/)/).filter(Boolean);
  const holders = new Set(lines.flatMap(line => folders(line.slice(2))));
  return lines
    .filter(line => !line.startsWith('D'))
    .map(line => line.slice(2).replace(/\n$/, ''))
    .filter(path => !holders.has(path) && !UNTOLD.test(path) && !isLeftAnywhere(path))
    .sort();
}

function folders(path: string): string[] {
  return [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index));
}

async function flags(engine: Engine, config: ImageConfig, ports: readonly number[]): Promise<string[]> {
  const processors = Number(await engine.docker(['info', '--format', '{{.NCPU}}'])) || 1;
  return [
    ...LIMITS,
    ...['--cpus', `${Math.min(MOST_PROCESSORS, processors)}`],
    ...(hasHealthCheck(config) ? HEALTH : []),
    ...ports.flatMap(port => ['--publish', `127.0.0.1::${port}`]),
  ];
}

async function created(engine: Engine, args: readonly string[], image: string): Promise<string | { error: string }> {
  try {
    return await createContainer(engine, [...args, image]);
  } catch (error) {
    if (engine.signal.aborted || !(error instanceof ExecaError)) throw error;
    return { error: startError(String(error.stderr).trim()) };
  }
}

async function publishedPorts(engine: Engine, id: string): Promise<Map<number, number>> {
  const { stdout } = await engine.start(['port', id], { reject: false });
  return new Map([...stdout.matchAll(/^(\d+)\/tcp -> [\d.]+:(\d+)$/gm)].map(([, own, host]) => [Number(own), Number(host)]));
}

/** The last clause of runc's chain of causes: `exec: "gunicorn": executable file not found in $PATH`. */
function startError(message: string): string {
  return message
    .replace(/^.*(?:starting container process caused|unable to start container process|error during container init): /s, '')
    .trim();
}
