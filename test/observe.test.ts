import { describe, expect, test } from 'vitest';
import { healthPaths, lasting, wordsOf } from '../src/verify/answers.ts';
import { changedPaths, exposedPorts } from '../src/verify/container.ts';
import { listeningAddresses } from '../src/verify/listening.ts';
import type { Observation } from '../src/verify/observe.ts';
import { failure, normalised, outputDifference } from '../src/verify/output.ts';
import { runDifferences, steady } from '../src/verify/runs.ts';
import { answer, output, running } from './support/sights.ts';

const ended = (exitCode: number, rest: Partial<Observation> = {}): Observation =>
  running({ state: 'ended', exitCode, listening: [], answers: [], exposed: [], stop: undefined, ...rest });

/** What breaks, as it is told. */
const broken = (before: Observation, after: Observation) => runDifferences(before, after).broken.map(({ message }) => message);

describe('what is broken', () => {
  test.each<[name: string, before: Observation, after: Observation, messages: string[]]>([
    [
      'a server that ends',
      running(),
      ended(1, { output: output('', 'Error: no x\n    at y\n\nNode.js v20') }),
      ['running → exits 1: Error: no x'],
    ],
    ['a server that ends well', running(), ended(0), ['running → exits 0']],
    ['a program that goes on', ended(0), running(), ['exits 0 → running']],
    ['another exit code', ended(0), ended(2, { output: output('bad\n') }), ['exits 0 → exits 2: bad']],
    [
      'a program that is missing',
      ended(0),
      ended(127, { error: 'exec: "gunicorn": executable file not found in $PATH' }),
      [`exits 0 → can't be started: exec: "gunicorn": executable file not found in $PATH`],
    ],
    [
      'another port, and nothing more',
      running(),
      running({ listening: ['*:3000'], answers: [answer({ port: 3000 })] }),
      ['listens on *:8080 → *:3000'],
    ],
    ['nothing that listens', running(), running({ listening: [], answers: [] }), ['listens on *:8080 → nothing']],
    [
      'a port for the container alone',
      running(),
      running({ listening: ['127.0.0.1:8080'], answers: [] }),
      ['listens on *:8080 → 127.0.0.1:8080'],
    ],
    ['another status', running(), running({ answers: [answer({ status: 404 })] }), ['GET / on 8080 answers 200 → 404']],
    ['no HTTP', running(), running({ answers: [answer({ status: 'no HTTP' })] }), ['GET / on 8080 answers 200 → no HTTP']],
    [
      'a header that is gone',
      running(),
      running({ answers: [answer({ headers: {} })] }),
      ['GET / on 8080 answers content-type: text/html → nothing'],
    ],
    ['another body', running(), running({ answers: [answer({ body: 'b2', words: ['bye'] })] }), ['GET / on 8080 answers "hello" → "bye"']],
    ['a body that parts late', running(), running({ answers: [answer({ body: 'b2' })] }), ['GET / on 8080 answers with another body']],
    [
      'a check that fails now',
      running({ health: 'healthy' }),
      running({ health: 'unhealthy' }),
      ['the health check says healthy → unhealthy'],
    ],
    ['a new check that fails', running(), running({ health: 'unhealthy' }), ['the health check says nothing → unhealthy']],
    [
      'a server that has to be killed',
      running(),
      running({ stop: { exitCode: 137, killed: true } }),
      ['stops when it is asked to → has to be killed'],
    ],
    ['another output', ended(0, { output: output('a\nb\n') }), ended(0, { output: output('a\nc\n') }), ['prints "b" → "c"']],
    ['an output that is gone', ended(0, { output: output('a\nb\n') }), ended(0, { output: output('a\n') }), ['prints "b" → ""']],
    [
      'another error alike',
      ended(1, { output: output('', 'no db') }),
      ended(1, { output: output('', 'no flask') }),
      ['prints "no db" → "no flask"'],
    ],
  ])('%s', (_, before, after, messages) => {
    expect(runDifferences(before, after)).toMatchObject({
      broken: messages.map(message => ({ by: 'run', message })),
      exercise: { kind: 'differs' },
    });
  });

  test('is not what gets better', () => {
    expect(broken(running({ stop: { exitCode: 137, killed: true } }), running())).toEqual([]);
    expect(broken(running({ health: 'unhealthy' }), running({ health: 'healthy' }))).toEqual([]);
    expect(broken(running(), running({ health: 'healthy' }))).toEqual([]);
    expect(broken(running(), running({ stop: { exitCode: 143, killed: false } }))).toEqual([]);
  });

  test("is not an error's own page", () => {
    const error = (text: string) => running({ answers: [answer({ status: 500, body: text, words: [text] })] });
    expect(broken(error('SECRET = 1'), error('SECRET = 2'))).toEqual([]);
  });

  test('is not what is another each time', () => {
    const varying = running({
      answers: [lasting(answer(), answer({ body: 'b2', words: ['hi'], headers: { 'content-type': 'text/html', 'set-cookie': 'a' } }))],
    });
    expect(varying.answers[0]).toMatchObject({ body: 'varies', headers: { 'content-type': 'text/html', 'set-cookie': 'varies' } });
    expect(broken(varying, running({ answers: [answer({ body: 'c3', words: ['ho'] })] }))).toEqual([]);
    expect(broken(varying, running({ answers: [answer({ status: 500 })] }))).toEqual(['GET / on 8080 answers 200 → 500']);
    expect(broken(ended(0, { output: output('x7'), varies: true }), ended(0, { output: output('q2') }))).toEqual([]);
    expect(broken(running(), running({ listening: ['*:8080', '*:41234'] }))).toEqual([]);
    expect(broken(running(), running({ listening: ['*:8080', '*:9229'] }))).toEqual(['listens on *:8080 → *:8080, *:9229']);
  });

  describe('beside what is another each time', () => {
    const page = (body: string, text: string) => answer({ body, words: wordsOf(text) });
    const seen = (...texts: string[]) => {
      const [first = page('', ''), ...others] = texts.map((text, at) => page(`${texts}${at}`, text));
      return running({ answers: [others.reduce((one, other) => lasting(one, other), first)] });
    };
    const form = (token: string, rest: string) => `<form><input value="${token}"></form>\n${rest}`;
    const before = seen(form('qX+a/7==', '<ul>menu</ul>'), form('pf_9', '<ul>menu</ul>'));

    test('is a part of a page', () => {
      expect(broken(before, seen(form('x1', '<ul>menu</ul>'), form('x2', '<ul>menu</ul>')))).toEqual([]);
      expect(broken(before, seen(form('x1', '<p>none</p>'), form('x2', '<p>none</p>')))).toEqual([
        'GET / on 8080 answers "<form><input value="…"></form> <ul>menu</ul>" → "<form><input value="…"></form> <p>none</p>"',
      ]);
      expect(broken(seen('a page'), seen('an error 1x', 'an error 2x'))).toEqual(['GET / on 8080 answers "a page" → "an error …"']);
    });

    test('is nothing of a page of another length each time, or of one that is no text', () => {
      const long = seen('1, 2', '1, 2, 3');
      expect(broken(long, seen('1, 2, 3', '1'))).toEqual([]);
      const picture = (body: string) => answer({ body, words: [] });
      const drawn = running({ answers: [lasting(picture('a'), picture('b'))] });
      expect(broken(drawn, running({ answers: [picture('c')] }))).toEqual([]);
      expect(broken(running({ answers: [picture('a')] }), running({ answers: [picture('c')] }))).toEqual([
        'GET / on 8080 answers with another body',
      ]);
    });
  });

  test('is not what is drawn by lot as the original starts', () => {
    const drawn = (id: string) => running({ answers: [answer({ body: id, words: wordsOf(`instance ${id}, up`) })] });
    expect(broken(drawn('k3'), drawn('p9'))).toHaveLength(1);
    expect(broken(steady(drawn('k3'), drawn('z1')), drawn('p9'))).toEqual([]);
    const down = running({ answers: [answer({ words: wordsOf('instance p9, down') })] });
    expect(broken(steady(drawn('k3'), drawn('z1')), down)).toHaveLength(1);
    expect(broken(steady(drawn('k3'), drawn('z1')), ended(1))).toEqual(['running → exits 1']);
  });

  test('is what a worker prints at first, if it prints the same each time', () => {
    const worker = (stdout: string) => running({ listening: [], answers: [], exposed: [], output: output(stdout) });
    const [before, later] = [worker('ready\ngot 3\ngot'), worker('ready\ngot 3\ngot 4\n')];
    expect(broken(before, later)).toEqual([]);
    expect(broken(before, worker('retry: no queue\nretry\n'))).toEqual(['prints "ready" → "retry: no queue"']);
    expect(broken(steady(before, worker('ready\ngot 7\ngot 2\n')), worker('ready\ngot 1\ngot 9\n'))).toEqual([]);
    expect(broken(before, worker(''))).toEqual([]);
    expect(broken(running({ output: output('a\nb\n') }), running({ output: output('c\nd\n') }))).toEqual([]);
  });

  test.each([
    "sh: can't open '/opt/mailer.sh': No such file or directory",
    'sh: 0: cannot open /opt/mailer.sh: No such file',
    '/start.sh: line 3: convert: command not found',
    "Error: Cannot find module './fast.node'",
    'convert: error while loading shared libraries: libpng.so: cannot open shared object file: No such file or directory',
    "Error: ENOENT: no such file or directory, open '/srv/x'",
    "PermissionError: [Errno 13] Permission denied: '/data'",
  ])('is a complaint that a server never made: %s', line => {
    const complaining = running({ output: output('up\n', `${line}\n`) });
    expect(broken(running({ output: output('up\n') }), complaining)).toEqual([`prints "${line}", as it never did`]);
    expect(broken(complaining, complaining)).toEqual([]);
    expect(broken(steady(running(), complaining), complaining)).toEqual([]);
    expect(broken(running(), { ...complaining, answers: [answer({ status: 500 })] })).toEqual(['GET / on 8080 answers 200 → 500']);
    expect(broken(running(), running({ output: output('', `npm warn ${line}\nGET /x not found\n`) }))).toEqual([]);
  });

  test('by a smoke check is what passed on the original', () => {
    const checked = (exitCode: number | undefined, stderr = '') => running({ smoke: { exitCode, output: output('', stderr) } });
    expect(runDifferences(checked(0), checked(1, 'no login\n')).broken).toEqual([
      { by: 'smoke', message: 'the smoke check exits 1: no login' },
    ]);
    expect(broken(checked(0), checked(undefined))).toEqual(["the smoke check doesn't end"]);
    expect(runDifferences(checked(1), checked(1))).toEqual({
      broken: [],
      exercise: { kind: 'not exercised', why: 'the smoke check fails on the original too' },
    });
  });
});

describe('running both', () => {
  const why = (both: Observation, other = both) => runDifferences(both, other).exercise;

  test.each<[what: string, both: Observation]>([
    ['running, 8080 answers 200', running()],
    ['running, 8080 answers 404', running({ answers: [answer({ status: 404 })] })],
    [
      'running, 5432 answers no HTTP',
      running({ exposed: [5432], listening: ['*:5432'], answers: [answer({ port: 5432, status: 'no HTTP' })] }),
    ],
    ['running, listens on 127.0.0.1:5000', running({ exposed: [], listening: ['127.0.0.1:5000'], answers: [] })],
    ['running', running({ exposed: [], listening: [], answers: [] })],
    ['exits 0', ended(0)],
    [
      'running, 8080 answers 500, the smoke check passes',
      running({ answers: [answer({ status: 500 })], smoke: { exitCode: 0, output: output('') } }),
    ],
  ])('shows the same: %s', (what, both) => {
    expect(why(both)).toEqual({ kind: 'same', what });
  });

  test.each<[why: string, both: Observation]>([
    ['both: exits 1: no database', ended(1, { output: output('starting\n', 'no database\n') })],
    ["both: can't be started: no command specified", ended(127, { error: 'no command specified' })],
    ['both run, and nothing listens on 8080', running({ listening: [], answers: [] })],
    ['both answer 503', running({ answers: [answer({ status: 503 })] })],
    ["the ports can't be reached from this machine", running({ answers: [answer({ status: 'unreachable' })] })],
    ['both are unhealthy', running({ health: 'unhealthy' })],
  ])('tells nothing: %s', (text, both) => {
    expect(why(both)).toEqual({ kind: 'not exercised', why: text });
  });

  test.each<[what: string, both: Partial<Observation>]>([
    ['that ends', { ...ended(1), exposed: [8080] }],
    ['whose port is silent', { listening: [], answers: [] }],
    ['that fails', { answers: [answer({ status: 500 })] }],
  ])('tells nothing of a new check of a program %s', (_, both) => {
    expect(runDifferences(running(both), running({ ...both, health: 'unhealthy' }))).toMatchObject({
      broken: [],
      exercise: { kind: 'not exercised' },
    });
  });

  test('tells nothing of a program that takes about as long as it is watched', () => {
    const worker = running({ exposed: [], listening: [], answers: [], seconds: 21 });
    expect(runDifferences(worker, ended(0, { seconds: 19 }))).toMatchObject({ broken: [], exercise: { kind: 'not exercised' } });
    expect(broken(worker, ended(0, { seconds: 2 }))).toEqual(['running → exits 0']);
    expect(broken(worker, ended(1, { seconds: 19 }))).toEqual(['running → exits 1']);
  });
});

describe('output', () => {
  test.each<[one: string, other: string]>([
    ['2026-11-21T11:25:46.123Z up', '2026-11-21T11:25:59Z up'],
    ['2026/11/21 11:25:46 up', '2026/11/22 01:02:03 up'],
    ['[2026-11-21 11:25:46 +0000] [7] [INFO] up', '[2026-11-21 11:25:47 +0000] [12] [INFO] up'],
    ['INFO 2026-11-21 11:25:46,123 up', 'INFO 2026-11-21 11:25:47,001 up'],
    ['127.0.0.1 - - [21/Nov/2026:11:25:46 +0000] "GET"', '127.0.0.1 - - [22/Nov/2026:01:25:46 +0000] "GET"'],
    ['Sat Nov 21 11:25:46 UTC 2026', 'Sun Nov  1 01:02:03 UTC 2026'],
    ['Sat, 21 Nov 2026 11:25:46 GMT', 'Sun, 22 Nov 2026 11:25:47 GMT'],
    ['at 11:25:46 AM', 'at 1:02:03 PM'],
    ['{"time":1795260346123}', '{"time":1795260999001}'],
    ['id 6278b6310d23 made', 'id 458abd76912d made'],
    ['id 0f8fad5b-d9cb-469f-a165-70867728950e', 'id 7c9e6679-7425-40de-944b-e07fc1f90ae7'],
    ['<A object at 0x7f3a2c1b9d60>', '<A object at 0x7fdd00a19d60>'],
    ['listening on 0.0.0.0:34567', 'listening on 0.0.0.0:60999'],
    ['on port 34567', 'on port 45678'],
    ['from 172.17.0.2', 'from 172.18.0.14'],
    ['Started server process [7]', 'Started server process [31]'],
    ['pid: 12', 'pid: 9'],
    ['(node:7) Warning', '(node:19) Warning'],
    ['ready in 1.23 s', 'ready in 980 ms'],
    ['took 12ms', 'took 3ms'],
    ['wrote /tmp/tmpab12', 'wrote /tmp/tmpzz_9.x'],
    ['\u001b[32mok\u001b[0m', 'ok'],
  ])('%s is the same as %s', (one, other) => {
    expect(normalised(one)).toBe(normalised(other));
  });

  test.each<[one: string, other: string]>([
    ['listening on 0.0.0.0:8080', 'listening on 0.0.0.0:3000'],
    ['node 20', 'node 22'],
    ['version 1.2.3', 'version 1.2.4'],
    ['3 passed', '2 passed'],
    ['10.0.0.1', '10.0.0.2'],
    ['a decade', 'a facade'],
  ])('%s is not %s', (one, other) => {
    expect(normalised(one)).not.toBe(normalised(other));
  });

  test('parts at the first line that is another, told from a little before where it parts', () => {
    expect(outputDifference(output('a\r\nb  \n'), output('a\nb\n\n'))).toBeUndefined();
    expect(outputDifference(output('a', 'x'), output('a', 'y'))).toEqual({ was: 'x', is: 'y' });
    expect(
      outputDifference(output('a', 'x'), output('a', 'x\n\nnpm notice\nnpm notice New minor version of npm available!\n')),
    ).toBeUndefined();
    expect(outputDifference(output('a', 'x'), output('a', 'npm noticed\nx'))).toEqual({ was: 'x', is: 'npm noticed' });
    const long = 'word '.repeat(100);
    expect(outputDifference(output(`${long}one`), output(`${long}two`))).toEqual({
      was: '…word word word word one',
      is: '…word word word word two',
    });
    const told = outputDifference(output(long), output('x'));
    expect(told?.was).toHaveLength(161);
  });

  test('that was cut is compared as far as both go', () => {
    expect(outputDifference(output('a\nb\nc', '', true), output('a\nb\ncc\nd', '', true))).toBeUndefined();
    expect(outputDifference(output('a\nb\nc', '', true), output('a\nx\nc', '', true))).toEqual({ was: 'b', is: 'x' });
  });

  test.each<[says: string, stderr: string]>([
    [
      'Error: listen EACCES: permission denied 0.0.0.0:80',
      'node:net\n\nError: listen EACCES: permission denied 0.0.0.0:80\n    at x\n\nNode.js v20.1',
    ],
    ["ModuleNotFoundError: No module named 'flask'", "Traceback:\n  import flask\nModuleNotFoundError: No module named 'flask'\n"],
    ['java.lang.NoClassDefFoundError: a/B', 'Exception in thread\njava.lang.NoClassDefFoundError: a/B\n\tat c.D'],
    ['panic: no config', 'panic: no config\n\ngoroutine 1 [running]:\nmain.main()'],
    ['sh: gunicorn: not found', 'sh: gunicorn: not found\n'],
    ['', ''],
  ])('of a failure says why: %s', (says, stderr) => {
    expect(failure(output('', stderr))).toBe(says);
  });
});

describe('a container', () => {
  test('exposes TCP ports', () => {
    expect(exposedPorts({ ExposedPorts: { '80/tcp': {}, '53/udp': {}, '443/tcp': {} } })).toEqual([80, 443]);
    expect(exposedPorts({ ExposedPorts: { '9000': {} } })).toEqual([9000]);
    expect(exposedPorts({})).toEqual([]);
  });

  test('is asked for the paths of its health check', () => {
    const paths = (...Test: string[]) => healthPaths({ Healthcheck: { Test } });
    expect(paths('CMD-SHELL', 'curl -f "http://localhost:8080/health" || exit 1')).toEqual(['/health']);
    expect(paths('CMD', 'node', '-e', "fetch('http://127.0.0.1:3000/api/live?full=1').then(r=>0)")).toEqual(['/api/live?full=1']);
    expect(paths('CMD', 'wget', 'http://[::1]/')).toEqual(['/']);
    expect(paths('CMD', 'curl', 'http://example.com/health', 'http://localhost:80')).toEqual([]);
    expect(healthPaths({})).toEqual([]);
  });

  test('listens on addresses as the kernel lists them', () => {
    const row = (local: string, state = '0A') =>
      `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100`;
    const wide = (local: string) => row(local).replace('00000000:0000', '00000000000000000000000000000000:0000');
    const text = [
      '  sl  local_address rem_address   st tx_queue',
      row('00000000:1F90'),
      row('0100007F:1388'),
      row('0200A8C0:0050'),
      row('0200A8C0:0051', '01'),
      '  sl  local_address                         remote_address',
      wide('00000000000000000000000000000000:1F90'),
      wide('00000000000000000000000001000000:1388'),
      wide('0000000000000000FFFF00000100007F:1389'),
    ].join('\n');
    expect(listeningAddresses(text)).toEqual(['*:8080', '127.0.0.1:5000', '127.0.0.1:5001', 'own:80']);
  });

  test('has written files, and not the folders that hold them, nor what is left anywhere', () => {
    const listed = [
      ...['C /app', 'A /app/data', 'A /app/data/a.db', 'A /app/odd\nname', 'A /app/empty', 'C /etc', 'D /etc/group', 'C /etc/hosts'],
      ...['A /app/__pycache__/a.pyc', 'C /tmp', 'A /tmp/x', 'A /run/app.pid', 'A /var/log/a', 'A /srv/app.log', ''],
      ...['A /root/.npm/_cacache/tmp/a', 'A /home/node/.cache/x/y', 'A /.cache/x', 'A /app/.cache'],
      ...['A /root/.config/configstore/update-notifier-npm.json', 'A /root/.config/app.json'],
    ];
    expect(changedPaths(listed.join('\n'))).toEqual([
      '/app/.cache',
      '/app/data/a.db',
      '/app/empty',
      '/app/odd\nname',
      '/root/.config/app.json',
    ]);
    expect(changedPaths('')).toEqual([]);
  });
});
