import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { memoryContext } from '../src/context/memory.ts';
import type { Alteration } from '../src/transform.ts';
import { anyPattern } from '../src/verify/path-pattern.ts';
import cacheMounts from '../transforms/cache-mounts/index.ts';
import { dockerEngine } from './support/engine.ts';
import { appliedChanges, migrated } from './support/invariants.ts';
import { describeWith, temporaryFolder } from './support/shared.ts';

const MANIFEST = { 'package.json': '{"name":"app","version":"1.0.0","private":true,"license":"MIT","dependencies":{"is-odd":"3.0.1"}}\n' };
const GO = {
  'go.mod': 'module example.com/app\n\ngo 1.20\n\nrequire golang.org/x/text v0.14.0\n',
  'go.sum':
    'golang.org/x/text v0.14.0 h1:ScX5w1eTa3QqT8oi6+ziP7dTV1S2+ALU0bI+0zXKWiQ=\n' +
    'golang.org/x/text v0.14.0/go.mod h1:18ZOQIKpY8NJVqYksKHtTdi31H5itFRjB5/qKTNYzSU=\n',
  'main.go': 'package main\n\nimport (\n\t"fmt"\n\n\t"golang.org/x/text/language"\n)\n\nfunc main() { fmt.Println(language.English) }\n',
};

interface Case {
  name: string;
  dockerfile: string;
  files: Record<string, string>;
  /** What the image says when it is asked, before and after. */
  ask: string;
  /** Installed again without a network: what the mounts hold is all there is. */
  again?: (files: Record<string, string>) => Record<string, string>;
}

const CASES: Case[] = [
  {
    name: 'npm',
    dockerfile: 'FROM node:20-slim\nWORKDIR /app\nCOPY package.json ./\nRUN npm install\n',
    files: MANIFEST,
    ask: 'cd /app && node -p "require(\'is-odd\')(3)"',
    again: files => ({ ...files, 'package.json': (files['package.json'] ?? '').replace('1.0.0', '1.0.1') }),
  },
  {
    name: 'npm as the user of the image',
    dockerfile: 'FROM node:20-slim\nUSER node\nWORKDIR /home/node/app\nCOPY --chown=node package.json ./\nRUN npm install\n',
    files: MANIFEST,
    ask: 'cd && mkdir -p .npm/own && cd app && node -p "require(\'is-odd\')(3)"',
  },
  {
    name: 'Yarn 1',
    dockerfile: 'FROM node:20-slim\nWORKDIR /app\nCOPY package.json ./\nRUN yarn install --production\n',
    files: MANIFEST,
    ask: 'cd /app && node -p "require(\'is-odd\')(3)"',
  },
  {
    name: 'pnpm',
    dockerfile: 'FROM node:20-slim\nWORKDIR /app\nRUN npm install -g pnpm@9\nCOPY package.json ./\nRUN pnpm install --prod\n',
    files: MANIFEST,
    ask: 'cd /app && node -p "require(\'is-odd\')(3)"',
  },
  {
    name: 'pip, and uv that it installs',
    dockerfile:
      'FROM python:3.12-slim\nRUN pip install uv==0.9.0 docopt==0.6.2\nENV UV_LINK_MODE=copy\nRUN uv pip install --system six==1.16.0\n',
    files: {},
    ask: 'python -c "import six, docopt; print(six.__version__)"',
  },
  {
    name: 'Go',
    dockerfile:
      'FROM golang\nWORKDIR /src\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\nRUN go build -o /usr/local/bin/app .\nCMD ["app"]\n',
    files: GO,
    ask: 'app',
    again: files => ({ ...files, 'main.go': (files['main.go'] ?? '').replace('English', 'French') }),
  },
  {
    name: 'apt',
    dockerfile: 'FROM debian:bookworm-slim\nRUN apt-get update \\\n    && apt-get install -y --no-install-recommends bc\n',
    files: {},
    // Debian's image forgets what it installed by itself where /var/lib/apt is mounted whole
    ask: 'echo 1+1 | bc && apt-mark showauto | sort && cat /etc/apt/apt.conf.d/docker-clean',
  },
];

/** Dockerfiles with a mount that a person might write and dfmod must not: what the image said before, it no longer says. */
const NAIVE: { name: string; dockerfile: string; mounts: Record<string, string>; files: Record<string, string>; ask: string }[] = [
  {
    name: 'lists that a later RUN installs from',
    dockerfile:
      'FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends bc\nRUN apt-get install -y --no-install-recommends ed\n',
    mounts: { 'RUN apt-get update': 'RUN --mount=type=cache,target=/var/lib/apt/lists,id=$ID apt-get update' },
    files: {},
    ask: 'ed --version',
  },
  {
    name: 'a cache that the RUN removes',
    dockerfile: 'FROM python:3.12-slim\nRUN pip download --no-deps six==1.16.0 && rm -rf /root/.cache\n',
    mounts: { RUN: 'RUN --mount=type=cache,target=/root/.cache/pip,id=$ID' },
    files: {},
    ask: 'ls /six*',
  },
  {
    name: 'a cache beside which another user writes',
    dockerfile: 'FROM node:20-slim\nUSER node\nWORKDIR /home/node/app\nRUN yarn global add is-odd@3.0.1 && mkdir -p ~/.cache/node-gyp\n',
    mounts: { RUN: 'RUN --mount=type=cache,target=/home/node/.cache/yarn,uid=1000,gid=1000,id=$ID' },
    files: {},
    ask: 'ls -d ~/.cache/node-gyp',
  },
  {
    name: 'a home folder that is made beside the mount',
    dockerfile: 'FROM python:3.12-slim\nENV HOME=/home/app\nRUN useradd --create-home app && pip install --no-deps six==1.16.0\nUSER app\n',
    mounts: { RUN: 'RUN --mount=type=cache,target=/home/app/.cache/pip,id=$ID' },
    files: {},
    ask: 'touch ~/file && ls ~/file',
  },
  {
    name: 'a store that an offline install reads',
    dockerfile: 'FROM node:20-slim\nWORKDIR /app\nCOPY package.json ./\nRUN npm install\nRUN rm -rf node_modules\nRUN npm ci --offline\n',
    mounts: { 'RUN npm install': 'RUN --mount=type=cache,target=/root/.npm,id=$ID npm install' },
    files: MANIFEST,
    ask: 'cd /app && node -p "require(\'is-odd\')(3)"',
  },
  {
    name: 'modules that go runs with at start',
    dockerfile: 'FROM golang\nWORKDIR /src\nCOPY . .\nRUN go mod download\nCMD ["go", "run", "."]\n',
    mounts: { RUN: 'RUN --mount=type=cache,target=/go/pkg/mod,id=$ID' },
    files: GO,
    ask: 'go run .',
  },
  {
    name: "Poetry's environments",
    dockerfile:
      'FROM python:3.12-slim\nRUN pip install --no-cache-dir poetry==1.8.3 && rm -rf /root/.cache/pip\nWORKDIR /app\nCOPY pyproject.toml ./\nRUN poetry install --no-root\n',
    mounts: { 'RUN poetry': 'RUN --mount=type=cache,target=/root/.cache/pypoetry,id=$ID poetry' },
    files: {
      'pyproject.toml':
        '[tool.poetry]\nname = "app"\nversion = "1"\ndescription = ""\nauthors = []\n[tool.poetry.dependencies]\npython = "^3.12"\n',
    },
    ask: 'ls -d /root/.cache/pypoetry/virtualenvs/*/bin/python',
  },
  {
    name: "what Plug'n'Play runs from",
    dockerfile:
      'FROM node:20-slim\nWORKDIR /app\nRUN npm install --global --force @yarnpkg/cli-dist@4.5.0\nCOPY package.json .yarnrc.yml ./\nRUN yarn install\n',
    mounts: { 'RUN yarn': 'RUN --mount=type=cache,target=/root/.yarn/berry/cache,id=$ID yarn' },
    files: {
      'package.json': (MANIFEST['package.json'] ?? '').replace('{', '{"packageManager":"yarn@4.5.0",'),
      '.yarnrc.yml': 'enableTelemetry: false\n',
    },
    ask: 'cd /app && yarn node -p "require(\'is-odd\')(3)"',
  },
];

const TIMEOUT = 15 * 60_000;

describeWith('e2e', 'cache-mounts on a real engine', () => {
  const temporary = temporaryFolder();
  const engine = dockerEngine();
  let count = 0;

  afterAll(() => engine.cleanUp(), 120_000);

  function project(dockerfile: string, files: Record<string, string>): string {
    const folder = join(temporary.path, `${count++}`);
    for (const [path, text] of Object.entries({ ...files, Dockerfile: dockerfile })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return folder;
  }

  const run = (image: string, script: string) =>
    engine.docker(['run', '--rm', '--network', 'none', '--entrypoint', 'sh', image, '-c', script], { timeout: TIMEOUT });

  /** Every path of an image with its type, mode and owner. */
  async function paths(image: string): Promise<Map<string, string>> {
    const found = await engine.docker(
      ['run', '--rm', '--user', '0', '--entrypoint', 'find', image, '/', '-xdev', '-printf', '%p\t%y %m %U %G\n'],
      { timeout: TIMEOUT, maxBuffer: 2 ** 28 },
    );
    return new Map(found.split('\n').map(line => line.split('\t') as [string, string]));
  }

  /** The mounts under ids that nobody else has, so that they are empty at first. */
  const withOwnIds = (dockerfile: string, id: string) => dockerfile.replaceAll(/target=([^ ,]+)/g, `target=$1,id=${id}$1`);

  test.each(CASES)('$name: the image is the same but for what is promised, and the mount has it', { timeout: TIMEOUT }, async each => {
    const result = migrated(cacheMounts, each.dockerfile, memoryContext(each.files));
    const changes = appliedChanges(result);
    expect(changes.length).toBeGreaterThan(0);
    const id = `dfmod-test-${process.pid}-${count}`;
    const after = withOwnIds(result.text, id);
    const [before, now] = [await engine.build(project(each.dockerfile, each.files)), await engine.build(project(after, each.files))];
    expect(await run(now, each.ask)).toBe(await run(before, each.ask));

    const [old, left] = [await paths(before), await paths(now)];
    const alters = changes.flatMap(({ alters: promised = [] }) => promised);
    const differing = [...new Set([...old.keys(), ...left.keys()])].filter(path => old.get(path) !== left.get(path));
    expect(differing.filter(path => !left.has(path) && isRemoved(alters, path)).length).toBeGreaterThan(0);
    const isPromised = (path: string) => !left.has(path) && isRemoved(alters, path);
    expect(differing.filter(path => !isPromised(path) && !isNoise(path))).toEqual([]);

    for (const [, target] of after.matchAll(/target=([^ ,]+)/g)) {
      const probe = `FROM debian:bookworm-slim\nRUN --mount=type=cache,target=/cache,id=${id}${target} find /cache -type f | grep -q .\n`;
      await engine.build(project(probe, {}));
    }
    if (!each.again) return;
    // without a network what isn't in the mounts can't come from anywhere
    const offline = after.replaceAll('RUN --mount', 'RUN --network=none --mount');
    const lock = each.name === 'npm' ? { 'package-lock.json': await run(now, 'cat /app/package-lock.json') } : {};
    const [from, to] = each.name === 'npm' ? ['COPY package.json ./', 'COPY package.json package-lock.json ./'] : ['', ''];
    await engine.build(project(offline.replace(from, to), { ...each.again(each.files), ...lock }));
  });

  describe('a mount that breaks the image is not made', () => {
    test.each(NAIVE)('$name', { timeout: TIMEOUT }, async ({ dockerfile, mounts, files, ask }) => {
      const naive = Object.entries(mounts).reduce((text, [from, to]) => text.replace(from, to), dockerfile);
      const [mount = ''] = /--mount=\S+/.exec(naive) ?? [];
      const own = migrated(cacheMounts, dockerfile, memoryContext(files)).text;
      expect(own.split(/[\s,]/).join(' ')).not.toContain(
        `${mount
          .replace(/,id=\$ID/, '')
          .split(',')
          .join(' ')} `,
      );
      await run(await engine.build(project(dockerfile, files)), ask);

      const broken = engine
        .build(project(naive.replace('$ID', `dfmod-naive-${process.pid}-${count}`), files))
        .then(image => run(image, ask));
      await expect(broken).rejects.toThrow();
    });
  });
});

function isRemoved(alters: readonly Alteration[], path: string): boolean {
  return anyPattern(alters.flatMap(alteration => ('removed' in alteration ? [alteration.removed] : [])))(path);
}

/** Logs named after the time, counters after the day, what Python compiles or not, and what apt makes where it downloads. */
function isNoise(path: string): boolean {
  if (/^\/root\/\.config\/go\/telemetry\/local\/[^/]+\.count$/.test(path)) return true;
  return /^\/(?:dev|proc|sys)(?:\/|$)|^\/\.dockerenv$|^\/tmp\/|\/_logs\/|\.pyc$|^\/var\/cache\/apt\/archives\/(?:lock|partial)$/.test(path);
}
