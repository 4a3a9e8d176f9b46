import { posix } from 'node:path';
import { type PythonProject, pipfile, pythonProject } from '../../src/context/python.ts';
import { requirementsWithIncludes } from '../../src/context/requirements.ts';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { ShellWord } from '../../src/dockerfile/shell.ts';
import { hasOption, optionValue, type ToolCall } from '../../src/tools/calls.ts';
import { type Doubt, doubt, nothing, type Place, type ProjectInstall, type Reads, type Setting } from './reads.ts';

/** Options of pip and uv pip that name a file or folder, which may be one of the sources. */
const FILE_OPTIONS = [
  '--find-links',
  '--build',
  '--log',
  '--report',
  '--cert',
  '--client-cert',
  '--group',
  '--build-constraints',
  '--overrides',
  '--override',
  '--config-file',
  '--python',
  '--src',
  '--root',
  '--exclude-newer',
];
/** Variables that stand for such options (pip's configuration: environment variables; uv's settings). */
const FILE_VARIABLES = [
  'PIP_CONFIG_FILE',
  'PIP_REQUIREMENT',
  'PIP_CONSTRAINT',
  'PIP_FIND_LINKS',
  'PIP_TARGET',
  'PIP_PREFIX',
  'PIP_ROOT',
  'PIP_SRC',
  'PIP_EDITABLE',
  'UV_CONFIG_FILE',
  'UV_CONSTRAINT',
  'UV_OVERRIDE',
  'UV_BUILD_CONSTRAINT',
  'UV_FIND_LINKS',
  'UV_PROJECT',
  'UV_TARGET',
  'UV_PREFIX',
  'UV_ENV_FILE',
]; // prettier-ignore

/** What an install of packages that are named on the command line reads: nothing of the context. */
export function namedInstall(call: ToolCall, setting: Setting): Reads | Doubt | undefined {
  const { tool, verb } = call;
  if (tool === 'pip' && (verb === 'cache purge' || verb === 'config set')) return nothing(false);
  if (!isPipInstall(call) && !(tool === 'uv' && verb === 'tool install') && !(tool === 'poetry' && verb?.startsWith('self ')))
    return undefined;
  if (tool === 'uv' && verb === 'tool install')
    return call.operands.every(isPackage) ? nothing(true) : doubt('package', 'may install a folder');
  if (tool === 'poetry') return nothing(false);
  if (files(call).length > 0) return undefined;
  return oddity(call, setting) ?? reading(call, setting, []);
}

function isPipInstall({ tool, verb }: ToolCall): boolean {
  return (tool === 'pip' && verb === 'install') || (tool === 'uv' && verb === 'pip install');
}

/** What makes an install of pip's depend on more than its requirements. */
function oddity(call: ToolCall, setting: Setting): Doubt | undefined {
  const local = call.operands.find(word => !isPackage(word));
  if (local)
    return doubt(
      'project',
      local.literal === undefined ? `may install anything: ${local.text}` : `installs the project itself: ${local.text}`,
    );
  if (hasOption(call, '--editable')) return doubt('project', 'installs the project itself: -e');
  const option = call.options.find(({ name, value, word }) => FILE_OPTIONS.includes(name) && !/^https?:/.test(value ?? word.text));
  if (option) return doubt('option', `is given ${option.name}`);
  const variable = FILE_VARIABLES.find(name => setting(call, name) !== undefined);
  if (variable) return doubt('variable', `finds ${variable} set`);
  return undefined;
}

/** The files of requirements and constraints; undefined for one that isn't known. */
function files({ options }: ToolCall): (string | undefined)[] {
  const names = ['--requirement', '--requirements', '--constraint', '--constraints'];
  return options.filter(({ name }) => names.includes(name)).map(({ value }) => value);
}

/** Whether a word names a package of an index, or a repository: no folder or archive. Of a name with a version, that may be a variable's. */
function isPackage({ literal, text }: ShellWord): boolean {
  if (literal === undefined) return /^"?[A-Za-z0-9][\w.-]*(?:\[[\w,.-]*\])?[=<>~!]=\$\{?\w+\}?"?$/.test(text);
  if (/^(?:[\w.-]+(?:\[[\w,.-]*\])?\s*@\s*)?(?:git\+)?https?:\/\//.test(literal)) return true;
  return /^[A-Za-z0-9][\w.-]*(?:\[[\w,. -]*\])?\s*(?:[=<>~!;].*)?$/.test(literal) && !/\.(?:whl|zip|tar|gz|tgz|bz2|txt)$/.test(literal);
}

function reading(call: ToolCall, setting: Setting, inputs: string[]): Reads | Doubt {
  const outputs = environments(call, setting);
  return outputs
    ? { kind: 'reads', installs: true, inputs, outputs, restored: [] }
    : doubt('environment', 'installs into a folder that is not known');
}

/** Where pip installs without being told, which no copy of sources touches. */
const SYSTEM: ReadonlySet<string> = new Set(['/', '/usr', '/usr/local']);

/** Folders beside the system's that an install of pip's may write to; undefined where that can't be told. */
function environments(call: ToolCall, setting: Setting): string[] | undefined {
  const at = (path: string) => posix.resolve(call.folder ?? '/', path);
  const found: string[] = [];
  if (hasOption(call, '--target', '--prefix')) {
    const target = optionValue(call, '--target', '--prefix');
    if (!target) return undefined;
    found.push(at(target));
  }
  const [program] = call.program;
  if (program?.text.includes('/')) found.push(posix.dirname(posix.dirname(at(program.literal ?? ''))));
  const [environment, path] = [setting(call, 'VIRTUAL_ENV'), setting(call, 'PATH')];
  if (typeof environment === 'symbol' || typeof path === 'symbol') return undefined;
  if (environment) found.push(at(environment));
  found.push(
    ...(path ?? '')
      .split(':')
      .flatMap(folder => (folder.endsWith('/bin') && posix.dirname(at(folder)) !== call.folder ? posix.dirname(at(folder)) : [])),
  );
  if (call.tool === 'uv' && !hasOption(call, '--system') && setting(call, 'UV_SYSTEM_PYTHON') === undefined) found.push(at('.venv'));
  return found.filter(folder => !SYSTEM.has(folder));
}

/** What an install from requirements, or of a locked project, reads. */
export function pythonInstall(install: ProjectInstall): Reads | Doubt | undefined {
  const { call, setting } = install;
  if (isPipInstall(call)) return files(call).length > 0 ? (oddity(call, setting) ?? requirementsInstall(install)) : undefined;
  const isProject =
    (call.tool === 'pipenv' && ['install', 'sync'].includes(call.verb ?? '')) ||
    (call.tool === 'poetry' && call.verb === 'install') ||
    (call.tool === 'uv' && call.verb === 'sync');
  if (!isProject) return undefined;
  const project = pythonProject(install.place.context, install.place.source);
  if (!project) return doubt('manifest', `has no project in ${install.place.source || 'the build context'}`);
  if ('problem' in project) return doubt('manifest', `can't be told what it reads: ${project.problem}`);
  const manifest = call.tool === 'pipenv' ? 'Pipfile' : 'pyproject.toml';
  if (install.place.fileAt(posix.join(install.place.folder, manifest)) === undefined)
    return doubt('manifest', `has no ${manifest} among what is copied`);
  if (call.tool === 'pipenv') return pipenvInstall(install);
  return call.tool === 'poetry' ? poetryInstall(install, project) : uvInstall(install, project);
}

function requirementsInstall({ call, place, setting }: ProjectInstall): Reads | Doubt {
  const inputs: string[] = [];
  for (const written of files(call)) {
    if (written === undefined) return doubt('variable', 'reads requirements that a variable names');
    if (/^[a-z]+:\/\//i.test(written)) continue;
    const found = requirementsAt(place, posix.resolve(place.folder, written));
    if ('kind' in found) return found;
    inputs.push(...found.paths);
  }
  if (call.tool === 'uv')
    inputs.push(...['pyproject.toml', 'uv.toml', '.python-version', 'setup.cfg'].map(name => posix.join(place.folder, name)));
  return reading(call, setting, inputs);
}

/** A file of requirements and all that it takes in, by their paths in the image. */
function requirementsAt({ context, fileAt, isCopied }: Place, path: string): { paths: string[] } | Doubt {
  const source = fileAt(path);
  if (source === undefined) {
    return isCopied(path) ? doubt('hidden', `reads ${posix.basename(path)}, which the build context does not have`) : { paths: [] };
  }
  if (!source.endsWith('.txt') && !source.endsWith('.in') && !source.endsWith('.pip')) return doubt('manifest', `reads ${source}`);
  const files = requirementsWithIncludes(context, source);
  if ('problem' in files) return doubt('manifest', `can't be told what it reads: ${files.problem}`);
  for (const { path: at, requirements } of files) {
    for (const each of requirements) {
      if (each.kind === 'local') return doubt('local', `installs ${each.path}, which ${at} names`);
      if (each.kind === 'url' && (/^file:/i.test(each.url) || each.editable))
        return doubt('local', `installs ${each.url}, which ${at} names`);
      if (each.kind === 'option' && each.name === '--find-links' && !/^https?:/.test(each.value ?? ''))
        return doubt('local', `looks for packages in ${each.value}`);
    }
  }
  return { paths: files.map(({ path: at }) => posix.resolve(posix.dirname(path), posix.relative(posix.dirname(source), at))) };
}

function pipenvInstall({ call, place, setting }: ProjectInstall): Reads | Doubt {
  if (call.operands.length > 0 || hasOption(call, '--requirements', '--editable'))
    return doubt('adds', 'adds to the Pipfile, which the later copy would put back');
  if (setting(call, 'PIPENV_PIPFILE') !== undefined) return doubt('variable', 'finds PIPENV_PIPFILE set');
  const read = pipfile(place.context, place.source);
  if (!read) return doubt('manifest', `has no Pipfile in ${place.source || 'the build context'}`);
  if ('problem' in read) return doubt('manifest', `can't be told what it reads: ${read.problem}`);
  if (read.paths.length > 0) return doubt('local', `installs ${read.paths[0]}, which the Pipfile names`);
  const lock = posix.join(place.folder, 'Pipfile.lock');
  const keepsLock = call.verb === 'sync' || hasOption(call, '--deploy', '--ignore-pipfile', '--skip-lock');
  return {
    kind: 'reads',
    installs: true,
    inputs: [posix.join(place.folder, 'Pipfile'), lock],
    outputs: hasOption(call, '--system') ? [] : [posix.join(place.folder, '.venv')],
    restored: keepsLock ? [] : [lock],
  };
}

function poetryInstall({ call, place, setting, earlier }: ProjectInstall, project: PythonProject): Reads | Doubt {
  const { pyproject } = project;
  if (!pyproject) return doubt('manifest', `has no pyproject.toml in ${place.source || 'the build context'}`);
  if (!hasOption(call, '--no-root') && pyproject.poetry?.packageMode !== false)
    return doubt('project', 'installs the project itself: it has no --no-root');
  const local =
    pyproject.poetry?.dependencies.find(({ path }) => path !== undefined)?.path ??
    pyproject.project?.dependencies.find(each => each.includes('file:'));
  if (local) return doubt('local', `installs ${local}, which is a part of the sources`);
  const inputs = ['pyproject.toml', 'poetry.lock', 'poetry.toml'].map(name => posix.join(place.folder, name));
  const toml = place.context.text(posix.join(place.source, 'poetry.toml')) ?? '';
  if (/\bpath\b/.test(toml)) return doubt('settings', 'reads poetry.toml, which names a folder');
  return {
    kind: 'reads',
    installs: true,
    inputs,
    outputs: usesSystem(call, setting, earlier) ? [] : [posix.join(place.folder, '.venv')],
    restored: [],
  };
}

/** Whether Poetry makes no environment of its own. */
function usesSystem(call: ToolCall, setting: Setting, earlier: readonly ToolCall[]): boolean {
  const set = earlier.findLast(
    each => each.tool === 'poetry' && each.verb === 'config' && each.operands[0]?.literal === 'virtualenvs.create',
  );
  const value = setting(call, 'POETRY_VIRTUALENVS_CREATE') ?? set?.operands[1]?.literal;
  return value === 'false' || value === '0';
}

function uvInstall({ call, place, setting }: ProjectInstall, project: PythonProject): Reads | Doubt {
  const { pyproject } = project;
  if (!pyproject) return doubt('manifest', `has no pyproject.toml in ${place.source || 'the build context'}`);
  if (hasOption(call, '--package', '--all-packages', '--project', '--config-file'))
    return doubt('option', 'installs a part of a workspace');
  const isPackage = pyproject.uv?.package ?? pyproject.buildSystem !== undefined;
  if (isPackage && !hasOption(call, '--no-install-project'))
    return doubt('project', 'installs the project itself: it has no --no-install-project');
  if (pyproject.uv?.workspace) return doubt('workspace', 'installs the members of a workspace');
  const local = [...(pyproject.uv?.sources ?? [])].find(([, sources]) => sources.some(({ kind }) => kind !== 'other'));
  if (local) return doubt('local', `installs ${local[0]}, which is a part of the sources`);
  if ((pyproject.project?.dynamic.length ?? 0) > 0 && !hasOption(call, '--frozen'))
    return doubt('project', 'asks the project itself for what pyproject.toml leaves open');
  const variable = FILE_VARIABLES.find(name => setting(call, name) !== undefined);
  if (variable) return doubt('variable', `finds ${variable} set`);
  const environment = setting(call, 'UV_PROJECT_ENVIRONMENT') ?? '.venv';
  if (environment === UNKNOWN) return doubt('environment', 'installs into a folder that is not known');
  const lock = posix.join(place.folder, 'uv.lock');
  const isFrozen = hasOption(call, '--frozen', '--locked') || ['UV_FROZEN', 'UV_LOCKED'].some(name => setting(call, name) !== undefined);
  if (!isFrozen && project.uvLock !== undefined)
    return doubt('lock', 'may write uv.lock, which uv reads again: it has neither --locked nor --frozen');
  return {
    kind: 'reads',
    installs: true,
    inputs: ['pyproject.toml', 'uv.toml', '.python-version', '.python-versions'].map(name => posix.join(place.folder, name)).concat(lock),
    outputs: [posix.resolve(place.folder, environment)],
    restored: [],
  };
}
