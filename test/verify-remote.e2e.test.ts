import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, type TestContext, test } from 'vitest';
import { memoryContext } from '../src/context/memory.ts';
import type { Alteration } from '../src/transform.ts';
import { alterationsOf, promiseByHand } from '../src/verify/promise.ts';
import { type Pair, verify } from '../src/verify/verify.ts';
import multistage from '../transforms/multistage/index.ts';
import { folderMaker } from './support/folders.ts';
import { appliedChanges, migrated } from './support/invariants.ts';
import { brokenLines, writtenPair } from './support/pairs.ts';
import { sharedFolder } from './support/paths.ts';
import { describeWith } from './support/shared.ts';
import { endedWith, settings } from './support/verify.ts';
import { dockerLines } from './support/verify-program.ts';

const BUILDER = 'remote';
const MOST = 10 * 60_000;

const BY_HAND = promiseByHand('behaviour', []);

const builds = () => dockerLines('buildx', 'history', 'ls', '--builder', BUILDER, '--format', '{{.Ref}}');

describeWith('e2e', 'with a builder that is not the local engine', () => {
  beforeAll(async () => {
    const images = ['python:3.9-slim-buster', 'golang:1.26', 'gcr.io/distroless/static-debian12'];
    await execa(join(sharedFolder, 'engine/remote'), images, { stdin: 'ignore' });
  }, MOST);

  const { folderOf } = folderMaker();

  /** What verify says of what that builder was asked to build. */
  async function verified(pair: Pair, alters: readonly Alteration[], test: TestContext) {
    const own = { ...settings({ builder: BUILDER }), rebuilds: false };
    const known = new Set(await builds());
    const found = await endedWith(test, signal => verify(pair, alters, own, signal));
    const built = (await builds()).filter(each => !known.has(each));
    expect(built.length).toBeGreaterThanOrEqual(2);
    return found;
  }

  const flask = writtenPair('flask-without-its-gunicorn');

  test.concurrent('a split that loses a program is broken as it is here', { timeout: MOST }, async context => {
    expect(brokenLines(await verified(flask, BY_HAND, context))).toBe(flask.broken);
  });

  test.concurrent('a change that holds is verified', { timeout: MOST }, async context => {
    const { dockerfile } = flask.before;
    const after = {
      dockerfile: dockerfile.replace('COPY . .\n', 'COPY requirements.txt .\n').replace('EXPOSE', 'COPY . .\nEXPOSE'),
      ignore: undefined,
    };
    const exercise = { kind: 'same', what: 'running, 8000 answers 200' };
    expect(await verified({ ...flask, after }, BY_HAND, context)).toMatchObject({ verdict: 'kept', broken: [], exercise });
  });

  test.concurrent('the split of a Go program is verified, as it is here', { timeout: MOST }, async context => {
    const files = { 'go.mod': 'module example.com/hello\n\ngo 1.26\n', 'main.go': 'package main\n\nfunc main() { println("hello") }\n' };
    const folder = folderOf(files);
    const source = 'FROM golang:1.26\nWORKDIR /src\nCOPY . .\nRUN go build -o /hello .\nCMD ["/hello"]\n';
    const split = migrated(multistage, source, memoryContext(files));
    const pair = {
      context: folder,
      before: { dockerfile: source, ignore: undefined },
      after: { dockerfile: split.text, ignore: undefined },
    };
    const alters = alterationsOf(appliedChanges(split));
    const here = await endedWith(context, signal => verify(pair, alters, { ...settings(), rebuilds: false }, signal));
    const there = await verified(pair, alters, context);
    for (const each of [here, there])
      expect(each).toMatchObject({ verdict: 'kept', broken: [], exercise: { kind: 'same', what: 'exits 0' } });
  });
});
