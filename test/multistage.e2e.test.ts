import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from '../src/dockerfile/parse.ts';
import { dockerEngine, localised } from './support/engine.ts';
import { projectRoot } from './support/paths.ts';
import { installedPackage } from './support/program.ts';
import { describeWith, temporaryFolder, unpack } from './support/shared.ts';

interface App {
  name: string;
  /** Of the corpus, or one of our fixtures. */
  from: 'corpus' | 'fixture';
  folder: string;
  port: number;
  requests: string[];
  /** What the image has to hold beside its base. */
  ships: string[];
  program: string;
  linked: 'statically' | 'dynamically';
}

const APPS: App[] = [
  {
    name: "Docker's own example",
    from: 'corpus',
    folder: 'apps/go/docker+docker-gs-ping',
    port: 8080,
    requests: ['/', '/health', '/nothing'],
    ships: [],
    program: '/docker-gs-ping',
    linked: 'statically',
  },
  {
    name: "okteto's app, dynamic by accident",
    from: 'corpus',
    folder: 'apps/go/okteto+go-getting-started',
    port: 8080,
    requests: ['/'],
    ships: [],
    program: '/usr/local/bin/hello-world',
    linked: 'dynamically',
  },
  {
    name: 'templates opened at run time',
    from: 'fixture',
    folder: '__fixtures__/multistage/example',
    port: 8080,
    requests: ['/', '/static/style.css', '/static/', '/static/nothing'],
    ships: ['/app/templates', '/app/static'],
    program: '/usr/local/bin/hello',
    linked: 'statically',
  },
];

/** Room for the folders and the metadata of the layers. */
const SLACK = 64 * 1024;

const INTERPRETER = '/lib64/ld-linux-x86-64.so.2';

describeWith('e2e', 'multistage on a real engine', () => {
  const temporary = temporaryFolder();
  const dfmod = installedPackage();
  const engine = dockerEngine();

  beforeAll(() => unpack('corpus/apps.tar.gz', join(temporary.path, 'corpus')));
  afterAll(() => engine.cleanUp(), 120_000);

  /** A copy of the app with this machine's images, as it was and as dfmod leaves it. */
  async function split({ from, folder, program }: App): Promise<{ before: string; after: string }> {
    const source = join(from === 'corpus' ? join(temporary.path, 'corpus') : projectRoot, folder);
    const [before, after] = ['before', 'after'].map(name => join(temporary.path, `${name}${program}`)) as [string, string];
    cpSync(source, before, { recursive: true });
    writeFileSync(join(before, 'Dockerfile'), await localised(join(before, 'Dockerfile')));
    cpSync(before, after, { recursive: true });
    await execa(process.execPath, [dfmod.bin, 'multistage', '--write', join(after, 'Dockerfile')]);
    return { before, after };
  }

  test.each(APPS)('$name: the same answers, from the program and its base alone', { timeout: 15 * 60_000 }, async app => {
    const { before, after } = await split(app);
    const base = parse(readFileSync(join(after, 'Dockerfile'), 'utf8')).instructions.findLast(({ name }) => name === 'FROM')?.words[0]
      ?.text;
    const [old, now] = [await engine.build(before), await engine.build(after)];

    const answers = await engine.answers(old, app.port, app.requests);
    expect(answers[0]?.status).toBe(200);
    expect(await engine.answers(now, app.port, app.requests)).toEqual(answers);

    const parts = await Promise.all([app.program, ...app.ships].map(path => engine.sizeOf(now, path)));
    const least = (await engine.size(base as string)) + parts.reduce((sum, size) => sum + size, 0);
    expect(await engine.size(now)).toBeLessThanOrEqual(least + SLACK);
    expect(await engine.size(now)).toBeLessThan((await engine.size(old)) / 10);

    // a program that is linked dynamically names its interpreter in its first page
    const program = await engine.file(now, app.program);
    expect(new TextDecoder('latin1').decode(program?.subarray(0, 4096)).includes(INTERPRETER)).toBe(app.linked === 'dynamically');
    if (app.linked === 'dynamically') expect(await engine.file(now, INTERPRETER)).toBeDefined();
  });
});
