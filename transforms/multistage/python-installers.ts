import { posix } from 'node:path';
import { words } from '../../src/phrases.ts';
import { hasOption, optionValue, type PlacedCommand, type ToolCall } from '../../src/tools/calls.ts';
import type { Doing, Surroundings } from './python-doings.ts';

/** Where packages go without a virtual environment. */
export const SYSTEM = '/usr/local';

/** A command that nothing is known of. */
export function unfollowed(text: string): Doing {
  const line = text.replace(/\s+/g, ' ');
  return {
    kind: 'unknown',
    reason: `runs a command whose result can't be followed: ${line.length > 60 ? `${line.slice(0, 57)}…` : line}`,
  };
}

/** What a call of one of Python's installers does; undefined for another tool's. */
export function installerDoing(call: ToolCall, placed: PlacedCommand, surroundings: Surroundings): Doing | undefined {
  switch (call.tool) {
    case 'pip':
      return pipDoing(call, placed, surroundings);
    case 'uv':
      return uvDoing(call, surroundings);
    case 'poetry':
      return poetryDoing(call, surroundings);
    case 'pipenv':
      return pipenvDoing(call, surroundings);
    default:
      return undefined;
  }
}

const NAME = /^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[A-Za-z0-9._, -]*\])?(?:[ ]*(?:[=<>~!]=?=?|@ ).*)?$/;

/** A package's name as indexes compare it (PEP 503). */
export function canonical(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** Tools that install others, and that nothing imports at run time. */
const TOOLS: ReadonlySet<string> = new Set('pip poetry poetry-core pipenv uv virtualenv pip-tools pipx setuptools wheel'.split(' '));

/** Those that base images come with. */
const RENEWED: ReadonlySet<string> = new Set(['setuptools', 'wheel']);

const HARMLESS_VERBS: ReadonlySet<string> = new Set(words('cache check config list freeze show debug'));

/** pip's and uv's options that change neither where packages go nor what of the installed ones stays. */
const PIP_OPTIONS: ReadonlySet<string> = new Set(
  words(
    `--requirement --requirements --constraint --constraints --index-url --extra-index-url --index --default-index --find-links --trusted-host --timeout
   --default-timeout --retries --no-cache-dir --no-cache --cache-dir --upgrade --quiet --verbose --no-deps --pre --no-binary --only-binary --prefer-binary
   --progress-bar --no-progress --disable-pip-version-check --no-input --no-build-isolation --no-warn-script-location --use-pep517 --no-use-pep517 --config-settings
   --global-option --root-user-action --no-compile --compile --compile-bytecode --no-python-version-warning --require-hashes --proxy --cert --client-cert
   --use-deprecated --use-feature --no-clean --break-system-packages --no-color --no-index --no-warn-conflicts --system --index-strategy --prerelease --native-tls`,
  ),
);

function pipDoing(call: ToolCall, { command }: PlacedCommand, surroundings: Surroundings): Doing {
  const [verb] = (call.verb ?? '').split(' ');
  if (HARMLESS_VERBS.has(verb as string)) return isRedirected(call) ? unfollowed(command.text) : { kind: 'nothing' };
  if (verb !== 'install') return unfollowed(command.text);
  return packagesDoing(call, environmentOf(call, surroundings));
}

/** pip config set may move where packages go. */
function isRedirected(call: ToolCall): boolean {
  return call.verb === 'config set' && /(?:^|\.)(?:target|prefix|user|root)$/.test(call.operands[0]?.literal ?? 'prefix');
}

/** What `pip install` and `uv pip install` do. */
function packagesDoing(call: ToolCall, into: string | undefined): Doing {
  const unknown = (reason: string): Doing => ({ kind: 'unknown', reason });
  const odd = call.options.find(({ name }) => !PIP_OPTIONS.has(name));
  if (odd) return unknown(`installs with ${odd.name}, which puts packages elsewhere or can't be followed`);
  const operands = call.operands.flatMap(word => word.literal ?? (NAME.test(word.text) ? word.text : []));
  if (operands.length < call.operands.length) return unknown("installs packages that can't be named");
  if (into === undefined || call.folder === undefined) return unknown("installs into an environment that can't be told");
  const given = call.options.filter(({ name }) => name === '--requirement' || name === '--requirements').map(({ value }) => value);
  if (given.includes(undefined)) return unknown("installs what a file says that can't be named");
  const folder = call.folder;
  const files = (given as string[]).map(file => posix.resolve(folder, file));
  const isLocal = (text: string) => !/^[a-z+]+:\/\//.test(text) && (/^\.|\//.test(text) || /\.(?:whl|zip|tar\.gz)$/.test(text));
  const named = operands.filter(text => !isLocal(text)).map(text => ({ text, name: NAME.exec(text)?.[1] }));
  const names = named.flatMap(({ name }) => (name === undefined ? [] : canonical(name)));
  const others = [
    ...operands.filter(isLocal).map(text => posix.resolve(folder, text)),
    ...named.flatMap(({ text, name }) => (name === undefined ? text : [])),
  ];
  const tools = names.filter(name => TOOLS.has(name));
  if (tools.length === 0 || into !== SYSTEM) return { kind: 'install', call, into, takesPrefix: true, names, files, projects: [], others };
  if (tools.length < names.length || others.length > 0 || files.length > 0)
    return unknown(`installs ${tools[0]} along with other packages`);
  return { kind: 'tool', names: tools, call, renews: tools.some(name => RENEWED.has(name)) };
}

/** The environment that a call of pip installs into; undefined where it isn't known. */
function environmentOf(call: ToolCall, { variable, environments, activated }: Surroundings): string | undefined {
  if (optionValue(call, '--python') !== undefined || call.folder === undefined) return undefined;
  const name = call.program[0]?.literal ?? '';
  if (name.includes('/')) {
    const root = posix.dirname(posix.dirname(posix.resolve(call.folder, name)));
    return root === SYSTEM || environments.has(root) ? root : undefined;
  }
  if (call.environment.has('PATH')) return undefined;
  if (activated !== undefined) return environments.has(activated) ? activated : undefined;
  const path = variable('PATH');
  if (path === null) return undefined;
  for (const entry of (path ?? `${SYSTEM}/bin`).split(':')) {
    const root = posix.dirname(posix.normalize(entry));
    if (posix.basename(entry) === 'bin' && environments.has(root)) return root;
    if (entry === `${SYSTEM}/bin`) return SYSTEM;
    // another Python may stand in a folder before
    if (/python|conda|env|pypy/.test(entry)) return undefined;
  }
  return undefined;
}

/** A variable as the call sees it; null where it isn't known. */
function setting(call: ToolCall, { variable }: Surroundings, name: string): string | undefined | null {
  return call.environment.has(name) ? (call.environment.get(name) ?? null) : variable(name);
}

function isOn(value: string | undefined | null): boolean {
  return value !== undefined && value !== null && /^(?:1|true|yes|on|t|y)$/i.test(value);
}

function isOff(value: string | undefined | null): boolean {
  return value !== undefined && value !== null && /^(?:0|false|no|off|f|n)$/i.test(value);
}

const UV_SYNC_OPTIONS: ReadonlySet<string> = new Set(
  words(
    `--frozen --locked --no-dev --no-install-project --no-install-workspace --no-editable --all-extras --extra --all-groups --group --no-group --no-default-groups
   --compile-bytecode --no-cache --quiet --verbose --no-progress --link-mode --index-url --extra-index-url --index --default-index --find-links --native-tls
   --no-python-downloads --no-managed-python --package --directory --project --inexact --no-build-isolation --no-install-package --python-preference`,
  ),
);

function uvDoing(call: ToolCall, surroundings: Surroundings): Doing {
  const { command, verb, folder } = call;
  const own = setting(call, surroundings, 'UV_PROJECT_ENVIRONMENT');
  const active = surroundings.activated ?? setting(call, surroundings, 'VIRTUAL_ENV');
  if (folder === undefined || active === null || own === null) return unfollowed(command.text);
  if (setting(call, surroundings, 'UV_LINK_MODE') === 'symlink' || optionValue(call, '--link-mode') === 'symlink')
    return unfollowed(command.text);
  if (verb === 'venv') {
    const isPlain = call.options.every(({ name }) => ['--seed', '--no-cache', '--quiet', '--clear', '--allow-existing'].includes(name));
    const path = call.operands.length === 0 ? '.venv' : call.operands[0]?.literal;
    return isPlain && path !== undefined ? { kind: 'environment', path: posix.resolve(folder, path), by: 'uv' } : unfollowed(command.text);
  }
  if (verb === 'sync') {
    const odd = call.options.find(({ name }) => !UV_SYNC_OPTIONS.has(name));
    if (odd) return { kind: 'unknown', reason: `syncs with ${odd.name}, which can't be followed` };
    return project(call, posix.resolve(folder, own ?? '.venv'), folder);
  }
  if (verb === 'pip install') {
    const isSystem = hasOption(call, '--system') || isOn(setting(call, surroundings, 'UV_SYSTEM_PYTHON'));
    const near = posix.resolve(folder, '.venv');
    const environment = active ?? (surroundings.environments.has(near) ? near : undefined);
    return packagesDoing(call, isSystem ? SYSTEM : environment);
  }
  return ['cache', 'lock', 'version', '--version', 'tree'].includes(verb?.split(' ')[0] ?? '')
    ? { kind: 'nothing' }
    : unfollowed(command.text);
}

/** An install of what a project's manifest says, by a tool that takes no prefix. */
function project(call: ToolCall, into: string, folder: string): Doing {
  return { kind: 'install', call, into, takesPrefix: false, names: [], files: [], projects: [folder], others: [] };
}

function poetryDoing(call: ToolCall, surroundings: Surroundings): Doing {
  const { command, verb, folder } = call;
  const { settings } = surroundings;
  if (verb === 'config') {
    const [key, value] = call.operands.map(({ literal }) => literal);
    if (key === undefined || value === undefined) return unfollowed(command.text);
    settings.set(key, value);
    return { kind: 'nothing' };
  }
  if (verb === undefined && call.options.every(({ name }) => name === '--version')) return { kind: 'nothing' };
  if (verb === 'check' || verb === 'lock' || verb === 'show' || verb?.startsWith('cache')) return { kind: 'nothing' };
  const variables = ['VIRTUAL_ENV', 'POETRY_VIRTUALENVS_CREATE', 'POETRY_VIRTUALENVS_IN_PROJECT', 'POETRY_VIRTUALENVS_PATH'];
  const [active, create, inProject, path] = variables.map(name => setting(call, surroundings, name));
  const moved = ['POETRY_CACHE_DIR', 'HOME', 'XDG_CACHE_HOME'].some(name => setting(call, surroundings, name) !== undefined);
  if ((verb !== 'install' && verb !== 'sync') || folder === undefined || [active, create, inProject, path].includes(null))
    return unfollowed(command.text);
  const environment = surroundings.activated ?? active;
  if (environment) return project(call, environment, folder);
  if (isOff(create ?? settings.get('virtualenvs.create'))) return project(call, SYSTEM, folder);
  if (isOn(inProject ?? settings.get('virtualenvs.in-project'))) return project(call, posix.resolve(folder, '.venv'), folder);
  const all = path ?? settings.get('virtualenvs.path') ?? (moved ? undefined : '/root/.cache/pypoetry/virtualenvs');
  return all?.startsWith('/') && !all.includes('{') ? project(call, all, folder) : unfollowed(command.text);
}

const PIPENV_OPTIONS: ReadonlySet<string> = new Set(
  words(
    '--deploy --system --ignore-pipfile --dev --clear --verbose --keep-outdated --skip-lock --pre --quiet --site-packages --extra-pip-args --pypi-mirror --categories',
  ),
);

function pipenvDoing(call: ToolCall, surroundings: Surroundings): Doing {
  const { command, verb, folder } = call;
  const variables = ['VIRTUAL_ENV', 'PIPENV_VENV_IN_PROJECT', 'WORKON_HOME', 'PIPENV_CUSTOM_VENV_NAME'];
  const [active, inProject, home, own] = variables.map(name => setting(call, surroundings, name));
  if (verb === 'lock' || verb === 'check' || verb === 'graph') return { kind: 'nothing' };
  const isInstall = (verb === 'install' || verb === 'sync') && call.operands.length === 0;
  const isPlain = call.options.every(({ name }) => PIPENV_OPTIONS.has(name));
  if (!isInstall || !isPlain || folder === undefined || [active, inProject, home, own].includes(null)) return unfollowed(command.text);
  if (hasOption(call, '--system')) return project(call, surroundings.activated ?? active ?? SYSTEM, folder);
  const environment = surroundings.activated ?? active;
  if (environment) return project(call, environment, folder);
  if (isOn(inProject)) return project(call, posix.resolve(folder, '.venv'), folder);
  return project(call, home ?? '/root/.local/share/virtualenvs', folder);
}
