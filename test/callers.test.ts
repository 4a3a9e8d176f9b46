import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { callerSearch } from '../src/discover/callers.ts';
import { composeSearch } from '../src/discover/compose-files.ts';
import { withDefaults } from '../src/discover/compose-variables.ts';
import type { Caller } from '../src/transform.ts';
import { folderMaker } from './support/folders.ts';

const { folderOf } = folderMaker();
const NONE = { target: undefined, args: [], replaces: [], mounts: [] };

function callersIn(root: string, dockerfile = 'Dockerfile', others: string[] = []): Caller[] {
  const path = join(root, dockerfile);
  return callerSearch()(path, composeSearch()(path, others));
}

/** The callers of a repository's Dockerfile. */
function callers(files: Record<string, string>, dockerfile = 'Dockerfile'): Caller[] {
  return callersIn(folderOf({ '.git/HEAD': '', [dockerfile]: 'FROM a\n', ...files }), dockerfile);
}

/** The one caller that a compose file's service makes, `web`. */
function web(...lines: string[]): Caller[] {
  return callers({ 'compose.yaml': ['services:', '  web:', ...lines.map(line => `    ${line}`), ''].join('\n') });
}

const names = (found: Caller[]) => found.map(({ from }) => from);

describe('who builds a Dockerfile', () => {
  test.each(['build: .', 'build: ./', 'build: {context: .}', 'build: {dockerfile: Dockerfile}', 'build: "${APP:-.}"', 'build: ${APP-.}'])(
    '%s',
    line => {
      expect(web(line)).toEqual([{ from: 'compose.yaml: services.web', ...NONE }]);
    },
  );

  test.each([
    'image: web',
    'build: ./other',
    'build: https://github.com/a/b.git',
    'build: {context: ., dockerfile: Dockerfile.dev}',
    'build: {context: ., dockerfile_inline: FROM a}',
    'build: ${APP}',
    'build: [.]',
    'build: ../../../../../../..',
    'command: x',
  ])('not %s', line => {
    expect(web(line)).toEqual([]);
  });

  test('each of the names that Compose takes, and those laid over them', () => {
    for (const name of [
      'compose.yaml',
      'compose.yml',
      'docker-compose.yaml',
      'docker-compose.yml',
      'docker-compose.prod.yml',
      'compose.dev.yaml',
    ])
      expect(names(callers({ [name]: 'services: {web: {build: .}}\n' }))).toEqual([`${name}: services.web`]);
    expect(callers({ 'my-compose.yaml': 'services: {web: {build: .}}\n' })).toEqual([]);
  });

  test('by a Dockerfile of another name and folder', () => {
    const compose = 'services:\n  a: {build: {context: ., dockerfile: docker/Dockerfile}}\n  b: {build: ./docker}\n  c: {build: .}\n';
    expect(names(callers({ 'compose.yaml': compose }, 'docker/Dockerfile'))).toEqual([
      'compose.yaml: services.a',
      'compose.yaml: services.b',
    ]);
    const own = 'services: {a: {build: {context: ../.., dockerfile: deploy/x/app.Dockerfile}}}\n';
    expect(names(callers({ 'deploy/x/compose.yaml': own }, 'deploy/x/app.Dockerfile'))).toEqual(['deploy/x/compose.yaml: services.a']);
  });

  test('by a context that is a link in the repository', () => {
    const root = folderOf(
      { '.git/HEAD': '', 'app/Dockerfile': 'FROM a\n', 'compose.yaml': 'services: {web: {build: ./link}}\n' },
      { link: 'app' },
    );
    expect(names(callersIn(root, 'app/Dockerfile'))).toEqual(['compose.yaml: services.web']);
    expect(names(callersIn(root, 'link/Dockerfile'))).toEqual(['compose.yaml: services.web']);
  });
});

describe('what a caller sets', () => {
  test('stage and arguments', () => {
    expect(web('build: {context: ., target: dev, args: {A: 1, B: }}')).toMatchObject([{ target: 'dev', args: ['A', 'B'] }]);
    expect(web('build:', '  args:', '    - A=1', '    - B', '  target: ${STAGE:-prod}')).toMatchObject([
      { target: 'prod', args: ['A', 'B'] },
    ]);
    expect(web('build: {context: ., target: $STAGE}')).toMatchObject([{ target: '${STAGE}' }]);
  });

  test.each<[string, Caller['replaces']]>([
    ['command: npm run dev', ['cmd']],
    ['command: []', ['cmd']],
    ['command:', []],
    ['entrypoint: /x', ['entrypoint', 'cmd']],
    ['user: 1000', ['user']],
    ['working_dir: /x', ['workdir']],
    ['healthcheck: {test: curl x}', ['healthcheck']],
    ['healthcheck: {disable: true}', ['healthcheck']],
    ['healthcheck: {interval: 3s}', []],
  ])('%s', (line, replaces) => {
    expect(web('build: .', line)).toMatchObject([{ replaces }]);
  });

  test.each([
    ['./src:/app', '/app'],
    ['./src:/app/:ro', '/app'],
    ['/app/node_modules', '/app/node_modules'],
    ['data:/var/lib/data:rw,z', '/var/lib/data'],
    ['C:\\work:/app', '/app'],
    ['c:/work:/app:ro', '/app'],
    ['${SOURCE:-./src}:/app', '/app'],
    ['${SOURCE:?set it}:${TARGET:-/app}', '/app'],
    ['$PWD:/app', '/app'],
    ['C:\\work:D:\\app', 'D:\\app'],
  ])('the volume %s', (volume, path) => {
    expect(web('build: .', 'volumes:', `  - ${JSON.stringify(volume)}`)).toMatchObject([{ mounts: [path] }]);
  });

  test('volumes in long form, and memory', () => {
    const volumes = 'volumes: [{type: bind, source: ., target: /app}, {type: volume, target: /data}, {type: tmpfs, target: /run}]';
    expect(web('build: .', volumes, 'tmpfs: /tmp')).toMatchObject([{ mounts: ['/app', '/data', '/run', '/tmp'] }]);
    expect(web('build: .', 'tmpfs: ["/tmp:size=1m", /run]')).toMatchObject([{ mounts: ['/tmp', '/run'] }]);
  });
});

describe('services laid over one another', () => {
  const main = 'services: {web: {build: {context: ., target: prod}, volumes: [a1:/data]}, db: {image: db}}\n';

  test('a file laid over the main one, without a build of its own', () => {
    const over = 'services: {web: {command: x, volumes: [".:/app"]}, db: {command: y}, new: {image: z}}\n';
    expect(callers({ 'docker-compose.yml': main, 'docker-compose.override.yml': over })).toEqual([
      { ...NONE, from: 'docker-compose.yml: services.web', target: 'prod', mounts: ['/data'] },
      { from: 'docker-compose.override.yml: services.web', target: 'prod', args: [], replaces: ['cmd'], mounts: ['/data', '/app'] },
    ]);
  });

  test('a file that may stand alone is taken both ways', () => {
    const alone = 'services: {web: {build: ., user: "0"}}\n';
    expect(callers({ 'compose.yaml': main, 'compose.ci.yaml': alone }).slice(1)).toEqual([
      { ...NONE, from: 'compose.ci.yaml: services.web', replaces: ['user'] },
      { from: 'compose.ci.yaml: services.web', target: 'prod', args: [], replaces: ['user'], mounts: ['/data'] },
    ]);
  });

  test('extends, of the same file and another', () => {
    const compose = [
      'services:',
      '  base: {build: ., user: x}',
      '  web: {extends: base, command: y}',
      '  far: {extends: {file: sub/common.yml, service: app}}',
      '  loop: {extends: {service: loop}, build: .}',
    ];
    const far = 'services: {app: {extends: first, build: {target: t}, working_dir: /x}, first: {build: ..}}\n';
    const found = callers({ 'compose.yaml': compose.join('\n'), 'sub/common.yml': far });
    expect(found.map(({ from, target, replaces }) => [from.slice(-4), target, replaces])).toEqual([
      ['base', undefined, ['user']],
      ['.web', undefined, ['user', 'cmd']],
      ['.far', 't', ['workdir']],
      ['loop', undefined, []],
    ]);
  });

  test('anchors and merge keys', () => {
    const compose = 'x-app: &app\n  build: .\n  user: x\nservices:\n  web:\n    <<: *app\n    command: y\n  two: *app\n';
    expect(callers({ 'compose.yaml': compose }).map(({ from, replaces }) => [from, replaces])).toEqual([
      ['compose.yaml: services.web', ['cmd', 'user']],
      ['compose.yaml: services.two', ['user']],
    ]);
  });
});

describe('where compose files are looked for', () => {
  const compose = (folder: string) => `services: {web: {build: ${folder}}}\n`;

  test("from the Dockerfile's folder up to the repository's root, and no further", () => {
    const root = folderOf({
      'compose.yaml': compose('repo/a/b'),
      'repo/.git/HEAD': '',
      'repo/compose.yaml': compose('a/b'),
      'repo/a/compose.yaml': compose('b'),
      'repo/a/b/compose.yaml': compose('.'),
      'repo/a/b/c/compose.yaml': compose('..'),
      'repo/a/b/Dockerfile': 'FROM a\n',
    });
    const inside = ['a/b/compose.yaml: services.web', 'a/compose.yaml: services.web', 'compose.yaml: services.web'];
    expect(names(callersIn(root, 'repo/a/b/Dockerfile'))).toEqual(inside);
    expect(names(callersIn(root, 'repo/a/b/Dockerfile', [root, join(root, 'repo/a/b/c')]))).toEqual([
      ...inside,
      'a/b/c/compose.yaml: services.web',
    ]);
  });

  test('without a repository, beside the Dockerfile and in the folders given', () => {
    const root = folderOf({ 'compose.yaml': compose('a/b'), 'a/compose.yaml': compose('b'), 'a/b/Dockerfile': 'FROM a\n' });
    expect(callersIn(root, 'a/b/Dockerfile')).toEqual([]);
    expect(names(callersIn(root, 'a/b/Dockerfile', [root, root]))).toEqual(['compose.yaml: services.web']);
  });

  test('a link out of the repository is not followed, nor a file that is extended there', () => {
    const outside = folderOf({ 'compose.yaml': compose('.'), 'common.yaml': 'services: {app: {user: x}}\n' });
    const inside = `services: {two: {build: ., extends: {file: ${outside}/common.yaml, service: app}}}\n`;
    const root = folderOf(
      { '.git/HEAD': '', Dockerfile: 'FROM a\n', 'real.yaml': compose('.'), 'compose.yml': inside },
      { 'compose.yaml': 'real.yaml' },
    );
    symlinkSync(join(outside, 'compose.yaml'), join(root, 'docker-compose.yml'));
    expect(callersIn(root)).toEqual([
      { ...NONE, from: 'compose.yaml: services.web' },
      { ...NONE, from: 'compose.yml: services.two' },
    ]);
  });
});

describe('a compose file that is no good', () => {
  test.each([
    ['broken', 'services: {web: {build: .}\n  x: - y'],
    ['no table', '- services'],
    ['empty', ''],
    ['a word for its services', 'services: web'],
    ['a list for a service', 'services: {web: [build]}'],
    ['an alias without an anchor', 'services: {web: {build: .}, x: *y}'],
    ['aliases of aliases', `a0: &a0 [x]\n${bomb()}services: {web: {build: .}, x: *a30}\n`],
    ['too large', `services: {web: {build: .}}\n${'#'.repeat(256 * 1024)}`],
    ['a row of anchors', `services: {web: {build: .}, x: ${'&a '.repeat(80_000)}}`],
    ['too deep', `services: {web: {build: .}, x: ${'['.repeat(200_000)}`],
  ])('%s: no callers', (_, text) => {
    expect(callers({ 'compose.yaml': text })).toEqual([]);
  });

  test('a folder, and another that is good', () => {
    expect(names(callers({ 'compose.yaml/x': '', 'compose.yml': 'services: {web: {build: .}}' }))).toEqual(['compose.yml: services.web']);
  });

  test('hundreds of services may share an anchor', () => {
    const many = Array.from({ length: 400 }, (_, index) => `  s${index}: {build: ., <<: *a}`).join('\n');
    expect(callers({ 'compose.yaml': `x: &a {user: x}\nservices:\n${many}\n` })).toHaveLength(400);
  });
});

test.each([
  ['a', 'a'],
  ['$$a', '$a'],
  ['${A:-${B:-c}}/d', 'c/d'],
  ['${A-}', ''],
  ['${A:?no}/$B', '${A}/${B}'],
  ['${A:+x}', '${A}'],
  ['$', '$'],
  ['${', '${'],
  ['${A', '${A}'],
])('%s is %s', (word, text) => {
  expect(withDefaults(word)).toBe(text);
});

function bomb(): string {
  return Array.from({ length: 30 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]\n`).join('');
}
