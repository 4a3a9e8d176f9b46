import { setTimeout } from 'node:timers/promises';
import { type Answer, answerOf, lasting } from './answers.ts';
import { type Container, containerState, type State } from './container.ts';
import type { Engine } from './engine.ts';
import { isEphemeral, isReachable, type Listening, portOf } from './listening.ts';

/** What a container shows of itself at one time. */
export interface Sight extends State {
  /** Addresses and TCP ports: "*:8080", "127.0.0.1:5000", "own:80". */
  listening: string[];
  /** Of the ports that are published, and reached. */
  answers: Answer[];
}

/** What a container is watched for. */
export interface Watch {
  listening: Listening;
  paths: readonly string[];
  /** Whether ports that aren't published end it: they are to be published first. */
  wantsPorts: boolean;
  /** Whether the image says that it listens, or has a health check. */
  isServer: boolean;
  /** Whether what is seen is what is waited for; undefined: nothing is. */
  isLike: ((seen: Sight) => boolean) | undefined;
}

const PAUSE = 1_000;
const LONGEST = { alone: 60_000, like: 120_000 };
/** How long what is seen must stay as it is, in milliseconds. */
const STEADY = {
  answering: 5_000,
  /** As from a worker, or a server that waits for its database. */
  silent: 20_000,
  /** It answers, but not what is waited for. */
  other: 30_000,
};

/** Watches a container until what it shows stays as it is, or has been waited for long enough. */
export async function settled(engine: Engine, container: Container, watch: Watch): Promise<Sight> {
  const started = performance.now();
  let since = started;
  let last: Sight | undefined;
  for (;;) {
    const seen = await look(engine, container, watch, last);
    if (seen.state === 'ended') return seen;
    const now = performance.now();
    if (!last || JSON.stringify(last) !== JSON.stringify(seen)) since = now;
    last = seen;
    if (now - started > (watch.isLike ? LONGEST.like : LONGEST.alone) || isSettled(seen, watch, container, now - since)) return seen;
    await setTimeout(PAUSE, undefined, { signal: engine.signal });
  }
}

/** Ports that answers can't be had of yet: reached but not published, or perhaps chosen by the kernel. */
export function missedPorts({ listening }: Sight, { published }: Container): number[] {
  const ports = listening.filter(address => isReachable(address) || isEphemeral(portOf(address))).map(portOf);
  return [...new Set(ports)].filter(port => !published.has(port));
}

async function look(engine: Engine, container: Container, watch: Watch, last: Sight | undefined): Promise<Sight> {
  const open = await watch.listening.now();
  const ports = open ? new Set(open.filter(isReachable).map(portOf)) : undefined;
  const asked = [...container.published].filter(([port]) => !ports || ports.has(port));
  const answers = await Promise.all(asked.flatMap(([port, host]) => watch.paths.map(path => answerOf(port, host, path))));
  const state = await containerState(engine, container);
  if (state.state === 'ended') return { ...state, listening: [], answers: [] };
  const before = (now: Answer) => last?.answers.find(({ port, path }) => port === now.port && path === now.path);
  return { ...state, listening: open ?? answering(answers), answers: answers.map(answer => lasting(before(answer), answer)) };
}

/** Where nothing tells what listens: the ports that answer. */
function answering(answers: Answer[]): string[] {
  return [...new Set(answers.filter(({ status }) => typeof status === 'number').map(({ port }) => `*:${port}`))].sort();
}

function isSettled(seen: Sight, watch: Watch, container: Container, steady: number): boolean {
  if (watch.wantsPorts && missedPorts(seen, container).length > 0) return steady >= STEADY.answering;
  const isAnswering = seen.answers.some(({ status }) => typeof status === 'number' && status < 500);
  const hasVerdict = seen.health === undefined || seen.health === 'healthy' || (!isAnswering && seen.health === 'unhealthy');
  if (watch.isLike?.(seen)) return hasVerdict && steady >= (isAnswering ? STEADY.answering : STEADY.silent);
  if (watch.isLike) return isAnswering && steady >= STEADY.other;
  if (!hasVerdict) return false;
  if (isAnswering) return steady >= STEADY.answering;
  // a server that is silent may be waiting
  return (!watch.isServer || seen.listening.length > 0) && steady >= STEADY.silent;
}
