import type { Distribution, ImageFacts } from './images.ts';

/** A release of a distribution, by the names that tags give it. */
export interface Release {
  distribution: Distribution;
  /** As ImageFacts.release has it. */
  release: string;
  glibc: string;
  /** Other names of tags: a number for a code name. */
  names: string[];
}

// Debian: https://www.debian.org/releases/, libc6 by https://packages.debian.org/libc6. Ubuntu: https://releases.ubuntu.com, https://packages.ubuntu.com/libc6.
// Rolling names (stable, testing, sid, latest, devel, rolling) are not here: what they stand for changes.
export const RELEASES: Release[] = [
  { distribution: 'debian', release: 'wheezy', glibc: '2.13', names: ['7'] },
  { distribution: 'debian', release: 'jessie', glibc: '2.19', names: ['8'] },
  { distribution: 'debian', release: 'stretch', glibc: '2.24', names: ['9'] },
  { distribution: 'debian', release: 'buster', glibc: '2.28', names: ['10'] },
  { distribution: 'debian', release: 'bullseye', glibc: '2.31', names: ['11'] },
  { distribution: 'debian', release: 'bookworm', glibc: '2.36', names: ['12'] },
  { distribution: 'debian', release: 'trixie', glibc: '2.41', names: ['13'] },
  { distribution: 'ubuntu', release: '12.04', glibc: '2.15', names: ['precise'] },
  { distribution: 'ubuntu', release: '14.04', glibc: '2.19', names: ['trusty'] },
  { distribution: 'ubuntu', release: '16.04', glibc: '2.23', names: ['xenial'] },
  { distribution: 'ubuntu', release: '18.04', glibc: '2.27', names: ['bionic'] },
  { distribution: 'ubuntu', release: '20.04', glibc: '2.31', names: ['focal'] },
  { distribution: 'ubuntu', release: '22.04', glibc: '2.35', names: ['jammy'] },
  { distribution: 'ubuntu', release: '24.04', glibc: '2.39', names: ['noble'] },
];

/** What every image of a distribution has, unless its family says otherwise. */
export const DISTRIBUTIONS: Partial<Record<Distribution, Partial<ImageFacts>>> = {
  debian: { libc: 'glibc', packageManager: 'apt', shell: true },
  ubuntu: { libc: 'glibc', packageManager: 'apt', shell: true },
  alpine: { libc: 'musl', packageManager: 'apk', shell: true },
  fedora: { libc: 'glibc', packageManager: 'dnf', shell: true },
  rhel: { libc: 'glibc', shell: true },
  suse: { libc: 'glibc', packageManager: 'zypper', shell: true },
  azurelinux: { libc: 'glibc', packageManager: 'tdnf', shell: true },
  distroless: { packageManager: 'none', shell: false },
  scratch: { libc: 'none', packageManager: 'none', shell: false },
};
