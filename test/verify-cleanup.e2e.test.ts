import { randomInt } from 'node:crypto';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { describeWith } from './support/shared.ts';
import { dockerLines, type Run, verifyProgram } from './support/verify-program.ts';

const MOST = 5 * 60_000;
const VERIFY = ['verify', 'Dockerfile', 'Dockerfile.new', '--context', '.'];

const pair = (before: string[], after: string[]) => ({
  Dockerfile: `${['FROM busybox', ...before].join('\n')}\n`,
  'Dockerfile.new': `${['FROM busybox', ...after].join('\n')}\n`,
});
const WRITES = ['VOLUME /data', 'RUN echo a > /a', 'CMD ["sh", "-c", "echo b > /data/b"]'];

async function processes(command: string): Promise<string[]> {
  const { stdout } = await execa('ps', ['-eo', 'args']);
  return stdout.split('\n').filter(line => line === command);
}

describeWith('e2e', 'of dfmod verify nothing is left', () => {
  const start = verifyProgram();

  test.concurrent.each<[when: string, before: string[], after: string[], exitCode: number, said: RegExp]>([
    ['that succeeds', WRITES, [...WRITES, 'RUN true'], 0, /Verified: /],
    ['where the original is not built', ['RUN false'], [], 2, /Can't verify: the original doesn't build: /],
    ['where the result is not built', WRITES, [...WRITES, 'RUN false'], 1, /Broken: the result doesn't build: /],
    ['where the result starts no more', WRITES, [...WRITES, 'CMD ["gunicorn"]'], 1, /broken: running → |gunicorn/],
  ])('%s', { timeout: MOST }, async (_, before, after, exitCode, said) => {
    const { stdout, ...rest } = await start(pair(before, after), ...VERIFY).ended;
    expect(stdout).toMatch(said);
    expect(rest).toMatchObject({ exitCode, left: [] });
  });

  describe.each<[NodeJS.Signals, to: 'it' | 'all', exitCode: number]>([
    ['SIGINT', 'all', 130],
    ['SIGTERM', 'it', 143],
  ])('ended by %s to %s', (signal, to, exitCode) => {
    async function endedOnce(run: Run, isGoingOn: () => Promise<boolean>) {
      await expect.poll(isGoingOn, { timeout: MOST }).toBe(true);
      run.signal(signal, to);
      expect(await run.ended).toEqual({ exitCode, stdout: '', stderr: expect.any(String), left: [] });
    }

    test.concurrent('while a step of a build runs', { timeout: MOST }, async () => {
      const sleep = `sleep ${randomInt(10_000, 100_000)}`;
      const run = start(pair([], [`RUN ["${sleep.replace(' ', '", "')}"]`]), ...VERIFY);
      await endedOnce(run, async () => (await processes(sleep)).length > 0);
      await expect.poll(() => processes(sleep), { timeout: 30_000 }).toEqual([]);
    });

    test.concurrent('while a container runs', { timeout: MOST }, async () => {
      const waits = ['EXPOSE 8080', 'VOLUME /data', 'CMD ["sleep", "1000"]'];
      const run = start(pair(waits, ['RUN true', ...waits]), ...VERIFY);
      await endedOnce(run, async () => {
        const label = run.label();
        return label !== undefined && (await dockerLines('ps', '--quiet', '--filter', `label=${label}`)).length > 0;
      });
    });
  });
});
