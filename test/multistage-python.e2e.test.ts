import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { dockerEngine, localised } from './support/engine.ts';
import { projectRoot } from './support/paths.ts';
import { installedPackage } from './support/program.ts';
import { describeWith, temporaryFolder } from './support/shared.ts';

interface App {
  name: string;
  fixture: string;
  requests: string[];
  /** Of the size before, at most. */
  share: number;
}

const APPS: App[] = [
  { name: 'Flask and gunicorn by name', fixture: 'python-installs-flask-and-gunicorn', requests: ['/', '/nothing'], share: 1 },
  { name: 'Flask and gunicorn by requirements', fixture: 'python-installs-what-requirements-say', requests: ['/'], share: 1 },
  { name: 'psycopg2 compiled on the fat image', fixture: 'python-leaves-compilers-behind', requests: ['/'], share: 1 / 3 },
  { name: 'a virtual environment', fixture: 'python-takes-a-virtual-environment-over', requests: ['/'], share: 1 / 2 },
  { name: "uv's environment, without uv", fixture: 'python-syncs-with-uv', requests: ['/'], share: 0.9 },
  {
    name: "Django's static files, and MySQL's client compiled",
    fixture: 'python-collects-static-files-of-django',
    requests: ['/', '/static/style.css'],
    share: 1 / 2,
  },
];

const PORT = 8000;

/** The well-known "optimised Flask Dockerfile". */
const SITE_PACKAGES_ALONE = `FROM python:3.9-slim-buster AS build
WORKDIR /app
COPY . .
RUN pip install Flask gunicorn

FROM python:3.9-slim-buster
WORKDIR /app
COPY --from=build /usr/local/lib/python3.9/site-packages /usr/local/lib/python3.9/site-packages
COPY . .
EXPOSE 8000
CMD ["gunicorn","-w","4","-b","0.0.0.0:8000","app:app"]
`;

describeWith('e2e', 'multistage for Python on a real engine', () => {
  const temporary = temporaryFolder();
  const dfmod = installedPackage();
  const engine = dockerEngine();

  afterAll(() => engine.cleanUp(), 120_000);

  /** A copy of a fixture with this machine's images, as it was and as dfmod leaves it. */
  async function split(fixture: string): Promise<{ before: string; after: string }> {
    const [before, after] = ['before', 'after'].map(name => join(temporary.path, `${fixture}-${name}`)) as [string, string];
    cpSync(join(projectRoot, '__fixtures__/multistage', fixture), before, { recursive: true });
    rmSync(join(before, 'expected.Dockerfile'));
    writeFileSync(join(before, 'Dockerfile'), await localised(join(before, 'Dockerfile')));
    cpSync(before, after, { recursive: true });
    await execa(process.execPath, [dfmod.bin, 'multistage', '--write', join(after, 'Dockerfile')]);
    return { before, after };
  }

  test.each(APPS)('$name: the same answers, and no larger', { timeout: 20 * 60_000 }, async ({ fixture, requests, share }) => {
    const { before, after } = await split(fixture);
    expect(readFileSync(join(after, 'Dockerfile'), 'utf8')).toMatch(/^FROM \S+ AS build$/m);
    const [old, now] = [await engine.build(before), await engine.build(after)];
    const answers = await engine.answers(old, PORT, requests);
    expect(answers[0]?.status).toBe(200);
    expect(await engine.answers(now, PORT, requests)).toEqual(answers);
    expect(await engine.size(now)).toBeLessThanOrEqual((await engine.size(old)) * share);
  });

  test('site-packages alone lack gunicorn, and are larger', { timeout: 20 * 60_000 }, async () => {
    const { before, after } = await split('python-installs-flask-and-gunicorn');
    const old = await engine.size(await engine.build(before));
    writeFileSync(join(after, 'Dockerfile'), SITE_PACKAGES_ALONE);
    const naive = await engine.build(after);
    await expect(engine.answers(naive, PORT, ['/'])).rejects.toThrow(/"gunicorn": executable file not found in \$PATH/);
    expect(await engine.size(naive)).toBeGreaterThan(old);
  });
});
