import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Alteration } from '../src/transform.ts';
import { contentNoise, differences } from '../src/verify/compare.ts';
import { pathPattern } from '../src/verify/path-pattern.ts';
import { promiseByHand } from '../src/verify/promise.ts';
import { type Promised, sorted } from '../src/verify/promised.ts';
import type { Entry, ImageConfig, Snapshot } from '../src/verify/snapshot.ts';
import { type Given, image, link } from './support/snapshots.ts';

const SEED = 5;

/** `kind name` of each difference. */
const named = (found: readonly { kind: string; name: string }[]) => found.map(({ kind, name }) => `${kind} ${name}`);

/** What two images show, sorted, each as `kind name`. */
function judged(before: Snapshot, after: Snapshot, promise: Promised | Alteration[] = [], unstable?: ReadonlySet<string>) {
  const result = sorted(differences(before, after), Array.isArray(promise) ? { alters: promise } : promise, unstable);
  return { promised: named(result.promised), noise: named(result.noise), broken: named(result.broken) };
}

describe('a glob', () => {
  test.each<[glob: string, matches: string[], misses: string[]]>([
    ['/app', ['/app'], ['/app/a', '/ap', '/application']],
    ['/app/**', ['/app/a', '/app/a/b', '/app/.git/x'], ['/app', '/apps/a', '/']],
    ['/**', ['/a', '/a/b'], ['/']],
    ['/app/*', ['/app/a', '/app/.a'], ['/app', '/app/a/b']],
    ['/app/*.js', ['/app/a.js', '/app/.js'], ['/app/a/b.js', '/app/a.jsx']],
    ['/app/**/test', ['/app/test', '/app/a/b/test'], ['/app/test/a', '/test']],
    ['/**/__pycache__/*.pyc', ['/a/__pycache__/b.pyc', '/__pycache__/b.pyc'], ['/a/b.pyc', '/__pycache__/a/b.pyc']],
    ['/a/**/b/**', ['/a/b/c', '/a/b/b', '/a/x/b/y/z'], ['/a/b', '/a/x/y']],
    ['/a*b*c/d', ['/abc/d', '/aXbYbZc/d'], ['/ab/d', '/abcX/d', '/a/b/c/d']],
    ['/pages/[id]/a?.js', ['/pages/[id]/a?.js'], ['/pages/i/ab.js']],
    ['/odd\nname/*', ['/odd\nname/a'], ['/odd/a']],
  ])('%s', (glob, matches, misses) => {
    expect(matches.filter(path => !pathPattern(glob)(path))).toEqual([]);
    expect(misses.filter(pathPattern(glob))).toEqual([]);
  });

  test('matches what a regular expression of it matches', () => {
    const globs = fc.array(fc.constantFrom('/', '/**/', '*', 'a', 'b', '/a'), { maxLength: 7 }).map(parts => `/${parts.join('')}`);
    const paths = fc.array(fc.constantFrom('/', 'a', 'b'), { maxLength: 9 }).map(parts => `/${parts.join('')}`);
    fc.assert(
      fc.property(globs, paths, (glob, path) => {
        fc.pre(!/\/\/|.\/$/.test(glob + path) && !glob.includes('***'));
        expect(pathPattern(glob)(path)).toBe(expressionOf(glob).test(path));
      }),
      { seed: SEED, numRuns: 3000 },
    );
  });

  test('of many stars takes a hostile path in its stride', () => {
    expect(pathPattern(`/${'*a'.repeat(60)}b`)(`/${'a'.repeat(255)}`)).toBe(false);
    expect(pathPattern(`/${'**/a/'.repeat(60)}b`)(`/${'a/'.repeat(1000)}c`)).toBe(false);
  });
});

/** The same, to check against: each `*` and `**` by the rules of the docstring. */
function expressionOf(glob: string): RegExp {
  const segments = glob.slice(1).split('/');
  const parts = segments.map((segment, index) => {
    const isLast = index === segments.length - 1;
    if (segment === '**') return isLast ? '[^/]+(?:/[^/]+)*' : '(?:[^/]+/)*';
    return segment.replaceAll(/\*+/g, '[^/]*') + (isLast ? '' : '/');
  });
  return new RegExp(`^/${parts.join('')}$`);
}

describe('two images differ in', () => {
  test.each<[what: string, before: Given, after: Given, kinds: string[]]>([
    ['content', 'a', 'b', ['changed']],
    ['mode', { mode: 0o644 }, { mode: 0o755 }, ['mode']],
    ['setuid', { mode: 0o755 }, { mode: 0o4755 }, ['mode']],
    ['owner', { uid: 0 }, { uid: 1000 }, ['owner']],
    ['group', { gid: 0 }, { gid: 1000 }, ['owner']],
    ['mode, owner and content', { mode: 0o600, uid: 1 }, 'a', ['changed', 'mode', 'owner']],
    ['type alone where that differs', link('/b'), 'a', ['type']],
    ["a link's target", link('/a'), link('/b'), ['changed']],
    ["a device's numbers", { type: 'character', device: '1:3' }, { type: 'character', device: '1:5' }, ['changed']],
    ['capabilities', { attributes: { 'security.capability': '01' } }, {}, ['mode']],
    ["nothing by a link's mode", { ...link('/a'), mode: 0o755 }, link('/a'), []],
  ])('%s', (_, before, after, kinds) => {
    expect(named(differences(image({ '/x': before }), image({ '/x': after })))).toEqual(kinds.map(kind => `${kind} /x`));
  });

  test.each<[before: ImageConfig, after: ImageConfig, found: string[]]>([
    [{ User: '' }, {}, []],
    [{ Entrypoint: [], OnBuild: [], Volumes: {} }, {}, []],
    [JSON.parse('{"Cmd":null,"Env":null,"Labels":null,"Healthcheck":null}'), {}, []],
    [{ WorkingDir: '/' }, { WorkingDir: '' }, []],
    [{ Env: ['A=1', 'B=2'] }, { Env: ['B=2', 'A=1'] }, []],
    [{ User: 'root' }, {}, ['User']],
    [{ Env: ['A=1', 'GOPATH=/go'] }, { Env: ['A=2', 'B='] }, ['Env.A', 'Env.B', 'Env.GOPATH']],
    [{ Env: ['A=b=c'] }, { Env: ['A=b'] }, ['Env.A']],
    [{ Labels: { x: '1' } }, { Labels: { x: '2' } }, ['Labels.x']],
    [{ ExposedPorts: { '80/tcp': {} } }, {}, ['ExposedPorts.80/tcp']],
    [{ Volumes: { '/data': {} } }, {}, ['Volumes./data']],
    [{ Cmd: ['a'], StopSignal: 'SIGINT' }, { Cmd: ['a', ''] }, ['Cmd', 'StopSignal']],
    [{ Shell: ['/bin/sh', '-c'] }, {}, ['Shell']],
    [{ OnBuild: ['RUN a'] }, { OnBuild: ['RUN b'] }, ['OnBuild.0']],
    [{ Healthcheck: { Test: ['CMD', 'a'], Interval: 0 } }, { Healthcheck: { Test: ['CMD', 'a'] } }, []],
    [{ Healthcheck: { Test: ['NONE'] } }, {}, ['Healthcheck']],
    [JSON.parse('{"Labels":{"__proto__":"x"}}'), {}, ['Labels.__proto__']],
  ])('%j and %j', (before, after, found) => {
    expect(named(differences(image({}, before), image({}, after)))).toEqual(found.map(name => `config ${name}`));
  });

  test('presence, each path of its own, the configuration first and then by path', () => {
    const found = differences(image({ '/app/b': 'b', '/z': 'z' }, { User: 'a' }), image({ '/app/a': 'a', '/app/b': 'B' }));
    expect(named(found)).toEqual(['config User', 'added /app/a', 'changed /app/b', 'removed /z']);
    expect(found[0]).toEqual({ kind: 'config', name: 'User', before: 'a', after: undefined });
    expect(found[1]).toMatchObject({ before: undefined, after: expect.stringMatching(/^file, 1 bytes, sha256 [0-9a-f]{12}$/) });
  });
});

describe('a promise lets through', () => {
  const app = { '/app/a': 'a', '/app/cache/x': 'x', '/app/cache/y/z': 'z' };

  test('what its globs name, and no other kind of difference there', () => {
    const after = image({ '/app/a': 'A', '/app/cache/x': { mode: 0o600 } });
    expect(judged(image(app), after, [{ removed: '/app/cache/**' }, { changed: '/app/a' }])).toEqual({
      promised: ['changed /app/a', 'removed /app/cache/y', 'removed /app/cache/y/z'],
      noise: [],
      broken: ['changed /app/cache/x', 'mode /app/cache/x'],
    });
  });

  test('not the emptied folder itself, which is named where it goes', () => {
    const after = image({ '/app/a': 'a' });
    expect(judged(image(app), after, [{ removed: '/app/cache/**' }]).broken).toEqual(['removed /app/cache']);
    expect(judged(image(app), after, [{ removed: '/app/cache/**' }, { removed: '/app/cache' }]).broken).toEqual([]);
  });

  test('what it adds with the folders that are made for it, and no others', () => {
    const after = image({ ...app, '/go/pkg/mod/a': 'a', '/go/src/': {} });
    expect(judged(image(app), after, [{ added: '/go/pkg/mod/**' }]).broken).toEqual(['added /go/src']);
  });

  test('what a runtime stage leaves behind, with its folder and those that held nothing else', () => {
    const before = image({ '/usr/src/app/main.go': 'a', '/usr/src/app/sub/x.go': 'x', '/usr/bin/x': 'x' });
    const after = image({ '/usr/bin/x': 'x' });
    const left = [{ unreachable: '/usr/src/app/**' }];
    expect(judged(before, after, left).broken).toEqual([]);
    const more = image({ '/usr/src/app/main.go': 'a', '/usr/src/data': 'x', '/usr/bin/x': 'x' });
    expect(judged(more, after, left).broken).toEqual(['removed /usr/src', 'removed /usr/src/data']);
  });

  test('what a package manager writes of less, where packages are left behind', () => {
    const before = image({ '/etc/ld.so.cache': 'a', '/etc/x': 'a', '/var/lib/dpkg/status': 'a', '/usr/bin/gcc': 'a' });
    const after = image({ '/etc/ld.so.cache': 'b', '/etc/x': 'b', '/var/lib/dpkg/status': 'b', '/usr/bin/': {} });
    expect(judged(before, after, [{ unreachable: '/etc/**' }, { unreachable: '/usr/bin/*' }, { unreachable: '/var/**' }]).broken).toEqual([
      'changed /etc/x',
    ]);
  });

  test('no removed template beside the folders that are left behind', () => {
    const before = image({ '/app/main.go': 'a', '/srv/templates/index.html': 'x' });
    expect(judged(before, image({}), [{ unreachable: '/app/**' }]).broken).toEqual([
      'removed /srv',
      'removed /srv/templates',
      'removed /srv/templates/index.html',
    ]);
  });

  test('the owner of a folder and of all below', () => {
    const app = (uid: number) => image({ '/app': { type: 'folder', uid }, '/app/a': { uid }, '/apple': { uid } });
    expect(judged(app(0), app(7), [{ owner: '/app/**' }])).toMatchObject({
      promised: ['owner /app', 'owner /app/a'],
      broken: ['owner /apple'],
    });
  });

  test('what goes together by several globs', () => {
    const before = image({ '/etc/x': 'x', '/usr/bin/x': 'x', '/usr/local/x': 'x', '/usr/local/y': 'y' });
    expect(judged(before, image({ '/usr/local/y': 'y' }), [{ unreachable: ['/etc/**', '/usr/bin/**'] }])).toMatchObject({
      promised: ['removed /etc', 'removed /etc/x', 'removed /usr/bin', 'removed /usr/bin/x'],
      broken: ['removed /usr/local/x'],
    });
  });

  test('nothing but removal where it says unreachable', () => {
    const after = image({ '/app/a': 'b', '/app/b': 'b', '/app/cache': 'x' });
    expect(judged(image(app), after, [{ unreachable: '/app/**' }]).broken).toEqual(['changed /app/a', 'added /app/b', 'type /app/cache']);
    expect(judged(image(app), after, [{ unreachable: '/**' }]).promised).toEqual([
      'removed /app/cache/x',
      'removed /app/cache/y',
      'removed /app/cache/y/z',
    ]);
  });

  test("the base's own again in place of what was left behind, and nothing but that", () => {
    const base = image({ '/lib/pip/a': 'old', '/lib/pip/b': { mode: 0o755 }, '/bin/pip': link('pip3') });
    const renewed = image({ '/lib/pip/a': 'new', '/lib/pip/b': { mode: 0o644 }, '/lib/pip/c': 'c', '/lib/x': 'x', '/bin/pip': 'pip' });
    const promise = (...alters: Alteration[]) => ({ alters, bases: { before: base, after: base } });
    expect(judged(renewed, base, promise({ unreachable: '/lib/pip/**' }, { unreachable: '/bin/**' })).broken).toEqual(['removed /lib/x']);
    const other = image({ '/lib/pip/a': 'other', '/lib/pip/b': { mode: 0o755 }, '/lib/pip/d': 'd', '/lib/x': 'x', '/bin/pip': 'pip' });
    expect(judged(renewed, other, promise({ unreachable: '/lib/pip/**' })).broken).toEqual(['changed /lib/pip/a', 'added /lib/pip/d']);
  });

  test('the fields that it names, and no others of the same map', () => {
    const before = image({}, { Env: ['GOPATH=/go', 'GOBIN=/b'], Healthcheck: { Test: ['CMD', 'a'] } });
    expect(judged(before, image({}), [{ config: 'Env.GOPATH' }, { config: 'Healthcheck' }]).broken).toEqual(['config Env.GOBIN']);
    expect(judged(before, image({}), [{ config: 'Env' }]).broken).toHaveLength(3);
  });
});

describe('a promise that a person makes', () => {
  const byHand = (before: Snapshot, after: Snapshot) => judged(before, after, promiseByHand('behaviour', [])).broken;
  const on = (...Env: string[]) => image({}, { Env });

  test('lets a file become a link, and what another was', () => {
    const was = image({ '/usr/bin/convert': 'x', '/data/a': 'a' });
    expect(byHand(was, image({ '/usr/bin/convert': link('/opt/convert'), '/data': link('/opt') }))).toEqual([]);
    expect(judged(was, image({ '/usr/bin/convert': link('/opt'), '/data/a': 'a' }), [{ removed: '/usr/**' }]).broken).toEqual([
      'type /usr/bin/convert',
    ]);
  });

  test('lets fields come that tell the app nothing, but not go', () => {
    const plain = image({}, {});
    const more = image({}, { Env: ['PYTHONUNBUFFERED=1', 'PIP_NO_CACHE_DIR=1'], Labels: { 'org.opencontainers.image.title': 'x' } });
    expect(byHand(plain, more)).toEqual([]);
    expect(byHand(more, plain)).toHaveLength(3);
    expect(byHand(plain, on('NODE_ENV=production'))).toEqual(['config Env.NODE_ENV']);
    expect(judged(plain, more, promiseByHand('image', [])).broken).toHaveLength(3);
  });

  test('lets PATH grow, and not lose or swap its folders', () => {
    expect(byHand(on('PATH=/usr/bin:/bin'), on('PATH=/venv/bin:/usr/bin:/opt/bin:/bin'))).toEqual([]);
    for (const path of ['/venv/bin:/bin', '/bin:/usr/bin', '']) {
      expect(judged(on('PATH=/usr/bin:/bin'), on(`PATH=${path}`), [{ added: 'Env.PATH' }]).broken).toEqual(['config Env.PATH']);
    }
  });
});

describe('another base image', () => {
  const golang = image(
    { '/usr/local/go/bin/go': 'go', '/etc/os-release': 'fat', '/etc/passwd': 'root', '/bin/sh': 'sh' },
    { Env: ['PATH=/go/bin:/bin', 'GOPATH=/go'], WorkingDir: '/go', Cmd: ['bash'] },
  );
  const small = image({ '/etc/os-release': 'small', '/etc/passwd': 'small', '/etc/tz': { mode: 0o600 } }, { Env: ['PATH=/bin', 'TLS=/x'] });
  const bases = { before: golang, after: small };
  const alters: Alteration[] = [{ base: 'small' }];
  const on = (base: Snapshot, files: Record<string, Given>, config: ImageConfig = {}): Snapshot => ({
    ...base,
    config: { ...base.config, ...config },
    files: new Map([...base.files, ...image(files).files]),
  });

  test('brings its files and settings in place of those of the old', () => {
    const started = { Cmd: ['/server'], WorkingDir: '/' };
    const result = judged(on(golang, { '/server': 'x' }, started), on(small, { '/server': 'x' }, started), { alters, bases });
    expect(result.broken).toEqual([]);
    expect(result.promised).toContain('config Env.GOPATH');
    expect(result.promised).toContain('removed /usr/local/go/bin');
  });

  test("doesn't excuse what was built on the old and is lost", () => {
    const before = on(
      golang,
      { '/etc/os-release': 'mine', '/srv/a': 'a' },
      { Env: ['PATH=/go/bin:/bin', 'GOPATH=/mine', 'MODE=production'] },
    );
    const { broken } = judged(before, on(small, {}), { alters, bases });
    expect(broken).toEqual(['config Env.GOPATH', 'config Env.MODE', 'changed /etc/os-release', 'removed /srv', 'removed /srv/a']);
  });

  test.each<[before: string, after: string, broken: string[]]>([
    ['/go/bin:/bin:/opt/bin', '/bin:/opt/bin', []],
    ['/venv/bin:/go/bin:/bin', '/venv/bin:/bin', []],
    ['/go/bin:/bin:/opt/bin', '/bin', ['config Env.PATH']],
    ['/go/bin:/bin:/opt/bin', '/opt/bin:/bin', ['config Env.PATH']],
    ['/go/bin:/bin', '/bin:/go/bin', ['config Env.PATH']],
  ])('has its own folders in PATH beside those of the Dockerfile: %s, %s', (before, after, broken) => {
    const [old, now] = [before, after].map(path => ({ Env: [`PATH=${path}`] })) as [ImageConfig, ImageConfig];
    const others = [{ config: 'Env.GOPATH' }, { config: 'Env.TLS' }];
    expect(judged(on(golang, {}, old), on(small, {}, now), { alters: [...alters, ...others], bases }).broken).toEqual(broken);
  });

  test('keeps what the same steps make of its own files', () => {
    const before = on(golang, { '/etc/passwd': 'root, app', '/bin/sh': 'sh' });
    expect(judged(before, on(small, { '/etc/passwd': 'small, app', '/etc/tz': 'tz' }), { alters, bases }).broken).toEqual([
      'added /etc/tz',
    ]);
  });

  test('has packages come along with what is installed on it', () => {
    const installed = (...names: string[]) =>
      Object.fromEntries(
        names.flatMap(name => [
          [`/var/lib/dpkg/info/${name}.list`, name],
          [`/usr/lib/${name}.so`, name],
        ]),
      ); // prettier-ignore
    const others = [{ config: 'Env.GOPATH' }, { config: 'Env.TLS' }];
    const broken = (after: Record<string, Given>) =>
      judged(on(golang, installed('curses')), on(small, after), { alters: [...alters, ...others], bases }).broken;
    expect(broken({ ...installed('curses', 'gpm'), '/opt/gpm': 'x' })).toEqual(['added /opt', 'added /opt/gpm']);
    expect(broken({ ...installed('curses', 'gpm'), '/etc/passwd': 'small, gpm', '/etc/os-release': 'mine' })).toEqual([
      'changed /etc/os-release',
    ]);
    expect(broken({ ...installed('curses'), '/usr/lib/gpm.so': 'x' })).toEqual(['added /usr/lib/gpm.so']);
    expect(broken(installed('gpm'))).toEqual(['removed /usr/lib/curses.so']);
  });

  test('that could not be read lets PATH through alone', () => {
    const { promised, broken } = judged(golang, small, { alters });
    expect(promised).toEqual(['config Env.PATH']);
    expect(broken).toContain('config Env.GOPATH');
    expect(broken).toContain('removed /bin/sh');
  });
});

describe('noise', () => {
  test('of two builds of the original is content alone', () => {
    const before = image({
      '/id': '1',
      '/gone': 'x',
      '/x': 'x',
      '/own': 'a',
      '/t': 't',
    });
    const unstable = contentNoise(before, image({ '/id': '2', '/x': { mode: 0o600 }, '/own': { uid: 3 }, '/t': 'T' }));
    expect([...unstable]).toEqual(['/id', '/own', '/t', '/x']);
    const after = image({ '/id': '3', '/x': { mode: 0o600 }, '/own': { uid: 3 }, '/t': link('/id') });
    expect(judged(before, after, [], unstable)).toEqual({
      promised: [],
      noise: ['changed /id', 'changed /own', 'changed /x'],
      broken: ['removed /gone', 'owner /own', 'type /t', 'mode /x'],
    });
  });

  test.each<[what: string, before: Record<string, Given>, after: Record<string, Given>, broken: string[]]>([
    ['logs of package managers', { '/var/log/apt/term.log': 'a' }, { '/var/log/apt/term.log': 'b' }, []],
    ['not their absence', { '/var/log/dpkg.log': 'a', '/var/log/x': '' }, { '/var/log/x': '' }, ['removed /var/log/dpkg.log']],
    ["npm's logs by any name", { '/root/.npm/_logs/1.log': 'a' }, { '/root/.npm/_logs/2.log': 'b' }, []],
    [
      "shadow's copies of before, by any mode",
      { '/etc/passwd-': { mode: 0o600 }, '/etc/passwd': 'a', '/etc/shadow': {} },
      { '/etc/passwd-': { mode: 0o644 }, '/etc/group-': 'a', '/etc/passwd': 'b', '/etc/shadow': { mode: 0o600 } },
      ['changed /etc/passwd', 'mode /etc/shadow'],
    ],
    [
      "npm's last look for a newer one",
      { '/root/.config/configstore/update-notifier-npm.json': 'a' },
      { '/root/.config/configstore/': {} },
      [],
    ],
    [
      "yarn's folder of a run, and the code that it compiled",
      { '/tmp/yarn--1795267024470-0.28/node': 'a', '/tmp/v8-compile-cache-0/12.4/x.MAP': 'a', '/tmp/yarn.lock': 'a' },
      { '/tmp/yarn--1795267083504-0.32/node': 'a', '/tmp/v8-compile-cache-0/12.4/x.MAP': 'b' },
      ['removed /tmp/yarn.lock'],
    ],
    ["a banner's note of core-js", { '/tmp/core-js-banners': 'a', '/tmp/x': '' }, { '/tmp/x': '' }, []],
    [
      "Go's counters",
      { '/root/.config/go/telemetry/local/go@go1.26-2026-11-21.v1.count': 'a', '/root/.config/go/telemetry/local/weekends': '0' },
      { '/root/.config/go/telemetry/local/local.2026-11-22.json': '{}', '/root/.config/go/telemetry/local/weekends': '4' },
      [],
    ],
    [
      'what apt makes where it downloads, and whose it is',
      { '/var/cache/apt/archives/partial/': { uid: 42, mode: 0o700 }, '/var/cache/apt/archives/lock': '' },
      { '/var/cache/apt/archives/partial/': {} },
      [],
    ],
    [
      "not apt's archives",
      { '/var/cache/apt/archives/a.deb': 'a', '/var/cache/apt/archives/': { uid: 42 } },
      { '/var/cache/apt/archives/': {} },
      ['owner /var/cache/apt/archives', 'removed /var/cache/apt/archives/a.deb'],
    ],
    [
      "entries of Go's build cache",
      { '/root/.cache/go-build/f0/f0-a': 'a', '/root/.cache/go-build/f0/f1-a': 'a', '/root/.cache/go-build/trim.txt': '1' },
      { '/root/.cache/go-build/f0/f0-a': 'b', '/root/.cache/go-build/f0/f2-a': 'a', '/root/.cache/go-build/trim.txt': '2' },
      [],
    ],
    [
      'not the whole cache',
      { '/root/.cache/go-build/f0/f0-a': 'a' },
      { '/root/': {} },
      ['removed /root/.cache', 'removed /root/.cache/go-build', 'removed /root/.cache/go-build/f0'],
    ],
    ["ldconfig's own cache", { '/var/cache/ldconfig/aux-cache': 'a' }, { '/var/cache/ldconfig/aux-cache': 'b' }, []],
    [
      'not the cache that tells where libraries are',
      { '/etc/ld.so.cache': 'a' },
      { '/etc/ld.so.cache': 'b' },
      ['changed /etc/ld.so.cache'],
    ],
    ['bytecode', { '/a/__pycache__/m.cpython-311.pyc': 'a' }, { '/a/__pycache__/m.cpython-311.pyc': 'b' }, []],
    ['bytecode that was made or not', { '/a/m.py': 'a', '/a/__pycache__/m.cpython-311.opt-1.pyc': 'a' }, { '/a/m.py': 'a' }, []],
    [
      'not that of a lost module',
      { '/a/m.py': 'a', '/a/__pycache__/m.cpython-311.pyc': 'a' },
      { '/a/': {} },
      ['removed /a/__pycache__/m.cpython-311.pyc', 'removed /a/m.py'],
    ],
    ['not modules without source', { '/a/m.pyc': 'a' }, { '/a/m.pyc': 'b' }, ['changed /a/m.pyc']],
  ])('is %s', (_, before, after, broken) => {
    expect(judged(image(before), image(after)).broken).toEqual(broken);
  });
});

describe('whatever two images hold', () => {
  const entries: fc.Arbitrary<Entry> = fc
    .record({
      type: fc.constantFrom('file' as const, 'folder' as const, 'link' as const),
      mode: fc.constantFrom(0o644, 0o755, 0o4755),
      uid: fc.nat(1),
      gid: fc.nat(1),
      size: fc.nat(2),
      content: fc.constantFrom('a', 'b'),
    })
    .map(({ type, size, content, ...rest }) => {
      if (type === 'file') return { ...rest, type, size, digest: content };
      return { ...rest, type, size: 0, ...(type === 'link' && { target: content }) };
    });
  const paths = fc.constantFrom('/app', '/app/a', '/app/a\nb', '/etc/x', '/bin/[', '/bin/\u001b[2J');
  const configs: fc.Arbitrary<ImageConfig> = fc.record(
    {
      User: fc.constantFrom('', 'a', '0'),
      Env: fc.array(fc.constantFrom('A=1', 'A=2', 'B=', '=C', 'D')),
      Cmd: fc.array(fc.constantFrom('a', '')),
      Labels: fc.dictionary(fc.constantFrom('a', '__proto__', 'b.c'), fc.constantFrom('', '1')),
    },
    { requiredKeys: [] },
  );
  const snapshots: fc.Arbitrary<Snapshot> = fc
    .tuple(fc.array(fc.tuple(paths, entries)), configs)
    .map(([files, config]) => ({ config, files: new Map(files), layers: [] }));

  test('nothing differs from itself', () => {
    fc.assert(
      fc.property(snapshots, snapshot => {
        expect(differences(snapshot, structuredClone(snapshot))).toEqual([]);
      }),
      { seed: SEED },
    );
  });

  test('each path that differs is found, is broken without a promise, and is the other way round from the other side', () => {
    fc.assert(
      fc.property(snapshots, snapshots, (before, after) => {
        const found = differences(before, after);
        expect(sorted(found, { alters: [] }, undefined)).toEqual({ promised: [], noise: [], broken: found });
        const same = (path: string) => JSON.stringify(visible(before.files.get(path))) === JSON.stringify(visible(after.files.get(path)));
        const wanted = [...new Set([...before.files.keys(), ...after.files.keys()])].filter(path => !same(path));
        expect(new Set(found.flatMap(({ kind, name }) => (kind === 'config' ? [] : [name])))).toEqual(new Set(wanted));
        const back = differences(after, before).map(each => `${each.name} ${each.before} ${each.after}`);
        expect(found.map(each => `${each.name} ${each.after} ${each.before}`)).toEqual(back);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  /** In a fixed order, without a link's mode. */
  function visible(entry: Entry | undefined) {
    return entry && [entry.type, entry.type === 'link' ? 0 : entry.mode, entry.uid, entry.gid, entry.size, entry.digest, entry.target];
  }
});
