import { type Container, exposedPorts, hasHealthCheck, type Stop, stopContainer, withContainer, writtenPaths } from './container.ts';
import type { Engine } from './engine.ts';
import { isEphemeral, listening, portOf } from './listening.ts';
import { type Output, outputDifference, readOutput } from './output.ts';
import { sightDifferences } from './runs.ts';
import { missedPorts, type Sight, settled, type Watch } from './settle.ts';
import { type Smoke, smoke } from './smoke.ts';
import type { ImageConfig } from './snapshot.ts';

/** How containers are tried. */
export interface RunSettings {
  /** A person's own check: run by `sh -c` on this machine, with DFMOD_URL, DFMOD_PORT, DFMOD_CONTAINER and DFMOD_IMAGE. */
  smoke: string | undefined;
  /** The paths that are asked for besides `/`: those of the health checks (`healthPaths`). */
  paths: readonly string[];
  /** Images of which one has a program `cat`, best first: it shows what listens. */
  readers: readonly string[];
}

/** What a container did from its start to its end. */
export interface Observation extends Sight {
  /** The TCP ports that the image says it listens on. */
  exposed: number[];
  output: Output;
  /** Of a program that ended: whether a second run printed something else. */
  varies: boolean;
  /** undefined: it had ended by itself. */
  stop: Stop | undefined;
  /** undefined: none was asked for, or it had ended. */
  smoke: Smoke | undefined;
  /** How long it ran before it settled or ended. */
  seconds: number;
  /** Files that it wrote outside its volumes, at most 200. */
  written: string[];
}

/** A program of the engine's stands behind each published port, and some images expose thousands. */
const MOST_PORTS = 32;

/** What one run of an image is for. */
interface Run {
  config: ImageConfig;
  settings: RunSettings;
  like: Observation | undefined;
  /** The ports that are published. */
  ports: readonly number[];
  /** Whether it may end for others that are to be published. */
  wantsPorts: boolean;
}

/**
 * Runs an image with its own command, watches it until it settles, or until it does what another was seen to do, and stops it: at most two minutes and
 * the smoke check's one. An image that nothing is known of is run again where it listens on other ports than it says, and where it ends, to see what
 * differs from one run to the next. Throws where the engine fails.
 */
export async function observe(
  engine: Engine,
  image: string,
  config: ImageConfig,
  settings: RunSettings,
  like?: Observation,
): Promise<Observation> {
  const ports = new Set([...(like?.listening ?? []).map(portOf), ...exposedPorts(config)]);
  const run = { config, settings, like, ports: [...ports].slice(0, MOST_PORTS) };
  const { missed, ...first } = await runOnce(engine, image, { ...run, wantsPorts: !like });
  if (like || first.error !== undefined) return first;
  if (missed.length > 0)
    return runPublished(engine, image, { ...run, ports: [...run.ports, ...missed.slice(0, MOST_PORTS)], wantsPorts: false });
  if (first.state === 'running') return first;
  const second = await runOnce(engine, image, { ...run, wantsPorts: false });
  return { ...first, varies: second.state === 'running' || outputDifference(first.output, second.output) !== undefined };
}

/** Runs an image with the ports published that it was seen to listen on: what the kernel chose is another one now. */
async function runPublished(engine: Engine, image: string, run: Run): Promise<Observation> {
  const { missed: _, ...found } = await runOnce(engine, image, run);
  const isSteady = (port: number) => !isEphemeral(port) || run.ports.includes(port);
  return { ...found, listening: found.listening.filter(address => isSteady(portOf(address))) };
}

const NOTHING = {
  ...{ listening: [], answers: [], health: undefined, exitCode: undefined, stop: undefined, smoke: undefined, written: [], missed: [] },
  output: { stdout: '', stderr: '', isCut: false },
  varies: false,
  seconds: 0,
};

type Found = Observation & { missed: number[] };

function runOnce(engine: Engine, image: string, run: Run): Promise<Found> {
  const exposed = exposedPorts(run.config);
  return withContainer(engine, image, run.config, run.ports, async container => {
    if ('error' in container) return { ...NOTHING, exposed, state: 'ended', error: container.error };
    const started = performance.now();
    const output = readOutput(engine, container.id);
    const sight = { ...(await seen(engine, container, run)), exposed, seconds: (performance.now() - started) / 1000 };
    const isRunning = sight.state === 'running';
    const missed = isRunning && run.wantsPorts ? missedPorts(sight, container) : [];
    if (missed.length > 0) {
      await output.end(false);
      return { ...NOTHING, ...sight, missed };
    }
    const checked = isRunning ? await checkedBy(engine, container, image, run.settings.smoke, sight) : undefined;
    const written = await writtenPaths(engine, container);
    const stop = isRunning ? await stopContainer(engine, container) : undefined;
    return { ...NOTHING, ...sight, smoke: checked, written, stop, output: await output.end(true) };
  });
}

async function seen(engine: Engine, container: Container, { config, settings, like, wantsPorts }: Run): Promise<Sight> {
  const watch: Watch = {
    listening: listening(engine, container, settings.readers),
    paths: [...new Set(['/', ...settings.paths])],
    wantsPorts,
    isServer: exposedPorts(config).length > 0 || hasHealthCheck(config),
    isLike: like && (sight => sightDifferences(like, sight).length === 0),
  };
  try {
    return await settled(engine, container, watch);
  } finally {
    await watch.listening.remove();
  }
}

/** The smoke check's word, with the first port that answers, or else that is published. */
async function checkedBy(engine: Engine, container: Container, image: string, command: string | undefined, { answers }: Sight) {
  if (command === undefined) return undefined;
  const own = answers.find(({ status }) => typeof status === 'number')?.port ?? [...container.published.keys()][0];
  const port = own === undefined ? undefined : container.published.get(own);
  const address: Record<string, string> = port === undefined ? {} : { DFMOD_URL: `http://127.0.0.1:${port}`, DFMOD_PORT: `${port}` };
  return smoke(command, { ...address, DFMOD_CONTAINER: container.id, DFMOD_IMAGE: image }, engine.signal);
}
