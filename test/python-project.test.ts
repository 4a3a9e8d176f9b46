import { describe, expect, it } from 'vitest';
import { memoryContext } from '../src/context/memory.ts';
import { type Pyproject, pythonProject } from '../src/context/python.ts';
import { type Requirement, requirementsFile, requirementsWithIncludes } from '../src/context/requirements.ts';

function lines(text: string, path = 'requirements.txt'): Requirement[] | string {
  const file = requirementsFile(memoryContext({ [path]: text }), path);
  if (!file) throw new Error('none');
  return 'problem' in file ? file.problem : file.requirements;
}

function pyproject(text: string): Pyproject | string | undefined {
  const project = pythonProject(memoryContext({ 'pyproject.toml': text }), '');
  return project && ('problem' in project ? project.problem : project.pyproject);
}

const PACKAGE = { kind: 'package', extras: [], specifier: '', marker: undefined, hashes: [] };
const URL = { kind: 'url', name: undefined, editable: false, marker: undefined, hashes: [] };
const LOCAL = { kind: 'local', editable: false, marker: undefined, hashes: [] };

describe('a requirements file', () => {
  it.each<[string, object]>([
    ['flask', { ...PACKAGE, name: 'flask' }],
    ['Flask_X.y==2.0.* , !=2.1', { ...PACKAGE, name: 'Flask_X.y', specifier: '==2.0.* , !=2.1' }],
    ['a (>=1)', { ...PACKAGE, name: 'a', specifier: '>=1' }],
    ['uvicorn[standard, x] ~= 0.2 # why', { ...PACKAGE, name: 'uvicorn', extras: ['standard', 'x'], specifier: '~= 0.2' }],
    ["pywin32>=1; sys_platform == 'win32'", { ...PACKAGE, name: 'pywin32', specifier: '>=1', marker: "sys_platform == 'win32'" }],
    ['a==1 --hash=sha256:ab --hash sha256:cd', { ...PACKAGE, name: 'a', specifier: '==1', hashes: ['sha256:ab', 'sha256:cd'] }],
    ['a @ https://x/a;b.whl ; python_version<"3"', { ...URL, url: 'https://x/a;b.whl', name: 'a', marker: 'python_version<"3"' }],
    ['git+https://h/r.git@main#egg=r', { ...URL, url: 'git+https://h/r.git@main#egg=r' }],
    ['git+https://${T}@h/r', { ...URL, url: 'git+https://${T}@h/r' }],
    ['file:./a', { ...URL, url: 'file:./a' }],
    ['-e git+ssh://git@h/r', { ...URL, url: 'git+ssh://git@h/r', editable: true }],
    ['-e .[dev]', { ...LOCAL, path: '.', editable: true }],
    ['--editable=src/a', { ...LOCAL, path: 'src/a', editable: true }],
    ['./a', { ...LOCAL, path: './a' }],
    ['wheels/a-1.whl', { ...LOCAL, path: 'wheels/a-1.whl' }],
    ['a.tar.gz', { ...LOCAL, path: 'a.tar.gz' }],
    ['-r dev.txt', { kind: 'include', constraint: false, written: 'dev.txt', path: 'req/dev.txt' }],
    ['-r../base.txt', { kind: 'include', constraint: false, written: '../base.txt', path: 'base.txt' }],
    ['--constraint=c.txt', { kind: 'include', constraint: true, written: 'c.txt', path: 'req/c.txt' }],
    ['-r "a b.txt"', { kind: 'include', constraint: false, written: 'a b.txt', path: 'req/a b.txt' }],
    ['-c https://x/c.txt', { kind: 'include', constraint: true, written: 'https://x/c.txt', path: undefined }],
    ['-r ../../x.txt', { kind: 'include', constraint: false, written: '../../x.txt', path: undefined }],
    ['-i https://x', { kind: 'option', name: '--index-url', value: 'https://x' }],
    ['--extra-index-url https://x', { kind: 'option', name: '--extra-index-url', value: 'https://x' }],
    ['--pre', { kind: 'option', name: '--pre', value: undefined }],
  ])('reads %s', (line, expected) => expect(lines(line, 'req/r.txt')).toEqual([{ line: 1, ...expected }]));

  it('reads several options on a line', () => {
    expect(lines('-i https://x --trusted-host x -r a.txt')).toEqual([
      { line: 1, kind: 'option', name: '--index-url', value: 'https://x' },
      { line: 1, kind: 'option', name: '--trusted-host', value: 'x' },
      { line: 1, kind: 'include', constraint: false, written: 'a.txt', path: 'a.txt' },
    ]);
  });

  it('joins continued lines, and knows comments, blank lines, CRLF and a byte order mark', () => {
    expect(lines('\uFEFF# a\r\n\r\na==1 \\\r\n  --hash=sha256:ab\r\nb # c\r\n  # d \\\r\nc')).toEqual([
      { line: 3, ...PACKAGE, name: 'a', specifier: '==1', hashes: ['sha256:ab'] },
      { line: 5, ...PACKAGE, name: 'b' },
      { line: 7, ...PACKAGE, name: 'c' },
    ]);
  });

  it.each([
    ['{% if x %}', "line 1: can't make out {% if x %}"],
    ['a\nb c', "line 2: can't make out b c"],
    ['a ==', "line 1: can't make out a =="],
    ['--unknown', "line 1: can't make out --unknown"],
    ['-r', "line 1: can't make out -r"],
    ['-r a b', "line 1: can't make out -r a b"],
    ['-e', "line 1: can't make out -e"],
    ['--pre x', "line 1: can't make out --pre x"],
    ['./{{ x }}', "line 1: can't make out ./{{ x }}"],
    ['a @ x{{ y }}', "line 1: can't make out a @ x{{ y }}"],
    ['__proto__', "line 1: can't make out __proto__"],
  ])('that pip would not take says where: %j', (text, expected) => expect(lines(text)).toBe(`requirements.txt: ${expected}`));

  it('is read with all that it takes in, each file once, in circles too', () => {
    const context = memoryContext({ 'r.txt': '-r a/a.txt\n-c c.txt\n', 'a/a.txt': '-r ../r.txt\n-r b.txt\n', 'a/b.txt': 'x', 'c.txt': '' });
    const files = requirementsWithIncludes(context, 'r.txt');
    expect('problem' in files ? files.problem : files.map(({ path }) => path).sort()).toEqual(['a/a.txt', 'a/b.txt', 'c.txt', 'r.txt']);
  });

  it('with an include that is broken, missing, hidden or outside has a problem', () => {
    const problemOf = (files: Record<string, string>) => {
      const found = requirementsWithIncludes(memoryContext(files), 'r.txt');
      return 'problem' in found ? found.problem : undefined;
    };
    expect(problemOf({ 'r.txt': '-r a.txt', 'a.txt': '\n?' })).toBe("a.txt: line 2: can't make out ?");
    expect(problemOf({ 'r.txt': '-r a.txt' })).toBe('a.txt: not in the build context');
    expect(problemOf({ 'r.txt': '-r a.txt', 'a.txt': '', '.dockerignore': 'a.txt' })).toBe('a.txt: not in the build context');
    expect(problemOf({ 'r.txt': 'a\n-r ../a.txt' })).toBe('r.txt: line 2: ../a.txt is outside of the build context');
  });
});

describe('a Python project', () => {
  it('is what lies in its folder', () => {
    const files = [
      'requirements.txt',
      'requirements-dev.txt',
      'test-requirements.txt',
      'requirements/base.txt',
      'notes.txt',
      'poetry.lock',
      'Pipfile',
      'setup.cfg',
    ];
    expect(pythonProject(memoryContext(Object.fromEntries(files.map(name => [`a/${name}`, '']))), 'a')).toEqual({
      folder: 'a',
      requirements: ['a/requirements-dev.txt', 'a/requirements.txt', 'a/test-requirements.txt', 'a/requirements/base.txt'],
      pyproject: undefined,
      poetryLock: 'a/poetry.lock',
      uvLock: undefined,
      pdmLock: undefined,
      pipfile: 'a/Pipfile',
      pipfileLock: undefined,
      setupPy: undefined,
      setupCfg: 'a/setup.cfg',
    });
    expect(pythonProject(memoryContext({ 'main.py': '' }), '')).toBeUndefined();
  });

  it('reads project, build system and groups of pyproject.toml', () => {
    const text = `\uFEFF[project]\r\nname = "a"\r\ndependencies = ["x>=1"]\r\nrequires-python = ">=3.12"\r\ndynamic = ["version"]\r\nreadme = {file = "R.md"}\r\n
[project.optional-dependencies]\ndev = ["y"]\n[project.scripts]\nrun = "a:b"\n[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"
[dependency-groups]\ntest = ["z", {include-group = "dev"}]\n`;
    expect(pyproject(text)).toEqual({
      path: 'pyproject.toml',
      buildSystem: { requires: ['hatchling'], backend: 'hatchling.build' },
      project: {
        name: 'a',
        dependencies: ['x>=1'],
        optionalDependencies: new Map([['dev', ['y']]]),
        requiresPython: '>=3.12',
        dynamic: ['version'],
        scripts: new Map([['run', 'a:b']]),
        readme: 'R.md',
      },
      groups: new Map([['test', ['z']]]),
      poetry: undefined,
      uv: undefined,
    });
  });

  it("reads poetry's dependencies by group", () => {
    const text = `[tool.poetry]\nname = "a"\nreadme = "R.md"\npackage-mode = false\n[tool.poetry.dependencies]\nx = "^1"\ny = {path = "../y"}\nz = [{version = "1"}, {version = "2"}]
[tool.poetry.dev-dependencies]\nd = "*"\n[tool.poetry.group.test.dependencies]\nt = "1"\n`;
    const read = pyproject(text);
    expect(typeof read === 'object' && read.poetry).toEqual({
      name: 'a',
      readme: ['R.md'],
      packageMode: false,
      dependencies: [
        { name: 'x', group: 'main', version: '^1', path: undefined },
        { name: 'y', group: 'main', version: undefined, path: '../y' },
        { name: 'z', group: 'main', version: '1', path: undefined },
        { name: 'z', group: 'main', version: '2', path: undefined },
        { name: 'd', group: 'dev', version: '*', path: undefined },
        { name: 't', group: 'test', version: '1', path: undefined },
      ],
    });
  });

  it("reads uv's sources and workspace", () => {
    const text = `[tool.uv]\npackage = true\n[tool.uv.workspace]\nmembers = ["packages/*"]\n[tool.uv.sources]\na = { path = "./a", editable = true }\nb = { workspace = true }\nc = [{ git = "https://x" }, { index = "i" }]\n`;
    const read = pyproject(text);
    expect(typeof read === 'object' && read.uv).toEqual({
      package: true,
      workspace: { members: ['packages/*'], exclude: [] },
      sources: new Map<string, object[]>([
        ['a', [{ kind: 'path', path: './a', editable: true }]],
        ['b', [{ kind: 'workspace' }]],
        ['c', [{ kind: 'other' }, { kind: 'other' }]],
      ]),
    });
  });

  it.each([
    ['[project]\nname = ', 'line 2: '],
    ['[project]\nname = 1', 'project.name is no string'],
    ['[project]\ndependencies = ["a", 1]', 'project.dependencies is no list of strings'],
    ['[tool.poetry.dependencies]\na = 1', 'tool.poetry.dependencies.a is no object'],
    ['[dependency-groups]\na = "b"', 'dependency-groups.a is no list'],
    ['[tool]\nuv = 1', 'tool.uv is no object'],
    ['[tool.uv]\npackage = "yes"', 'tool.uv.package is neither true nor false'],
    [`a = ${'['.repeat(100_000)}`, 'line 1: '],
  ])('with a broken pyproject.toml says where: %.40j', (text, expected) => expect(pyproject(text)).toMatch(`pyproject.toml: ${expected}`));

  it('takes names of its own for names', () => {
    const read = pyproject('[project.scripts]\n__proto__ = "a"\nconstructor = "b"\n[__proto__]\nproject = 1\n');
    expect(typeof read === 'object' && [...(read.project?.scripts ?? [])]).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });
});
