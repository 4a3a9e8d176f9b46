import type { BuildContext } from '../../src/context/context.ts';
import type { Instruction } from '../../src/dockerfile/nodes.ts';
import type { Scope } from '../../src/dockerfile/stages.ts';
import type { ImageFacts } from '../../src/images/images.ts';
import { packageRole } from '../../src/images/packages.ts';
import type { NodeBuild } from './node-build.ts';
import { installedPackages } from './node-lock-names.ts';
import type { Read } from './node-sources.ts';
import type { Chain } from './node-start.ts';
import { binPackage, EVERYWHERE, NEEDS_FULL_IMAGE, SELF_CONTAINED } from './node-tables.ts';

/** What the app may use of the system beside node, beyond what any image of Node has. */
export interface SystemUse {
  /** Why it can't be told, as a clause; then everything stays. */
  unsure: string | undefined;
  /** Programs that it starts, those of global and of system packages that the build installs excepted. */
  programs: string[];
  /** Programs that come with a system package of their name, which the build installs. */
  packaged: string[];
  /** Global packages whose programs it starts. */
  globals: string[];
}

export function systemUse(build: NodeBuild, chain: Chain, read: Read, image: ImageFacts): SystemUse {
  const names = new Set(build.globals.flatMap(each => each.names));
  const started = [...chain.programs, ...read.starts.flatMap(name => name ?? [])];
  const used = [...new Set(started.map(binPackage).filter(owner => names.has(owner)))];
  const others = [...new Set(started)].filter(name => !EVERYWHERE.has(name) && !used.includes(binPackage(name)));
  const packaged = others.filter(name => build.packages.some(each => each.names.includes(name)));
  const programs = others.filter(name => !packaged.includes(name));
  const unsure = chain.unsure ?? (read.starts.includes(undefined) ? "starts programs that can't be named" : undefined);
  // a program may come with a package of another name
  const isExplained = unsure === undefined && programs.every(name => image.programs?.includes(name));
  return { unsure, programs, packaged, globals: isExplained ? used : [...names] };
}

/** Python is what node-gyp runs (https://github.com/nodejs/node-gyp#installation). */
const FOR_NODE_GYP: ReadonlySet<string> = new Set(
  'python python2 python2.7 python3 python3-dev python3-minimal python-dev python-is-python3 python2-minimal py3-setuptools python3-setuptools py3-pip-gyp libc6-compat-dev'.split(
    ' ',
  ),
);

/** What becomes of the system packages that a build installs. */
export interface SystemPackages {
  /** RUNs that install nothing else and are said again as they are. */
  repeated: Instruction[];
  /** Packages to install, where only some of a RUN's are needed. */
  installed: string[];
  dropped: string[];
}

/** Whether the app may start programs, or link libraries, that aren't known here. */
export function mayNeedAll(
  context: BuildContext,
  { installs }: NodeBuild,
  { unsure, programs }: SystemUse,
  withDevelopment: boolean,
): boolean {
  if (unsure !== undefined || programs.length > 0) return true;
  return installs.some(({ project }) =>
    [...installedPackages(context, project, withDevelopment).keys()].some(name => NEEDS_FULL_IMAGE.has(name)),
  );
}

/** Sorts the packages that RUNs install by what the app may need; `only` tells RUNs that do nothing else. */
export function systemPackages(
  installs: { by: Instruction; names: string[] }[],
  only: (run: Instruction) => boolean,
  image: ImageFacts,
  keepsAll: boolean,
  packaged: readonly string[],
): SystemPackages {
  const found: SystemPackages = { repeated: [], installed: [], dropped: [] };
  for (const run of new Set(installs.map(({ by }) => by))) {
    const names = installs.filter(({ by }) => by === run).flatMap(each => each.names);
    const kept = names.map(name => ({ name, runtime: keepsAll || packaged.includes(name) ? [name] : runtimeOf(name, image) }));
    const isWhole = kept.every(({ name, runtime }) => runtime.length === 1 && runtime[0] === name);
    if (names.length === 0) continue;
    if (isWhole && only(run)) found.repeated.push(run);
    else {
      found.installed.push(...kept.flatMap(({ runtime }) => runtime).filter(name => !found.installed.includes(name)));
      found.dropped.push(...kept.filter(({ name, runtime }) => !runtime.includes(name)).map(({ name }) => name));
    }
  }
  return found;
}

/** The packages that the app needs of one which a build installs, where it starts no programs. */
function runtimeOf(name: string, image: ImageFacts): string[] {
  if (FOR_NODE_GYP.has(name)) return [];
  const role = packageRole(name, image);
  if (role?.role === 'build') return [];
  return role?.role === 'library' ? role.runtime : [name];
}

/** Variables that have programs look into the system's folders. */
const OF_THE_SYSTEM = [
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'LD_PRELOAD',
  'LD_LIBRARY_PATH',
  'NODE_PATH',
  'OPENSSL_CONF',
  'PUPPETEER_EXECUTABLE_PATH',
  'CHROME_BIN',
  'CHROME_PATH',
];

/** The slim image and what the app asks of it. */
export interface Slim {
  slim: ImageFacts;
  drawsText: boolean;
  /** Development dependencies stay. */
  withDevelopment: boolean;
  /** System packages that will be there. */
  installed: readonly string[];
}

/** Releases of Debian whose packages are still where a slim image looks for them. */
const SERVED: ReadonlySet<string> = new Set(['bookworm', 'trixie']);

/** Why the app may need what a full image has and a slim one has not, as a clause; else the packages that it needs there. */
export function needsFullImage(
  context: BuildContext,
  build: NodeBuild,
  scope: Scope,
  use: SystemUse,
  { slim, drawsText, withDevelopment, installed }: Slim,
): string | { install: string[] } {
  if (use.unsure !== undefined) return use.unsure;
  const missing = use.programs.find(name => !slim.programs?.includes(name));
  if (missing !== undefined) return `starts ${missing}`;
  const isOwn = (name: string) => scope.variable(name) !== undefined && !(scope.image?.env && Object.hasOwn(scope.image.env, name));
  const variable = OF_THE_SYSTEM.find(isOwn);
  if (variable !== undefined) return `sets ${variable}`;
  const install = new Set<string>();
  for (const { project } of build.installs) {
    const packages = installedPackages(context, project, withDevelopment);
    const known = [...packages.keys()].find(name => NEEDS_FULL_IMAGE.has(name));
    if (known !== undefined) return `depends on ${known}`;
    if (packages.has('sharp') && drawsText) return 'draws text with the fonts of the system';
    const compiled = [...packages].find(([name, hasScript]) => hasScript && !SELF_CONTAINED.has(name) && !name.startsWith('@esbuild/'));
    if (compiled) return `depends on ${compiled[0]}, whose installation may link the system's libraries`;
    const prisma = ['@prisma/client', 'prisma'].find(name => packages.has(name));
    if (prisma === undefined || installed.includes('openssl')) continue;
    // https://www.prisma.io/docs/orm/reference/system-requirements: OpenSSL; its certificates are the system's
    if (!SERVED.has(slim.release ?? '')) return `depends on ${prisma}, which needs the system's OpenSSL`;
    for (const name of ['openssl', 'ca-certificates']) install.add(name);
  }
  return { install: [...install] };
}
