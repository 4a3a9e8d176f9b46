import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, matchesGlob } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { diskContext } from '../src/context/disk.ts';
import type { Alteration } from '../src/transform.ts';
import nonRoot from '../transforms/non-root/index.ts';
import { dockerEngine, localised } from './support/engine.ts';
import { appliedChanges, migrated } from './support/invariants.ts';
import { projectRoot } from './support/paths.ts';
import { describeWith, temporaryFolder } from './support/shared.ts';

/** As Kubernetes has it; Docker alone lets anybody listen on every port. */
const PORTS = ['--sysctl', 'net.ipv4.ip_unprivileged_port_start=1024'];

interface Trap {
  name: string;
  files: Record<string, string>;
  /** What somebody would do who doesn't know the trap. */
  naive(dockerfile: string): string;
  /** Whether dfmod leaves the file, or does the right thing. */
  leaves: boolean;
}

const withUser = (user: string) => (dockerfile: string) => dockerfile.replace(/^CMD/m, `USER ${user}\nCMD`);

const TRAPS: Trap[] = [
  {
    name: 'WORKDIR belongs to root, whatever COPY says',
    files: {
      Dockerfile: 'FROM node:20-bookworm-slim\nWORKDIR /app\nCOPY app.js .\nCMD ["node", "app.js"]\n',
      'app.js': "require('node:fs').writeFileSync('state.json', '{}');\n",
    },
    naive: dockerfile => withUser('1000:1000')(dockerfile).replace('COPY', 'COPY --chown=1000:1000'),
    leaves: false,
  },
  {
    name: 'a folder that RUN makes is root’s',
    files: {
      Dockerfile: 'FROM node:20-bookworm-slim\nWORKDIR /app\nCOPY app.js .\nRUN mkdir -p data/uploads\nCMD ["node", "app.js"]\n',
      'app.js': "require('node:fs').writeFileSync('data/uploads/a.txt', 'a');\n",
    },
    naive: dockerfile =>
      withUser('1000:1000')(dockerfile).replace('COPY', 'COPY --chown=1000:1000').replace('/app\n', '/app\nRUN chown 1000:1000 /app\n'),
    leaves: false,
  },
  {
    name: 'a file that is copied is root’s',
    files: {
      Dockerfile: 'FROM python:3.11-slim-bookworm\nWORKDIR /app\nCOPY . .\nCMD ["python", "app.py"]\n',
      'app.py': "with open('seen.txt', 'a') as seen:\n    seen.write('once')\n",
      'seen.txt': '',
    },
    naive: withUser('10001:10001'),
    leaves: false,
  },
  {
    name: 'a home is needed',
    files: {
      Dockerfile: 'FROM python:3.11-slim-bookworm\nWORKDIR /app\nCOPY . .\nCMD ["python", "app.py"]\n',
      'app.py': "import pathlib\n\n(pathlib.Path.home() / 'cache').mkdir()\n",
    },
    naive: dockerfile => withUser('10001:10001')(dockerfile).replace('COPY', 'COPY --chown=10001:10001'),
    leaves: false,
  },
  {
    name: 'a distroless image has no shell to give the folder away',
    files: {
      Dockerfile: [
        'FROM golang:1.26-bookworm AS build',
        'WORKDIR /src',
        'COPY . .',
        'RUN CGO_ENABLED=0 go build -o /app .',
        '',
        'FROM gcr.io/distroless/static-debian12',
        'WORKDIR /data',
        'COPY --from=build /app /usr/local/bin/app',
        'CMD ["app"]',
        '',
      ].join('\n'),
      'go.mod': 'module example.com/app\n\ngo 1.22\n',
      'main.go': 'package main\n\nimport "os"\n\nfunc main() {\n\tif os.WriteFile("state", nil, 0o644) != nil {\n\t\tos.Exit(3)\n\t}\n}\n',
    },
    naive: withUser('65532:65532'),
    leaves: false,
  },
  {
    name: 'a script on Debian writes below its folder',
    files: {
      Dockerfile:
        'FROM debian:bookworm-slim\nWORKDIR /opt/report\nCOPY report.sh ./\nRUN mkdir out && chmod +x report.sh\nEXPOSE 8080\nCMD ["./report.sh"]\n',
      'report.sh': '#!/bin/sh\nset -e\necho fine > out/report.txt\ncat out/report.txt\n',
    },
    naive: withUser('10001:10001'),
    leaves: false,
  },
  {
    name: 'a port below 1024 is root’s outside of Docker',
    files: {
      Dockerfile: 'FROM node:20-bookworm-slim\nWORKDIR /app\nCOPY app.js .\nEXPOSE 80\nCMD ["node", "app.js"]\n',
      'app.js': "require('node:http').createServer().listen(80, () => process.exit(0));\n",
    },
    naive: withUser('1000:1000'),
    leaves: true,
  },
  {
    name: 'a program below /root can be started by nobody else',
    files: {
      Dockerfile:
        'FROM debian:bookworm-slim\nRUN mkdir -p /root/bin && cp /bin/true /root/bin/app\nENV PATH=/root/bin:$PATH\nWORKDIR /srv/app\nEXPOSE 8080\nCMD app && exit 0\n',
    },
    naive: withUser('10001:10001'),
    leaves: true,
  },
  {
    name: 'an entrypoint changes the user itself',
    files: {
      Dockerfile:
        'FROM debian:bookworm-slim\nWORKDIR /srv/app\nCOPY start.sh .\nEXPOSE 8080\nENTRYPOINT ["sh", "start.sh"]\nCMD ["true"]\n',
      'start.sh': 'set -e\nexec setpriv --reuid=33 --regid=33 --clear-groups "$@"\n',
    },
    naive: withUser('10001:10001'),
    leaves: true,
  },
  {
    name: 'a file is written outside the app’s folder',
    files: {
      Dockerfile: 'FROM python:3.11-slim-bookworm\nWORKDIR /app\nCOPY app.py .\nCMD ["python", "app.py"]\n',
      'app.py': "open('/var/lib/app.db', 'w').close()\n",
    },
    naive: withUser('10001:10001'),
    leaves: true,
  },
];

describeWith('e2e', 'non-root on a real engine', () => {
  const temporary = temporaryFolder();
  const engine = dockerEngine();

  afterAll(() => engine.cleanUp(), 120_000);

  function folderOf(name: string, files: Record<string, string>): string {
    const folder = join(temporary.path, name.replace(/\W+/g, '-'));
    rmSync(folder, { recursive: true, force: true });
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text, { mode: path.endsWith('.sh') ? 0o755 : 0o644 });
    }
    return folder;
  }

  function transformed(folder: string) {
    const path = join(folder, 'Dockerfile');
    const result = migrated(nonRoot, readFileSync(path, 'utf8'), diskContext(folder, { dockerfile: path }));
    writeFileSync(path, result.text);
    return { result, alters: appliedChanges(result).flatMap(({ alters = [] }) => alters) };
  }

  async function exitCode(image: string): Promise<number | undefined> {
    return (await execa('docker', ['run', '--rm', ...PORTS, image], { reject: false, timeout: 60_000 })).exitCode;
  }

  async function user(image: string): Promise<string> {
    return (await execa('docker', ['image', 'inspect', '--format', '{{.Config.User}}', image])).stdout;
  }

  /** Every path of an image with its type, mode, owner and size. */
  async function listing(image: string): Promise<Map<string, { mode: string; owner: string; size: string }>> {
    const container = (await execa('docker', ['create', image, 'unused'])).stdout;
    const { stdout } = await execa('sh', ['-c', `docker export ${container} | tar -tv --numeric-owner`], { maxBuffer: 2 ** 28 });
    await execa('docker', ['rm', container]);
    const rows = stdout.split('\n').flatMap(line => {
      const [, mode = '', owner = '', size = '', path = ''] = /^(\S+)\s+(\S+)\s+(\S+)\s+\S+ \S+ (.*)$/.exec(line) ?? [];
      return path ? [[`/${path.replace(/ (?:->|link to) .*$/, '').replace(/\/$/, '')}`, { mode, owner, size }] as const] : [];
    });
    return new Map(rows);
  }

  /** Whether a glob means a path: `matchesGlob` leaves names out that begin with a dot. */
  function isMeant(glob: string, path: string): boolean {
    return glob.endsWith('/**') ? path.startsWith(glob.slice(0, -2)) : matchesGlob(path, glob);
  }

  /** What differs between two images and isn't among the alterations. */
  async function unpromised(before: string, after: string, alters: Alteration[]): Promise<string[]> {
    const [old, now] = [await listing(before), await listing(after)];
    const allows = (kind: string, path: string) =>
      alters.some(each => kind in each && isMeant((each as unknown as Record<string, string>)[kind] ?? '', path));
    const found: string[] = [];
    for (const path of new Set([...old.keys(), ...now.keys()])) {
      const [a, b] = [old.get(path), now.get(path)];
      const kinds = a && b ? (['mode', 'owner', 'size'] as const).filter(key => a[key] !== b[key]) : [a ? 'removed' : 'added'];
      for (const kind of kinds) if (!allows(kind === 'size' ? 'changed' : kind, path)) found.push(`${kind} ${path}`);
    }
    return found;
  }

  test.each(TRAPS)('$name', { timeout: 10 * 60_000 }, async ({ name, files, naive, leaves }) => {
    const folder = folderOf(name, files);
    const original = files.Dockerfile as string;
    expect(await exitCode(await engine.build(folder))).toBe(0);

    const careless = folderOf(`${name} naive`, { ...files, Dockerfile: naive(original) });
    expect(await exitCode(await engine.build(careless))).not.toBe(0);

    const { result } = transformed(folder);
    expect(result.text === original).toBe(leaves);
    const after = await engine.build(folder);
    expect(await exitCode(after)).toBe(0);
    expect(await user(after)).toMatch(leaves ? /^$/ : /^\d+:\d+$/);
  });

  test('a build that asks git is refused, since git answers the owner alone', { timeout: 10 * 60_000 }, async () => {
    // the stand-in turns off what Go does by itself
    const dockerfile =
      'FROM golang:1.26-bookworm\nENV GOFLAGS=-buildvcs=auto\nWORKDIR /src\nCOPY . .\nRUN go build -o app .\nCMD ["/src/app"]\n';
    const files = {
      Dockerfile: dockerfile,
      'go.mod': 'module example.com/app\n\ngo 1.22\n',
      'main.go': 'package main\n\nfunc main() {}\n',
    };
    const folder = folderOf('git', files);
    const git = (...args: string[]) => execa('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args]);
    await git('init', '--quiet');
    await git('add', '.');
    await git('commit', '--quiet', '--message', 'All');
    await engine.build(folder);
    writeFileSync(join(folder, 'Dockerfile'), dockerfile.replace('COPY', 'COPY --chown=10001:10001'));
    await expect(engine.build(folder)).rejects.toThrow();
    writeFileSync(join(folder, 'Dockerfile'), dockerfile);
    expect(transformed(folder).result.text).toBe(dockerfile);
  });

  test('Flask answers as a user who owns what was root’s, and nothing else differs', { timeout: 15 * 60_000 }, async () => {
    const folder = join(temporary.path, 'flask');
    cpSync(join(projectRoot, '__fixtures__/non-root/runs-gunicorn-as-a-user'), folder, { recursive: true });
    rmSync(join(folder, 'expected.Dockerfile'));
    writeFileSync(
      join(folder, 'app.py'),
      "import os\nfrom flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef index():\n    with open('visits.txt', 'a') as visits:\n        visits.write('x')\n    return os.path.expanduser('~') and 'written'\n",
    );
    writeFileSync(join(folder, 'Dockerfile'), await localised(join(folder, 'Dockerfile')));
    const before = await engine.build(folder);
    const { alters } = transformed(folder);
    const after = await engine.build(folder);
    const answers = await engine.answers(before, 8000, ['/', '/nothing']);
    expect(answers[0]).toMatchObject({ status: 200, body: 'written' });
    expect(await engine.answers(after, 8000, ['/', '/nothing'])).toEqual(answers);
    expect(await user(after)).toBe('10001:10001');
    expect((await unpromised(before, after, alters)).filter(path => !/\.pyc$|__pycache__|\/Dockerfile$/.test(path))).toEqual([]);
    expect((await engine.size(after)) - (await engine.size(before))).toBeLessThan(1024 * 1024);
  });
});
