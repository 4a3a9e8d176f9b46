import type { ImageFacts } from '../../src/images/images.ts';
import { packageRole } from '../../src/images/packages.ts';
import { compilesAtRunTime, isKnown, needsOf, type PythonBase } from './python-base.ts';
import type { Wanted } from './python-requirements.ts';
import type { Part } from './python-walk.ts';

/** The system packages of the runtime stage. */
export interface SystemPackages {
  install: string[];
  /** Those that somebody installed with what they recommend. */
  recommends: boolean;
  upgrade: boolean;
  /** Packages of the builder that the runtime stage doesn't get. */
  left: string[];
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
  const doings = before.flatMap(part => part.doings);
  const found: SystemPackages = { install: [], recommends: false, upgrade: doings.some(({ kind }) => kind === 'upgrade'), left: [] };
  const install = new Set<string>(chosen.packages);
  const keepsAll = compilesAtRunTime(wanted) !== undefined;
  const unknown = wanted.others.length > 0 || [...wanted.specifiers.keys()].some(name => !isKnown(name));
  const needed = new Set([...wanted.specifiers.keys()].flatMap(name => needsOf(name, wanted, image) ?? []));
  for (const [index, doing] of doings.entries()) {
    if (doing.kind !== 'packages') continue;
    const purged = new Set(doings.slice(index).flatMap(each => (each.kind === 'purge' ? each.names : [])));
    for (const name of doing.names) {
      const role = OWN_HEADERS.has(name) ? ({ role: 'build' } as const) : packageRole(name, image);
      const isGit = name === 'git' && unknown && !wanted.others.some(other => other.startsWith('git+'));
      const isStarted = [name, ...(PROGRAMS[name] ?? [])].some(program => names.has(program) || needed.has(program));
      if (purged.has(name) && role?.role !== 'library') continue;
      if (role?.role === 'library' && !keepsAll) {
        for (const each of role.runtime) install.add(each);
        if (!purged.has(name)) found.left.push(name);
      } else if (role?.role === 'build' && !keepsAll && !isGit && !isStarted) found.left.push(name);
      else {
        install.add(name);
        found.recommends ||= doing.recommends;
      }
    }
  }
  for (const each of compilerLibraries(found.left, image, unknown)) install.add(each);
  return { ...found, install: [...install] };
}

/** What compiled code links of the compiler's own that small images lack: OpenMP's library, and on Alpine C++'s. */
function compilerLibraries(left: string[], image: ImageFacts, unknown: boolean): string[] {
  if (!left.some(name => ['gcc', 'g++', 'build-essential', 'build-base', 'clang'].includes(name))) return [];
  if (image.distribution === 'alpine') return unknown ? ['libstdc++', 'libgomp'] : ['libstdc++'];
  return unknown ? ['libgomp1'] : [];
}

/** The RUN that installs them and leaves no lists behind; undefined where there are none. */
export function systemLine({ packageManager }: ImageFacts, { install, recommends, upgrade }: SystemPackages): string | undefined {
  if (install.length === 0 && !upgrade) return undefined;
  if (packageManager === 'apk') {
    const parts = [
      ...(upgrade ? ['apk upgrade --no-cache'] : []),
      ...(install.length > 0 ? [`apk add --no-cache ${install.join(' ')}`] : []),
    ];
    return parts.join(' && ');
  }
  const flags = recommends ? '-y' : '-y --no-install-recommends';
  return [
    'apt-get update',
    ...(upgrade ? ['apt-get upgrade -y'] : []),
    ...(install.length > 0 ? [`apt-get install ${flags} ${install.join(' ')}`] : []),
    'rm -rf /var/lib/apt/lists/*',
  ].join(' && ');
}
