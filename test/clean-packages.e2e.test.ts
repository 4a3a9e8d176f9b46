import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { memoryContext } from '../src/context/memory.ts';
import clean from '../transforms/clean-packages/index.ts';
import { dockerEngine } from './support/engine.ts';
import { appliedChanges, migrated } from './support/invariants.ts';
import { describeWith, temporaryFolder } from './support/shared.ts';

interface Case {
  name: string;
  dockerfile: string;
  files?: Record<string, string>;
  /** The image is that much smaller, in bytes. */
  saves: number;
}

const MEGABYTE = 1_000_000;
const MANIFEST = '{"name":"a","version":"1.0.0","license":"MIT","dependencies":{"lodash":"4.17.21","typescript":"5.4.5"}}';

const CASES: Case[] = [
  {
    name: "apt's lists",
    dockerfile:
      'FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends \\\n    jq\nRUN jq --version\n',
    saves: 15 * MEGABYTE,
  },
  {
    name: "pip's cache",
    dockerfile: 'FROM python:3.12-slim\nRUN pip install Flask==3.0.3 && python -m pip install gunicorn==22.0.0\n',
    // an index without cache headers, as this machine's, leaves no more than pip's own check
    saves: 0,
  },
  {
    name: "npm's cache",
    dockerfile: 'FROM node:20-slim\nWORKDIR /app\nCOPY package.json .\nRUN set -e; npm install; node -e "require(\'lodash\')"\n',
    files: { 'package.json': MANIFEST },
    saves: 5 * MEGABYTE,
  },
  {
    name: "Yarn's cache",
    dockerfile: 'FROM node:20-slim\nWORKDIR /app\nCOPY package.json .\nRUN yarn --production && node -e "require(\'lodash\')"\n',
    files: { 'package.json': MANIFEST },
    saves: 20 * MEGABYTE,
  },
  {
    name: "pnpm's metadata",
    dockerfile:
      'FROM node:20-slim\nRUN npm install --global pnpm@9.15.9 && npm cache clean --force\nWORKDIR /app\nCOPY package.json .\nRUN pnpm install\n',
    files: { 'package.json': MANIFEST },
    saves: 2 * MEGABYTE,
  },
];

/** What must be left alone: the same with the lists removed in the RUN that fetches them doesn't build, or doesn't start. */
const TRAPS = [
  {
    name: 'a later RUN installs without an update',
    dockerfile:
      'FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends jq\nRUN apt-get install -y --no-install-recommends tree\n',
  },
  {
    name: 'a stage on top installs without an update',
    dockerfile:
      'FROM debian:bookworm-slim AS base\nRUN apt-get update && apt-get install -y --no-install-recommends jq\nFROM base\nRUN apt-get install -y --no-install-recommends tree\n',
  },
  {
    name: 'a script of the context installs without an update',
    dockerfile:
      'FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends jq\nCOPY tools.sh /\nRUN sh /tools.sh\n',
    files: { 'tools.sh': 'set -e\napt-get install -y --no-install-recommends tree\n' },
  },
];

const STARTED = {
  dockerfile:
    'FROM debian:bookworm-slim\nCOPY entrypoint.sh /\nENTRYPOINT ["sh", "/entrypoint.sh"]\nRUN apt-get update && apt-get install -y --no-install-recommends jq\n',
  files: { 'entrypoint.sh': 'set -e\napt-get install -y --no-install-recommends tree >/dev/null\ntree --version\n' },
};

const APT = '--no-install-recommends jq';

describeWith('e2e', 'clean-packages on a real engine', () => {
  const temporary = temporaryFolder();
  const engine = dockerEngine();
  let count = 0;
  afterAll(() => engine.cleanUp(), 120_000);

  function folderOf(dockerfile: string, files: Record<string, string> = {}): string {
    const folder = join(temporary.path, String(count++));
    mkdirSync(folder);
    for (const [name, text] of Object.entries({ ...files, Dockerfile: dockerfile })) writeFileSync(join(folder, name), text);
    return folder;
  }

  const cleaned = (dockerfile: string, files: Record<string, string> = {}) => migrated(clean, dockerfile, memoryContext(files));

  test.each(CASES)('$name: a smaller image, and nothing but the cache differs', { timeout: 10 * 60_000 }, async each => {
    const result = cleaned(each.dockerfile, each.files);
    const before = await engine.build(folderOf(each.dockerfile, each.files));
    const after = await engine.build(folderOf(result.text, each.files));
    expect((await engine.size(before)) - (await engine.size(after))).toBeGreaterThan(each.saves);

    const [old, now] = [await pathsOf(before), await pathsOf(after)];
    const altered = appliedChanges(result).flatMap(({ alters = [] }) => alters);
    const isAltered = (kind: 'removed' | 'added', path: string) =>
      altered.some(each => kind in each && path.startsWith((Object.values(each)[0] as string).replace(/\*+$/, '')));
    // pip's own check compiles a module of Python's
    expect([...old].filter(path => !now.has(path) && !path.endsWith('.pyc') && !isAltered('removed', path))).toEqual([]);
    expect([...now].filter(path => !old.has(path) && !isAltered('added', path))).toEqual([]);
  });

  describe('a naive cleaning breaks what is left alone:', () => {
    test.each(TRAPS)('$name', { timeout: 10 * 60_000 }, async ({ dockerfile, files }) => {
      expect(cleaned(dockerfile, files).text).toBe(dockerfile);
      await engine.build(folderOf(dockerfile, files));
      const naive = dockerfile.replace(APT, `${APT} && rm -rf /var/lib/apt/lists/*`);
      await expect(engine.build(folderOf(naive, files))).rejects.toThrow(/did not complete successfully: exit code: 100/);
    });

    test('a container installs when it starts', { timeout: 10 * 60_000 }, async () => {
      const { dockerfile, files } = STARTED;
      expect(cleaned(dockerfile, files).text).toBe(dockerfile);
      const image = await engine.build(folderOf(dockerfile, files));
      const naive = await engine.build(folderOf(dockerfile.replace(APT, `${APT} && rm -rf /var/lib/apt/lists/*`), files));
      expect((await started(image)).stdout).toContain('tree v');
      expect((await started(naive)).stderr).toContain('Unable to locate package tree');
    });

    test('a RUN that ends in a loop under set -e', { timeout: 60_000 }, async () => {
      const run = 'RUN set -e; rm -rf apt-get update; for each in 1; do false; true; done';
      const dockerfile = `FROM debian:bookworm-slim\n${run.replace('rm -rf apt-get update', 'apt-get update')}\n`;
      expect(cleaned(dockerfile).text).toBe(dockerfile);
      await expect(engine.build(folderOf(`FROM debian:bookworm-slim\n${run}\n`))).rejects.toThrow(/exit code: 1/);
      await engine.build(folderOf(`FROM debian:bookworm-slim\n${run} && rm -rf /var/lib/apt/lists/*\n`));
    });
  });

  const started = (image: string) => execa('docker', ['run', '--rm', '--network', 'host', image], { reject: false, timeout: 120_000 });
});

/** The paths of an image's files, but those that a program makes anew each time: compiled Python, logs, and what Docker mounts. */
async function pathsOf(image: string): Promise<Set<string>> {
  const list = ['find', '/', '-xdev', '(', '-path', '/proc', '-o', '-path', '/sys', '-o', '-path', '/dev', ')', '-prune', '-o', '-print'];
  const { stdout } = await execa('docker', ['run', '--rm', '--entrypoint', list[0] as string, image, ...list.slice(1)], {
    maxBuffer: 2 ** 28,
  });
  return new Set(stdout.split('\n').map(path => path.replace(/\d{4}-\d\d-\d\dT[\w.-]+(?=-debug)/, 'TIME')));
}
