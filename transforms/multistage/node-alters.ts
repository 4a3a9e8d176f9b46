import { posix } from 'node:path';
import { isIn } from '../../src/context/copied.ts';
import type { Dockerfile } from '../../src/dockerfile/nodes.ts';
import type { ImageFacts } from '../../src/images/images.ts';
import { CACHES } from '../../src/tools/caches.ts';
import type { Alteration, Facts } from '../../src/transform.ts';
import { cachesAt, leftCaches } from './left-caches.ts';
import { withoutPackages } from './left-packages.ts';
import type { Installed, NodeBuild } from './node-build.ts';
import { MODULES, type Pruning } from './node-prune.ts';
import type { SystemPackages } from './node-system.ts';
import { unreachable } from './split.ts';

interface App {
  file: Dockerfile;
  facts: Facts;
  image: ImageFacts;
  build: NodeBuild;
}

interface Decided {
  pruning: Pruning;
  packages: SystemPackages;
  /** The folder that is all the app needs. */
  output: string | undefined;
  /** Another base image than the builder's. */
  base: string | undefined;
  /** Whether the image gets a global package too. */
  isRepeated(name: string): boolean;
}

/** What differs: what was pruned, what package managers and scripts leave beside the app, and the packages that were only built with. */
export function nodeAlterations(app: App, { pruning, packages, output, base, isRepeated }: Decided): Alteration[] {
  const { build, image } = app;
  const globals = build.globals.flatMap(({ names }) => names).filter(name => !isRepeated(name));
  return [
    ...(base === undefined ? [] : [{ base }]),
    ...pruning.commands.flatMap(pruned),
    ...unreachable([...besideTheApp(app), ...globals.map(name => posix.join(GLOBAL, name))]),
    ...(globals.length > 0 ? [{ unreachable: '/usr/local/bin/*' }] : []),
    ...(packages.dropped.length > 0 ? withoutPackages(image) : []),
    ...(output === undefined ? [] : unreachable(build.roots)),
  ];
}

const GLOBAL = '/usr/local/lib/node_modules';

function pruned({ folder, changes }: Pruning['commands'][number]): Alteration[] {
  return [{ removed: posix.join(folder, MODULES) }, ...changes.map(glob => ({ changed: posix.join(folder, glob) }))];
}

/** The homes of those who build, in which tools keep what they like, and caches that lie elsewhere. */
function besideTheApp({ file, facts, build }: App): string[] {
  const uses = build.installs.map(install => ({ ...install, cache: cacheOf(install) }));
  const homes = leftCaches(
    file,
    facts.images,
    uses.map(each => ({ ...each, cache: homeOf(each) })),
  );
  const caches = leftCaches(file, facts.images, uses);
  return [...homes, ...caches.filter(folder => !homes.some(each => isIn(folder, each)))];
}

const homeOf = ({ call }: Installed) => cachesAt([{ places: [{ base: '$HOME', below: '' }], filledBy: [call.verb ?? ''] }]);

function cacheOf({ call, project }: Installed) {
  const isBerry = project.locks.some(({ kind }) => kind === 'yarn-berry');
  if (call.tool === 'yarn') return isBerry ? CACHES['yarn-berry'] : CACHES.yarn;
  return call.tool === 'pnpm' ? CACHES.pnpm : CACHES.npm;
}
