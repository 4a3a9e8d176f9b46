import type { BuildContext } from './context.ts';
import { contextPath } from './filepath.ts';
import { memoryTree } from './memory.ts';
import { originOf, realPath, sortedEntries, type Tree, treeContext } from './tree.ts';

/** The same context where some files have other texts, or are new. A changed ignore file holds. Takes contexts of this folder only. */
export function overlay(context: BuildContext, changes: Record<string, string>): BuildContext {
  const { tree, ignore } = originOf(context);
  const placed = Object.entries(changes).map(([path, text]) => [realPath(tree, contextPath(path)), text] as const);
  return treeContext({ tree: overlayTree(tree, memoryTree(Object.fromEntries(placed))), ignore });
}

function overlayTree(below: Tree, above: Tree): Tree {
  return {
    entries: folder => {
      const added = above.entries(folder);
      return added ? sortedEntries([...(below.entries(folder) ?? []), ...added]) : below.entries(folder);
    },
    target: link => below.target(link),
    head: (file, length) => above.head(file, length) ?? below.head(file, length),
  };
}
