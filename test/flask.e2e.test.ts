import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Instruction } from '../src/dockerfile/nodes.ts';
import { parse } from '../src/dockerfile/parse.ts';
import { dockerEngine, localised } from './support/engine.ts';
import { differences, observe } from './support/observation.ts';
import { installedPackage } from './support/program.ts';
import { describeWith, temporaryFolder } from './support/shared.ts';

const TRANSFORMS = 'multistage,deps-first,cache-mounts,non-root,healthcheck';

interface Variant {
  name: string;
  files: Record<string, string>;
  /** The largest image that is good enough, as a part of the original's. */
  atMost: number;
  /** Whether a preset that wants a gain splits it. */
  isWorthIt: boolean;
}

const app = (imports: string, greeting: string) =>
  `${imports}from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route("/")\ndef hello():\n    return ${greeting}\n`;

const dockerfile = (...lines: string[]) =>
  [...lines, 'EXPOSE 8000', 'CMD ["gunicorn","-w","4","-b","0.0.0.0:8000","app:app"]', ''].join('\n');

const VARIANTS: Variant[] = [
  {
    name: 'packages named in the Dockerfile',
    files: {
      'app.py': app('', '"hello"'),
      Dockerfile: dockerfile('FROM python:3.9-slim-buster', 'WORKDIR /app', 'COPY . .', 'RUN pip install Flask gunicorn'),
    },
    atMost: 1,
    isWorthIt: false,
  },
  {
    name: 'packages of a requirements.txt',
    files: {
      'app.py': app('', '"hello"'),
      'requirements.txt': 'Flask\ngunicorn\n',
      Dockerfile: dockerfile('FROM python:3.9-slim-buster', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt'),
    },
    atMost: 1,
    isWorthIt: false,
  },
  {
    name: 'a compiler for psycopg2 on the fat base',
    files: {
      'app.py': app('import psycopg2\n', 'f"libpq {psycopg2.extensions.libpq_version()}"'),
      'requirements.txt': 'Flask\ngunicorn\npsycopg2\n',
      Dockerfile: dockerfile(
        'FROM python:3.9',
        'WORKDIR /app',
        'RUN apt-get update && apt-get install -y build-essential libpq-dev',
        'COPY . .',
        'RUN pip install -r requirements.txt',
      ),
    },
    atMost: 1 / 3,
    isWorthIt: true,
  },
];

describeWith('e2e', 'the Flask case on a real engine', () => {
  const temporary = temporaryFolder();
  const dfmod = installedPackage();
  const engine = dockerEngine();
  afterAll(() => engine.cleanUp(), 120_000);

  describe.each(VARIANTS)('$name', ({ name, files, atMost, isWorthIt }) => {
    let folders: { before: string; after: string };
    let images: { before: string; after: string };

    beforeAll(async () => {
      const folder = (of: string) => join(temporary.path, `${VARIANTS.findIndex(each => each.name === name)}`, of);
      folders = { before: folder('before'), after: folder('after') };
      mkdirSync(folders.before, { recursive: true });
      for (const [path, text] of Object.entries(files)) writeFileSync(join(folders.before, path), text);
      writeFileSync(join(folders.before, 'Dockerfile'), await localised(join(folders.before, 'Dockerfile')));
      cpSync(folders.before, folders.after, { recursive: true });
      await execa(process.execPath, [dfmod.bin, TRANSFORMS, '--write', join(folders.after, 'Dockerfile')]);
      images = { before: await engine.build(folders.before), after: await engine.build(folders.after) };
    }, 15 * 60_000);

    const instructions = () => parse(readFileSync(join(folders.after, 'Dockerfile'), 'utf8')).instructions;
    const install = (instruction: Instruction) => instruction.name === 'RUN' && instruction.logical.text.includes('pip install');

    test('has two stages, and installs above the sources with a cache that stays', () => {
      const all = instructions();
      expect(all.filter(({ name: keyword }) => keyword === 'FROM')).toHaveLength(2);
      const sources = all.findIndex(each => each.name === 'COPY' && each.words[0]?.text === '.');
      const installs = all.findIndex(install);
      expect(installs).toBeGreaterThan(0);
      expect(installs).toBeLessThan(sources);
      expect(all[installs]?.logical.text).toMatch(/--mount=type=cache,\S*target=\/root\/\.cache\/pip/);
    });

    test('carries every setting over, and adds a user and a check', async () => {
      const config = async (image: string) => JSON.parse(await engine.docker(['image', 'inspect', '--format', '{{json .Config}}', image]));
      const { Env: hadEnv, User: hadUser, Healthcheck: hadCheck, ...had } = await config(images.before);
      const { Env: hasEnv, User: user, Healthcheck: check, ...has } = await config(images.after);
      expect(has).toEqual(had);
      expect(hasEnv).toEqual(expect.arrayContaining(hadEnv));
      expect([hadUser || 'root', hadCheck]).toEqual(['root', undefined]);
      expect(user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
      expect(check.Test[0]).toBe('CMD');
    });

    test('finds gunicorn, gives the same answer and turns healthy', { timeout: 240_000 }, async () => {
      const before = await observe(engine, images.before);
      expect(before).toMatchObject({ state: 'running', listening: ['*:8000'], answers: { 8000: expect.stringMatching(/^200 /) } });
      const after = await observe(engine, images.after, before);
      expect(differences(before, after)).toEqual([]);
      expect(after.health).toBe('healthy');
    });

    test(`is at most ${atMost.toFixed(2)} of what it was`, async () => {
      expect(await engine.size(images.after)).toBeLessThanOrEqual(atMost * (await engine.size(images.before)));
    });

    test('is split by a preset where that is worth it, and the preset says why not', async () => {
      const { stdout } = await execa(process.execPath, [
        dfmod.bin,
        'recommended',
        '--reporter',
        'json',
        join(folders.before, 'Dockerfile'),
      ]);
      const [file] = (JSON.parse(stdout) as { files: { held: { transform: string; because: string }[] }[] }).files;
      const held = file?.held.filter(({ transform }) => transform === 'multistage').map(({ because }) => because);
      expect(held).toEqual(isWorthIt ? ['keeps'] : ['gain']);
    });
  });
});
