import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BuildFailure, type BuildRequest, type BuildSettings } from '../src/verify/builder.ts';
import { dockerBuilder } from '../src/verify/docker.ts';
import { type Engine, EngineError, openEngine } from '../src/verify/engine.ts';
import { describeWith, temporaryFolder } from './support/shared.ts';
import { settings } from './support/verify.ts';

const SETTINGS = settings().build;
const silent = () => {};

/** Everything of an engine that carries a label or a name. */
async function left(engine: Engine): Promise<string> {
  const label = `label=${engine.label[1]}`;
  const lists = [
    ['ps', '--all', '--quiet', '--filter', label],
    ['image', 'ls', '--all', '--quiet', '--filter', label],
    ['image', 'ls', '--quiet', engine.repository],
    ['volume', 'ls', '--quiet', '--filter', label],
  ];
  const found = await Promise.all(lists.map(async list => (await execa('docker', list)).stdout));
  return found.join('');
}

describeWith('e2e', 'building with docker buildx', () => {
  const root = temporaryFolder();
  let engine: Engine;
  let context = '';

  const request = (dockerfile: string, more: Partial<BuildRequest> = {}): BuildRequest => {
    return { name: 'before', dockerfile, context, ignore: undefined, ...more };
  };
  const build = (dockerfile: string, settings: Partial<BuildSettings> = {}, more: Partial<BuildRequest> = {}) =>
    dockerBuilder(engine, { ...SETTINGS, ...settings }).build(request(dockerfile, more), silent);
  const failure = (dockerfile: string, settings: Partial<BuildSettings> = {}) =>
    build(dockerfile, settings).catch((error: unknown) => error);
  const printed = (image: string | undefined) => engine.docker(['run', '--rm', ...engine.label, image ?? '']);

  beforeAll(async () => {
    context = join(root.path, 'context');
    mkdirSync(context);
    writeFileSync(join(context, 'kept'), 'kept\n');
    writeFileSync(join(context, 'secret'), 'secret\n');
    writeFileSync(join(context, '.dockerignore'), 'kept\n');
    engine = await openEngine(new AbortController().signal);
  });
  afterAll(() => engine.cleanUp());

  test('gives an image, its steps, and what it shows without a trace of verify', async () => {
    const builder = dockerBuilder(engine, SETTINGS);
    const told: string[] = [];
    const made = await builder.build(request('FROM busybox\nCOPY kept /kept\nRUN echo hi >/hi\nUSER 7\n'), ({ build, step }) => {
      told.push(`${build} ${step.name}`);
    });
    expect(made.steps.map(({ name }) => name)).toEqual(['[2/3] COPY kept /kept', '[3/3] RUN echo hi >/hi']);
    expect(new Set(told)).toEqual(new Set(made.steps.map(({ name }) => `before ${name}`)));
    expect(made.contextBytes).toBeGreaterThan(0);
    expect(made.size).toBeGreaterThan(1_000_000);
    const { config, files } = await builder.snapshot(made);
    expect(config).toMatchObject({ User: '7', Cmd: ['sh'] });
    expect(config.Labels).toBeUndefined();
    expect(files.get('/hi')?.size).toBe(3);
  });

  test('comes from the cache where nothing changed, and is fresh where that is asked for', async () => {
    const dockerfile = 'FROM busybox\nRUN echo once\n';
    const cached = async (fresh: boolean) => (await build(dockerfile, {}, { fresh })).steps.map(step => step.cached);
    await build(dockerfile);
    expect(await cached(false)).toEqual([true]);
    expect(await cached(true)).toEqual([false]);
  });

  test('fails with the step and what that step printed alone', async () => {
    const oops = 'RUN sleep 1; echo oops; exit 3';
    const error = await failure(
      `FROM busybox AS other\nRUN echo other; sleep 60\nFROM busybox\nRUN echo fine\n${oops}\nCOPY --from=other /etc /x\n`,
    );
    expect(error).toBeInstanceOf(BuildFailure);
    expect(error).toMatchObject({ message: 'exit code: 3', step: `[stage-1 3/4] ${oops}`, output: 'oops\n' });
  });

  test('fails with what is wrong where BuildKit takes no step', async () => {
    expect(await failure('FROM busybox\nRUNN x\n')).toMatchObject({
      step: '',
      message: expect.stringContaining('unknown instruction: RUNN'),
    });
    expect(await failure('FROM busybox\n', { target: 'nope' })).toMatchObject({ message: 'target stage "nope" could not be found' });
  });

  test('says what to do about a builder that is not there, and a secret that is not', async () => {
    const none = await failure('FROM busybox\n', { builder: 'dfmod-no-such-builder' });
    expect(none).toBeInstanceOf(EngineError);
    expect(none).toMatchObject({ message: 'there is no builder dfmod-no-such-builder: "docker buildx ls" lists those there are' });
    const secret = await failure('FROM busybox\n', { secrets: ['id=x,src=/no/such/file'] });
    expect(secret).toBeInstanceOf(EngineError);
    expect(secret).toMatchObject({ message: expect.stringContaining('/no/such/file') });
  });

  test('passes build arguments, the target and secrets', async () => {
    writeFileSync(join(root.path, 'token'), 'open sesame');
    const dockerfile = [
      'FROM busybox AS wanted',
      'ARG SAID',
      'ARG HIDDEN',
      'RUN --mount=type=secret,id=token echo "$SAID $HIDDEN $(cat /run/secrets/token)" >/said',
      'CMD cat /said',
      'FROM wanted',
      'RUN false',
    ].join('\n');
    const settings = {
      target: 'wanted',
      buildArgs: ['SAID=--load $(x); "y"', 'HIDDEN=1'],
      secrets: [`id=token,src=${join(root.path, 'token')}`],
    };
    expect(await printed((await build(dockerfile, settings)).image)).toBe('--load $(x); "y" 1 open sesame');
  });

  test('takes the text that is given for the .dockerignore, and none where none is', async () => {
    const listed = async (ignore: string | undefined) =>
      (await printed((await build('FROM busybox\nCOPY . /x\nCMD ls /x\n', {}, { ignore })).image)).split('\n');
    expect(await listed('secret\n')).toEqual(['kept']);
    expect(await listed(undefined)).toEqual(['kept', 'secret']);
    expect(await listed('')).toEqual(['kept', 'secret']);
  });

  test("tells BuildKit's warnings", async () => {
    const warnings = await dockerBuilder(engine, SETTINGS).warnings(request('FROM busybox as x\nRUN true\nMAINTAINER me\n'));
    expect(warnings).toEqual([
      { rule: 'FromAsCasing', line: 1 },
      { rule: 'MaintainerDeprecated', line: 3 },
    ]);
  });

  test('ends when it is aborted, and leaves nothing', async () => {
    const abort = new AbortController();
    const own = await openEngine(abort.signal);
    const builder = dockerBuilder(own, SETTINGS);
    await builder.build(request('FROM busybox\nRUN true\n'), silent);
    expect(await left(own)).not.toBe('');
    // the name of the step tells this test's process from all others
    const mark = own.repository.replace('/', '-');
    const dockerfile = `FROM busybox\nRUN sleep 300 # ${mark}\n`;
    const running = builder.build(
      request(dockerfile),
      ({ step }) => 'started' in step && setTimeout(() => abort.abort(new Error('stopped')), 500),
    );
    await expect(running).rejects.toThrow('stopped');
    await own.cleanUp();
    expect(await left(own)).toBe('');
    expect(existsSync(own.folder)).toBe(false);
    expect((await execa('ps', ['-eo', 'args'])).stdout).not.toContain(mark);
  });

  test('is cleaned up by an end that finds a build going on', async () => {
    const own = await openEngine(new AbortController().signal);
    const running = dockerBuilder(own, SETTINGS).build(request('FROM busybox\nRUN sleep 300\n'), silent);
    const ended = expect(running).rejects.toBeInstanceOf(Error);
    await own.cleanUp();
    await ended;
    expect(await left(own)).toBe('');
  });
});
