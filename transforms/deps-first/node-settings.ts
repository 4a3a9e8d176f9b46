import type { BuildContext } from '../../src/context/context.ts';
import { childPath } from '../../src/context/filepath.ts';
import { readJson } from '../../src/context/json.ts';
import type { NodeProject } from '../../src/context/node.ts';
import { type Doubt, doubt } from './reads.ts';

/** Parts of package.json that say where dependencies come from, at any depth. */
const SOURCES = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'overrides',
  'resolutions',
  'pnpm',
  'dependenciesMeta',
];
/** A dependency that is a folder or an archive of the project: npm-package-arg's isFilespec, and the protocols of yarn and pnpm. */
const LOCAL = /^(?:file|link|portal|exec):|^(?:\.{1,2}\/|\/|~\/)|^(?!https?:).*\.(?:tgz|tar\.gz|tar)$/;
/** Yarn's own patches are read with .yarn/patches, those of pnpm with patches. */
const PATCH_FOLDERS = /^(?:\.\/)?(?:\.yarn\/patches|patches|\.pnpm-patches)\//;

/** What in a project's manifests or settings leads to files that can't be listed; undefined for nothing. */
export function settingsProblem(context: BuildContext, project: NodeProject, tool: 'npm' | 'yarn' | 'pnpm'): Doubt | undefined {
  if (tool === 'yarn' && context.kind(childPath(project.folder, '.yarn/cache')) !== undefined) {
    return doubt('zero-install', 'takes packages from .yarn/cache');
  }
  for (const folder of [project.folder, ...project.workspaces.members]) {
    const found = localDependency(context, childPath(folder, 'package.json'));
    if (found) return found;
  }
  for (const name of ['.npmrc', '.yarnrc', '.yarnrc.yml', 'pnpm-workspace.yaml']) {
    const odd = oddSetting(context.text(childPath(project.folder, name)) ?? '');
    if (odd) return doubt('settings', `reads ${name}, which names ${odd}`);
  }
  // what it requires can't be listed
  const hook = ['.pnpmfile.cjs', 'pnpmfile.js'].find(name => tool === 'pnpm' && context.kind(childPath(project.folder, name)) === 'file');
  const text = hook && context.text(childPath(project.folder, hook));
  return hook && /require|import/.test(text ?? 'require') ? doubt('hook', `runs ${hook}, which loads others`) : undefined;
}

function localDependency(context: BuildContext, path: string): Doubt | undefined {
  const json = readJson(context.text(path) ?? '{}');
  if ('problem' in json) return doubt('manifest', `can't be told what it reads: ${path}: ${json.problem}`);
  const root = json.value as Record<string, unknown>;
  for (const text of SOURCES.flatMap(key => [...texts(root[key])])) {
    const patch = /^patch:.*#(?:~\/|\.\/)?(.*)$/.exec(text)?.[1] ?? text;
    if (PATCH_FOLDERS.test(patch)) continue;
    if (text.startsWith('patch:') && !patch.startsWith('optional!builtin')) return doubt('patch', `applies ${patch}`);
    if (LOCAL.test(text) || /\.patch$/.test(text)) return doubt('local', `depends on ${text}, which is a part of the sources`);
    if (text === 'injected') return doubt('local', 'copies the sources of a workspace');
  }
  return undefined;
}

/** Every string of a value, and the keys that hold `true`. */
function* texts(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const item of value) yield* texts(item);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (item === true) yield key;
      else yield* texts(item);
    }
  }
}

/** The first value of a settings file that may lead to another file of the project; Yarn's own releases and plugins are read with it. */
function oddSetting(text: string): string | undefined {
  for (const line of text.split(/\r?\n/)) {
    const [, value] = /^\s*(?:-\s+)?["']?[\w@/:.-]+["']?\s*[:=\s]\s*["']?([^"'#;]*?)["']?\s*$/.exec(line) ?? [];
    if (value === undefined || /^\s*[#;]/.test(line) || /^\.?\/?\.yarn\/(?:releases|plugins)\//.test(value)) continue;
    if (/^(?:\.{0,2}\/|~\/|\$\{?PWD)|^--require|\.(?:pem|crt|cjs|mjs|js)$/.test(value)) return value;
  }
  return undefined;
}
