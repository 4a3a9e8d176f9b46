import { describe, expect, test } from 'vitest';
import { jsonReport } from '../src/report/json.ts';
import { markdownReport } from '../src/report/markdown.ts';
import type { FileResult, Report } from '../src/report/results.ts';
import { textReport } from '../src/report/text.ts';
import { change } from '../src/transform.ts';
import type { ImageSummary, Verification } from '../src/verify/verification.ts';

type Shown = Extract<Verification, { verdict: 'kept' | 'broken' }>;

const steps = (number: number) => Array.from({ length: number }, (_, index) => ({ name: `step ${index}`, cached: false, seconds: 1 }));
const before: ImageSummary = {
  size: 1_120_400_000,
  layers: [
    { instruction: "# debian.sh --arch 'amd64' out/ 'bookworm'", size: 116_500_000 },
    { instruction: 'RUN /bin/sh -c apt-get install -y build-essential # buildkit', size: 310_000_000 },
    { instruction: 'RUN |1 A=b /bin/sh -c pip install -r requirements.txt # buildkit', size: 42_300_000 },
    { instruction: 'COPY . . # buildkit', size: 4_200 },
    { instruction: '/bin/sh -c #(nop)  CMD ["python"]', size: 0 },
  ],
  files: 40_112,
  user: '',
  warnings: [
    { rule: 'JSONArgsRecommended', line: 9 },
    { rule: 'JSONArgsRecommended', line: 12 },
  ],
  build: { steps: steps(12), seconds: 41.3 },
  rebuild: {
    source: { file: 'app.py', steps: 7, seconds: 31.2, contextBytes: 1_240_000 },
    manifest: { file: 'requirements.txt', steps: 7, seconds: 33, contextBytes: 1_240_000 },
  },
};
const after: ImageSummary = {
  size: 174_000_000,
  layers: [
    { instruction: "# debian.sh --arch 'amd64' out/ 'bookworm'", size: 116_500_000 },
    { instruction: 'COPY /venv /venv # buildkit', size: 42_100_000 },
    { instruction: 'COPY . . # buildkit', size: 4_200 },
  ],
  files: 3_201,
  user: '1000:1000',
  warnings: [],
  build: { steps: steps(1), seconds: 0.84 },
  rebuild: {
    source: { file: 'app.py', steps: 1, seconds: 0.8, contextBytes: 3_000 },
    manifest: undefined,
  },
};
const kept: Shown = {
  verdict: 'kept',
  broken: [],
  promised: [
    { kind: 'removed', name: '/usr/bin/gcc', before: 'a file', after: undefined },
    { kind: 'removed', name: '/usr/bin/g++', before: 'a file', after: undefined },
    { kind: 'config', name: 'User', before: '', after: '1000:1000' },
  ],
  noise: [{ kind: 'changed', name: '/var/log/apt/history.log', before: 'a', after: 'b' }],
  exercise: { kind: 'same', what: 'running, 8080 answers 200' },
  seconds: { compare: 21.5, run: 14.2 },
  before,
  after,
  remedy: undefined,
};
const broken: Shown = {
  ...kept,
  verdict: 'broken',
  broken: [
    { by: 'closure', message: 'gunicorn is not in the image', transform: 'multistage' },
    { by: 'run', message: 'GET / on 8000 answers 200 → nothing' },
  ],
  exercise: { kind: 'differs' },
  remedy: { without: ['multistage'], kept: ['key-value', 'exec-form'] },
};
const impossible: Verification = {
  verdict: 'impossible',
  why: "the original doesn't build: RUN make",
  output: `${'earlier\n'.repeat(30)}\x1b[31mmake: *** No rule to make target\x1b[0m 'all'.\r\n10%\r100%\nmake: stopped\n`,
};

const source = 'FROM a\nCMD b\n';
function result(verification: Verification, more: Partial<FileResult> = {}): FileResult {
  const edits = [{ start: 11, end: 12, text: '["b"]' }];
  const found = change({ at: { start: 7, end: 12 }, title: 'start b without a shell', keeps: 'behaviour', edits });
  return {
    path: 'Dockerfile',
    against: undefined,
    context: { folder: '.', from: 'as named' },
    migration: {
      source,
      text: 'FROM a\nCMD ["b"]\n',
      edits,
      neighbours: [],
      findings: [{ kind: 'applied', transform: 'exec-form', place: { line: 2, column: 1, endLine: 2 }, change: found }],
      steps: [],
      bugs: [],
      problems: [],
      ignored: [],
    },
    trouble: [],
    skipped: undefined,
    written: false,
    verification,
    ...more,
  };
}
const compared = (verification: Verification) =>
  result(verification, { against: 'Dockerfile', path: 'Dockerfile.new', migration: undefined });

const whole = ({ file, end }: Report, results: FileResult[]) => results.map(file).join('') + end();
const text = (...results: FileResult[]) => whole(textReport({ colours: undefined, diffs: true }), results);
const markdown = (...results: FileResult[]) => whole(markdownReport(), results);

describe('the text report', () => {
  test('shows what was found below the diff: the verdict, the table, the layers that matter, and what was let through', () => {
    expect(text(result(kept))).toMatchInlineSnapshot(`
      "Dockerfile  context: ., as named

      --- a/Dockerfile
      +++ b/Dockerfile
      @@ -1,2 +1,2 @@
       FROM a
      -CMD b
      +CMD ["b"]

        2  start b without a shell  exec-form, keeps the behaviour

      Verified: the image keeps its promises; runs the same (running, 8080 answers 200).

                                           before                      after
        size                               1,120 MB                    174 MB (84 % less)
        files                              40,112                      3,201
        user                               root                        1000:1000
        warnings                           2: JSONArgsRecommended      none
        build                              12 steps, 41 s              1 step, 0.8 s
        after an edit of app.py            7 steps, 31 s, 1.2 MB sent  1 step, 0.8 s, < 0.01 MB sent
        after an edit of requirements.txt  7 steps, 33 s, 1.2 MB sent  –

        before  after   layer
        310 MB  –       RUN apt-get install -y build-essential
        117 MB  117 MB  # debian.sh --arch 'amd64' out/ 'bookworm'
        42 MB   –       RUN pip install -r requirements.txt
        –       42 MB   COPY /venv /venv

      Differences that were promised: 2 removed, 1 config.
      Differences that two builds of the same have too: 1 changed.

      1 change.
      1 file verified.
      Nothing is written yet: --write does it.
      "
    `);
  });

  test('lists what is broken with the transform that did it, and what holds without it', () => {
    expect(text(compared(broken))).toMatchInlineSnapshot(`
      "Dockerfile.new  against Dockerfile, context: ., as named

      Broken: gunicorn is not in the image, and 1 more.
        multistage: gunicorn is not in the image
        GET / on 8000 answers 200 → nothing

                                           before                      after
        size                               1,120 MB                    174 MB (84 % less)
        files                              40,112                      3,201
        user                               root                        1000:1000
        warnings                           2: JSONArgsRecommended      none
        build                              12 steps, 41 s              1 step, 0.8 s
        after an edit of app.py            7 steps, 31 s, 1.2 MB sent  1 step, 0.8 s, < 0.01 MB sent
        after an edit of requirements.txt  7 steps, 33 s, 1.2 MB sent  –

        before  after   layer
        310 MB  –       RUN apt-get install -y build-essential
        117 MB  117 MB  # debian.sh --arch 'amd64' out/ 'bookworm'
        42 MB   –       RUN pip install -r requirements.txt
        –       42 MB   COPY /venv /venv

      Without multistage the rest holds, and is what is proposed: key-value and exec-form.
      Differences that were promised: 2 removed, 1 config.
      Differences that two builds of the same have too: 1 changed.
      "
    `);
  });

  test('says that nothing was seen running where both fail alike', () => {
    const shown = text(compared({ ...kept, exercise: { kind: 'not exercised', why: 'both exit 1 alike' } }));
    expect(shown.split('\n')[2]).toBe('Kept, not exercised: both exit 1 alike.');
  });

  test('shows the last lines of a step that fails, as a terminal would', () => {
    const lines = text(compared(impossible)).split('\n');
    expect(lines[2]).toBe("Can't verify: the original doesn't build: RUN make");
    expect(lines.slice(-6)).toEqual(['  earlier', "  make: *** No rule to make target 'all'.", '  10%', '  100%', '  make: stopped', '']);
    expect(lines).toHaveLength(24);
  });

  test('is as short for thousands of broken promises and layers', () => {
    const many = Array.from({ length: 5000 }, (_, index) => ({ by: 'files' as const, message: `/${index} is gone` }));
    const layers = many.map(({ message }) => ({ instruction: `RUN ${message.repeat(99)}`, size: 2e6 }));
    const shown = text(compared({ ...broken, broken: many, before: { ...before, layers } }));
    expect(shown).toContain('Broken: /0 is gone, and 4,999 more.\n');
    expect(shown).toContain('\n  and 4,980 more\n');
    expect(shown).toContain('  and 4,991 smaller\n');
    expect(shown.length).toBeLessThan(4000);
  });

  test('says what --write does with files whose promise is broken', () => {
    const last = (...results: FileResult[]) =>
      text(...results)
        .split('\n\n')
        .at(-1);
    expect(last(result(broken))).toBe('1 change.\n1 file breaks a promise.\nNothing is written yet: --write does it.\n');
    expect(last(result({ ...broken, remedy: undefined }), result(impossible), result(kept))).toBe(
      `3 changes in 3 of 3 files.\n1 file verified.\n1 file breaks a promise.\n1 file can't be verified.\n--write leaves 2 files as they are.\n${'Nothing is written yet: --write does it.\n'}`,
    );
    expect(last(result({ ...broken, remedy: { without: ['exec-form'], kept: [] } }))).toBe(
      '1 change.\n1 file breaks a promise.\n--write leaves 1 file as it is.\n',
    );
  });

  test('shows the output of a result that does not build, beside what the original is', () => {
    const failed: Verification = {
      ...broken,
      broken: [{ by: 'build', message: "RUN make doesn't build", output: 'make: no rule\n' }],
      after: undefined,
    };
    expect(text(compared(failed))).toMatch(/\nBroken: RUN make doesn't build.\n {2}make: no rule\n\n/);
    expect(text(compared(failed))).toMatch(/\n {2}size +1,120 MB +–\n/);
  });
});

describe('the Markdown report', () => {
  test('has the changes, the diff, what was left alone and the table', () => {
    expect(markdown(result(kept))).toMatchInlineSnapshot(`
      "### Dockerfile

      - line 2: start b without a shell (exec-form, keeps the behaviour)

      \`\`\`diff
      --- a/Dockerfile
      +++ b/Dockerfile
      @@ -1,2 +1,2 @@
       FROM a
      -CMD b
      +CMD ["b"]
      \`\`\`

      **Verified: the image keeps its promises; runs the same &#40;running, 8080 answers 200&#41;.**

      | | before | after |
      |:--|--:|--:|
      | size | 1,120 MB | 174 MB &#40;84 % less&#41; |
      | files | 40,112 | 3,201 |
      | user | root | 1000:1000 |
      | warnings | 2: JSONArgsRecommended | none |
      | build | 12 steps, 41 s | 1 step, 0.8 s |
      | after an edit of app.py | 7 steps, 31 s, 1.2 MB sent | 1 step, 0.8 s, &#60; 0.01 MB sent |
      | after an edit of requirements.txt | 7 steps, 33 s, 1.2 MB sent | – |

      <details>
      <summary>Layers</summary>

      | | before | after |
      |:--|--:|--:|
      | RUN apt-get install -y build-essential | 310 MB | – |
      | &#35; debian.sh --arch 'amd64' out/ 'bookworm' | 117 MB | 117 MB |
      | RUN pip install -r requirements.txt | 42 MB | – |
      | COPY /venv /venv | – | 42 MB |

      </details>

      - note: Differences that were promised: 2 removed, 1 config.
      - note: Differences that two builds of the same have too: 1 changed.

      1 change.
      1 file verified.
      "
    `);
  });

  test('lists what is broken, and shows the output of a step that fails in a fence', () => {
    expect(markdown(compared(broken)).split('\n').slice(0, 9)).toMatchInlineSnapshot(`
      [
        "### Dockerfile.new",
        "",
        "Against Dockerfile",
        "",
        "**Broken: gunicorn is not in the image, and 1 more.**",
        "",
        "- broken: multistage: gunicorn is not in the image",
        "- broken: GET / on 8000 answers 200 → nothing",
        "",
      ]
    `);
    expect(markdown(compared(impossible))).toMatch(/\n```\nearlier\n(?:.*\n){18}make: stopped\n```\n/);
  });

  test('tells of files with trouble and of those left alone', () => {
    const none = { migration: undefined, verification: undefined };
    const trouble = [{ message: 'unterminated heredoc', place: { line: 2, column: 1, endLine: 2 } }];
    expect(markdown(result(kept, { ...none, trouble }), result(kept, { ...none, skipped: 'a template' }))).toBe(
      '### Dockerfile\n\n- line 2: unterminated heredoc\n\n### Dockerfile\n\nLeft alone: a template\n\nnothing to change in 2 files, 1 file with trouble.\n',
    );
  });
});

describe('a Dockerfile that an attacker wrote', () => {
  const evil =
    'a\n# b\n|x| \\| `c` ``` <img src=x onerror=alert(1)> &lt; @maintainers #1 GH-2 https://evil.test www.evil.test [l](javascript:x) ![i](x) **b** ~~s~~ $x$ \x1b[2J\u202e ::error::';
  const poisoned: Verification = {
    ...broken,
    broken: [{ by: 'run', message: evil, transform: evil }],
    exercise: { kind: 'not exercised', why: evil },
    before: {
      ...before,
      user: evil,
      warnings: [{ rule: evil, line: 1 }],
      layers: [{ instruction: evil, size: 5e6 }],
      rebuild: { source: { file: evil, steps: 1, seconds: 1, contextBytes: 1 }, manifest: undefined },
    },
  };

  test('puts no markup, mention, link or line of its own into the Markdown report', () => {
    const place = { line: 1, column: 1, endLine: 1 };
    const file = result(poisoned, { path: evil });
    const refused = {
      kind: 'refused' as const,
      transform: 'x',
      place,
      refusal: { kind: 'refusal' as const, at: { start: 0, end: 1 }, reason: evil, code: 'x' },
    };
    file.migration?.findings.push(refused);
    const shown = markdown(file, result(impossible, { path: evil, against: evil, migration: undefined }));
    const outside = shown.replace(/^(`{3,})[^`\n]*\n[\s\S]*?^\1$/gm, '');
    const own = /^(?:### .*|\*\*.*\*\*|- .*|\|.*\||<\/?details>|<summary>[\w ]+<\/summary>|Against .*|\d.*|--write .*|)$/;
    expect(outside.split('\n').filter(line => !own.test(line))).toEqual([]);
    expect(outside.replaceAll(/<\/?(?:details|summary)>/g, '')).not.toMatch(/[<>`@$~[\]\\]|&(?!#\d+;)|(?:(?<!&)#|GH-)\d|:\/\/|www\./);
    expect(outside.match(/^\|.*$/gm)?.map(row => row.split('|').length)).toEqual(Array.from(outside.match(/^\|.*$/gm) ?? [], () => 5));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(shown).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
  });

  test('cannot close the fence that its output or its text is shown in', () => {
    const fence = '`'.repeat(7);
    const shown = markdown(compared({ ...impossible, output: `${fence}\n</details>\n# owned` }));
    expect(shown).toContain(`\n${fence}\`\n${fence}\n</details>\n# owned\n${fence}\`\n`);
    const file = result(kept);
    const migration = file.migration && { ...file.migration, source: `FROM a\nCMD b\r\n${fence}\n` };
    expect(markdown({ ...file, migration })).toContain(`\n${fence}\`diff\n`);
  });

  test('moves no cursor and forges no line in the text report', () => {
    const shown = text(result(poisoned, { path: evil }), compared({ ...impossible, output: `::error::x\n${evil}` }));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(shown).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
    expect(shown).not.toMatch(/^\s*::/m);
    expect(shown).not.toMatch(/^# b/m);
  });
});

describe('the plan', () => {
  const planned = (verification: Verification) =>
    JSON.parse(
      whole(
        jsonReport(each => each),
        [compared(verification)],
      ),
    ).files[0];

  test('has what was found as data: all that is broken, and how much was let through', () => {
    expect(planned(broken)).toMatchObject({
      path: 'Dockerfile.new',
      against: 'Dockerfile',
      verification: {
        verdict: 'broken',
        summary: 'Broken: gunicorn is not in the image, and 1 more.',
        broken: broken.broken,
        promised: { removed: 2, config: 1 },
        noise: { changed: 1 },
        exercise: { kind: 'differs' },
        before: { size: 1_120_400_000, user: '', files: 40_112, rebuild: { source: { file: 'app.py', steps: 7 } } },
        after: { size: 174_000_000, user: '1000:1000' },
        remedy: { without: ['multistage'], kept: ['key-value', 'exec-form'] },
      },
    });
    expect(planned(impossible).verification).toMatchObject({
      verdict: 'impossible',
      summary: "Can't verify: the original doesn't build: RUN make",
    });
  });

  test('counts files by their verdicts', () => {
    const { totals } = JSON.parse(
      whole(
        jsonReport(each => each),
        [result(kept), result(broken), result(impossible)],
      ),
    );
    expect(totals).toMatchObject({ files: 3, verified: 1, broken: 1, unverifiable: 1 });
  });
});
