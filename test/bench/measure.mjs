import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** The project's program. */
export const program = join(import.meta.dirname, '../../bin/dfmod.js');

/** Tells the peak of a program's memory as it ends, on a stream of its own. */
const TELL = `data:text/javascript,import{writeSync}from'node:fs';process.on('exit',()=>writeSync(3,String(process.resourceUsage().maxRSS)))`;

/** The most memory, in MB, that a Node.js program took. Throws where it exits with 2. */
export async function peakOf(argv) {
  const child = spawn(process.execPath, ['--import', TELL, ...argv], { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  const [said, told] = [child.stderr, child.stdio[3]].map(text);
  const code = await new Promise(resolve => child.on('close', resolve));
  if (code === 2) throw new Error(`the run exited with 2: ${await said}`);
  return Number(await told) / 1000;
}

/** Milliseconds that a function takes. */
export function timed(body) {
  const start = process.hrtime.bigint();
  body();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** The median time of each of several functions, called in turn, so that what slows the machine slows all alike. */
export function mediansInTurn(rounds, bodies) {
  const times = bodies.map(() => []);
  for (let round = 0; round < rounds; round++) for (const [index, body] of bodies.entries()) times[index].push(timed(body));
  return times.map(median);
}

/** What a function makes of a temporary folder, which is gone after it. */
export async function inTemporaryFolder(body) {
  const folder = mkdtempSync(join(tmpdir(), 'dfmod-bench-'));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The middle one of some numbers. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
