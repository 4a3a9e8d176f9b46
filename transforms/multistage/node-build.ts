import type { BuildContext } from '../../src/context/context.ts';
import { addCopy, addFolder, type Copied, contextFolder, highest, isIn, nothingCopied } from '../../src/context/copied.ts';
import { type NodeProject, nodeProject } from '../../src/context/node.ts';
import { isShared } from '../../src/context/shared-folders.ts';
import type { Instruction } from '../../src/dockerfile/nodes.ts';
import type { ShellWord } from '../../src/dockerfile/shell.ts';
import type { ToolCall } from '../../src/tools/calls.ts';
import { type Refusal, refuse } from '../../src/transform.ts';
import type { Build, Step } from './build-walk.ts';
import type { NodeEffect } from './node-commands.ts';
import { type Done, scriptSteps } from './node-scripts.ts';

/** An installation of a project's dependencies. */
export interface Installed {
  by: Instruction;
  call: ToolCall;
  /** Absolute, in the image. */
  folder: string;
  project: NodeProject;
  /** Its node_modules is removed again. */
  isGone: boolean;
}

/** What the builder has done when it ends. */
export interface NodeBuild {
  copied: Copied;
  installs: Installed[];
  /** Tools that were run: what they write is in the project's folder, as far as they and their arguments tell. */
  tools: { by: Instruction; name: string; words: readonly ShellWord[]; folder: string }[];
  globals: { by: Instruction; names: string[]; text: string }[];
  corepack: { by: Instruction; text: string }[];
  accounts: { by: Instruction; text: string }[];
  /** System packages that are there in the end. */
  packages: { by: Instruction; names: string[] }[];
  pruned: string[];
  /** Paths that were removed again. */
  removed: string[];
  /** The app's own folders, which together hold everything that was made. */
  roots: string[];
}

/** Follows a build's steps to its end; a refusal where one of them may write where it can't be seen. */
export function replayNode(context: BuildContext, build: Build<NodeEffect>): NodeBuild | Refusal {
  const done: NodeBuild = {
    ...{
      copied: nothingCopied(),
      installs: [],
      tools: [],
      globals: [],
      corepack: [],
      accounts: [],
      packages: [],
      pruned: [],
      removed: [],
      roots: [],
    },
  };
  const writes: { by: Instruction; path: string }[] = [];
  const folders = new Set<string>();
  const virtual = new Map<string, string[]>();
  for (const step of build.steps) {
    const reason = apply(context, done, step, writes, folders, virtual);
    if (reason) return refuse(step.by, reason.code, reason.reason);
  }
  const own = [...folders, ...done.installs.map(({ folder }) => folder), ...done.tools.map(({ folder }) => folder)];
  const roots = rootsOf(own, done.copied);
  if (!Array.isArray(roots)) return refuse(build.last, 'folder', roots.reason);
  const outside = writes.find(({ path }) => !roots.some(root => isIn(path, root)) && !isScratch(path));
  if (outside) return refuse(outside.by, 'run', `writes to ${outside.path}, which is outside the app's folders`);
  return { ...done, roots };
}

interface Trouble {
  code: string;
  reason: string;
}

function apply(
  context: BuildContext,
  done: NodeBuild,
  { by, effect }: Step<NodeEffect>,
  writes: { by: Instruction; path: string }[],
  folders: Set<string>,
  virtual: Map<string, string[]>,
): Trouble | undefined {
  const { copied } = done;
  switch (effect.kind) {
    case 'copy': {
      const reason = addCopy(copied, context, effect.copy);
      return reason === undefined ? undefined : { code: 'copy', reason };
    }
    case 'folder':
      addFolder(copied, effect.path);
      if (!isScratch(effect.path)) folders.add(effect.path);
      return undefined;
    case 'gone':
      done.removed.push(effect.path);
      for (const each of done.installs) each.isGone ||= isIn(`${each.folder}/node_modules`, effect.path);
      for (const paths of [copied.files, copied.folders, copied.empty])
        for (const path of paths.keys()) if (isIn(path, effect.path)) paths.delete(path);
      return undefined;
    case 'move':
      writes.push({ by, path: effect.to });
      return undefined;
    case 'rights':
      return { code: 'user', reason: "sets rights of what can't be told" };
    case 'user':
      return { code: 'user', reason: "creates a user whose name can't be told" };
    case 'build':
      return { code: 'run', reason: 'builds a Go program' };
    case 'certificates':
      return { code: 'certificates', reason: 'adds certificates to the system' };
    case 'account':
      done.accounts.push({ by, text: effect.text });
      return undefined;
    case 'packages':
      done.packages.push({ by, names: effect.names });
      return undefined;
    case 'virtual':
      virtual.set(effect.name, effect.names);
      return undefined;
    case 'uninstalled': {
      const names = effect.names.flatMap(name => [name, ...(virtual.get(name) ?? [])]);
      for (const each of done.packages) each.names = each.names.filter(name => !names.includes(name));
      return undefined;
    }
    case 'global':
      done.globals.push({ by, names: effect.names, text: effect.text });
      return undefined;
    case 'corepack':
      done.corepack.push({ by, text: effect.text });
      return undefined;
    case 'pruned':
      done.pruned.push(effect.folder);
      return undefined;
    case 'install':
    case 'script':
    case 'tool': {
      const steps = scriptSteps(context, copied, effect);
      return 'reason' in steps ? { code: 'node-build', reason: steps.reason } : keep(done, by, steps, writes);
    }
    default:
      return undefined;
  }
}

function keep(done: NodeBuild, by: Instruction, { installs, tools, paths }: Done, writes: { by: Instruction; path: string }[]): undefined {
  for (const install of installs) done.installs.push({ by, ...install, isGone: false });
  for (const tool of tools) done.tools.push({ by, ...tool });
  for (const path of paths) writes.push({ by, path });
  return undefined;
}

/** Folders whose content nothing needs: caches, lists, scratch space. */
function isScratch(path: string): boolean {
  return /^\/(?:tmp|var\/tmp|var\/cache|root\/\.(?:cache|npm))(?:\/|$)/.test(path);
}

/** Folders of the system that are empty but for what an app puts there (node's images, `find / -xdev -maxdepth 3`). */
const FREE: ReadonlySet<string> = new Set(['/usr/src', '/srv', '/mnt', '/media', '/var/www', '/usr/local/src', '/home/node']);

/** The app's own folders: the highest above everything that was put or made somewhere. */
function rootsOf(made: string[], copied: Copied): string[] | { reason: string } {
  const roots = new Set<string>();
  for (const folder of made) {
    const root = highest(folder, each => !/^\/home\/[^/]+$/.test(each));
    if (root === folder && isShared(root) && !FREE.has(root))
      return { reason: `works in ${root}, where its files can't be told from the system's` };
    roots.add(root);
  }
  for (const path of copied.files.keys()) {
    const root = highest(path, each => !/^\/home\/[^/]+$/.test(each));
    roots.add(root);
  }
  return [...roots].filter(root => ![...roots].some(other => other !== root && isIn(root, other))).sort();
}

/** The project whose package.json stands in a folder of the image. */
export function projectAt(context: BuildContext, copied: Copied, folder: string): NodeProject | { problem: string } | undefined {
  const found = contextFolder(copied, folder, 'package.json');
  return found === undefined ? undefined : nodeProject(context, found);
}
