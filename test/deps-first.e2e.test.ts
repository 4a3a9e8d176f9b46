import { randomUUID } from 'node:crypto';
import { appendFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { diskContext } from '../src/context/disk.ts';
import depsFirst from '../transforms/deps-first/index.ts';
import { dockerEngine } from './support/engine.ts';
import { migrated } from './support/invariants.ts';
import { describeWith, temporaryFolder } from './support/shared.ts';

type Files = Record<string, string>;

interface App {
  name: string;
  dockerfile: string;
  files: Files;
  /** The file that somebody edits, and the RUN that must not run again for it. */
  source: string;
  install: string;
  /** The folder of the image that must come out the same, and what may differ in it. */
  folder: string;
  /** A command of the image, and what it prints. */
  says: [command: string, words: string];
}

const EXPRESS = JSON.stringify({
  name: 'app',
  version: '1.0.0',
  dependencies: { ms: '2.1.3' },
  scripts: { build: 'cp index.js built.js' },
});
const MS_LOCK = JSON.stringify({
  name: 'app',
  version: '1.0.0',
  lockfileVersion: 3,
  requires: true,
  packages: {
    '': { name: 'app', version: '1.0.0', dependencies: { ms: '2.1.3' } },
    'node_modules/ms': { version: '2.1.3' },
  },
});
const NODE_SOURCE = "console.log('says', require('ms')('1 day'));\n";
const FLASK = "from flask import Flask\napp = Flask(__name__)\n\n@app.get('/')\ndef index():\n    return 'says 200'\n";
const ASK = `python -c "import app; print(app.app.test_client().get('/').text)"`;

const APPS: App[] = [
  {
    name: 'Flask, its packages named in the RUN',
    dockerfile: 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install Flask gunicorn\nEXPOSE 8000\nCMD ["gunicorn","app:app"]\n',
    files: { 'app.py': FLASK },
    source: 'app.py',
    install: 'RUN pip install Flask gunicorn',
    folder: '/app',
    says: [ASK, 'says 200'],
  },
  {
    name: 'Flask from requirements that include others',
    dockerfile: 'FROM python:3.12-slim\nCOPY . /app\nWORKDIR /app\nRUN pip install -r requirements/prod.txt\nCMD ["gunicorn","app:app"]\n',
    files: { 'app.py': FLASK, 'requirements/prod.txt': '-r base.txt\ngunicorn\n', 'requirements/base.txt': 'flask\n' },
    source: 'app.py',
    install: 'RUN pip install -r requirements/prod.txt',
    folder: '/app',
    says: [ASK, 'says 200'],
  },
  {
    name: 'npm with a lock, and the build in the same RUN',
    dockerfile: 'FROM node:20-slim\nWORKDIR /app\nCOPY --chown=node:node . .\nRUN npm ci && npm run build\nCMD ["node", "built.js"]\n',
    files: { 'package.json': EXPRESS, 'package-lock.json': MS_LOCK, 'index.js': NODE_SOURCE, '.dockerignore': 'node_modules\n' },
    source: 'index.js',
    install: 'RUN npm ci',
    folder: '/app',
    says: ['node built.js', 'says 86400000'],
  },
  {
    name: 'Yarn 1',
    dockerfile: 'FROM node:20-slim\nWORKDIR /app\nCOPY . .\nRUN yarn install\nRUN yarn build\n',
    files: { 'package.json': EXPRESS, 'index.js': NODE_SOURCE, '.dockerignore': 'node_modules\n' },
    source: 'index.js',
    install: 'RUN yarn install',
    folder: '/app',
    says: ['node built.js', 'says 86400000'],
  },
  {
    name: 'pnpm with a workspace',
    dockerfile: 'FROM node:20-slim\nRUN npm install -g pnpm@9\nWORKDIR /app\nCOPY . .\nRUN pnpm install\n',
    files: {
      'package.json': JSON.stringify({ name: 'root', private: true }),
      'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
      'packages/a/package.json': JSON.stringify({ name: 'a', version: '1.0.0', main: 'index.js', dependencies: { ms: '2.1.3' } }),
      'packages/a/index.js': NODE_SOURCE,
      'packages/b/package.json': JSON.stringify({ name: 'b', version: '1.0.0', dependencies: { a: 'workspace:*' } }),
      'packages/b/index.js': "require('a');\n",
      '.dockerignore': '**/node_modules\n',
    },
    source: 'packages/a/index.js',
    install: 'RUN pnpm install',
    folder: '/app',
    says: ['node packages/b/index.js', 'says 86400000'],
  },
  {
    name: 'uv',
    dockerfile:
      'FROM python:3.12-slim\nCOPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/\nENV UV_LINK_MODE=copy\nWORKDIR /app\nCOPY . .\nRUN uv sync --no-install-project\n',
    files: {
      'pyproject.toml': '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.12"\ndependencies = ["flask"]\n',
      'app.py': FLASK,
      '.dockerignore': '.venv\n',
    },
    source: 'app.py',
    install: 'RUN uv sync --no-install-project',
    folder: '/app',
    says: [`.venv/bin/${ASK}`, 'says 200'],
  },
  {
    name: 'Go, whose modules a build fetches',
    dockerfile:
      'FROM golang:1 AS build\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /out/app .\n\nFROM busybox\nCOPY --from=build /out /out\n',
    files: {
      'go.mod': 'module example.com/app\n\ngo 1.22\n\nrequire github.com/google/uuid v1.6.0\n',
      'go.sum':
        'github.com/google/uuid v1.6.0 h1:NIvaJDMOsjHA8n1jAhLSgzrAzy1Hgr+hNrb57e+94F0=\ngithub.com/google/uuid v1.6.0/go.mod h1:TIyPZe4MgqvfeYDBFedMoGGpEw/LqOeaOT+nhxU+yHo=\n',
      'main.go': 'package main\n\nimport (\n\t"fmt"\n\n\t"github.com/google/uuid"\n)\n\nfunc main() { fmt.Println("says", uuid.Nil) }\n',
    },
    source: 'main.go',
    install: 'RUN go mod download',
    folder: '/out',
    says: ['/out/app', 'says 00000000-0000-0000-0000-000000000000'],
  },
];

/** What somebody would write by the book, and what is wrong with it: dfmod leaves the original alone. */
interface Trap {
  name: string;
  dockerfile: string;
  files: Files;
  byTheBook: string;
  /** What the original says, and the other doesn't. */
  says: [command: string, words: string];
}

const TRAPS: Trap[] = [
  {
    name: "the host's node_modules would stand over the image's",
    dockerfile: 'FROM node:20-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\n',
    files: {
      'package.json': EXPRESS,
      'package-lock.json': MS_LOCK,
      'index.js': NODE_SOURCE,
      'node_modules/ms/index.js': "module.exports = () => 'what the host has';\n",
      'node_modules/ms/package.json': '{"name":"ms","version":"2.1.3"}',
    },
    byTheBook: 'FROM node:20-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\n',
    says: ['node index.js', 'says 86400000'],
  },
  {
    name: 'a script of the project reads the sources',
    dockerfile: 'FROM node:20-slim\nWORKDIR /app\nCOPY . .\nRUN npm install\n',
    files: {
      'package.json': JSON.stringify({ name: 'app', scripts: { postinstall: 'node make.js' } }),
      'make.js': "require('fs').writeFileSync('made.txt', 'says it is made');\n",
      '.dockerignore': 'node_modules\n',
    },
    byTheBook: 'FROM node:20-slim\nWORKDIR /app\nCOPY package.json ./\nRUN npm install\nCOPY . .\n',
    says: ['cat made.txt', 'says it is made'],
  },
  {
    name: 'the project itself is installed',
    dockerfile: 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n',
    files: {
      'requirements.txt': '-e .\n',
      'pyproject.toml':
        '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n\n[project]\nname = "app"\nversion = "1"\n',
      'app/__init__.py': "print('says app')\n",
    },
    byTheBook: 'FROM python:3.12-slim\nWORKDIR /app\nCOPY requirements.txt ./\nRUN pip install -r requirements.txt\nCOPY . .\n',
    says: ['cd /tmp && python -c "import app"', 'says app'],
  },
  {
    name: 'a dependency is a folder of the sources',
    dockerfile: 'FROM node:20-slim\nWORKDIR /app\nCOPY . .\nRUN yarn install\n',
    files: {
      'package.json': JSON.stringify({ name: 'app', dependencies: { lib: 'file:./lib' } }),
      'lib/package.json': '{"name":"lib","version":"1.0.0","main":"index.js"}',
      'lib/index.js': "console.log('says lib');\n",
      'index.js': "require('lib');\n",
      '.dockerignore': 'node_modules\n',
    },
    byTheBook: 'FROM node:20-slim\nWORKDIR /app\nCOPY package.json ./\nCOPY lib/package.json ./lib/\nRUN yarn install\nCOPY . .\n',
    says: ['node index.js', 'says lib'],
  },
  {
    name: 'setup.py reads a file beside it',
    dockerfile: 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt -e .\n',
    files: {
      'requirements.txt': '-r base.txt\n',
      'base.txt': 'six\n',
      'setup.py':
        'from setuptools import setup\nsetup(name="app", version="1", long_description=open("README.md").read(), py_modules=["app"])\n',
      'README.md': 'words\n',
      'app.py': "import six\nprint('says six')\n",
    },
    byTheBook:
      'FROM python:3.12-slim\nWORKDIR /app\nCOPY requirements.txt setup.py ./\nRUN pip install -r requirements.txt -e .\nCOPY . .\n',
    says: ['python -c "import app"', 'says six'],
  },
];

const TIMEOUT = 15 * 60_000;

describeWith('e2e', 'deps-first on a real engine', () => {
  const temporary = temporaryFolder();
  const engine = dockerEngine();
  const label = `dfmod.test=${randomUUID()}`;

  afterAll(async () => {
    await engine.cleanUp();
    const { stdout } = await execa('docker', ['image', 'ls', '--quiet', '--filter', `label=${label}`]);
    if (stdout) await execa('docker', ['image', 'rm', '--force', ...new Set(stdout.split('\n'))]);
  }, 120_000);

  function written(name: string, files: Files, dockerfile: string): string {
    const folder = join(temporary.path, name.replace(/\W+/g, '-'));
    for (const [path, text] of Object.entries({ ...files, Dockerfile: dockerfile })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return folder;
  }

  const transformed = (folder: string, dockerfile: string) => migrated(depsFirst, dockerfile, diskContext(folder)).text;

  /** What a command in the image prints. */
  async function said(image: string, command: string): Promise<string> {
    const { stdout } = await execa('docker', ['run', '--rm', '--entrypoint', 'sh', image, '-c', command], {
      reject: false,
      timeout: 60_000,
    });
    return stdout;
  }

  /** Every path of a folder of the image with its type, mode, owner, link and, of the app's own files, content. */
  async function listing(image: string, folder: string): Promise<string[]> {
    // the Dockerfile is among the sources and differs; BusyBox's find prints no modes, and what a package manager writes of times differs between two builds of one file
    const found = await said(
      image,
      `cd ${folder} && find . | sort | while read f; do stat -c '%n %F %a %u:%g' "$f"; readlink "$f"; done; find . -type f -not -name Dockerfile -not -path '*/.venv/*' -not -path '*/node_modules/.*' | sort | xargs sha256sum`,
    );
    return found.split('\n');
  }

  /** Whether a RUN is taken from the cache when a folder is built. */
  async function isCached(folder: string, run: string): Promise<boolean> {
    const { stderr } = await execa('docker', ['build', '--progress', 'plain', '--label', label, folder], { timeout: TIMEOUT });
    const lines = stderr.split('\n');
    const step = lines.map(line => /^(#\d+) \[[^\]]*\] (.*)$/.exec(line)).find(match => match?.[2]?.startsWith(run))?.[1];
    expect(step, `${run} is a step of ${stderr}`).toBeDefined();
    return lines.includes(`${step} CACHED`);
  }

  describe('the same image, and an edit leaves the install in the cache', () => {
    test.each(APPS)('$name', { timeout: TIMEOUT }, async ({ name, dockerfile, files, source, install, folder, says }) => {
      const before = written(`${name} before`, files, dockerfile);
      const text = transformed(before, dockerfile);
      expect(text).not.toBe(dockerfile);
      const after = join(temporary.path, `after-${name.replace(/\W+/g, '-')}`);
      cpSync(before, after, { recursive: true });
      writeFileSync(join(after, 'Dockerfile'), text);

      const [old, now] = [await engine.build(before), await engine.build(after)];
      expect(await said(old, says[0])).toContain(says[1]);
      expect(await said(now, says[0])).toContain(says[1]);
      expect(await listing(now, folder)).toEqual(await listing(old, folder));

      for (const each of [before, after]) appendFileSync(join(each, source), `${source.endsWith('.py') ? '#' : '//'} ${randomUUID()}\n`);
      expect(await isCached(after, install)).toBe(true);
      const whole = dockerfile.split('\n').find(line => line.startsWith(install)) ?? 'RUN CGO_ENABLED=0 go build';
      expect(await isCached(before, whole)).toBe(false);
    });
  });

  describe('what would break the image is left alone', () => {
    test.each(TRAPS)('$name', { timeout: TIMEOUT }, async ({ name, dockerfile, files, byTheBook, says }) => {
      const folder = written(name, files, dockerfile);
      expect(transformed(folder, dockerfile)).toBe(dockerfile);
      expect(await said(await engine.build(folder), says[0])).toContain(says[1]);
      writeFileSync(join(folder, 'Dockerfile'), byTheBook);
      const broken = await engine.build(folder).then(
        image => said(image, says[0]),
        () => 'does not build',
      );
      expect(broken).not.toContain(says[1]);
    });
  });
});
