import { describe, expect, test } from 'vitest';
import type { Progress } from '../src/verify/builder.ts';
import { BuildLog } from '../src/verify/rawjson.ts';

/** Lines as buildx 0.29 writes them, shortened. */
const CONTEXT = { digest: 'sha256:c', name: '[internal] load build context' };
const IGNORE = { digest: 'sha256:i', name: '[internal] load .dockerignore' };
const FROM = { digest: 'sha256:f', name: `[one 1/2] FROM docker.io/library/busybox:latest@sha256:${'0'.repeat(64)}` };
const COPY = { digest: 'sha256:o', name: '[stage-1 2/3] COPY . .' };
const RUN = { digest: 'sha256:r', name: '[stage-1 3/3] RUN make' };
const at = (second: number) => `2026-11-21T11:27:${second.toFixed(9).padStart(12, '0')}Z`;
const text = (data: string) => Buffer.from(data).toString('base64');

function read(...lines: (object | string)[]) {
  const told: Progress['step'][] = [];
  const log = new BuildLog(step => void told.push(step));
  log.add(Buffer.from(lines.map(line => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('')));
  return { log, told };
}

describe('the progress that BuildKit prints', () => {
  test('tells each step as it begins and ends, and no FROM', () => {
    const { log, told } = read(
      { vertexes: [{ ...RUN }, { ...COPY }, { ...FROM }] },
      { vertexes: [{ ...FROM, started: at(40), completed: at(41) }] },
      { vertexes: [{ ...COPY, started: at(41), completed: at(41), cached: true }] },
      { vertexes: [{ ...RUN, started: at(42) }] },
      { vertexes: [{ ...RUN, started: at(42), completed: at(44.5) }] },
    );
    const steps = [
      { name: COPY.name, cached: true, seconds: 0 },
      { name: RUN.name, cached: false, seconds: 2.5 },
    ];
    expect(log.steps).toEqual(steps);
    expect(told).toEqual([steps[0], { name: RUN.name, started: true }, steps[1]]);
    expect(log.failed).toBeUndefined();
  });

  test('knows a step of another platform', () => {
    const name = '[linux/arm64 build 2/3] RUN make';
    expect(read({ vertexes: [{ ...RUN, name, started: at(1), completed: at(2) }] }).log.steps).toEqual([
      { name, cached: false, seconds: 1 },
    ]);
  });

  test('says what was sent of the context, without the .dockerignore', () => {
    const sent = (vertex: string, current: number) => ({ id: 'transferring context:', vertex, name: 'transferring', current });
    const { log } = read({ vertexes: [CONTEXT, IGNORE] }, { statuses: [sent('sha256:c', 20), sent('sha256:i', 2), sent('sha256:c', 33)] });
    expect(log.contextBytes).toBe(33);
  });

  test('says the digest of each base image that has one', () => {
    const copied = { digest: 'sha256:d', name: `FROM docker.io/library/nginx:1@sha256:${'1'.repeat(64)}` };
    const local = { digest: 'sha256:l', name: '[stage-1 1/2] FROM docker.io/library/debian:12' };
    expect([...read({ vertexes: [FROM, copied, local] }).log.bases]).toEqual([
      ['docker.io/library/busybox:latest', `sha256:${'0'.repeat(64)}`],
      ['docker.io/library/nginx:1', `sha256:${'1'.repeat(64)}`],
    ]);
  });

  test('says what the failing step printed, and nothing of the others', () => {
    const { log } = read(
      {
        vertexes: [
          { ...COPY, started: at(1) },
          { ...RUN, started: at(1) },
        ],
      },
      {
        logs: [
          { vertex: COPY.digest, data: text('other') },
          { vertex: RUN.digest, data: text('no rule\n') },
        ],
      },
      { vertexes: [{ ...COPY, started: at(1), completed: at(2), error: 'context canceled' }] },
      { vertexes: [{ ...RUN, started: at(1), completed: at(2), error: 'exit code: 2' }] },
      'ERROR: failed to build',
    );
    expect(log.failed).toEqual({ name: RUN.name, error: 'exit code: 2', output: 'no rule\n' });
    expect(log.said).toEqual(['ERROR: failed to build']);
  });

  test('keeps the last 64 KB of a step that prints for ever', () => {
    const { log } = read(
      { vertexes: [{ ...RUN, started: at(1) }] },
      ...Array.from({ length: 3000 }, (_, index) => ({ logs: [{ vertex: RUN.digest, data: text(`${index} `.padEnd(100, 'x')) }] })),
    );
    const { output = '' } = log.unfinished ?? {};
    expect(output.length).toBe(64 * 1024);
    expect(output).toContain('2999 xx');
  });

  test('skips what is not as expected', () => {
    const { log, told } = read(
      '{"vertexes":',
      '{"vertexes":[{"digest":"sha256:r","name":',
      { vertexes: 5, logs: [null, 7], statuses: [{ id: 'transferring context:', vertex: 'sha256:unknown', current: 9 }] },
      { vertexes: [null, { digest: 7, name: ['[1/1] RUN x'] }, { ...RUN, started: 'yesterday', completed: {} }] },
      { vertexes: [{ ...RUN, started: 'yesterday', completed: 'today' }] },
      `{"vertexes":[{"digest":"sha256:x","name":"[1/1] RUN ${'x'.repeat(5 * 1024 * 1024)}","started":"${at(1)}","completed":"${at(2)}"}]}`,
      { vertexes: [{ ...COPY, started: at(1), completed: at(2) }] },
    );
    expect(log.steps.at(-1)).toEqual({ name: COPY.name, cached: false, seconds: 1 });
    expect(log.steps.every(({ name, seconds }) => name.length <= 1000 && seconds >= 0)).toBe(true);
    expect(told.length).toBeGreaterThan(0);
  });

  test('reads lines and letters that come in pieces', () => {
    const told: Progress['step'][] = [];
    const log = new BuildLog(step => void told.push(step));
    const bytes = Buffer.from(`${JSON.stringify({ vertexes: [{ ...RUN, name: '[1/1] RUN é', started: at(1), completed: at(2) }] })}\n`);
    for (const byte of bytes) log.add(Buffer.from([byte]));
    expect(log.steps).toEqual([{ name: '[1/1] RUN é', cached: false, seconds: 1 }]);
  });
});
