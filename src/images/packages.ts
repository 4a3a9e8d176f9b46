import { alpineRuntimePackages } from './alpine-packages.ts';
import { debianRuntimePackages } from './debian-packages.ts';
import type { ImageFacts } from './images.ts';

// Debian's and Alpine's names: compilers, headers, build systems and what fetches sources for them. A program that was built with them doesn't
// need them; one that starts them (git, protoc) says so in its own source.
const BUILD_ONLY = new Set(
  `autoconf automake autotools-dev bc binutils bison build-base build-essential ccache clang cmake cpp dpkg-dev flex g++ gcc gettext-dev
   git gnupg golang golang-go gperf intltool libc-dev libc6-dev libstdc++-dev libtool linux-headers linux-libc-dev lld llvm llvm-dev m4 make
   mercurial meson musl-dev musl-tools nasm ninja ninja-build patch pkg-config pkgconf pkgconfig protobuf-compiler protobuf-dev protoc
   scons software-properties-common subversion swig texinfo yasm`
    .split(/\s+/)
    .filter(Boolean),
);

/** Packages of data that programs read by a well-known path. */
const DATA = new Set(['ca-certificates', 'tzdata', 'netbase', 'mime-support', 'media-types', 'mailcap']);

export type PackageRole =
  /** Nothing of it is needed once a program is built. */
  | { role: 'build' }
  /** Data that a program may read. */
  | { role: 'data' }
  /** Headers, and the packages that their libraries come in at run time. */
  | { role: 'library'; runtime: string[] };

/**
 * What a system package that a builder installs is to a program that was compiled there; undefined where it isn't known. `name` is without a
 * version or architecture.
 */
export function packageRole(name: string, image: ImageFacts): PackageRole | undefined {
  if (BUILD_ONLY.has(name)) return { role: 'build' };
  if (DATA.has(name)) return { role: 'data' };
  const runtime = runtimePackages(name, image);
  return runtime && { role: 'library', runtime };
}

function runtimePackages(name: string, { distribution, release }: ImageFacts): string[] | undefined {
  if (release === undefined) return undefined;
  if (distribution === 'debian') return debianRuntimePackages(name, release);
  return distribution === 'alpine' ? alpineRuntimePackages(name, release) : undefined;
}
