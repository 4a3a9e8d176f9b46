import { parse as parseToml } from 'smol-toml';
import type { BuildContext } from './context.ts';
import { type Broken, type Fields, reading } from './fields.ts';
import { childPath, contextPath } from './filepath.ts';
import { remembered } from './remembered.ts';

/** A folder with a Python project's files. Paths are those of the context; undefined where a file isn't sent. */
export interface PythonProject {
  folder: string;
  /** requirements*.txt, *requirements.txt and requirements/*.txt, unread: `requirementsFile` reads one. */
  requirements: string[];
  pyproject: Pyproject | undefined;
  poetryLock: string | undefined;
  uvLock: string | undefined;
  pdmLock: string | undefined;
  pipfile: string | undefined;
  pipfileLock: string | undefined;
  setupPy: string | undefined;
  setupCfg: string | undefined;
}

/** Requirements are strings as written (PEP 508). */
export interface Pyproject {
  path: string;
  buildSystem: { requires: string[]; backend: string | undefined } | undefined;
  project: Project | undefined;
  /** PEP 735's groups; those that include others by table are named without their items. */
  groups: ReadonlyMap<string, string[]>;
  poetry: Poetry | undefined;
  uv: Uv | undefined;
}

export interface Project {
  name: string | undefined;
  dependencies: string[];
  optionalDependencies: ReadonlyMap<string, string[]>;
  requiresPython: string | undefined;
  /** Fields that the build finds out for itself. */
  dynamic: string[];
  scripts: ReadonlyMap<string, string>;
  /** Files that packaging reads. */
  readme: string | undefined;
}

export interface Poetry {
  name: string | undefined;
  dependencies: PoetryDependency[];
  readme: string[];
  /** False for an application that isn't installed itself. */
  packageMode: boolean;
}

export interface PoetryDependency {
  name: string;
  /** main, dev or the group's. */
  group: string;
  version: string | undefined;
  path: string | undefined;
}

export interface Uv {
  sources: ReadonlyMap<string, UvSource[]>;
  /** Patterns of the workspace's members and of what isn't one; undefined where this is no workspace's root. */
  workspace: { members: string[]; exclude: string[] } | undefined;
  /** False: the project itself isn't installed. */
  package: boolean | undefined;
}

/** Where uv takes a package from; `other` is an index, a URL or a repository. */
export type UvSource = { kind: 'path'; path: string; editable: boolean } | { kind: 'workspace' } | { kind: 'other' };

/** The Python project in a folder; undefined where none of its files is sent, `problem` where pyproject.toml is broken. */
export const pythonProject: (context: BuildContext, folder: string) => PythonProject | Broken | undefined = remembered(
  (context, written) => {
    const folder = contextPath(written);
    const sent = (name: string) => (context.kind(childPath(folder, name)) === 'file' ? childPath(folder, name) : undefined);
    const path = sent('pyproject.toml');
    const pyproject = path === undefined ? undefined : readPyproject(context, path);
    if (pyproject && 'problem' in pyproject) return pyproject;
    const files = {
      poetryLock: sent('poetry.lock'),
      uvLock: sent('uv.lock'),
      pdmLock: sent('pdm.lock'),
      pipfile: sent('Pipfile'),
      pipfileLock: sent('Pipfile.lock'),
      setupPy: sent('setup.py'),
      setupCfg: sent('setup.cfg'),
    };
    const requirements = requirementsIn(context, folder);
    const found = pyproject !== undefined || requirements.length > 0 || Object.values(files).some(file => file !== undefined);
    return found ? { folder, requirements, pyproject, ...files } : undefined;
  },
);

function requirementsIn(context: BuildContext, folder: string): string[] {
  const nested = childPath(folder, 'requirements');
  const beside = context.list(folder).filter(name => /^requirements.*\.txt$|requirements\.txt$/.test(name));
  const below = context.list(nested).filter(name => name.endsWith('.txt'));
  const paths = [...beside.map(name => childPath(folder, name)), ...below.map(name => childPath(nested, name))];
  return paths.filter(path => context.kind(path) === 'file');
}

function readPyproject(context: BuildContext, path: string): Pyproject | Broken {
  return readToml(context, path, root => ({ path, ...readRoot(root) }));
}

function readToml<Result extends object>(context: BuildContext, path: string, read: (root: Fields) => Result): Result | Broken {
  const text = context.text(path);
  if (text === undefined) return { problem: `${path}: over 4 MiB or not UTF-8` };
  try {
    return reading(path, read, parseToml(text.startsWith('\uFEFF') ? text.slice(1) : text));
  } catch (error) {
    const { line, message } = error as { line?: number; message: string };
    return {
      problem: `${path}: ${line === undefined ? '' : `line ${line}: `}${message.split('\n')[0]?.replace(/^Invalid TOML document: /, '')}`,
    };
  }
}

function readRoot(root: Fields): Omit<Pyproject, 'path'> {
  const build = root.table('build-system');
  const project = root.table('project');
  const tool = root.table('tool');
  const poetry = tool?.table('poetry');
  const uv = tool?.table('uv');
  return {
    buildSystem: build && { requires: build.strings('requires'), backend: build.string('build-backend') },
    project: project && readProject(project),
    groups: readGroups(root.table('dependency-groups')),
    poetry: poetry && readPoetry(poetry),
    uv: uv && readUv(uv),
  };
}

function readProject(project: Fields): Project {
  const readme = project.value('readme');
  const optional = project.table('optional-dependencies');
  return {
    name: project.string('name'),
    dependencies: project.strings('dependencies'),
    optionalDependencies: new Map((optional?.keys() ?? []).map(name => [name, optional?.strings(name) ?? []])),
    requiresPython: project.string('requires-python'),
    dynamic: project.strings('dynamic'),
    scripts: project.map('scripts'),
    readme: readme === undefined || typeof readme === 'string' ? project.string('readme') : project.table('readme')?.string('file'),
  };
}

function readGroups(groups: Fields | undefined): Map<string, string[]> {
  const read = new Map<string, string[]>();
  for (const name of groups?.keys() ?? []) {
    const items = groups?.value(name);
    if (!Array.isArray(items)) throw groups?.wrong(name, 'no list');
    read.set(
      name,
      items.filter(item => typeof item === 'string'),
    );
  }
  return read;
}

function readPoetry(poetry: Fields): Poetry {
  const groups = poetry.table('group');
  const dependencies = [
    ...readPoetryDependencies(poetry.table('dependencies'), 'main'),
    ...readPoetryDependencies(poetry.table('dev-dependencies'), 'dev'),
  ];
  for (const name of groups?.keys() ?? []) dependencies.push(...readPoetryDependencies(groups?.table(name)?.table('dependencies'), name));
  const readme = poetry.value('readme');
  return {
    name: poetry.string('name'),
    dependencies,
    readme: Array.isArray(readme) ? poetry.strings('readme') : [poetry.string('readme') ?? []].flat(),
    packageMode: poetry.boolean('package-mode') ?? true,
  };
}

/** A dependency with several constraints is a list of tables. */
function readPoetryDependencies(table: Fields | undefined, group: string): PoetryDependency[] {
  return (table?.keys() ?? []).flatMap(name => {
    if (typeof table?.value(name) === 'string') return [{ name, group, version: table.string(name), path: undefined }];
    return (table?.tables(name) ?? []).map(one => ({ name, group, version: one.string('version'), path: one.string('path') }));
  });
}

function readUv(uv: Fields): Uv {
  const sources = uv.table('sources');
  const workspace = uv.table('workspace');
  return {
    sources: new Map((sources?.keys() ?? []).map(name => [name, (sources?.tables(name) ?? []).map(readUvSource)])),
    workspace: workspace && { members: workspace.strings('members'), exclude: workspace.strings('exclude') },
    package: uv.boolean('package'),
  };
}

function readUvSource(source: Fields): UvSource {
  const path = source.string('path');
  if (path !== undefined) return { kind: 'path', path, editable: source.boolean('editable') ?? false };
  return { kind: source.boolean('workspace') ? 'workspace' : 'other' };
}

/** What a Pipfile takes from the project itself: the paths of its packages; undefined where none is sent. */
export const pipfile: (context: BuildContext, folder: string) => { paths: string[] } | Broken | undefined = remembered(
  (context, folder) => {
    const path = childPath(contextPath(folder), 'Pipfile');
    if (context.kind(path) !== 'file') return undefined;
    return readToml(context, path, root => ({ paths: ['packages', 'dev-packages'].flatMap(name => pipfilePaths(root.table(name))) }));
  },
);

function pipfilePaths(packages: Fields | undefined): string[] {
  return (packages?.keys() ?? [])
    .flatMap(name => {
      if (typeof packages?.value(name) === 'string') return [];
      const table = packages?.table(name);
      return table?.string('path') ?? table?.string('file')?.replace(/^https?:.*$/, '') ?? [];
    })
    .filter(path => path !== '');
}
