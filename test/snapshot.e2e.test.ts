import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Engine, EngineError, openEngine } from '../src/verify/engine.ts';
import { layerCache } from '../src/verify/layer-cache.ts';
import { snapshotsOfImages } from '../src/verify/saved-images.ts';
import type { Entry, Snapshot } from '../src/verify/snapshot.ts';
import { localised } from './support/engine.ts';
import { describeWith, temporaryFolder } from './support/shared.ts';

const DOCKERFILE = String.raw`FROM node:20-slim
RUN mkdir -p /t/lower/sub /t/gone /t/replaced && touch /t/lower/a /t/lower/sub/b /t/gone/c /t/replaced/d /t/file && ln -s lower /t/link
RUN rm -rf /t/gone /t/replaced /t/link /t/lower /t/file && mkdir -p /t/lower /t/link /t/file && echo new > /t/lower/new && echo x > /t/replaced
RUN cd /t && cp /bin/ls hard && ln hard harder && mkfifo pipe && chmod 4751 hard && chown 1000:2000 lower/new && truncate -s 20M sparse \
  && touch "$(printf 'new\nline')" "$(printf 'esc\033[31m')" "$(printf 'bad\377')" && mkdir -p "$(printf 'long%.0s/' $(seq 60))"
USER node
`;

/** What an engine puts into every container. */
const OF_CONTAINERS = /^\/(?:\.dockerenv|dev(?:\/.*)?|proc(?:\/.*)?|sys(?:\/.*)?|etc\/(?:hostname|hosts|mtab|resolv\.conf))$/;
const TYPES: Partial<Record<Header['type'], Entry['type']>> = { directory: 'folder', symlink: 'link', fifo: 'fifo' };

type Line = Pick<Entry, 'type' | 'mode' | 'uid' | 'gid' | 'size'> & { target: string | undefined };

/** What `docker export` says of a container of an image, read by tar-stream. */
async function exported(engine: Engine, image: string): Promise<Map<string, Line>> {
  const container = await engine.docker(['create', ...engine.label, image, 'unused']);
  const archive = engine.start(['export', container], { buffer: { stdout: false } });
  const reader = extract();
  const into = new Writable({ write: (chunk, _, done) => void (reader.write(chunk) ? done() : reader.once('drain', () => done())) });
  const piped = pipeline(archive.stdout, into).then(() => reader.end(null));
  const lines = new Map<string, Line>();
  for await (const each of reader) {
    const { name, mode, uid, gid, size, linkname, type } = each.header;
    const line = { type: TYPES[type] ?? 'file', mode, uid, gid, size, target: linkname ?? undefined };
    lines.set(`/${name.replace(/\/$/, '')}`, type === 'link' ? (lines.get(`/${linkname}`) ?? line) : line);
    each.resume();
  }
  await Promise.all([piped, archive]);
  return lines;
}

/** The same of a snapshot; tar-stream can't tell names that aren't UTF-8 apart. */
function listed({ files }: Snapshot): Map<string, Line> {
  return new Map(
    [...files].map(([path, { type, mode, uid, gid, size, target }]) => [
      Buffer.from(path).toString(),
      { type, mode, uid, gid, size, target },
    ]),
  );
}

const compared = (lines: ReadonlyMap<string, Line>) => Object.fromEntries([...lines].filter(([path]) => !OF_CONTAINERS.test(path)).sort());

describeWith('e2e', 'what an image shows', () => {
  const temporary = temporaryFolder();
  let engine: Engine;
  let image: string;
  beforeAll(async () => {
    engine = await openEngine(new AbortController().signal);
    image = `${engine.repository}:layers`;
    const folder = join(temporary.path, 'context');
    mkdirSync(folder);
    writeFileSync(join(folder, 'Dockerfile'), DOCKERFILE);
    writeFileSync(join(folder, 'Dockerfile'), await localised(join(folder, 'Dockerfile')));
    await engine.docker(['build', '--tag', image, folder], { timeout: 300_000 });
  }, 300_000);
  afterAll(() => engine.cleanUp(), 120_000);

  test('is what a container of it exports', async () => {
    const [snapshot] = await snapshotsOfImages(engine, [image], layerCache());
    if (!snapshot) throw new Error('no snapshot');
    expect(snapshot.config.User).toBe('node');
    expect(snapshot.files.size).toBeGreaterThan(1000);
    expect(compared(listed(snapshot))).toEqual(compared(await exported(engine, image)));
    expect(snapshot.files.get('/t/hard')?.elf?.needed).toContain('libc.so.6');
    expect(snapshot.files.get('/t/harder')).toEqual(snapshot.files.get('/t/hard'));
    expect(snapshot.layers.at(-2)?.instruction).toContain('mkfifo');
  });
  test('comes in the order of the images, and the same from the cache', async () => {
    const cache = layerCache();
    const [first, second, again] = await snapshotsOfImages(engine, [image, 'busybox', image], cache);
    expect(first).toBe(again);
    expect(second?.files.get('/bin/busybox')?.type).toBe('file');
    expect(await snapshotsOfImages(engine, [image], cache)).toEqual([first]);
  });
  test('is given up when the run is aborted', async () => {
    const run = new AbortController();
    const aborted = await openEngine(run.signal);
    const reading = snapshotsOfImages(aborted, [image], layerCache());
    setTimeout(() => run.abort(), 100);
    await expect(reading).rejects.toMatchObject({ isCanceled: true });
    await aborted.cleanUp();
  });
  test('is not there for an image that is missing, and docker says so', async () => {
    const missing = snapshotsOfImages(engine, [image, 'dfmod/no-such-image'], layerCache());
    await expect(missing).rejects.toThrow(EngineError);
    await expect(missing).rejects.toThrow(/^docker can't give the image: .*no-such-image/i);
  });
});
