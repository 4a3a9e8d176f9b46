import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contextOf } from '../src/discover/context-of.ts';
import { gitRules } from '../src/discover/gitignore.ts';
import { isTemplate } from '../src/discover/template.ts';
import { dockerfiles, kindByName } from '../src/discover/walk.ts';
import { folderMaker } from './support/folders.ts';

const { folderOf } = folderMaker();

function found(root: string): string[] {
  return dockerfiles(root).map(item => relative(root, item.path) + (item.kind === 'dockerfile' ? '' : ` (${item.kind})`));
}

describe('a walk', () => {
  it('finds Dockerfiles by name, in order, templates marked', () => {
    const files = [
      'b/Dockerfile',
      'Dockerfile.dev',
      'a/x.Dockerfile',
      'Dockerfile',
      'a/Containerfile',
      'Dockerfile.j2',
      'Dockerfile.dockerignore',
      'main.go',
    ];
    expect(found(folderOf(Object.fromEntries(files.map(path => [path, '']))))).toEqual([
      'Dockerfile',
      'Dockerfile.dev',
      'Dockerfile.j2 (template)',
      'a/Containerfile',
      'a/x.Dockerfile',
      'b/Dockerfile',
    ]);
  });

  it.each([
    [
      'dockerfile',
      [
        'Dockerfile',
        'dockerfile',
        'Dockerfile.go',
        'Dockerfile-alpine',
        'Dockerfile_test',
        'x.dockerfile',
        'Containerfile.ci',
        'x.Containerfile',
      ],
    ],
    ['template', ['Dockerfile.erb', 'Dockerfile-slim.template', 'x.dockerfile.tmpl', 'Dockerfile.jinja2', 'Dockerfile.m4']],
    [
      undefined,
      [
        'Dockerfile~',
        'Dockerfile.bak',
        'Dockerfile.md',
        'Dockerfiles',
        '.dockerfile',
        'dockerfile.go',
        'Dockerfile.sh',
        'x.j2',
        'Dockerfile.tar.gz',
      ],
    ],
  ])('takes for a %s what is named so', (kind, names) => expect(names.filter(name => kindByName(name) !== kind)).toEqual([]));

  it('leaves out what .gitignore files ignore, nested ones too', () => {
    const root = folderOf({
      '.gitignore': 'build/\n*.tmp.Dockerfile\n/only\n',
      'a/.gitignore': '!keep.tmp.Dockerfile\nDockerfile.local\n',
      'build/Dockerfile': '',
      'a/build/Dockerfile': '',
      'a/x.tmp.Dockerfile': '',
      'a/keep.tmp.Dockerfile': '',
      'a/Dockerfile.local': '',
      'b/Dockerfile.local': '',
      'only/Dockerfile': '',
      'b/only/Dockerfile': '',
    });
    expect(found(root)).toEqual(['a/keep.tmp.Dockerfile', 'b/Dockerfile.local', 'b/only/Dockerfile']);
  });

  it('knows the .gitignore files above it in the repository, but for a folder that is ignored and asked for', () => {
    const root = folderOf({
      '.git/HEAD': '',
      '.gitignore': 'a/gen\nout\n',
      'a/gen/Dockerfile': '',
      'a/Dockerfile': '',
      'out/Dockerfile': '',
    });
    expect(found(join(root, 'a'))).toEqual(['Dockerfile']);
    expect(found(join(root, 'out'))).toEqual(['Dockerfile']);
  });

  it("stays out of git's own folder and of other people's code", () => {
    expect(found(folderOf({ '.git/Dockerfile': '', 'node_modules/x/Dockerfile': '', 'vendor/y/Dockerfile': '' }))).toEqual([]);
  });

  it('follows no link to a folder, and takes a link to a file once', () => {
    const outside = folderOf({ Dockerfile: '' });
    const root = folderOf(
      { 'a/Dockerfile': '', 'a/real': '' },
      {
        loop: '.',
        away: outside,
        Dockerfile: 'a/Dockerfile',
        'Dockerfile.a': 'a/real',
        'Dockerfile.b': 'a/real',
        'Dockerfile.out': join(outside, 'Dockerfile'),
        'Dockerfile.dead': 'none',
      },
    );
    expect(found(root)).toEqual(['Dockerfile.a', 'a/Dockerfile']);
  });

  it('reports a folder that is too deep, and one that is not there', () => {
    const root = folderOf({ [`${'d/'.repeat(66)}Dockerfile`]: '', Dockerfile: '' });
    expect(dockerfiles(root)).toEqual([
      { kind: 'dockerfile', path: join(root, 'Dockerfile') },
      { kind: 'problem', path: join(root, 'd/'.repeat(65).slice(0, -1)), message: 'is more than 64 folders deep' },
    ]);
    expect(dockerfiles(join(root, 'none'))).toEqual([{ kind: 'problem', path: join(root, 'none'), message: "can't be read" }]);
  });

  it.skipIf(process.getuid?.() === 0)('reports a folder that it may not read, and goes on', () => {
    const root = folderOf({ 'a/Dockerfile': '', 'b/Dockerfile': '' });
    chmodSync(join(root, 'a'), 0);
    expect(dockerfiles(root)).toEqual([
      { kind: 'problem', path: join(root, 'a'), message: "can't be read" },
      { kind: 'dockerfile', path: join(root, 'b/Dockerfile') },
    ]);
    chmodSync(join(root, 'a'), 0o755);
  });

  it.skipIf(process.platform === 'win32')('takes no FIFO', () => {
    const root = folderOf({});
    execFileSync('mkfifo', [join(root, 'Dockerfile'), join(root, '.gitignore')]);
    expect(found(root)).toEqual([]);
  });
});

// Each row was tried with `git check-ignore --no-index` 2.39.
const IGNORED: [text: string, path: string, ignored: boolean][] = [
  ['a', 'x/a', true],
  ['/a', 'x/a', false],
  ['x/a', 'y/x/a', false],
  ['**/x/a', 'y/x/a', true],
  ['x/**', 'x/y/z', true],
  ['x/**', 'x', false],
  ['x/**/z', 'x/z', true],
  ['x**z', 'x/z', false],
  ['a/', 'a', false],
  ['[!a]', 'b', true],
  ['[]a]', ']', true],
  ['[a', '[a', false],
  ['[[:digit:]]', '7', true],
  ['\\#a', '#a', true],
  ['#a', '#a', false],
  ['a  ', 'a', true],
  ['a\\ ', 'a ', true],
  ['a\r', 'a', true],
  ['\uFEFFa', 'a', true],
  ['a\n!a', 'a', false],
];

describe('a .gitignore', () => {
  it.each(IGNORED)('%j on %s', (text, path, ignored) => expect(gitRules(text).verdict(path, false) === 'ignored').toBe(ignored));

  it('answers at once for patterns that are made to be slow', () => {
    const started = performance.now();
    expect(gitRules(`${'/**/*a'.repeat(20)}c\n${'*a'.repeat(101)}*b`).verdict('a/'.repeat(100) + 'ab'.repeat(100), false)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('a template', () => {
  it.each([
    ['Dockerfile.j2', 'FROM a', true],
    ['Dockerfile', '{{ if x }}\nFROM a\n{{ end }}', true],
    ['Dockerfile', 'FROM a\n  {% if x %}\nRUN b\n', true],
    ['Dockerfile', '<%= x %>\n', true],
    ['Dockerfile', 'FROM a\ninclude(b.m4)\n', true],
    ['Dockerfile', 'FROM a\nRUN echo {{ x }} \\\n {{ y }}\n', false],
    ['Dockerfile', 'FROM a\n# {{ x }}\n', false],
    ['Dockerfile', 'FROM a\nCOPY <<E /x\n{{ range }}\nE\n', false],
    ['Dockerfile', 'FROM a\nHEALTHCHECK CMD test "{{.State}}"\n', false],
  ])('%s with %j: %s', (name, text, expected) => expect(isTemplate(name, text)).toBe(expected));
});

describe('the context that nobody named', () => {
  const root = folderOf({ 'svc/Dockerfile': '', 'svc/app.js': '', 'lib/x.js': '', 'svc/secret': '', 'svc/.dockerignore': 'secret' });
  const dockerfile = join(root, 'svc/Dockerfile');
  const where = (sources: (string | undefined)[]) => {
    const context = contextOf(dockerfile, sources, root);
    return 'unknown' in context ? context.unknown : context.is;
  };

  it("is the Dockerfile's folder where all sources are there", () => {
    expect([[], ['.'], ['app.js', './'], ['*.js']].map(where)).toEqual(Array(4).fill("the Dockerfile's folder"));
  });

  it('is the working directory where they are there instead', () => {
    expect([['lib'], ['svc/app.js', 'lib/*.js'], ['svc/secret']].map(where)).toEqual(Array(3).fill('the working directory'));
  });

  it('is unknown, with the reason, where they are in neither, or nobody can tell', () => {
    expect(where(['app.js', 'lib'])).toBe("lib isn't in the Dockerfile's folder, app.js isn't in the working directory");
    expect(where(['secret'])).toBe("secret isn't in the Dockerfile's folder, secret isn't in the working directory");
    expect(where(['app.js', undefined])).toBe('a source of COPY or ADD has a variable without a value');
  });
});
