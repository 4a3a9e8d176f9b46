import { words } from '../phrases.ts';
import { alpineRuntimePackages } from './alpine-packages.ts';
import { debianRuntimePackages } from './debian-packages.ts';
import type { ImageFacts } from './images.ts';

// Debian's and Alpine's names: compilers, headers, build systems and what fetches sources for them. A program that was built with them doesn't
// need them; one that starts them (git, protoc) says so in its own source.
const BUILD_ONLY = new Set(
  words(`autoconf automake autotools-dev bc binutils bison build-base build-essential ccache clang cmake cpp dpkg-dev flex g++ gcc gettext-dev
   git gnupg golang golang-go gperf intltool libc-dev libc6-dev libstdc++-dev libtool linux-headers linux-libc-dev lld llvm llvm-dev m4 make
   mercurial meson musl-dev musl-tools nasm ninja ninja-build patch pkg-config pkgconf pkgconfig protobuf-compiler protobuf-dev protoc
   scons software-properties-common subversion swig texinfo yasm`),
);

/** Packages of data that programs read by a well-known path. */
const DATA = new Set(['ca-certificates', 'tzdata', 'netbase', 'mime-support', 'media-types', 'mailcap']);

// Programs for the person at the keyboard and for scripts, without a library or data that others link or open: of the same name on Debian and Alpine, or of one.
const COMMANDS = new Set(
  words(`bash bash-completion bind-tools bzip2 coreutils curl dnsutils file findutils gawk gettext grep gzip htop iproute2 iputils iputils-ping jq less lsof
   man-db nano ncdu net-tools netcat netcat-openbsd netcat-traditional openssh-client openssh-client-default openssl procps rsync sed strace sudo tar
   telnet tree unzip upx upx-ucl util-linux vim vim-tiny wget which xz-utils zip`),
);

export type PackageRole =
  /** Nothing of it is needed once a program is built. */
  | { role: 'build' }
  /** Data that a program may read. */
  | { role: 'data' }
  /** Programs alone: of use to what starts them. */
  | { role: 'command' }
  /** Headers, and the packages that their libraries come in at run time. */
  | { role: 'library'; runtime: string[] };

/**
 * What a system package that a builder installs is to a program that was compiled there; undefined where it isn't known. `name` is without a
 * version or architecture.
 */
export function packageRole(name: string, image: ImageFacts): PackageRole | undefined {
  if (BUILD_ONLY.has(name)) return { role: 'build' };
  if (DATA.has(name)) return { role: 'data' };
  if (COMMANDS.has(name)) return { role: 'command' };
  const runtime = runtimePackages(name, image);
  return runtime && { role: 'library', runtime };
}

function runtimePackages(name: string, { distribution, release }: ImageFacts): string[] | undefined {
  if (distribution === 'debian') return debianRuntimePackages(name, release);
  return distribution === 'alpine' && release !== undefined ? alpineRuntimePackages(name, release) : undefined;
}
