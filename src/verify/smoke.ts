import { spawn } from 'node:child_process';
import { collect, type Output } from './output.ts';

/** How a person's own check of a running container ended. */
export interface Smoke {
  /** undefined: it was ended after a minute. */
  exitCode: number | undefined;
  output: Output;
}

const TIMEOUT = 60_000;
const LAST_WORDS = 1_000;

/** Runs a command with `sh -c` on this machine, with variables added to its environment: a person's own command, as they would type it. */
export async function smoke(command: string, variables: Record<string, string>, signal: AbortSignal): Promise<Smoke> {
  // a group of its own, so that what it starts ends with it
  const child = spawn('sh', ['-c', command], {
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const end = () => killGroup(child.pid);
  const read = collect(child.stdout, child.stderr, () => {});
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]);
  limit.addEventListener('abort', end, { once: true });
  try {
    const exitCode = await new Promise<number | undefined>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', code => {
        end();
        // what has left the group may keep the streams open
        const timer = setTimeout(() => [child.stdout, child.stderr].map(stream => stream.destroy()), LAST_WORDS);
        child.on('close', () => {
          clearTimeout(timer);
          resolve(code ?? undefined);
        });
      });
    });
    return { exitCode, output: read() };
  } finally {
    limit.removeEventListener('abort', end);
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // all of it has ended
  }
}
