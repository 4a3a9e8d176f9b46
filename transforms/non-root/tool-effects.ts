import { posix } from 'node:path';
import { parentPath } from '../../src/context/filepath.ts';
import { nodeProject } from '../../src/context/node.ts';
import { lineage } from '../../src/dockerfile/stages.ts';
import { shortened } from '../../src/phrases.ts';
import { hasOption, optionValue, type ToolCall } from '../../src/tools/calls.ts';
import { FETCHES_HOME } from './commands.ts';
import { absolute, around, below, type Effect, inside, made, type Scene, unknown } from './effects.ts';

/** Package managers' commands that leave the project's folder as it is. */
const QUIET = /^(?:cache|config|-|help|version|view|info|whoami|ping|audit|ls|list|outdated|why|store|set|login|get|--version)\b/;

/** What a call of a package manager or compiler does. */
export function toolEffects(scene: Scene, call: ToolCall): Effect[] {
  const { tool, verb, folder } = call;
  switch (tool) {
    case 'apt':
    case 'apk':
      return [];
    case 'npm':
    case 'pnpm':
    case 'yarn':
      return nodeEffects(scene, call);
    case 'pip': {
      const target = optionValue(call, '--target', '--prefix', '--root');
      if (hasOption(call, '--user') || (verb === 'install' && isOn(scene, call, 'PIP_USER'))) return [home(call)];
      return target === undefined ? [] : below(scene, absolute(folder, target));
    }
    case 'poetry':
      return poetryEffects(scene, call);
    case 'pipenv': {
      if (hasOption(call, '--system')) return [];
      if (verb === 'run') return below(scene, folder);
      return isOn(scene, call, 'PIPENV_VENV_IN_PROJECT')
        ? below(scene, folder)
        : verb === 'install' || verb === 'sync'
          ? [home(call)]
          : below(scene, folder);
    }
    case 'uv':
      return uvEffects(scene, call);
    case 'go':
      return goEffects(scene, call);
  }
}

/** Commands of the go tool that read or write nothing but its own caches. */
const GO_QUIET = /^(?:build|clean|doc|env|install|list|mod download|mod verify|run|test|tool|version|vet|work)\b/;

function goEffects(scene: Scene, call: ToolCall): Effect[] {
  const { verb = '', folder, operands } = call;
  const isGolang = scene.image.family === 'golang';
  if (verb === 'install' || verb === 'get') return isGolang ? [{ program: '/go/bin' }, ...around(scene, '/go')] : [home(call)];
  if (verb !== 'build') return GO_QUIET.test(verb) ? [] : below(scene, folder);
  const output = optionValue(call, '-o');
  const path = absolute(folder, output ?? '.');
  if ((output === undefined && hasOption(call, '-o')) || path === undefined) return [unknown(call.command.text)];
  // without -o the program is called after the folder or the module
  return operands.length > 1 && output === undefined ? below(scene, folder) : [{ program: path }, ...below(scene, path)];
}

function home(call: ToolCall): Effect {
  return { code: 'root-home', reason: `installs below root's home, which nobody else may enter: ${shortened(call.command.text)}` };
}

/** Whether a variable is set to something true where a tool is called. */
function isOn({ scope }: Scene, { environment }: ToolCall, name: string): boolean {
  const value = environment.has(name) ? environment.get(name) : scope.variable(name)?.text;
  return typeof value === 'string' && value !== '' && !/^(?:0|false|no|off)$/i.test(value);
}

function variable({ scope }: Scene, { environment }: ToolCall, name: string): string | undefined {
  const value = environment.has(name) ? environment.get(name) : scope.variable(name)?.text;
  return typeof value === 'string' ? value : undefined;
}

function nodeEffects(scene: Scene, call: ToolCall): Effect[] {
  const { tool, verb = '', folder } = call;
  const isGlobal = hasOption(call, '--global', '--location') || verb.startsWith('global ');
  if (FETCHES_HOME.test(call.command.text)) return [home(call)];
  if (isGlobal) return tool === 'pnpm' && variable(scene, call, 'PNPM_HOME') === undefined ? [home(call)] : [];
  if (QUIET.test(verb) || verb === '') return /prefix|userconfig/.test(call.command.text) ? [unknown(call.command.text)] : [];
  const isInstall =
    ['install', 'ci', 'add', 'prune', 'rebuild', 'update', 'dedupe', 'fetch', 'autoclean'].includes(verb) || verb === 'workspaces focus';
  if (!isInstall) return below(scene, folder);
  return folder !== undefined && isPlainInstall(scene, folder) ? made(scene, posix.join(folder, 'node_modules')) : below(scene, folder);
}

/** Whether an install makes node_modules and nothing else: there is something to install, in this folder alone, and not by Yarn's berry. */
function isPlainInstall({ files, facts }: Scene, folder: string): boolean {
  const names = [...files.keys()].filter(path => !path.includes('/node_modules/')).map(path => posix.basename(path));
  if (names.includes('.yarnrc.yml') || names.includes('pnpm-workspace.yaml') || names.filter(name => name === 'package.json').length > 1)
    return false;
  const path = files.get(posix.join(folder, 'package.json'));
  const project = path !== undefined && facts.context ? nodeProject(facts.context, parentPath(path)) : undefined;
  return project !== undefined && !('problem' in project) && project.dependencies.size > 0;
}

function poetryEffects(scene: Scene, call: ToolCall): Effect[] {
  const { verb, folder, operands } = call;
  if (verb === 'config') {
    const [key, value] = operands.map(({ literal }) => literal);
    const isLocal = hasOption(call, '--local');
    return [
      ...(isLocal ? below(scene, folder) : [{ leftover: 'poetry' } as const]),
      ...(key === undefined || value === undefined ? [unknown(call.command.text)] : []),
    ];
  }
  if (verb !== 'install' && verb !== 'add' && verb !== 'update' && verb !== 'sync') return verb === 'cache' ? [] : below(scene, folder);
  if (isOff(scene, call, 'POETRY_VIRTUALENVS_CREATE') || isSet(scene, /virtualenvs\.create\s+["']?false/i)) return [];
  if (isOn(scene, call, 'POETRY_VIRTUALENVS_IN_PROJECT') || isSet(scene, /virtualenvs\.in-project\s+["']?true/i))
    return folder === undefined ? below(scene, folder) : inside(scene, posix.join(folder, '.venv'));
  const place = variable(scene, call, 'POETRY_VIRTUALENVS_PATH');
  if (place !== undefined) return below(scene, place);
  return scene.scope.variable('VIRTUAL_ENV') ? [] : [home(call)];
}

function isOff({ scope }: Scene, { environment }: ToolCall, name: string): boolean {
  const value = environment.has(name) ? environment.get(name) : scope.variable(name)?.text;
  return typeof value === 'string' && /^(?:0|false|no|off)$/i.test(value);
}

/** Whether a RUN sets something with `poetry config`. */
function isSet({ stage }: Scene, setting: RegExp): boolean {
  return lineage(stage).some(({ instructions }) => instructions.some(({ name, logical }) => name === 'RUN' && setting.test(logical.text)));
}

function uvEffects(scene: Scene, call: ToolCall): Effect[] {
  const { verb = '', folder, operands } = call;
  if (verb.startsWith('python ') || verb.startsWith('tool ')) return [home(call)];
  if (verb.startsWith('cache')) return [];
  if (hasOption(call, '--system') || isOn(scene, call, 'UV_SYSTEM_PYTHON')) return [];
  const python = scene.image.family === 'python' || scene.image.family === 'uv';
  if (!python)
    return [
      { code: 'root-home', reason: `may take a Python into root's home, which nobody else may enter: ${shortened(call.command.text)}` },
    ];
  if (verb.startsWith('pip '))
    return scene.scope.variable('VIRTUAL_ENV') ? inside(scene, variable(scene, call, 'VIRTUAL_ENV')) : below(scene, folder);
  const place = variable(scene, call, 'UV_PROJECT_ENVIRONMENT');
  if (place !== undefined) return inside(scene, absolute(folder, place));
  if (verb === 'sync' || verb === 'venv')
    return folder === undefined ? below(scene, folder) : inside(scene, posix.join(folder, operands[0]?.literal ?? '.venv'));
  return below(scene, folder);
}
