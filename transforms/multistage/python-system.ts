import type { ImageFacts } from '../../src/images/images.ts';
import { packageRole } from '../../src/images/packages.ts';
import { compilesAtRunTime, isKnown, needsOf, type PythonBase } from './python-base.ts';
import type { Wanted } from './python-requirements.ts';
import type { Part } from './python-walk.ts';

/** The system packages of the runtime stage. */
export interface SystemPackages {
  /** What is installed in the place of a part's own, in order. */
  lines: Map<Part, PackageLine>;
  /** What is installed beside that: what a fat base brought, and the compiler's own libraries. */
  extra: string[];
  /** Packages of the builder that the runtime stage doesn't get. */
  left: string[];
}

export interface PackageLine {
  install: string[];
  /** Some of them were installed with what they recommend. */
  recommends: boolean;
  upgrade: boolean;
}

/** What packages bring compilers and the like by other names than their own. */
const PROGRAMS: Readonly<Record<string, string[]>> = {
  'build-essential': ['gcc', 'g++', 'cc', 'c++', 'make', 'ld'],
  'build-base': ['gcc', 'g++', 'cc', 'c++', 'make', 'ld'],
  gcc: ['gcc', 'cc', 'ld'],
  'g++': ['g++', 'c++', 'gcc'],
  clang: ['clang', 'cc'],
  binutils: ['ld', 'as', 'objdump', 'strip', 'nm'],
  mercurial: ['hg'],
  subversion: ['svn'],
  gnupg: ['gpg'],
  'protobuf-compiler': ['protoc'],
};

/** Headers of Debian's and Alpine's own Python, beside the image's. */
const OWN_HEADERS: ReadonlySet<string> = new Set(['python3-dev', 'python-dev', 'python2-dev', 'python3-distutils']);

/** The packages that the builder installs, each as itself, as its libraries, or left behind. */
export function systemPackages(
  before: Part[],
  image: ImageFacts,
  chosen: PythonBase,
  wanted: Wanted,
  names: ReadonlySet<string>,
): SystemPackages {
  const unknown = wanted.others.length > 0 || [...wanted.specifiers.keys()].some(name => !isKnown(name));
  const needed = new Set([...wanted.specifiers.keys()].flatMap(name => needsOf(name, wanted, image) ?? []));
  const gitFor = unknown && !wanted.others.some(other => other.startsWith('git+'));
  const isWanted = (name: string) =>
    [name, ...(PROGRAMS[name] ?? [])].some(each => names.has(each) || needed.has(each)) || (name === 'git' && gitFor);
  const found: SystemPackages = { lines: new Map(), extra: [], left: [] };
  for (const [index, part] of before.entries()) {
    const purged = new Set(before.slice(index).flatMap(later => later.doings.flatMap(each => (each.kind === 'purge' ? each.names : []))));
    const line: PackageLine = { install: [], recommends: false, upgrade: part.doings.some(({ kind }) => kind === 'upgrade') };
    for (const doing of part.doings) {
      if (doing.kind !== 'packages') continue;
      for (const name of doing.names) {
        const becomes = packagesFor(name, image, compilesAtRunTime(wanted) !== undefined || isWanted(name), purged.has(name));
        line.install.push(...becomes.filter(each => !line.install.includes(each)));
        if (becomes.includes(name)) line.recommends ||= doing.recommends;
        else if (!purged.has(name)) found.left.push(name);
      }
    }
    if (line.install.length > 0 || line.upgrade) found.lines.set(part, line);
  }
  const there = new Set([...found.lines.values()].flatMap(({ install }) => install));
  found.extra = [...new Set([...chosen.packages, ...compilerLibraries(found.left, image, unknown)])].filter(name => !there.has(name));
  return found;
}

/** What is installed in the place of one package: the libraries of headers, nothing of what only builds, else itself. */
function packagesFor(name: string, image: ImageFacts, isWanted: boolean, isPurged: boolean): string[] {
  const role = OWN_HEADERS.has(name) ? ({ role: 'build' } as const) : packageRole(name, image);
  if (isWanted) return isPurged ? [] : [name];
  if (role?.role === 'library') return role.runtime;
  return role?.role === 'build' || isPurged ? [] : [name];
}

/** What compiled code links of the compiler's own that small images lack: OpenMP's library, and on Alpine C++'s. */
function compilerLibraries(left: string[], image: ImageFacts, unknown: boolean): string[] {
  if (!left.some(name => ['gcc', 'g++', 'build-essential', 'build-base', 'clang'].includes(name))) return [];
  if (image.distribution === 'alpine') return unknown ? ['libstdc++', 'libgomp'] : ['libstdc++'];
  return unknown ? ['libgomp1'] : [];
}

/** The command that installs packages and leaves no lists behind. */
export function systemCommand({ packageManager }: ImageFacts, { install, recommends, upgrade }: PackageLine): string {
  if (packageManager === 'apk') {
    return [
      ...(upgrade ? ['apk upgrade --no-cache'] : []),
      ...(install.length > 0 ? [`apk add --no-cache ${install.join(' ')}`] : []),
    ].join(' && ');
  }
  const flags = recommends ? '-y' : '-y --no-install-recommends';
  return [
    'apt-get update',
    ...(upgrade ? ['apt-get upgrade -y'] : []),
    ...(install.length > 0 ? [`apt-get install ${flags} ${install.join(' ')}`] : []),
    'rm -rf /var/lib/apt/lists/*',
  ].join(' && ');
}
