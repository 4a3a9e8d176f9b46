import { expect, test } from 'vitest';
import { judge } from '../src/verify/judge.ts';
import { folderMaker } from './support/folders.ts';
import { describeWith } from './support/shared.ts';
import { looking } from './support/verify.ts';

interface App {
  name: string;
  files: Record<string, string>;
  dockerfile: string[];
  /** What two builds may differ in: times, and what is named or sorted by them. */
  noise: RegExp;
  does: string;
}

/** What a lock file has of a package, without where it is: npm asks the registry that it is set to. */
const lock = (name: string, version: string, integrity: string) => ({ [`node_modules/${name}`]: { version, integrity } });
const DEPENDENCIES = { ms: '2.1.3', semver: '7.7.2' };
const LOCK = {
  name: 'hour',
  lockfileVersion: 3,
  packages: {
    '': { name: 'hour', dependencies: DEPENDENCIES },
    ...lock('ms', '2.1.3', 'sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA=='),
    ...lock('semver', '7.7.2', 'sha512-RF0Fw+rO5AMf9MAyaRXI4AV0Ulj5lMHqVxxdSgiVbixSCXoEmmX/jk0CuJw4+3SqroYO9VoUh+HcuJivvtJemA=='),
  },
};

const APPS: App[] = [
  {
    name: 'npm ci',
    files: {
      'package.json': JSON.stringify({ name: 'hour', dependencies: DEPENDENCIES }),
      'package-lock.json': JSON.stringify(LOCK),
      'server.js': "require('http').createServer((_, r) => r.end(String(require('ms')('1h')))).listen(3000);\n",
    },
    dockerfile: ['FROM node:20-slim', 'WORKDIR /app', 'COPY . .', 'RUN npm ci', 'EXPOSE 3000', 'CMD ["node", "server.js"]'],
    noise: /^(?:changed \/root\/\.npm\/_cacache\/index-v5\/|(?:added|removed) \/root\/\.npm\/)/,
    does: 'running, 3000 answers 200',
  },
  {
    name: 'pip install',
    files: { 'app.py': "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route('/')\ndef hello():\n    return 'hello'\n" },
    dockerfile: [
      'FROM python:3.12-slim',
      'WORKDIR /app',
      'RUN pip install flask',
      'COPY . .',
      'EXPOSE 5000',
      'CMD ["flask", "run", "--host", "0.0.0.0"]',
    ],
    noise:
      /^(?:(?:changed|added|removed) \/usr\/local\/lib\/python3\.12\/.*\/__pycache__(?:$|\/)|changed \/root\/\.cache\/pip\/selfcheck\/)/,
    does: 'running, 5000 answers 200',
  },
  {
    name: 'go build',
    files: { 'go.mod': 'module example.com/hello\n\ngo 1.26\n', 'main.go': 'package main\n\nfunc main() { println("hello") }\n' },
    dockerfile: ['FROM golang:1.26', 'WORKDIR /src', 'COPY . .', 'RUN go build -o /hello .', 'CMD ["/hello"]'],
    noise: /^(?:changed|added|removed) \/root\/\.(?:cache\/go-build|config\/go)\//,
    does: 'exits 0',
  },
  {
    name: 'apt-get install',
    files: {},
    dockerfile: [
      'FROM debian:bookworm-slim',
      'RUN apt-get update && apt-get install -y --no-install-recommends sqlite3',
      'CMD ["sqlite3", ":memory:", "select 42"]',
    ],
    noise:
      /^changed \/var\/(?:cache\/ldconfig\/aux-cache|log\/(?:apt\/(?:history|term)|dpkg|alternatives)\.log|lib\/dpkg\/.*-old|cache\/debconf\/.*-old)$/,
    does: 'exits 0',
  },
  {
    name: 'a bundler that names a folder after the build',
    files: {
      'build.js':
        "const fs = require('fs');\nconst id = require('crypto').randomUUID();\nfs.mkdirSync(`static/${id}`, { recursive: true });\nfs.writeFileSync('BUILD_ID', id);\nfs.writeFileSync(`static/${id}/manifest.js`, '[]');\n",
      'server.js':
        "require('http').createServer((_, r) => r.end(`<script src='/static/${require('fs').readFileSync('BUILD_ID')}/manifest.js'>`)).listen(3000);\n",
    },
    dockerfile: ['FROM node:20-slim', 'WORKDIR /app', 'COPY . .', 'RUN node build.js', 'EXPOSE 3000', 'CMD ["node", "server.js"]'],
    noise: /^changed \/app\/BUILD_ID$/,
    does: 'running, 3000 answers 200',
  },
  {
    name: 'uv sync',
    files: {
      'pyproject.toml': '[project]\nname = "hello"\nversion = "1"\nrequires-python = ">=3.12"\ndependencies = ["flask"]\n',
      'app.py': "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route('/')\ndef hello():\n    return 'hello'\n",
    },
    dockerfile: [
      'FROM ghcr.io/astral-sh/uv:python3.12-bookworm-slim',
      'WORKDIR /app',
      'COPY . .',
      'RUN uv sync',
      'EXPOSE 5000',
      'CMD [".venv/bin/flask", "run", "--host", "0.0.0.0"]',
    ],
    noise: /^changed \/root\/\.cache\/uv\//,
    does: 'running, 5000 answers 200',
  },
];

describeWith('e2e', 'an image that is built again without cache', () => {
  const { folderOf } = folderMaker();
  test.concurrent.for(APPS)('by $name is the same but for noise', { timeout: 10 * 60_000 }, async (app, context) => {
    const { files, dockerfile, noise, does } = app;
    const found = await looking(context, folderOf(files), async subjectOf => {
      const before = subjectOf('before', dockerfile.join('\n'));
      // BuildKit builds at once what is asked for twice at a time
      await before.build();
      return judge(before, before.fresh(), [], 'everything');
    });
    expect(found).toMatchObject({ broken: [], promised: [], exercise: { kind: 'same', what: does } });
    expect(found.noise.map(({ kind, name }) => `${kind} ${name}`).filter(each => !noise.test(each))).toEqual([]);
  });
});
