import { type Container, createContainer, removeContainer } from './container.ts';
import type { Engine } from './engine.ts';

const FILES = ['/proc/net/tcp', '/proc/net/tcp6'];
const TIMEOUT = 15_000;
const LONGEST = 2 ** 22;
const LISTEN = '0A';
/** Addresses as /proc/net/tcp and tcp6 write them (proc(5)): bytes of each word the other way round. */
const ANY = /^0+$/;
const LOOPBACK = /^[0-9A-F]{6}7F$|^0{24}01000000$|^0{16}FFFF0000[0-9A-F]{6}7F$/;

/** What is asked for the addresses where a container listens: "*:8080", "127.0.0.1:5000", "own:80"; undefined where that can't be known. */
export interface Listening {
  now(): Promise<string[] | undefined>;
  remove(): Promise<void>;
}

/** Watches a container's network from another one beside it, of the first image that has a program `cat`. */
export function listening(engine: Engine, container: Container, readers: readonly string[]): Listening {
  const left = [...readers];
  let beside: string | undefined;
  const remove = async () => {
    if (beside !== undefined) await removeContainer(engine, beside);
    beside = undefined;
  };
  return {
    remove,
    async now() {
      const [image] = left;
      if (image === undefined) return undefined;
      beside ??= await createContainer(engine, [...readerFlags(container), image, ...FILES]);
      const { stdout, stderr } = await engine.start(['start', '--attach', beside], { reject: false, timeout: TIMEOUT, maxBuffer: LONGEST });
      if (stdout.includes('local_address')) return listeningAddresses(stdout);
      if (!/not found|no such file|permission denied|not executable/.test(stderr)) return undefined;
      left.shift();
      await remove();
      return this.now();
    },
  };
}

function readerFlags({ id }: Container): string[] {
  const limits = ['--memory', '256m', '--pids-limit', '64', '--log-driver', 'none', '--no-healthcheck'];
  return [...limits, '--network', `container:${id}`, '--entrypoint', 'cat'];
}

/** The addresses of the text of /proc/net/tcp and tcp6 that something listens on, sorted; "own" is the container's own one. */
export function listeningAddresses(text: string): string[] {
  const found = text
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(fields => fields[3] === LISTEN)
    .map(([, local = '']) => {
      const [address = '', port = ''] = local.split(':');
      const host = ANY.test(address) ? '*' : LOOPBACK.test(address) ? '127.0.0.1' : 'own';
      return `${host}:${Number.parseInt(port, 16)}`;
    });
  return [...new Set(found)].sort();
}

/** The port of an address. */
export function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}

/** Whether an address is reached from outside its container. */
export function isReachable(address: string): boolean {
  return !address.startsWith('127.');
}

/** Whether the kernel may have chosen a port, as it does where a program asks for none (net.ipv4.ip_local_port_range). */
export function isEphemeral(port: number): boolean {
  return port >= 32_768;
}
