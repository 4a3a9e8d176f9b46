import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Engine } from './engine.ts';
import { projectRoot } from './paths.ts';

/** What a container does, seen from its own network once it has settled. */
export interface Observation {
  /** "running", or "exited 1". */
  state: string;
  /** Addresses and TCP ports that it listens on: "*:8080", "127.0.0.1:5000". */
  listening: string[];
  /** By port, the answer to `GET /`: status, type and digest of the body; "no HTTP" for another protocol. */
  answers: Record<string, string>;
  /** undefined: no check. */
  health: string | undefined;
}

/** The stand-in that has a client, for images that have none. */
const CLIENT = 'node:20-bookworm-slim';
const LONGEST = { alone: 90_000, wanted: 180_000 };
/** How long what is seen must stay as it is: with an answer, and without one, as from a server that waits for its database. */
const STEADY = { answering: 6_000, silent: 30_000 };
const VARIES = 'varies';

/**
 * Runs an image with its own command and watches it until it settles, or until it does what another was seen to do. Ports below 1024 take a privilege, as
 * everywhere but on Docker, and a health check is asked every second or two.
 */
export async function observe(engine: Engine, image: string, wanted?: Observation): Promise<Observation> {
  const limits = ['--memory', '2g', '--pids-limit', '1024', '--sysctl', 'net.ipv4.ip_unprivileged_port_start=1024'];
  const health = ['--health-interval', '2s', '--health-timeout', '10s'];
  const container = await engine.docker(['run', '--detach', ...engine.label, ...limits, ...health, image]);
  try {
    return await settled(engine, container, wanted);
  } finally {
    await engine.docker(['rm', '--force', '--volumes', container]);
  }
}

/** What of an observation isn't as another's was, a clause each. */
export function differences(before: Observation, after: Observation): string[] {
  const found: string[] = [];
  if (before.state !== after.state) found.push(`${before.state} → ${after.state}`);
  if (before.listening.join() !== after.listening.join()) {
    found.push(`listens on ${before.listening.join(', ') || 'nothing'} → ${after.listening.join(', ') || 'nothing'}`);
  }
  for (const port of new Set([...Object.keys(before.answers), ...Object.keys(after.answers)])) {
    const [was, is] = [before.answers[port] ?? 'nothing', after.answers[port] ?? 'nothing'];
    if (!isSameAnswer(was, is)) found.push(`port ${port} answers ${was} → ${is}`);
  }
  return found;
}

function isSameAnswer(one: string, other: string): boolean {
  const [a, b] = [one.split(' '), other.split(' ')];
  const ends = [a.at(-1), b.at(-1)];
  return ends.includes(VARIES) ? a.slice(0, -1).join() === b.slice(0, -1).join() : one === other;
}

async function settled(engine: Engine, container: string, wanted: Observation | undefined): Promise<Observation> {
  const client = await startClient(engine, container);
  if (client === undefined) return { ...(await inspected(engine, container)), listening: [], answers: {} };
  const probe = execa('docker', ['logs', '--follow', client], { reject: false });
  const started = performance.now();
  let since = started;
  let last: Observation | undefined;
  try {
    for await (const line of probe.iterable()) {
      const now = performance.now();
      const seen = { ...(await inspected(engine, container)), ...(JSON.parse(line) as Pick<Observation, 'listening' | 'answers'>) };
      if (!last || differences(last, seen).length > 0) since = now;
      last = seen;
      if (seen.state !== 'running') return { ...seen, listening: [], answers: {} };
      if (now - started > (wanted ? LONGEST.wanted : LONGEST.alone) || isSteady(seen, wanted, now - since)) return seen;
    }
  } finally {
    probe.kill();
    await engine.docker(['rm', '--force', client]);
  }
  return last ?? { ...(await inspected(engine, container)), listening: [], answers: {} };
}

/** What watches a container from its network; undefined where that has exited already. */
async function startClient(engine: Engine, container: string): Promise<string | undefined> {
  const script = readFileSync(join(projectRoot, 'test/support/probe.cjs'), 'utf8');
  try {
    return await engine.docker(['run', '--detach', ...engine.label, '--network', `container:${container}`, CLIENT, 'node', '-e', script]);
  } catch (error) {
    if ((await inspected(engine, container)).state === 'running') throw error;
    return undefined;
  }
}

function isSteady(seen: Observation, wanted: Observation | undefined, milliseconds: number): boolean {
  const isAnswering = Object.values(seen.answers).some(answer => /^\d/.test(answer));
  if (milliseconds < (isAnswering ? STEADY.answering : STEADY.silent)) return false;
  const hasVerdict = seen.health === undefined || seen.health === 'healthy' || (!isAnswering && seen.health === 'unhealthy');
  if (!wanted) return isAnswering && hasVerdict;
  return hasVerdict && differences(wanted, seen).length === 0;
}

async function inspected(engine: Engine, container: string): Promise<Pick<Observation, 'state' | 'health'>> {
  const format = '{{.State.Status}} {{.State.ExitCode}} {{with .State.Health}}{{.Status}}{{end}}';
  const [status, code, health] = (await engine.docker(['inspect', '--format', format, container])).split(' ');
  return { state: status === 'exited' ? `exited ${code}` : (status as string), health: health || undefined };
}
