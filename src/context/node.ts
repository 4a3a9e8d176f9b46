import type { BuildContext } from './context.ts';
import { type Broken, type Fields, reading } from './fields.ts';
import { childPath, contextPath } from './filepath.ts';
import { readJson } from './json.ts';
import { type NodeLock, nodeLocks } from './node-lock.ts';
import { remembered } from './remembered.ts';
import { workspaceMembers } from './workspaces.ts';
import { topLevelList, topLevelValue } from './yaml.ts';

/** A folder with a package.json, and what stands beside it. Paths are those of the context. */
export interface NodeProject {
  folder: string;
  name: string | undefined;
  type: 'module' | 'commonjs';
  main: string | undefined;
  /** Programs by name; a lone `bin` goes by the package's name. */
  bin: ReadonlyMap<string, string>;
  scripts: ReadonlyMap<string, string>;
  dependencies: ReadonlyMap<string, string>;
  devDependencies: ReadonlyMap<string, string>;
  optionalDependencies: ReadonlyMap<string, string>;
  peerDependencies: ReadonlyMap<string, string>;
  engines: ReadonlyMap<string, string>;
  packageManager: { name: string; version: string } | undefined;
  /** Its lock files: more than one is a question only its owner can answer. A member of workspaces has none, the workspaces' root has it. */
  locks: NodeLock[];
  /** Patterns of workspaces, and the folders of the members that they match; empty where it has none. */
  workspaces: { patterns: string[]; members: string[] };
  /** Yarn's, from .yarnrc.yml: pnp, pnpm or node-modules. */
  nodeLinker: string | undefined;
  /** Files that an install reads beside package.json and locks: .npmrc, .yarnrc, .yarnrc.yml, .pnp.cjs, pnpm-workspace.yaml, bunfig.toml, .pnpmfile.cjs. */
  settings: string[];
  /** Folders that an install reads: patches, .pnpm-patches, .yarn. */
  folders: string[];
}

// railpack, core/providers/node/node.go (2026-08-18)
const SETTINGS = ['.npmrc', '.pnp.cjs', '.pnp.loader.mjs', '.pnpmfile.cjs', '.yarnrc', '.yarnrc.yml', 'bunfig.toml', 'pnpm-workspace.yaml'];
const FOLDERS = ['.pnpm-patches', '.yarn', 'patches'];

/** The Node project in a folder; undefined where no package.json is sent, `problem` where it or a file that belongs to it is broken. */
export const nodeProject: (context: BuildContext, folder: string) => NodeProject | Broken | undefined = remembered((context, written) => {
  const folder = contextPath(written);
  const path = childPath(folder, 'package.json');
  if (context.kind(path) !== 'file') return undefined;
  const text = context.text(path);
  if (text === undefined) return { problem: `${path}: over 4 MiB or not UTF-8` };
  const json = readJson(text);
  if ('problem' in json) return { problem: `${path}: ${json.problem}` };
  const manifest = reading(path, readManifest, json.value);
  if ('problem' in manifest) return manifest;
  return withNeighbours(context, folder, manifest);
});

type Manifest = Omit<NodeProject, 'folder' | 'locks' | 'workspaces' | 'nodeLinker' | 'settings' | 'folders'> & { workspaces: string[] };

function readManifest(root: Fields): Manifest {
  const name = root.string('name');
  const bin = typeof root.value('bin') === 'string' ? new Map([[name ?? '', root.string('bin') as string]]) : root.map('bin');
  return {
    name,
    type: root.string('type') === 'module' ? 'module' : 'commonjs',
    main: root.string('main'),
    bin,
    scripts: root.map('scripts'),
    dependencies: root.map('dependencies'),
    devDependencies: root.map('devDependencies'),
    optionalDependencies: root.map('optionalDependencies'),
    peerDependencies: root.map('peerDependencies'),
    engines: root.map('engines'),
    packageManager: readPackageManager(root),
    workspaces: Array.isArray(root.value('workspaces'))
      ? root.strings('workspaces')
      : (root.table('workspaces')?.strings('packages') ?? []),
  };
}

function readPackageManager(root: Fields): NodeProject['packageManager'] {
  const written = root.string('packageManager');
  if (written === undefined) return undefined;
  const parts = /^([a-z]+)@([^+@]+)(?:\+.*)?$/.exec(written);
  if (!parts) throw root.wrong('packageManager', 'no name and version');
  return { name: parts[1] as string, version: parts[2] as string };
}

function withNeighbours(context: BuildContext, folder: string, manifest: Manifest): NodeProject | Broken {
  const at = (name: string) => childPath(folder, name);
  const locks = nodeLocks(context, folder);
  if ('problem' in locks) return locks;
  const pnpm = topLevelList(context, at('pnpm-workspace.yaml'), 'packages');
  if (pnpm !== undefined && 'problem' in pnpm) return pnpm;
  const nodeLinker = topLevelValue(context, at('.yarnrc.yml'), 'nodeLinker');
  if (nodeLinker !== undefined && 'problem' in nodeLinker) return nodeLinker;
  const patterns = pnpm?.items ?? manifest.workspaces;
  const members = workspaceMembers(context, folder, patterns);
  if ('problem' in members) return members;
  return {
    folder,
    ...manifest,
    locks,
    workspaces: { patterns, members },
    nodeLinker: nodeLinker?.value,
    settings: SETTINGS.map(at).filter(path => context.kind(path) === 'file'),
    folders: FOLDERS.map(at).filter(path => context.kind(path) === 'folder'),
  };
}
