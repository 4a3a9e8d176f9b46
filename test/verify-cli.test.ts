import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa, type Options } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { installedPackage } from './support/program.ts';

const LEGACY = 'FROM busybox\nENV A b\n';
const MODERN = 'FROM busybox\nENV A="b"\n';

const installed = installedPackage();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dfmod-'));
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'tmp'));
  mkdirSync(join(folder, 'work'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function put(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, 'work', path)), { recursive: true });
    writeFileSync(join(folder, 'work', path), text);
  }
}

const read = (path: string) => readFileSync(join(folder, 'work', path), 'utf8');

/** A program docker that writes down what it is asked; builds do what the script says. */
function fakeDocker(build: string): void {
  const log = join(folder, 'asked');
  const path = join(folder, 'bin/docker');
  writeFileSync(path, `#!/bin/sh\necho "$@" >> ${log}\ncase "$1 $2" in "buildx build") ${build};; *ersion*) echo 1;; esac\n`);
  chmodSync(path, 0o755);
}
const asked = () => (existsSync(join(folder, 'asked')) ? readFileSync(join(folder, 'asked'), 'utf8') : '');

/** Runs the program where there is no docker but that of `fakeDocker`. */
function started(args: string[], options: Options = {}) {
  return execa(process.execPath, [installed.bin, ...args], {
    cwd: join(folder, 'work'),
    env: { PATH: join(folder, 'bin'), TMPDIR: join(folder, 'tmp') },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    timeout: 60_000,
    input: '',
    ...options,
  });
}

async function dfmod(...args: string[]): Promise<{ exitCode: number | undefined; stdout: string; stderr: string }> {
  const { exitCode, stdout, stderr } = await started(args);
  return { exitCode, stdout: String(stdout), stderr: String(stderr) };
}

describe('what cannot be asked of verify is one clear line, exit code 2', () => {
  const nothing = {};
  const pair = { a: LEGACY, b: MODERN };
  test.each<[string, Record<string, string>, string[], RegExp]>([
    ['a flag of verify alone', pair, ['key-value', 'a', '--builder', 'x'], /^dfmod: --builder is for --verify$/],
    ['a switch of verify alone', pair, ['key-value', 'a', '--no-rebuild'], /^dfmod: --no-rebuild is for --verify$/],
    ['a list of verify alone', pair, ['key-value', 'a', '--build-arg', 'A=b'], /^dfmod: --build-arg is for --verify$/],
    ['a misspelt flag', pair, ['verify', 'a', 'b', '--biulder', 'x'], /^dfmod: unknown option --biulder: did you mean --builder\?$/],
    ['--verify for the command', pair, ['verify', 'a', 'b', '--verify'], /^dfmod: unknown option --verify/],
    ['--write for the command', pair, ['verify', 'a', 'b', '--write'], /^dfmod: unknown option --write/],
    ['a flag without its value', pair, ['key-value', 'a', '--verify', '--smoke'], /^dfmod: --smoke needs a value/],
    ['one Dockerfile', pair, ['verify', 'a'], /^dfmod: verify takes two Dockerfiles/],
    ['three Dockerfiles', pair, ['verify', 'a', 'b', 'b'], /^dfmod: verify takes two Dockerfiles/],
    ['a missing Dockerfile', pair, ['verify', 'a', 'c'], /^dfmod: c: no such file or folder$/],
    ['a folder', { ...pair, 'c/d': '' }, ['verify', 'a', 'c'], /^dfmod: c: is not a regular file$/],
    ['standard input', pair, ['verify', 'a', '-'], /^dfmod: verify reads two files: standard input is none$/],
    [
      'a Dockerfile that cannot be parsed',
      { ...pair, c: 'FROM a\nRUN <<E\n' },
      ['verify', 'a', 'c'],
      /^dfmod: c:2:1: unterminated heredoc/,
    ],
    ['a template', { ...pair, c: '{{ x }}\n' }, ['verify', 'a', 'c'], /^dfmod: c: is a template/],
    [
      'a context that is not known',
      { ...pair, a: 'FROM a\nCOPY x .\n' },
      ['verify', 'a', 'b'],
      /^dfmod: the build context isn't known \(.*\): name the build context with --context$/,
    ],
    ['a context that is no folder', pair, ['verify', 'a', 'b', '--context', 'a'], /^dfmod: --context .*: not a folder$/],
    ['a promise that there is not', pair, ['verify', 'a', 'b', '--keeps', 'all'], /^dfmod: --keeps is image, behaviour or intent/],
    ['an alteration of no kind', pair, ['verify', 'a', 'b', '--alters', '/var'], /^dfmod: --alters takes kind:value with one of removed, /],
    ['a misspelt kind', pair, ['verify', 'a', 'b', '--alters', 'remove:/a/**'], /"remove:\/a\/\*\*": did you mean removed\?$/],
    [
      'a glob of everything',
      pair,
      ['verify', 'a', 'b', '--alters', 'removed:/**'],
      /^dfmod: --alters removed: takes paths below a folder, as in \/var\/cache\/\*\*, not "\/\*\*"$/,
    ],
    ['a field that is none', pair, ['verify', 'a', 'b', '--alters', 'config:/x'], /^dfmod: --alters config: takes a field/],
    ['no docker', pair, ['verify', 'a', 'b'], /^dfmod: .*no program docker: install Docker/],
    ['no docker for a run', pair, ['key-value', 'a', '--verify'], /^dfmod: .*no program docker: install Docker/],
    ['no Dockerfile for a run', nothing, ['key-value', '--verify'], /^dfmod: no Dockerfile here/],
    [
      'a run whose context is not known',
      { a: 'FROM a\nENV A b\nCOPY x .\n' },
      ['key-value', 'a', '--verify'],
      /^a: can't verify: the build context isn't known \(.*\): name it with --context$/,
    ],
  ])('%s', async (_, files, args, message) => {
    put(files);
    const { exitCode, stdout, stderr } = await dfmod(...args);
    expect(stderr.replace(/\n$/, '')).toMatch(message);
    expect({ exitCode, stdout, lines: stderr.split('\n').length }).toEqual({ exitCode: 2, stdout: '', lines: 2 });
  });
});

test('a file that does not change is not built', async () => {
  put({ Dockerfile: MODERN });
  expect(await dfmod('key-value', '--verify')).toMatchObject({ exitCode: 0, stderr: '' });
});

test('the help of the command shows its flags and those of the build', async () => {
  const { exitCode, stdout } = await dfmod('verify', '--help');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^dfmod verify <before> <after>\n/);
  for (const flag of ['--alters', '--keeps', '--reporter', '--builder', '--cache-to']) expect(stdout).toContain(flag);
  expect(stdout).not.toMatch(/--(?:write|verify) /);
});

describe('an original that does not build', () => {
  beforeEach(() => {
    put({ Dockerfile: LEGACY, 'Dockerfile.new': MODERN });
    fakeDocker('echo "ERROR: failed to build: failed to solve: no such stage" >&2; exit 1');
  });

  test('is said with the reason, exit code 2', async () => {
    const { exitCode, stdout, stderr } = await dfmod('verify', 'Dockerfile', 'Dockerfile.new');
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
    expect(stdout).toMatch(
      /^Dockerfile.new {2}against Dockerfile, context: .*\n\nCan't verify: the original doesn't build: no such stage\n/,
    );
  });

  test('is left as it is by --write, and standard input has no result', async () => {
    const { exitCode, stdout } = await dfmod('key-value', '--verify', '--write');
    expect(exitCode).toBe(2);
    expect(stdout).toContain("Can't verify: the original doesn't build: no such stage");
    expect(stdout).toContain('--write leaves 1 file as it is.');
    expect(read('Dockerfile')).toBe(LEGACY);
    const piped = await started(['key-value', '--verify', '-'], { input: LEGACY });
    expect(piped).toMatchObject({ exitCode: 2, stdout: '' });
  });

  test('is in the plan and in the Markdown report', async () => {
    const { stdout } = await dfmod('key-value', '--verify', '--reporter', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ files: [{ verification: { verdict: 'impossible' } }], totals: { unverifiable: 1 } });
    expect((await dfmod('key-value', '--verify', '--reporter=markdown')).stdout).toContain("\n**Can't verify: ");
  });

  test('hands the flags of the build to docker', async () => {
    await dfmod('verify', 'Dockerfile', 'Dockerfile.new', '--builder=far', '--build-arg', 'A=b', '--build-arg', 'C', '--target', 't');
    expect(asked()).toMatch(/^buildx build .*--builder=far .*--target=t .*--build-arg=A=b --build-arg=C /m);
  });

  test('makes promises of the stage that --target names, by name or number', async () => {
    put({ Dockerfile: 'FROM python:3.12 AS deps\nRUN pip install flask\n\nFROM python:3.12\nCOPY --from=deps /usr/local /usr/local\n' });
    const alters = async (...target: string[]) => {
      const { stdout } = await dfmod('cache-mounts', '--verify', '--reporter=json', ...target);
      return JSON.parse(stdout).files[0].changes.map((change: { alters: unknown }) => change.alters);
    };
    expect(await alters()).toEqual([[]]);
    expect(await alters('--target=Deps')).toEqual([expect.arrayContaining([{ removed: '/root/.cache/pip/**' }])]);
    expect(await alters('--target=0')).toEqual(await alters('--target=deps'));
  });
});

describe.each(['SIGINT', 'SIGTERM'] as const)('%s during a build', signal => {
  const code = signal === 'SIGINT' ? 130 : 143;

  test('ends it, takes away what was made, and says nothing', async () => {
    put({ Dockerfile: LEGACY });
    fakeDocker('exec /bin/sleep 30');
    const running = started(['key-value', '--verify', '--write']);
    while (!asked().includes('buildx build')) await setTimeout(10);
    running.kill(signal);
    expect(await running).toMatchObject({ exitCode: code, stdout: '', stderr: '' });
    expect(asked()).toContain('ps --all');
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
    expect(read('Dockerfile')).toBe(LEGACY);
  });

  test('ends it at once the second time', async () => {
    put({ Dockerfile: LEGACY });
    fakeDocker("trap '' TERM INT; /bin/sleep 15");
    const running = started(['key-value', '--verify']);
    while (!asked().includes('buildx build')) await setTimeout(10);
    let ended = false;
    const result = running.finally(() => {
      ended = true;
    });
    while (!ended) {
      running.kill(signal);
      await setTimeout(50);
    }
    expect(await result).toMatchObject({ exitCode: code, stdout: '', stderr: '' });
    expect(asked()).not.toContain('ps --all');
  });
});
