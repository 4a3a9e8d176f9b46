import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { diskContext } from '../src/context/disk.ts';
import execForm from '../transforms/exec-form/index.ts';
import { dockerEngine } from './support/engine.ts';
import { migrated } from './support/invariants.ts';
import { describeWith, temporaryFolder } from './support/shared.ts';

interface Case {
  name: string;
  dockerfile: string;
  files: Record<string, string>;
}

/** Each with the exec form that somebody would write who doesn't look around. */
const BREAKS: (Case & { naive: string })[] = [
  {
    name: 'a script without #!, which a shell starts and the kernel does not',
    dockerfile: 'FROM debian:bookworm-slim\nCOPY start /app/\nWORKDIR /app\nCMD ./start now\n',
    naive: 'FROM debian:bookworm-slim\nCOPY start /app/\nWORKDIR /app\nCMD ["./start", "now"]\n',
    files: { start: 'echo started $1\n' },
  },
  {
    name: 'a command for an ENTRYPOINT that looks whether it is given a shell',
    dockerfile: 'FROM debian:bookworm-slim\nCOPY entrypoint.sh /\nENTRYPOINT ["/entrypoint.sh"]\nCMD uname -s\n',
    naive: 'FROM debian:bookworm-slim\nCOPY entrypoint.sh /\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["uname", "-s"]\n',
    files: { 'entrypoint.sh': '#!/bin/sh\nif [ "$1" = /bin/sh ]; then echo prepared; fi\nexec "$@"\n' },
  },
  {
    name: 'an ENTRYPOINT that would receive a CMD',
    dockerfile: 'FROM debian:bookworm-slim\nENTRYPOINT ls /srv\nCMD ["/nothing"]\n',
    naive: 'FROM debian:bookworm-slim\nENTRYPOINT ["ls", "/srv"]\nCMD ["/nothing"]\n',
    files: {},
  },
];

const HOLDS: Case[] = [
  {
    name: 'words in quotes',
    dockerfile: `FROM python:3.12-slim\nCMD python -c "import sys; print(sys.argv)" '$HOME' "a 'b'" c\\ d\n`,
    files: {},
  },
  {
    name: "a command under the base image's own entrypoint",
    dockerfile: 'FROM node:20-slim\nWORKDIR /app\nCOPY app.js .\nCMD node app.js --port 80\n',
    files: { 'app.js': 'console.log(process.argv.slice(2)); process.exitCode = 3;\n' },
  },
  {
    name: 'a script of its own under an entrypoint that hands over',
    dockerfile:
      'FROM debian:bookworm-slim\nCOPY entrypoint.sh start.sh /app/\nWORKDIR /app\nENTRYPOINT ["/app/entrypoint.sh"]\nCMD exec ./start.sh one "two three"\n',
    files: {
      'entrypoint.sh': '#!/bin/sh\nset -e\necho prepared\nexec "$@"\n',
      'start.sh': '#!/bin/sh\necho "$#: $*"\n',
    },
  },
];

describeWith('e2e', 'exec form on a real engine', () => {
  const folder = temporaryFolder();
  const engine = dockerEngine();
  afterAll(() => engine.cleanUp());

  function context({ name, files }: Case): string {
    const root = join(folder.path, name.replaceAll(/\W+/g, '-'));
    mkdirSync(root, { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      writeFileSync(join(root, path), text);
      chmodSync(join(root, path), 0o755);
    }
    return root;
  }

  /** What a container of the image says, and how it ends. */
  async function outcome(root: string, dockerfile: string): Promise<{ stdout: string; exitCode: number | undefined }> {
    writeFileSync(join(root, 'Dockerfile'), dockerfile);
    const { stdout, exitCode } = await execa('docker', ['run', '--rm', await engine.build(root)], { reject: false, timeout: 60_000 });
    return { stdout, exitCode };
  }

  describe('changes what a container does, and is refused, for', () => {
    test.each(BREAKS)('$name', async each => {
      const root = context(each);
      const result = migrated(execForm, each.dockerfile, diskContext(root));
      expect(result.text).toBe(each.dockerfile);
      expect(result.findings.map(({ kind }) => kind)).toEqual(['refused']);
      expect(await outcome(root, each.naive)).not.toEqual(await outcome(root, each.dockerfile));
    });
  });

  describe('changes nothing that a container does for', () => {
    test.each(HOLDS)('$name', async each => {
      const root = context(each);
      const result = migrated(execForm, each.dockerfile, diskContext(root));
      expect(result.findings.map(({ kind }) => kind)).toEqual(['applied']);
      const before = await outcome(root, each.dockerfile);
      expect(before.stdout).not.toBe('');
      expect(await outcome(root, result.text)).toEqual(before);
    });
  });
});
