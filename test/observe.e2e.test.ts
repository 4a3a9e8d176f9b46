import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { healthPaths } from '../src/verify/answers.ts';
import { type Engine, openEngine } from '../src/verify/engine.ts';
import { type Observation, observe } from '../src/verify/observe.ts';
import { runDifferences } from '../src/verify/runs.ts';
import type { ImageConfig } from '../src/verify/snapshot.ts';
import { dockerEngine } from './support/engine.ts';
import { describeWith, temporaryFolder } from './support/shared.ts';

const MOST = 6 * 60_000;

const node = (script: string, ...rest: string[]) =>
  ['FROM node:20-bookworm-slim', ...rest, `CMD ["node", "-e", ${JSON.stringify(script)}]`].join('\n');
const server = (port: number, body = "'hello'", host = '0.0.0.0') =>
  `process.on('SIGTERM', () => process.exit(0)); require('http').createServer((q, r) => r.end(${body})).listen(${port}, '${host}')`;
const busybox = (command: string, ...rest: string[]) =>
  ['FROM busybox', ...rest, `CMD ["sh", "-c", ${JSON.stringify(command)}]`].join('\n');

describeWith('e2e', 'what containers do, on a real engine', () => {
  const temporary = temporaryFolder();
  const builder = dockerEngine();
  let engine: Engine;

  beforeAll(async () => {
    engine = await openEngine(new AbortController().signal);
  });
  afterAll(async () => {
    const label = engine.label[1];
    expect(await engine.docker(['ps', '--all', '--quiet', '--filter', `label=${label}`])).toBe('');
    await engine.cleanUp();
    await builder.cleanUp();
  });

  async function built(dockerfile: string, files: Record<string, string> = {}): Promise<{ image: string; config: ImageConfig }> {
    const folder = mkdtempSync(join(temporary.path, 'image-'));
    for (const [path, text] of Object.entries({ Dockerfile: dockerfile, ...files })) writeFileSync(join(folder, path), text);
    const image = await builder.build(folder);
    return { image, config: JSON.parse(await engine.docker(['image', 'inspect', '--format', '{{json .Config}}', image])) };
  }

  async function alone(dockerfile: string, smoke?: string): Promise<Observation> {
    const { image, config } = await built(dockerfile);
    return observe(engine, image, config, { smoke, paths: healthPaths(config), readers: [image] });
  }

  async function both(dockerfile: string, other: string, smoke?: string, files?: Record<string, string>) {
    const [before, after] = [await built(dockerfile, files), await built(other, files)];
    const settings = { smoke, paths: healthPaths(before.config), readers: [before.image, after.image] };
    const was = await observe(engine, before.image, before.config, settings);
    return runDifferences(was, await observe(engine, after.image, after.config, settings, was));
  }

  describe('a server', () => {
    test.concurrent('is asked on the port that it exposes, and stops by itself', { timeout: MOST }, async () => {
      expect(await alone(node(server(8080), 'EXPOSE 8080'))).toMatchObject({
        state: 'running',
        listening: ['*:8080'],
        answers: [{ port: 8080, path: '/', status: 200, body: expect.stringMatching(/^[0-9a-f]{64}$/) }],
        stop: { exitCode: 0, killed: false },
      });
    });

    test.concurrent('is asked on a port that it does not expose, and not on one of the kernel', { timeout: MOST }, async () => {
      const script = `${server(50051)}; ${server(0).replace(/^.*?;/, '')}`;
      expect(await alone(node(script))).toMatchObject({ listening: ['*:50051'], answers: [{ port: 50051, status: 200 }] });
    });

    test.concurrent('shows what listens on the container alone, and is not asked there', { timeout: MOST }, async () => {
      expect(await alone(node(server(8080, "'hello'", '127.0.0.1')))).toMatchObject({ listening: ['127.0.0.1:8080'], answers: [] });
    });

    test.concurrent('whose body is another each time is compared by the rest', { timeout: MOST }, async () => {
      const script = server(8080, 'String(Math.random())');
      expect(await both(node(script, 'EXPOSE 8080'), node(script, 'EXPOSE 8080'))).toEqual({
        broken: [],
        exercise: { kind: 'same', what: 'running, 8080 answers 200' },
      });
    });

    test.concurrent('that ignores SIGTERM is killed, and that is told where it did not before', { timeout: MOST }, async () => {
      const deaf = server(8080).replace('process.exit(0)', '{}');
      expect(await both(node(server(8080), 'EXPOSE 8080'), node(deaf, 'EXPOSE 8080'))).toMatchObject({
        broken: [{ by: 'run', message: 'stops when it is asked to → has to be killed' }],
      });
    });

    test.concurrent('needs a privilege for port 80', { timeout: MOST }, async () => {
      const found = await both(node(server(80), 'EXPOSE 80'), node(server(80), 'EXPOSE 80', 'USER node'));
      expect(found.broken).toEqual([{ by: 'run', message: expect.stringMatching(/^running → exits 1: /) }]);
    });

    test.concurrent('that never gets ready tells nothing', { timeout: MOST }, async () => {
      const waits = busybox('sleep 1000', 'EXPOSE 8080');
      expect(await both(waits, waits)).toEqual({
        broken: [],
        exercise: { kind: 'not exercised', why: 'both run, and nothing listens on 8080' },
      });
    });

    test.concurrent('turns unhealthy where its health check asks for what is gone', { timeout: MOST }, async () => {
      const check = 'HEALTHCHECK --interval=5m --retries=1 CMD wget -q -O /dev/null http://127.0.0.1:8080/health';
      const serving = (file: string) =>
        busybox(`cd /srv; echo ok > ${file}; exec httpd -f -p 8080`, 'RUN mkdir /srv', check, 'EXPOSE 8080');
      expect((await both(serving('health'), serving('other'))).broken.map(({ message }) => message)).toEqual([
        'GET /health on 8080 answers 200 → 404',
        'the health check says healthy → unhealthy',
      ]);
    });
  });

  describe('a program that ends', () => {
    test.concurrent('is the same with another time, process and id in its output', { timeout: MOST }, async () => {
      const prints = busybox('date; echo pid $$; cat /proc/sys/kernel/random/uuid; hostname; echo done', 'ENV A=1');
      expect(await both(prints, prints.replace('A=1', 'A=2'))).toEqual({ broken: [], exercise: { kind: 'same', what: 'exits 0' } });
    });

    test.concurrent('is told to print something else', { timeout: MOST }, async () => {
      expect((await both(busybox('echo one'), busybox('echo two'))).broken).toEqual([{ by: 'run', message: 'prints "one" → "two"' }]);
    });

    test.concurrent('may print what no rule knows to be random', { timeout: MOST }, async () => {
      const prints = 'head -c 6 /dev/urandom | base64';
      expect(await both(busybox(prints), busybox(`${prints} `))).toMatchObject({ broken: [], exercise: { kind: 'same' } });
    });

    test.concurrent('tells nothing where both fail alike', { timeout: MOST }, async () => {
      const fails = busybox('echo no database >&2; exit 3');
      expect(await both(fails, fails)).toEqual({ broken: [], exercise: { kind: 'not exercised', why: 'both: exits 3: no database' } });
    });

    test.concurrent('that is missing cannot be started', { timeout: MOST }, async () => {
      expect((await both('FROM busybox\nCMD ["sleep", "1000"]', 'FROM busybox\nCMD ["gunicorn"]')).broken).toEqual([
        { by: 'run', message: `running → can't be started: exec: "gunicorn": executable file not found in $PATH` },
      ]);
    });

    test.concurrent('may be none at all', { timeout: MOST }, async () => {
      const empty = 'FROM scratch\nCOPY Dockerfile /';
      expect(await both(empty, empty)).toMatchObject({
        broken: [],
        exercise: { kind: 'not exercised', why: expect.stringContaining('no command') },
      });
    });

    test.concurrent('may branch on its first argument', { timeout: MOST }, async () => {
      const entry = { 'entry.sh': '#!/bin/sh\n[ "$1" = serve ] && exec httpd -f -p 8080\nexec "$@"\n' };
      const branching = (command: string) => `FROM busybox\nCOPY --chmod=755 entry.sh /\nENTRYPOINT ["/entry.sh"]\nCMD ${command}`;
      const found = await both(branching('["serve"]'), branching('serve'), undefined, entry);
      expect(found.broken).toEqual([{ by: 'run', message: expect.stringMatching(/^running → exits 127: /) }]);
    });
  });

  test.concurrent('a program that prints for ever is running, and a part of what it prints is kept', { timeout: MOST }, async () => {
    const found = await alone(busybox('yes'));
    expect(found).toMatchObject({ state: 'running', output: { isCut: true } });
    expect(found.output.stdout).toHaveLength(64 * 1024);
  });

  test.concurrent('files that were written are told by their names, whatever stands in them', { timeout: MOST }, async () => {
    const writes = String.raw`mkdir /data; echo > /data/a; echo > "$(printf '/data/b\nc\033[31m')"; echo > /tmp/t; mkdir -p /data/empty; rm /etc/group`;
    expect((await alone(busybox(writes))).written).toEqual(['/data/a', '/data/b\nc\u001b[31m', '/data/empty']);
  });

  test.concurrent('an image without programs is asked on the ports that it exposes', { timeout: MOST }, async () => {
    const bare = ['FROM scratch', 'COPY --from=busybox /bin/busybox /httpd', 'COPY Dockerfile /index.html', 'EXPOSE 8080'];
    expect(await alone([...bare, 'CMD ["/httpd", "-f", "-p", "8080"]'].join('\n'))).toMatchObject({
      listening: ['*:8080'],
      answers: [{ port: 8080, status: 200 }],
    });
  });

  test.concurrent.each([1, 2])('nothing is left of a run that is aborted while container %i is made', { timeout: MOST }, async nth => {
    const { image, config } = await built(busybox('sleep 1000', 'EXPOSE 8080', 'VOLUME /data'));
    const abort = new AbortController();
    const own = await openEngine(abort.signal);
    const ofOwn = ['--filter', `label=${own.label[1]}`];
    const events = engine.start(['events', '--since=1m', '--filter=event=create', '--filter=type=container', ...ofOwn], {
      reject: false,
      buffer: false,
    });
    let made = 0;
    events.stdout.on('data', () => {
      made++;
      if (made === nth) abort.abort();
    });
    await expect(observe(own, image, config, { smoke: undefined, paths: [], readers: [image] })).rejects.toThrow();
    events.kill();
    expect(await engine.docker(['ps', '--all', '--quiet', ...ofOwn])).toBe('');
    await own.cleanUp();
  });

  describe('a smoke check', () => {
    const serving = (body: string) => node(server(8080, `'${body}'`), 'EXPOSE 8080');
    const CHECK = 'test "$(node -p "process.env.DFMOD_URL")" = "http://127.0.0.1:$DFMOD_PORT" && docker exec "$DFMOD_CONTAINER" true';

    test.concurrent('passes with the address of the container in its environment', { timeout: MOST }, async () => {
      expect(await both(serving('one'), serving('one'), CHECK)).toEqual({
        broken: [],
        exercise: { kind: 'same', what: 'running, 8080 answers 200, the smoke check passes' },
      });
    });

    test.concurrent('that fails on the result is told with its last line', { timeout: MOST }, async () => {
      const check = 'docker exec "$DFMOD_CONTAINER" test -e /etc/passwd || { echo no passwd; exit 4; }';
      const found = await both(serving('one'), serving('one').replace('EXPOSE', 'RUN rm /etc/passwd\nEXPOSE'), check);
      expect(found.broken).toEqual([{ by: 'smoke', message: 'the smoke check exits 4: no passwd' }]);
    });

    test.concurrent('that fails on the original breaks nothing', { timeout: MOST }, async () => {
      expect(await both(serving('one'), serving('one'), 'exit 1')).toEqual({
        broken: [],
        exercise: { kind: 'not exercised', why: 'the smoke check fails on the original too' },
      });
    });
  });
});
