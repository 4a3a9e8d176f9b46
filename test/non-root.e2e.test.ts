import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { diskContext } from '../src/context/disk.ts';
import nonRoot from '../transforms/non-root/index.ts';
import { dockerEngine, localised } from './support/engine.ts';
import { migrated } from './support/invariants.ts';
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
    return result;
  }

  async function exitCode(image: string): Promise<number | undefined> {
    return (await execa('docker', ['run', '--rm', ...PORTS, image], { reject: false, timeout: 60_000 })).exitCode;
  }

  async function user(image: string): Promise<string> {
    return (await execa('docker', ['image', 'inspect', '--format', '{{.Config.User}}', image])).stdout;
  }

  test.each(TRAPS)('$name', { timeout: 10 * 60_000 }, async ({ name, files, naive, leaves }) => {
    const folder = folderOf(name, files);
    const original = files.Dockerfile as string;
    expect(await exitCode(await engine.build(folder))).toBe(0);

    const careless = folderOf(`${name} naive`, { ...files, Dockerfile: naive(original) });
    expect(await exitCode(await engine.build(careless))).not.toBe(0);

    const result = transformed(folder);
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
    expect(transformed(folder).text).toBe(dockerfile);
  });

  test('Flask answers as a user who owns what was root’s', { timeout: 15 * 60_000 }, async () => {
    const folder = join(temporary.path, 'flask');
    cpSync(join(projectRoot, '__fixtures__/non-root/runs-gunicorn-as-a-user'), folder, { recursive: true });
    rmSync(join(folder, 'expected.Dockerfile'));
    writeFileSync(
      join(folder, 'app.py'),
      "import os\nfrom flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef index():\n    with open('visits.txt', 'a') as visits:\n        visits.write('x')\n    return os.path.expanduser('~') and 'written'\n",
    );
    writeFileSync(join(folder, 'Dockerfile'), await localised(join(folder, 'Dockerfile')));
    const before = await engine.build(folder);
    transformed(folder);
    const after = await engine.build(folder);
    const answers = await engine.answers(before, 8000, ['/', '/nothing']);
    expect(answers[0]).toMatchObject({ status: 200, body: 'written' });
    expect(await engine.answers(after, 8000, ['/', '/nothing'])).toEqual(answers);
    expect(await user(after)).toBe('10001:10001');
    expect((await engine.size(after)) - (await engine.size(before))).toBeLessThan(1024 * 1024);
  });
});
