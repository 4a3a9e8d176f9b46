import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The project's program. */
export const program = join(import.meta.dirname, '../../bin/dfmod.js');

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

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
