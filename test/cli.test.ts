import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa, type Options } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { projectRoot } from './support/paths.ts';
import { installedPackage } from './support/program.ts';

const LEGACY = 'FROM node:20\nENV A b\n';
const MODERN = 'FROM node:20\nENV A="b"\n';

const installed = installedPackage();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dfmod-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function put(files: Record<string, string | Uint8Array>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

const read = (path: string) => readFileSync(join(folder, path), 'utf8');

async function dfmod(args: string[], options: Options = {}): Promise<{ exitCode: number | undefined; stdout: string; stderr: string }> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [installed.bin, ...args], {
    cwd: folder,
    reject: false,
    stripFinalNewline: false,
    timeout: 60_000,
    input: '',
    ...options,
  });
  return { exitCode, stdout: String(stdout), stderr: String(stderr) };
}

/** Everything in the folder: name, mode, content. */
function snapshot(): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map(
      entry =>
        `${join(entry.parentPath, entry.name)} ${entry.isFile() ? readFileSync(join(entry.parentPath, entry.name)).toString('hex') : ''}`,
    )
    .sort();
}

describe('a run', () => {
  test('prints what the README shows of it', async () => {
    const { stdout } = await dfmod(['multistage', '__fixtures__/multistage/example/Dockerfile'], { cwd: projectRoot });
    expect(readFileSync(join(projectRoot, 'README.md'), 'utf8')).toContain(`\n\`\`\`console\n${stdout}\`\`\`\n`);
  });

  test('shows what would change and writes nothing', async () => {
    put({ Dockerfile: LEGACY });
    const { exitCode, stdout, stderr } = await dfmod(['key-value']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('-ENV A b\n+ENV A="b"\n');
    expect(stdout).toContain('Dockerfile  context: ., the working directory\n');
    expect(read('Dockerfile')).toBe(LEGACY);
  });

  test('knows the services of compose files that build the Dockerfile', async () => {
    const dockerfile = 'FROM node:20\nWORKDIR /app\nCOPY app.js .\nCMD ["node", "app.js"]\n';
    put({ 'app/Dockerfile': dockerfile, 'app/app.js': '', 'compose.yaml': 'services: {web: {build: ./app, user: root}}\n' });
    const { stdout } = await dfmod(['non-root', 'app/Dockerfile']);
    expect(stdout).toContain('left alone: compose.yaml: services.web sets the user itself');
    put({ 'compose.yaml': 'services: {web: {build: ./other, user: root}}\n' });
    expect((await dfmod(['non-root', 'app/Dockerfile'])).stdout).toContain('+USER 1000:1000\n');
  });

  test('writes with --write, and then has nothing more to do', async () => {
    put({ Dockerfile: LEGACY });
    expect(await dfmod(['key-value', '-w', 'Dockerfile'])).toMatchObject({ exitCode: 0, stderr: '' });
    expect(read('Dockerfile')).toBe(MODERN);
    expect(readdirSync(folder)).toEqual(['Dockerfile']);
    expect((await dfmod(['key-value', '--check', 'Dockerfile'])).exitCode).toBe(0);
  });

  test('exits with 1 under --check where changes are pending', async () => {
    put({ Dockerfile: LEGACY });
    expect((await dfmod(['key-value', '--check'])).exitCode).toBe(1);
    expect((await dfmod(['key-value', '--check', '--write'])).exitCode).toBe(0);
  });

  test('reads standard input and gives the result to standard output', async () => {
    const { exitCode, stdout, stderr } = await dfmod(['key-value', '-'], { input: '\uFEFFFROM a\r\nENV A b' });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '\uFEFFFROM a\r\nENV A="b"' });
    expect(stderr).toContain('write A with an equals sign');
    expect(await dfmod(['key-value', '-', '--check'], { input: LEGACY })).toMatchObject({ exitCode: 1, stdout: '' });
    expect(await dfmod(['key-value', '-'], { input: 'RUN <<E\n' })).toMatchObject({ exitCode: 2, stdout: '' });
  });

  test('walks folders by name and .gitignore, takes several paths, and reads a file once', async () => {
    put({
      'a/Dockerfile': LEGACY,
      'b/app.dockerfile': LEGACY,
      'b/.gitignore': 'out',
      'b/out/Dockerfile': LEGACY,
      'c/odd': LEGACY,
      'b/README': LEGACY,
    });
    const { stdout, exitCode } = await dfmod(['key-value', '--reporter', 'json', 'a', '.', 'a/Dockerfile', 'c/odd']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).files.map(({ path }: { path: string }) => path)).toEqual(['a/Dockerfile', 'b/app.dockerfile', 'c/odd']);
  });

  test('goes on after a broken file, and exits with 2 even under --check', async () => {
    put({ 'a/Dockerfile': 'FROM a\nRUN <<E\n', 'b/Dockerfile': LEGACY });
    const { exitCode, stderr } = await dfmod(['key-value', '--write', '--check', '.']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^a\/Dockerfile:2:1: unterminated heredoc.*\n$/);
    expect(read('b/Dockerfile')).toBe(MODERN);
  });

  test('leaves a template alone that it finds in a folder', async () => {
    put({ 'Dockerfile.j2': '{% if x %}\nENV A b\n', Dockerfile: LEGACY });
    const { exitCode, stdout } = await dfmod(['key-value', '.']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Dockerfile.j2  left alone: a template');
  });

  test('takes -- before paths', async () => {
    put({ '-w': LEGACY });
    expect((await dfmod(['key-value', '--', '-w'])).stdout).toContain('+ENV A="b"');
  });

  test('applies a list in the order of the catalogue, each with its options', async () => {
    put({ Dockerfile: 'FROM node:20\nENV A b\nCMD npm start\n' });
    await dfmod(['exec-form,key-value', '-w', '--wrap']);
    expect(read('Dockerfile')).toBe('FROM node:20\nENV A="b"\nCMD ["npm", "start"]\n');
  });

  test('holds each item of a list to its own threshold', async () => {
    const split = { cwd: join(projectRoot, '__fixtures__/multistage/example') };
    const titles = async (...args: string[]) => /build in one stage/.test((await dfmod(args, split)).stdout);
    expect(await titles('recommended')).toBe(false);
    expect(await titles('recommended', '--keeps', 'intent')).toBe(true);
    expect(await titles('all')).toBe(true);
    expect(await titles('all', '--keeps', 'behaviour')).toBe(false);
    expect(await titles('recommended,multistage')).toBe(true);
    expect((await dfmod(['recommended'], split)).stdout).toMatch(/held back: --keeps intent lets (it|them) in\./);
  });

  test('holds back what promises less than --keeps asks for, and names the flag', async () => {
    put({ Dockerfile: 'FROM node:20\nCMD npm start\n' });
    const { stdout } = await dfmod(['exec-form', '--keeps', 'image', '-w']);
    expect(stdout).toContain('1 change held back: --keeps behaviour lets it in.');
    expect(read('Dockerfile')).toBe('FROM node:20\nCMD npm start\n');
  });

  test('takes the context that is named, and says which it took', async () => {
    put({ 'docker/Dockerfile': 'FROM a\nADD app.tar /\nADD x /\n', 'app/app.tar': 'text', 'app/x': '' });
    expect((await dfmod(['copy-not-add', 'docker'])).stdout).toContain('context not known');
    const { stdout } = await dfmod(['copy-not-add', 'docker', '--context', 'app']);
    expect(stdout).toContain('context: app, as named');
    expect(stdout).toContain('+COPY app.tar /\n');
  });

  test('warns of a comment that silences no transform', async () => {
    put({ Dockerfile: 'FROM a\n# dfmod-ignore key-vlaue -- why\nENV A b\n' });
    const { exitCode, stderr } = await dfmod(['key-value']);
    expect(exitCode).toBe(0);
    expect(stderr).toBe('Dockerfile:2:1: warning: dfmod-ignore names "key-vlaue", which is no transform: did you mean key-value?\n');
  });

  test('writes the report to --output', async () => {
    put({ Dockerfile: LEGACY });
    const { stdout } = await dfmod(['key-value', '--reporter=json', '--output', 'plan.json']);
    expect(stdout).toBe('');
    expect(JSON.parse(read('plan.json'))).toMatchObject({ version: 1, totals: { changes: 1 } });
  });

  test('has colours on request only, where it writes to no terminal', async () => {
    put({ Dockerfile: LEGACY });
    expect((await dfmod(['key-value'])).stdout).not.toContain('\x1b[');
    expect((await dfmod(['key-value'], { env: { FORCE_COLOR: '1' } })).stdout).toContain('\x1b[32m+ENV A="b"');
    expect((await dfmod(['key-value'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stdout).not.toContain('\x1b[');
  });

  test('ends quietly where its reader stops', async () => {
    put(Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`${index}/Dockerfile`, LEGACY.repeat(20)])));
    const { stdout, stderr } = await execa({ shell: true, cwd: folder })`${process.execPath} ${installed.bin} key-value . | head -n 1`;
    expect({ lines: stdout.split('\n').length, stderr }).toEqual({ lines: 1, stderr: '' });
  });

  test.skipIf(!existsSync('/dev/full'))('says in one line that its output has no room', async () => {
    put({ Dockerfile: LEGACY });
    const { stderr, exitCode } = await execa({
      shell: true,
      cwd: folder,
      reject: false,
    })`${process.execPath} ${installed.bin} key-value > /dev/full`;
    expect({ stderr, exitCode }).toEqual({ stderr: "dfmod: standard output can't be written (ENOSPC)", exitCode: 2 });
  });

  test('stops on Ctrl-C with 130 and leaves every file whole', async () => {
    put(Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`${index}/Dockerfile`, LEGACY])));
    const child = execa(process.execPath, [installed.bin, 'key-value', '-w', '.'], { cwd: folder, reject: false });
    while (!readdirSync(folder).some(name => read(`${name}/Dockerfile`) === MODERN)) await new Promise(resolve => setTimeout(resolve, 5));
    child.kill('SIGINT');
    expect((await child).exitCode).toBe(130);
    const texts = readdirSync(folder).map(name => [readdirSync(join(folder, name)).join(), read(`${name}/Dockerfile`)]);
    expect(texts.every(([names, text]) => names === 'Dockerfile' && (text === LEGACY || text === MODERN))).toBe(true);
    expect(texts.some(([, text]) => text === LEGACY)).toBe(true);
  });
});

describe('bad input is one clear line, exit code 2, and nothing written', () => {
  const nothing = () => {};
  test.each<[string, () => void, string[], RegExp]>([
    ['no file', nothing, ['key-value', 'Dockerfile'], /^Dockerfile: no such file or folder$/],
    ['no file and no path', nothing, ['key-value'], /^dfmod: no Dockerfile here: name a file or a folder, as in "dfmod key-value \."$/],
    ['a folder without Dockerfiles', () => put({ 'a/b': '' }), ['key-value', 'a'], /^a: no Dockerfile in this folder/],
    ['a file that is used as a folder', () => put({ a: '' }), ['key-value', 'a/b'], /^a\/b: no such file or folder$/],
    ['a binary file', () => put({ Dockerfile: 'FROM a\nRUN \0\n' }), ['key-value'], /^Dockerfile:2:1: is binary: it has a NUL byte$/],
    [
      'invalid UTF-8',
      () => put({ Dockerfile: Buffer.from('FROM a\n# \xe9\n', 'latin1') }),
      ['key-value'],
      /^Dockerfile:2:1: is not UTF-8$/,
    ],
    ['UTF-16', () => put({ Dockerfile: Buffer.from('\uFEFFFROM a\n', 'utf16le') }), ['key-value'], /^Dockerfile:1:1: is binary/],
    ['an empty file', () => put({ Dockerfile: '' }), ['key-value'], /^Dockerfile:1:1: file with no instructions$/],
    ['comments alone', () => put({ Dockerfile: '# a\n' }), ['key-value'], /^Dockerfile:1:1: file with no instructions$/],
    [
      'an unterminated heredoc',
      () => put({ Dockerfile: 'FROM a\nENV A b\nRUN <<E\nx' }),
      ['key-value'],
      /^Dockerfile:3:1: unterminated heredoc: no line "E" follows/,
    ],
    [
      'an unknown instruction',
      () => put({ Dockerfile: 'FROM a\nENV A b\n  FOO b' }),
      ['key-value'],
      /^Dockerfile:3:3: unknown instruction: FOO/,
    ],
    ['a template by its name', () => put({ 'Dockerfile.j2': LEGACY }), ['key-value', 'Dockerfile.j2'], /^Dockerfile.j2: is a template/],
    ['a template by its text', () => put({ Dockerfile: 'FROM a\n{{ if }}\nENV A b\n' }), ['key-value'], /^Dockerfile: is a template/],
    ['a file over 4 MiB', () => put({ Dockerfile: `FROM a\n${'#\n'.repeat(2.2e6)}` }), ['key-value'], /^Dockerfile: is larger than 4 MiB$/],
    ['a FIFO', () => execFileSync('mkfifo', [join(folder, 'Dockerfile')]), ['key-value'], /^Dockerfile: is not a regular file$/],
    ['a device', nothing, ['key-value', '/dev/zero'], /^\/dev\/zero: is not a regular file$/],
    [
      'a link in a circle',
      () => symlinkSync('Dockerfile', join(folder, 'Dockerfile')),
      ['key-value', 'Dockerfile'],
      /^Dockerfile: links that lead to each other$/,
    ],
    [
      '--write on a read-only file',
      () => {
        put({ Dockerfile: LEGACY });
        chmodSync(join(folder, 'Dockerfile'), 0o444);
      },
      ['key-value', '-w'],
      /^Dockerfile: is read-only/,
    ],
    [
      '--write on a link that leads out',
      () => {
        put({ 'in/x': '', 'in/.git/x': '', Dockerfile: LEGACY });
        symlinkSync('../Dockerfile', join(folder, 'in/Dockerfile'));
      },
      ['key-value', '-w', 'in/Dockerfile'],
      /leads out of/,
    ],
    ['a misspelt transform', nothing, ['key-vlaue', 'x'], /^dfmod: no transform "key-vlaue": did you mean key-value\?$/],
    ['a misspelt transform in a list', nothing, ['key-value,exec-from', 'x'], /did you mean exec-form\?$/],
    ['an unknown transform', nothing, ['qqqqqqqqqq', 'x'], /^dfmod: no transform "qqqqqqqqqq" \("dfmod list" shows them\)$/],
    ['an empty name in a list', nothing, ['key-value,', 'x'], /empty name/],
    [
      'a path in the place of the transform',
      () => put({ Dockerfile: LEGACY }),
      ['Dockerfile'],
      /^dfmod: Dockerfile is a path: name a transform or preset first, as in "dfmod [a-z-]+ Dockerfile"/,
    ],
    ['a misspelt command', nothing, ['lits'], /did you mean list\?$/],
    ['a misspelt option', nothing, ['key-value', '--wirte'], /^dfmod: unknown option --wirte: did you mean --write\?$/],
    ['an unknown short option', nothing, ['key-value', '-z'], /^dfmod: unknown option -z/],
    ['an option without its value', nothing, ['key-value', '--keeps'], /^dfmod: --keeps needs a value/],
    ['an option whose value is missing', nothing, ['key-value', '--context', '--write'], /^dfmod: --context needs a value/],
    ['a value for a switch', nothing, ['key-value', '--write=yes'], /^dfmod: --write takes no value$/],
    ["another transform's option", () => put({ Dockerfile: LEGACY }), ['key-value', '--wrap'], /^dfmod: --wrap is an option of exec-form$/],
    [
      'a promise that there is not',
      nothing,
      ['key-value', '--keeps', 'behavior', 'x'],
      /^dfmod: --keeps is image, behaviour or intent, not "behavior": did you mean behaviour\?$/,
    ],
    [
      'a reporter that there is not',
      nothing,
      ['key-value', '--reporter', 'xml', 'x'],
      /^dfmod: --reporter is text, json or markdown, not "xml"/,
    ],
    [
      'a context that is no folder',
      () => put({ Dockerfile: LEGACY }),
      ['key-value', '--context', 'Dockerfile'],
      /^dfmod: --context .*Dockerfile: not a folder$/,
    ],
    [
      'an output file in a missing folder',
      () => put({ Dockerfile: LEGACY }),
      ['key-value', '--output', 'a/b'],
      /^dfmod: --output a\/b: no such file or folder$/,
    ],
    ['standard input with --write', nothing, ['key-value', '-w', '-'], /^dfmod: standard input has no file to write/],
    ['standard input with a path', nothing, ['key-value', '-', 'x'], /^dfmod: - is standard input and stands alone$/],
    ['nothing to explain', nothing, ['explain'], /^dfmod: explain takes one transform/],
    ['a name that would forge a log line', nothing, ['key-value', 'a\n::error::x'], /^a\\n::error::x: no such file/],
  ])('%s', async (_, prepare, args, message) => {
    prepare();
    const before = existsSync(join(folder, 'Dockerfile')) && args.includes('-w') ? snapshot() : [];
    const { exitCode, stdout, stderr } = await dfmod(args);
    expect(stderr.replace(/\n$/, '')).toMatch(message);
    expect({ exitCode, stdout, lines: stderr.split('\n').length }).toEqual({ exitCode: 2, stdout: '', lines: 2 });
    if (before.length > 0) expect(snapshot()).toEqual(before);
  });

  test.skipIf(process.getuid?.() === 0)("a folder that can't be read", async () => {
    put({ 'a/Dockerfile': LEGACY });
    chmodSync(join(folder, 'a'), 0);
    expect(await dfmod(['key-value', '.'])).toMatchObject({ exitCode: 2, stderr: "a: can't be read\n" });
    chmodSync(join(folder, 'a'), 0o755);
  });
});

describe('help', () => {
  test('is there for the program, each command and each transform', async () => {
    const program = await dfmod(['--help']);
    expect(program).toMatchObject({ exitCode: 0, stderr: '' });
    expect(program.stdout).toMatchInlineSnapshot(`
      "dfmod rewrites Dockerfiles: it proposes, shows the diff and says why.

      Usage:
        dfmod <transform | preset>[,…] [<path>…]  show what would change
        dfmod verify <before> <after>             what two Dockerfiles build, whether it is the same, and whether it does the same
        dfmod list                                every transform, in the order in which they are applied, and the presets
        dfmod explain <transform | preset>        what a transform does, promises and settles, and its options

      A path is a Dockerfile or a folder to walk; none is ./Dockerfile, and - is standard input, its result on standard output.

      Options:
        -w, --write             write the result
            --check             exit with 1 if changes are pending
            --keeps <promise>   the weakest promise to accept: image, behaviour or intent
            --context <folder>  the build context; without it, the folder that has what is copied
            --reporter <name>   text, json: a plan for programs, or markdown: for a pull request
            --output <file>     where the report goes instead of standard output
        -h, --help              show this help
        -V, --version           show the version

      Verify, with Docker (* as often as needed):
            --verify                  build each changed file before and after, and hold every change to its promise
            --smoke <command>         a command that must do in both containers what it did before
            --no-rebuild              don't measure rebuilds after an edit: up to four more builds
            --builder <name>          the buildx builder, a remote one too
            --platform <platform>     what is built for, as in linux/arm64
            --target <stage>          the stage to build instead of the last
            --network <mode>          the network of RUN
            --build-arg <name=value>  a value for ARG (*)
            --secret <id=…>           a secret for RUN (*)
            --ssh <id>                an SSH agent or key for RUN (*)
            --cache-from <source>     where cached layers come from (*)
            --cache-to <target>       where layers are cached (*)

      Exit code: 0 nothing to do, or done; 1 changes are pending under --check, or a broken promise; 2 trouble.
      "
    `);
    expect((await dfmod(['list', '--help'])).stdout).toMatch(/^dfmod list\n/);
    expect((await dfmod(['explain', '-h'])).stdout).toMatch(/^dfmod explain <transform \| preset>\n/);
    const own = await dfmod(['exec-form', '--help']);
    expect(own.stdout).toMatch(/^dfmod exec-form \[<path>…\]\n/);
    expect(own.stdout).toContain('--wrap');
    expect((await dfmod(['key-value', '--help'])).stdout).not.toContain('--wrap');
  });

  test('without anything goes to standard error', async () => {
    const { exitCode, stdout, stderr } = await dfmod([]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^dfmod rewrites Dockerfiles/);
  });

  test('lists and explains transforms', async () => {
    expect((await dfmod(['list'])).stdout).toMatch(/^Transforms:\n {2}key-value +write ENV(.*\n)*\nPresets:\n {2}recommended /);
    expect((await dfmod(['explain', 'exec-form'])).stdout).toMatch(/^exec-form: .*\n(.*\n)*.*DL3025(.*\n)*.*--wrap/);
    expect((await dfmod(['explain', 'recommended'])).stdout).toMatch(/^recommended: .*\n(.*\n)*.*key-value, exec-form.*\n.*behaviour: /);
    expect((await dfmod(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
