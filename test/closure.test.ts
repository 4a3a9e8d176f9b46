import { describe, expect, test } from 'vitest';
import { type ClosureOptions, closure } from '../src/verify/closure.ts';
import type { Entry, ImageConfig, Snapshot } from '../src/verify/snapshot.ts';
import { type Given, image, link, linked, script } from './support/snapshots.ts';

const LOADER = '/lib64/ld-linux-x86-64.so.2';
const DEBIAN: Record<string, Given> = {
  '/bin': link('usr/bin'),
  '/lib': link('usr/lib'),
  '/lib64': link('usr/lib64'),
  '/usr/lib64/ld-linux-x86-64.so.2': link('/usr/lib/x86_64-linux-gnu/ld.so'),
  '/usr/lib/x86_64-linux-gnu/ld.so': linked([]),
  '/usr/lib/x86_64-linux-gnu/libc.so.6': linked([]),
  '/usr/bin/sh': linked(['libc.so.6'], { interpreter: LOADER }),
  '/usr/bin/bash': linked(['libc.so.6'], { interpreter: LOADER }),
  '/usr/bin/env': linked(['libc.so.6'], { interpreter: LOADER }),
  '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n',
  '/etc/group': 'root:x:0:\nstaff:x:50:app,other\napp:x:1000:\n',
};
const PYTHON: Record<string, Given> = {
  ...DEBIAN,
  '/usr/local/bin/python': link('python3.11'),
  '/usr/local/bin/python3.11': linked(['libpython3.11.so.1.0', 'libc.so.6'], { interpreter: LOADER, rpath: ['$ORIGIN/../lib'] }),
  '/usr/local/lib/libpython3.11.so.1.0': linked(['libc.so.6']),
  '/usr/local/bin/gunicorn': script('/usr/local/bin/python'),
  '/app/app.py': 'app',
};

/** Files without some, and with others. */
function without(files: Record<string, Given>, ...gone: string[]): Record<string, Given> {
  return Object.fromEntries(Object.entries(files).filter(([path]) => !gone.includes(path)));
}

const messages = (before: Snapshot, after: Snapshot, options?: ClosureOptions) =>
  closure(before, after, options).map(({ by, message }) => (by === 'closure' ? message : by));

/** What changes between two images of one configuration. */
function lost(before: Record<string, Given>, after: Record<string, Given>, config: ImageConfig, options?: ClosureOptions): string[] {
  return messages(image(before, config), image(after, config), options);
}

const FLASK: ImageConfig = { Cmd: ['gunicorn', 'app:app'], WorkingDir: '/app', Env: ['PATH=/usr/local/bin:/usr/bin:/bin'] };

describe('the program that is started', () => {
  test('is missed: the well-known "optimised Flask Dockerfile" has no gunicorn', () => {
    expect(lost(PYTHON, without(PYTHON, '/usr/local/bin/gunicorn'), FLASK)).toEqual([
      "gunicorn is not in the image (the command's program; searched /usr/local/bin, /usr/bin, /bin)",
    ]);
  });

  test('is missed in shell form, behind exec, assignments and a wrapper, and in another form than before', () => {
    const gone = without(PYTHON, '/usr/local/bin/gunicorn');
    const before = image(PYTHON, { ...FLASK, Cmd: ['/bin/sh', '-c', 'gunicorn app:app'] });
    for (const Cmd of [
      ['/bin/sh', '-c', 'gunicorn app:app'],
      ['/bin/sh', '-c', 'cd /app && PORT=1 exec gunicorn app:app'],
      ['bash', '-o', 'pipefail', '-ec', 'if true; then env A=1 gunicorn app:app | cat; fi'],
      ['gunicorn', 'app:app'],
      ['/usr/bin/env', '-i', 'A=1', 'gunicorn'],
    ]) {
      expect(messages(before, image(gone, { ...FLASK, Cmd }))).toEqual([expect.stringMatching(/^gunicorn is not in the image/)]);
      expect(messages(before, image(PYTHON, { ...FLASK, Cmd }))).toEqual([]);
    }
  });

  test("is missed as CMD of an entrypoint's script", () => {
    const files = { ...PYTHON, '/entry.sh': script('/bin/sh') };
    const config = { ...FLASK, Entrypoint: ['/entry.sh'] };
    expect(lost(files, without(files, '/usr/local/bin/gunicorn'), config)).toEqual([
      expect.stringMatching(/^gunicorn is not in the image \(the command's program/),
    ]);
    expect(lost(files, files, { ...config, Cmd: ['serve'] })).toEqual([]);
  });

  test('is missed where PATH was lost, and where its shell is', () => {
    const files = { ...PYTHON, '/venv/bin/serve': script('/usr/local/bin/python') };
    const config = { Cmd: ['serve'], Env: ['PATH=/venv/bin:/usr/bin'] };
    expect(messages(image(files, config), image(files, { ...config, Env: [] }))).toEqual([
      "serve is not in the image (the command's program; searched /usr/local/sbin, /usr/local/bin, /usr/sbin, /usr/bin, /sbin, /bin)",
    ]);
    const shell = { Cmd: ['/bin/sh', '-c', 'echo $HOME'] };
    expect(lost(PYTHON, without(PYTHON, '/usr/bin/sh'), shell)).toEqual(["/bin/sh is not in the image (the command's program)"]);
  });

  test("is missed with a file that its words name, and with an interpreter's", () => {
    const config = { ...FLASK, Cmd: ['python', 'app.py'] };
    expect(lost(PYTHON, without(PYTHON, '/app/app.py'), config)).toContain('app.py, which the command names, is not in the image');
    const files = { ...PYTHON, '/run.sh': script('/usr/bin/env -S bash -eu') };
    expect(lost(files, without(files, '/usr/bin/bash'), { Entrypoint: ['/run.sh'] })).toEqual([
      '/run.sh is run by bash, which is not in the image',
    ]);
    for (const line of ['-vSbash -eu', '-i -u HOME -S A=1 bash', '-C /srv bash']) {
      const odd = { ...PYTHON, '/run.sh': script(`/usr/bin/env ${line}`) };
      expect(lost(odd, without(odd, '/usr/bin/bash'), { Entrypoint: ['/run.sh'] })).toEqual([
        expect.stringMatching(/^\/run\.sh is run by bash,/),
      ]);
    }
    expect(lost(files, without(files, '/usr/bin/env'), { Entrypoint: ['/run.sh'] })).toEqual([
      '/run.sh is run by /usr/bin/env, which is not in the image',
    ]);
  });

  test("isn't held against an image whose original lacks it", () => {
    expect(lost(DEBIAN, DEBIAN, { Cmd: ['gunicorn'], WorkingDir: '/nowhere', User: 'nobody' })).toEqual([]);
    expect(lost(PYTHON, PYTHON, { Cmd: ['/bin/sh', '-c', '${UNKNOWN} "$@" || nothing-like-it; ((('] })).toEqual([]);
  });

  test('is found through links of files and folders, and not where they go round', () => {
    const files = { ...DEBIAN, '/opt/v1/bin/run': linked([]), '/opt/now': link('v1/../v1'), '/usr/bin/run': link('../../opt/now/bin/run') };
    expect(lost(files, files, { Cmd: ['run'] })).toEqual([]);
    const round = { ...files, '/opt/now': link('then'), '/opt/then': link('now') };
    expect(lost(files, round, { Cmd: ['run'] })).toEqual([
      expect.stringMatching(/^run is not in the image/),
      'the link /usr/bin/run leads to ../../opt/now/bin/run, which is not in the image',
    ]);
  });

  test("has to be the health check's too", () => {
    const files = { ...DEBIAN, '/usr/bin/curl': linked([]) };
    const missing = ["the health check's curl is not in the image"];
    const shell = { Healthcheck: { Test: ['CMD-SHELL', 'curl -f http://localhost/ || exit 1'] } };
    expect(lost(files, DEBIAN, { Healthcheck: { Test: ['CMD', 'curl', 'localhost'] } })).toEqual(missing);
    expect(lost(files, DEBIAN, shell)).toEqual(missing);
    expect(messages(image(DEBIAN), image(DEBIAN, shell))).toEqual(missing);
    expect(lost(files, files, shell)).toEqual([]);
    expect(lost(files, DEBIAN, { Healthcheck: { Test: ['NONE'] } })).toEqual([]);
    expect(lost(DEBIAN, {}, shell)).toContain("the health check's /bin/sh is not in the image");
  });
});

describe('what is linked', () => {
  const server = { '/app/server': linked(['libsqlite3.so.0', 'libc.so.6'], { interpreter: LOADER }) };
  const sqlite = { '/usr/lib/x86_64-linux-gnu/libsqlite3.so.0': linked(['libm.so.6']), '/usr/lib/x86_64-linux-gnu/libm.so.6': linked([]) };
  const started: ImageConfig = { Cmd: ['/app/server'] };

  test('misses its loader: a Go binary with cgo on distroless static', () => {
    expect(lost({ ...DEBIAN, ...server, ...sqlite }, server, started)).toEqual([`/app/server's loader ${LOADER} is not in the image`]);
  });

  test('misses its loader wherever the binary is taken to', () => {
    const before = image({ ...DEBIAN, '/go/bin/app': linked([], { interpreter: LOADER }) }, { Cmd: ['/go/bin/app'] });
    const after = image({ '/app': linked([], { interpreter: LOADER }) }, { Entrypoint: ['/app'] });
    expect(messages(before, after)).toEqual([`/app's loader ${LOADER} is not in the image`]);
  });

  test('misses a library, and one that a library needs', () => {
    const before = { ...DEBIAN, ...server, ...sqlite };
    expect(lost(before, { ...DEBIAN, ...server }, started)).toEqual(['/app/server needs libsqlite3.so.0, which is not in the image']);
    expect(lost(before, without(before, '/usr/lib/x86_64-linux-gnu/libm.so.6'), started)).toEqual([
      '/usr/lib/x86_64-linux-gnu/libsqlite3.so.0 needs libm.so.6, which is not in the image',
    ]);
  });

  test("misses a library that only an interpreter's module needs, once for all that need it", () => {
    const module = (name: string) => `/usr/local/lib/python3.11/site-packages/psycopg2/${name}.so`;
    const files = { ...PYTHON, [module('a')]: linked(['libpq.so.5']), [module('b')]: linked(['libpq.so.5']) };
    const before = { ...files, '/usr/lib/x86_64-linux-gnu/libpq.so.5': linked([]) };
    expect(lost(before, files, FLASK)).toEqual([`${module('a')} and 1 more need libpq.so.5, which is not in the image`]);
    const moved = { ...PYTHON, '/venv/lib/python3.11/site-packages/psycopg2/a.so': linked(['libpq.so.5']) };
    expect(lost(before, moved, FLASK)).toEqual([expect.stringMatching(/^\/venv\/lib\S+ needs libpq\.so\.5/)]);
  });

  test("isn't held against a base image that lacks it by itself", () => {
    const files = { ...DEBIAN, '/usr/lib/gdb.so': linked(['libpython3.so']), '/mine/a.so': linked(['libpython3.so']) };
    const before = { ...files, '/usr/lib/libpython3.so': linked([]) };
    expect(lost(files, files, {})).toEqual([]);
    const base = image(without(files, '/mine/a.so'));
    expect(lost(before, files, {}, { base })).toEqual(['/mine/a.so needs libpython3.so, which is not in the image']);
  });

  test.each<[how: string, files: Record<string, Given>, config: ImageConfig]>([
    ['by RPATH from the file itself', { '/app/x': linked(['l.so'], { rpath: ['$ORIGIN/libs'] }), '/app/libs/l.so': linked([]) }, {}],
    ['by RUNPATH', { '/app/x': linked(['l.so'], { runpath: ['/a', '${ORIGIN}/../l'] }), '/l/l.so': linked([]) }, {}],
    [
      'by the RPATH of what loads it',
      { '/app/x': linked(['m.so'], { rpath: ['/l'] }), '/l/m.so': linked(['l.so']), '/l/l.so': linked([]) },
      {},
    ],
    ['by LD_LIBRARY_PATH', { '/app/x': linked(['l.so']), '/l/l.so': linked([]) }, { Env: ['LD_LIBRARY_PATH=:/l'] }],
    [
      "in ldconfig's cache",
      { '/app/x': linked(['l.so']), '/l/l.so': linked([]), '/etc/ld.so.cache': 'ld.so-1.7.0\0\0\x02l.so\0/l/l.so\0libm.so\0' },
      {},
    ],
    [
      "by ld.so.conf where ldconfig's cache is too large to read",
      {
        '/app/x': linked(['l.so']),
        '/l/l.so': linked([]),
        '/etc/ld.so.cache': {},
        '/etc/ld.so.conf.d/l.conf': '# own\n/l # here\n',
      },
      {},
    ],
    ["by musl's path", { '/app/x': linked(['l.so']), '/l/l.so': linked([]), '/etc/ld-musl-x86_64.path': '/k:/l\n' }, {}],
    ['by its path', { '/app/x': linked(['/l/l.so']), '/l/l.so': linked([]) }, {}],
    [
      "in musl's loader itself",
      {
        '/app/x': linked(['libc.musl-x86_64.so.1', 'libm.so'], { interpreter: '/lib/ld-musl-x86_64.so.1' }),
        '/lib/ld-musl-x86_64.so.1': linked([]),
      },
      {},
    ],
  ])('finds a library %s', (_, files, config) => {
    const started = { ...config, Cmd: ['/app/x'] };
    const before = image({ ...files, '/lib/l.so': linked([]), '/lib/libm.so': linked([]) }, started);
    expect(messages(before, image(files, started))).toEqual([]);
    const bare = Object.entries(files).filter(([path]) => path === '/app/x' || path === '/l/m.so');
    expect(messages(before, image(Object.fromEntries(bare), { Cmd: ['/app/x'] })).length).toBeGreaterThan(0);
  });

  test.each(['', 'ld.so-1.7.0\0', undefined])("isn't found in a folder that ldconfig wasn't run for", cache => {
    const configured = { '/app/x': linked(['l.so']), '/l/l.so': linked([]), '/etc/ld.so.conf.d/l.conf': '/l\n' };
    const after: Record<string, Given> = cache === undefined ? configured : { ...configured, '/etc/ld.so.cache': cache };
    expect(lost({ ...configured, '/etc/ld.so.cache': 'l.so\0/l/l.so\0' }, after, {})).toEqual([
      '/app/x needs l.so, which is not in the image',
    ]);
  });

  test("doesn't take a library of another machine", () => {
    const files = { '/app/x': linked(['l.so']) };
    const before = { ...files, '/lib/l.so': linked([]) };
    expect(lost(before, { ...files, '/lib/l.so': linked([], { machine: '64:183' }) }, {})).toEqual([
      '/app/x needs l.so, which is not in the image',
    ]);
  });
});

describe("links and rights outside the app's folder", () => {
  const app: ImageConfig = { WorkingDir: '/app', User: 'app' };
  const own = { uid: 1000, gid: 1000 };
  /** Between images that stand on Debian, for the same user. */
  const between = (before: Record<string, Given>, after: Record<string, Given>, config = app, base = DEBIAN) =>
    lost({ ...DEBIAN, '/app/a': 'a', ...before }, { ...DEBIAN, '/app/a': 'a', ...after }, config, { base: image(base) });

  test("a program's link on PATH leads nowhere, but not one of the base image", () => {
    const convert = { '/usr/local/bin/convert': link('/opt/tool/convert') };
    const tool = { '/opt/tool/convert': script('/bin/sh') };
    expect(between({ ...convert, ...tool }, convert)).toEqual([
      'the link /usr/local/bin/convert leads to /opt/tool/convert, which is not in the image',
    ]);
    expect(between({ ...convert, ...tool }, convert, app, { ...DEBIAN, ...convert, ...tool })).toEqual([]);
  });

  test.each<[what: string, path: string, before: Partial<Entry>, after: Partial<Entry>, said: string]>([
    ['a secret', '/etc/app.conf', { ...own, mode: 0o600 }, { mode: 0o600 }, "can't read /etc/app.conf (mode 0600, owner 0:0)"],
    ['an empty folder', '/data/', own, {}, "can't write to /data (mode 0755, owner 0:0)"],
    ['a folder that all share', '/tmp/', { mode: 0o1777 }, {}, "can't write to /tmp (mode 0755, owner 0:0)"],
    [
      'a script',
      '/opt/job.sh',
      script('/bin/sh'),
      { ...script('/bin/sh'), mode: 0o644 },
      "can't execute /opt/job.sh (mode 0644, owner 0:0)",
    ],
  ])('%s is no more what it was to the user', (_, path, before, after, said) => {
    expect(between({ [path]: before }, { [path]: after })).toEqual([`USER app ${said}, as before`]);
    // the new base's own way
    expect(between({ [path]: before }, { [path]: after }, app, { ...DEBIAN, [path]: after })).toEqual([]);
    expect(between({ [path]: after }, { [path]: before })).toEqual([]);
  });

  test('a folder is closed to a user who left its group', () => {
    const media = { '/media/': { mode: 0o2770, gid: 50 } };
    const alone = { ...media, '/etc/group': 'root:x:0:\nstaff:x:50:other\napp:x:1000:\n' };
    expect(between(media, alone)).toEqual([
      "USER app can't read /media (mode 02770, owner 0:50), as before",
      "USER app can't write to /media (mode 02770, owner 0:50), as before",
      "USER app can't execute /media (mode 02770, owner 0:50), as before",
    ]);
  });

  test("code that its user may not write any more is none the worse, and a user that is new misses nothing that was its owner's", () => {
    const files = { '/app/lib/x.js': own, '/app/lib/': own, '/srv/x.json': { ...own, mode: 0o755 } };
    expect(between(files, { '/app/lib/x.js': {}, '/srv/x.json': {} })).toEqual([]);
    const closed = { '/etc/key': { mode: 0o600 } };
    expect(messages(image({ ...DEBIAN, '/app/a': 'a', ...closed }), image({ ...DEBIAN, '/app/a': 'a', ...closed }, app))).toEqual([]);
  });

  test("a program lost its setuid bit or capability, unless it was the base image's", () => {
    const ping = (more: Partial<Entry>) => ({ '/usr/bin/ping': { ...linked([]), ...more } });
    for (const more of [{ mode: 0o4755 }, { mode: 0o2755 }, { attributes: { 'security.capability': '01' } }]) {
      expect(between(ping(more), ping({}))).toEqual(['/usr/bin/ping lost the privileges that USER app ran it with']);
      expect(between(ping(more), ping({}), { WorkingDir: '/app' })).toEqual([]);
      expect(between(ping(more), ping({}), app, { ...DEBIAN, ...ping(more) })).toEqual([]);
    }
  });

  test('its home is gone, but one that was never there', () => {
    expect(between({ '/home/app/': own }, {})).toEqual(["USER app's home /home/app doesn't exist"]);
    expect(between({}, {})).toEqual([]);
    const nowhere = { '/etc/passwd': 'app:x:1000:1000::/nonexistent:/bin/sh\n' };
    expect(between({ '/home/app/': own }, nowhere)).toEqual([]);
  });
});

describe("the app's folder", () => {
  const config: ImageConfig = { WorkingDir: '/app' };

  test('has to be there', () => {
    expect(lost(PYTHON, DEBIAN, config)).toEqual(["WORKDIR /app doesn't exist"]);
  });

  test('has scripts that lost their interpreter', () => {
    const files = { ...DEBIAN, '/app/a.sh': script('/bin/bash'), '/app/b.sh': script('/bin/bash -e'), '/app/c.sh': script('/bin/bash') };
    const more = { ...files, '/app/node_modules/x/test.sh': script('/bin/bash'), '/app/doc.sh': { interpreter: '/bin/bash' } };
    expect(lost(more, without(more, '/usr/bin/bash'), config)).toEqual([
      '/app/a.sh, /app/b.sh and /app/c.sh are run by /bin/bash, which is not in the image',
    ]);
  });

  test('has links into nowhere', () => {
    const files = { '/app/now': link('../releases/1'), '/app/never': link('/x'), '/elsewhere/now': link('/releases/1') };
    expect(lost({ ...files, '/releases/1/a': 'a' }, files, config)).toEqual([
      'the link /app/now leads to ../releases/1, which is not in the image',
    ]);
  });

  test('is that of the program where there is no WORKDIR', () => {
    const files = { '/srv/run': linked([]), '/srv/data': link('/data/1') };
    expect(lost({ ...files, '/data/1': 'x' }, files, { Entrypoint: ['/srv/run'] })).toEqual([
      'the link /srv/data leads to /data/1, which is not in the image',
    ]);
  });
});

describe('the user', () => {
  const files = { ...DEBIAN, '/app/a.json': {}, '/app/start.sh': script('/bin/sh') };
  const as = (User: string, more: ImageConfig = {}): ImageConfig => ({ User, WorkingDir: '/app', ...more });
  /** From root to a user, on other files or the same. */
  const handed = (User: string, changed: Record<string, Partial<Entry>> = {}, more: ImageConfig = {}, options?: ClosureOptions) =>
    messages(image(files, as('', more)), image({ ...files, ...changed }, as(User, more)), options);

  test('has to be known by name, and not by number', () => {
    expect(handed('nobody')).toEqual(["USER nobody isn't in /etc/passwd"]);
    expect(handed('app:nobody')).toEqual(["USER app:nobody's group isn't in /etc/group"]);
    for (const user of ['app', '4242', '4242:4242', 'app:staff', ':staff']) expect(handed(user)).toEqual([]);
  });

  test("can't read files of the app", () => {
    const closed = { mode: 0o600 };
    expect(handed('1000', { '/app/a.json': closed })).toEqual(["USER 1000 can't read /app/a.json (mode 0600, owner 0:0)"]);
    expect(handed('app', { '/app/': { mode: 0o750 } })).toEqual([
      "USER app can't read /app (mode 0750, owner 0:0), /app/a.json and /app/start.sh",
    ]);
    expect(handed('', { '/app/a.json': closed })).toEqual([]);
  });

  test.each<[who: string, user: string, owner: Partial<Entry>, may: boolean]>([
    ['the owner', 'app', { mode: 0o400, uid: 1000 }, true],
    ['his group', 'app', { mode: 0o040, gid: 1000 }, true],
    ['a group that lists him', 'app', { mode: 0o040, gid: 50 }, true],
    ['a group that lists him, found by number', '1000', { mode: 0o040, gid: 50 }, true],
    ['not such a group where he names another', 'app:app', { mode: 0o040, gid: 50 }, false],
    ["root's group without an account", '4242', { mode: 0o040 }, true],
    ['a named group', '4242:50', { mode: 0o040, gid: 50 }, true],
    ['not the owner where only others may', 'app', { mode: 0o044, uid: 1000 }, false],
  ])('reads as %s', (_, user, owner, may) => {
    expect(handed(user, { '/app/a.json': owner })).toHaveLength(may ? 0 : 1);
  });

  test("can't execute the program, or enter its folder", () => {
    const config = { Entrypoint: ['./start.sh'] };
    expect(handed('1000', { '/app/start.sh': { ...script('/bin/sh'), mode: 0o744 } }, config)).toEqual([
      "USER 1000 can't execute /app/start.sh (mode 0744, owner 0:0)",
    ]);
    expect(handed('', { '/app/start.sh': { ...script('/bin/sh'), mode: 0o644 } }, config)).toEqual([
      "root can't execute /app/start.sh (mode 0644, owner 0:0)",
    ]);
    const home = { ...DEBIAN, '/root/': { mode: 0o700 }, '/root/.local/bin/serve': script('/bin/sh') };
    const started = { Cmd: ['serve'], Env: ['PATH=/root/.local/bin:/bin'] };
    expect(messages(image(home, started), image(home, { ...started, User: 'app' }))).toEqual([
      "USER app can't execute /root/.local/bin/serve (mode 0755, owner 0:0)",
    ]);
  });

  test("can't write what was written before, or a volume", () => {
    const written = ['/app', '/app/data.db', '/app/new/a', '/home/app/x', '/tmp/x'];
    const own = { '/home/app/': { uid: 1000 }, '/tmp/': { mode: 0o1777 } };
    expect(handed('app', own, {}, { written })).toEqual(["USER app can't write /app/data.db and /app/new/a, which before wrote"]);
    expect(handed('app', { ...own, '/app/': { uid: 1000 } }, {}, { written })).toEqual([]);
    expect(handed('app', own, { Volumes: { '/data': {}, '/tmp': {} } })).toEqual([
      "USER app can't write to the volume /data, which the user of before could",
    ]);
  });
});

test('an image is closed by itself whatever it lacks', () => {
  const odd = image(
    {
      '/app/x': linked(['none.so'], { interpreter: '/none' }),
      '/app/l': link('l'),
      '/app/s': script(''),
      '/e': link(''),
      '/app/closed': { mode: 0 },
    },
    {
      WorkingDir: 'app',
      User: 'none:none',
      Cmd: ['', 'x'],
      Entrypoint: ['sh', '-c'],
      Healthcheck: { Test: ['CMD'] },
      Volumes: { '../x': {} },
    },
  );
  expect(closure(odd, odd)).toEqual([]);
  expect(closure(image({}), image({}))).toEqual([]);
});

test('twenty thousand files are no trouble', () => {
  const files: Record<string, Given> = { ...PYTHON };
  for (let i = 0; i < 20_000; i++) files[`/app/node_modules/p${i % 900}/lib/f${i}`] = i % 10 ? {} : linked(['libc.so.6', 'none.so']);
  expect(lost(files, files, FLASK)).toEqual([]);
});
