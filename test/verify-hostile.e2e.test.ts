import { expect, test } from 'vitest';
import { describeWith } from './support/shared.ts';
import { verifyProgram } from './support/verify-program.ts';

const MOST = 6 * 60_000;
const LABELLED = ['--alters', 'config:Labels.a'];

describeWith('e2e', 'dfmod verify ends, tells what it saw and leaves nothing', () => {
  const start = verifyProgram();
  const verified = (before: string[], after: string[], ...args: string[]) =>
    start(
      { Dockerfile: before.join('\n'), 'Dockerfile.new': after.join('\n') },
      ...['verify', 'Dockerfile', 'Dockerfile.new', '--context', '.', ...args],
    ).ended;

  test.concurrent.each<[what: string, lines: string[], verdict: RegExp]>([
    [
      'a program that needs a database that is not there',
      ['FROM debian:bookworm-slim', 'CMD ["bash", "-c", "exec 3<>/dev/tcp/database.invalid/5432"]'],
      /^Kept, not exercised: both: exits 1: bash: .*database\.invalid/m,
    ],
    [
      'a server that never gets ready',
      ['FROM busybox', 'EXPOSE 8080', 'CMD ["sleep", "1000"]'],
      /^Kept, not exercised: both run, and nothing listens on 8080\.$/m,
    ],
    ['a program that prints for ever', ['FROM busybox', 'CMD ["yes"]'], /^Verified: .*runs the same \(running\)/m],
    [
      'a program that does not stop when it is asked to',
      ['FROM busybox', `CMD ["sh", "-c", "trap '' TERM; while :; do sleep 1; done"]`],
      /^Verified: .*runs the same \(running\)/m,
    ],
  ])('of %s', { timeout: MOST }, async (_, lines, verdict) => {
    const { stdout, ...rest } = await verified(lines, [...lines, 'LABEL a=b'], ...LABELLED);
    expect(stdout).toMatch(verdict);
    expect(rest).toEqual({ exitCode: 0, stderr: expect.any(String), left: [] });
  });

  test.concurrent.each(['text', 'markdown', 'json'])(
    'of file names that would change the terminal, in %s',
    { timeout: MOST },
    async reporter => {
      const made = String.raw`RUN touch "$(printf '/a\n::error::b\033[31m\033]0;c\007')" "$(printf '/d\r\342\200\256')"`;
      const { stdout, stderr, ...rest } = await verified(
        ['FROM busybox', made],
        ['FROM busybox'],
        '--keeps',
        'image',
        '--reporter',
        reporter,
      );
      const escapes = reporter === 'json' ? ['u001b[31m', 'u202e'] : [];
      for (const each of ['::error::b', ...escapes]) expect(stdout).toContain(each);
      expect(`${stdout}${stderr}`).not.toMatch(/[^\n -~\u00a0-\u2027\u202f-\uffff]|^::error/m);
      expect(rest).toEqual({ exitCode: 1, left: [] });
    },
  );
});
