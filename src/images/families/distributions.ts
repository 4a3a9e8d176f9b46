import { ALPINE_USERS, DEBIAN_USERS, type Family, PATH } from '../family.ts';

const DEBIAN_PROGRAMS = ['bash', 'perl', 'grep', 'sed', 'find', 'xargs', 'tar', 'gzip', 'awk', 'diff', 'mount', 'su'];
const base = { user: '0', workdir: '/', env: { PATH }, entrypoint: 'none' } as const;

/** Distributions. Sources: https://github.com/docker-library/official-images/tree/master/library and the Dockerfile or tarball that each names. */
export const distributions: Family[] = [
  // https://github.com/debuerreotype/docker-debian-artifacts: no certificates, bash as its command (tzdata comes and goes).
  {
    family: 'debian',
    names: ['debian'],
    releaseNumbers: 1,
    told: { ...base, distribution: 'debian', cmd: ['bash'], certificates: false, programs: DEBIAN_PROGRAMS, users: DEBIAN_USERS },
    variants: [
      { words: [], slim: 'debian:{+release}-{date}-slim', runtime: 'debian:{+release}-{date}-slim' },
      { words: ['slim'], runtime: 'debian:{+release}-{date}-slim' },
      { words: ['backports'] },
      { words: ['stable'], slim: 'debian:stable-{date}-slim', runtime: 'debian:stable-{date}-slim' },
      { words: ['stable', 'slim'], runtime: 'debian:stable-{date}-slim' },
      { words: ['testing'], slim: 'debian:testing-{date}-slim', runtime: 'debian:testing-{date}-slim' },
      { words: ['testing', 'slim'], runtime: 'debian:testing-{date}-slim' },
      { words: ['unstable'], slim: 'debian:unstable-{date}-slim', runtime: 'debian:unstable-{date}-slim' },
      { words: ['unstable', 'slim'], runtime: 'debian:unstable-{date}-slim' },
      { words: ['sid'], slim: 'debian:sid-{date}-slim', runtime: 'debian:sid-{date}-slim' },
      { words: ['sid', 'slim'], runtime: 'debian:sid-{date}-slim' },
    ],
  },
  // https://hub.docker.com/_/ubuntu: cloud images' minimal root; bash lies in /bin since 14.04. 23.04 and later have a user of their own.
  {
    family: 'ubuntu',
    names: ['ubuntu'],
    releaseNumbers: 2,
    told: { ...base, distribution: 'ubuntu', certificates: false, timezones: false, programs: DEBIAN_PROGRAMS, users: DEBIAN_USERS },
    variants: [{ words: [], runtime: 'ubuntu:{+release}-{date}' }, { words: ['rolling'] }, { words: ['devel'] }],
  },
  // https://github.com/alpinelinux/docker-alpine: certificates come as ca-certificates-bundle since 3.x, zones don't.
  {
    family: 'alpine',
    names: ['alpine'],
    releaseNumbers: 2,
    told: { ...base, distribution: 'alpine', cmd: ['/bin/sh'], timezones: false, programs: ['apk', 'wget'], users: ALPINE_USERS },
    variants: [{ words: [], runtime: 'alpine:{+release}' }, { words: ['edge'] }],
  },
  // https://github.com/docker-library/busybox
  {
    family: 'busybox',
    names: ['busybox'],
    told: { ...base, distribution: 'busybox', packageManager: 'none', shell: true, cmd: ['sh'], certificates: false, timezones: false },
    variants: [
      { words: [] },
      { words: ['glibc'], told: { libc: 'glibc' } },
      { words: ['musl'], told: { libc: 'musl' } },
      { words: ['uclibc'] },
      { words: ['stable'] },
      { words: ['stable', 'glibc'], told: { libc: 'glibc' } },
      { words: ['stable', 'musl'], told: { libc: 'musl' } },
    ],
  },
  // https://docs.docker.com/build/building/base-images/#create-a-minimal-base-image-using-scratch
  {
    family: 'scratch',
    names: ['scratch'],
    told: { ...base, env: {}, distribution: 'scratch', cmd: [], certificates: false, timezones: false, programs: [] },
    variants: [{ words: [] }],
  },
  // https://github.com/docker-library/buildpack-deps: curl adds ca-certificates, curl, wget; scm git and others; the full one compilers and -dev packages.
  {
    family: 'buildpack-deps',
    names: ['buildpack-deps'],
    releaseNumbers: 1,
    told: { ...base, distribution: 'debian', cmd: ['bash'], certificates: true, timezones: true, users: DEBIAN_USERS },
    variants: [
      {
        words: [],
        told: { programs: [...DEBIAN_PROGRAMS, 'curl', 'wget', 'git', 'gcc', 'g++', 'make', 'python3', 'unzip', 'xz', 'ps'] },
        slim: 'buildpack-deps:{release}-curl',
        runtime: 'debian:{+suite}-slim',
      },
      {
        words: ['scm'],
        told: { programs: [...DEBIAN_PROGRAMS, 'curl', 'wget', 'git', 'ps'] },
        slim: 'buildpack-deps:{release}-curl',
        runtime: 'debian:{+suite}-slim',
      },
      { words: ['curl'], told: { programs: [...DEBIAN_PROGRAMS, 'curl', 'wget'] }, runtime: 'debian:{+suite}-slim' },
    ],
  },
  // https://github.com/CentOS/sig-cloud-instance-images (ended with 8), https://github.com/rocky-linux/sig-cloud-instance-images, https://github.com/AlmaLinux/container-images
  {
    family: 'centos',
    names: ['centos'],
    releaseNumbers: 1,
    told: { ...base, distribution: 'rhel', packageManager: 'yum', cmd: ['/bin/bash'] },
    variants: [{ words: [] }, { words: ['centos7'] }, { words: ['centos6'] }],
  },
  {
    family: 'rockylinux',
    names: ['rockylinux', 'rockylinux/rockylinux'],
    releaseNumbers: 1,
    told: { ...base, distribution: 'rhel', cmd: ['/bin/bash'] },
    variants: [
      { words: [], told: { packageManager: 'dnf' } },
      { words: ['minimal'], told: { packageManager: 'microdnf' } },
    ],
  },
  {
    family: 'almalinux',
    names: ['almalinux', 'almalinux/almalinux'],
    releaseNumbers: 1,
    told: { ...base, distribution: 'rhel', cmd: ['/bin/bash'] },
    variants: [
      { words: [], told: { packageManager: 'dnf' } },
      { words: ['minimal'], told: { packageManager: 'microdnf' } },
    ],
  },
  // https://github.com/fedora-cloud/docker-brew-fedora
  {
    family: 'fedora',
    names: ['fedora', 'registry.fedoraproject.org/fedora'],
    releaseNumbers: 1,
    told: { ...base, distribution: 'fedora', cmd: ['/bin/bash'] },
    variants: [{ words: [] }, { words: ['rawhide'] }],
  },
  // https://github.com/oracle/container-images
  {
    family: 'oraclelinux',
    names: ['oraclelinux'],
    releaseNumbers: 1,
    told: { ...base, distribution: 'rhel', cmd: ['/bin/bash'] },
    variants: [{ words: [] }, { words: ['slim'] }],
  },
  // https://github.com/amazonlinux/container-images: yum in 1 and 2, dnf in 2023.
  {
    family: 'amazonlinux',
    names: ['amazonlinux'],
    releaseNumbers: 1,
    told: { ...base, distribution: 'rhel', cmd: ['/bin/bash'] },
    variants: [{ words: [] }],
  },
  // https://catalog.redhat.com: minimal has microdnf, micro has no package manager.
  {
    family: 'ubi',
    names: ['registry.access.redhat.com/ubi8/ubi', 'registry.access.redhat.com/ubi9/ubi'],
    told: { ...base, distribution: 'rhel', packageManager: 'dnf', certificates: true },
    variants: [{ words: [] }],
  },
  {
    family: 'ubi-minimal',
    names: ['registry.access.redhat.com/ubi8/ubi-minimal', 'registry.access.redhat.com/ubi9/ubi-minimal'],
    told: { ...base, distribution: 'rhel', packageManager: 'microdnf', certificates: true },
    variants: [{ words: [] }],
  },
  // https://build.opensuse.org/project/show/openSUSE:Containers:Tumbleweed
  {
    family: 'opensuse',
    names: ['opensuse/leap', 'opensuse/tumbleweed'],
    releaseNumbers: 2,
    told: { ...base, distribution: 'suse', cmd: ['/bin/bash'] },
    variants: [{ words: [] }],
  },
  // https://github.com/microsoft/azurelinux: the base image has tdnf.
  {
    family: 'azurelinux',
    names: ['mcr.microsoft.com/azurelinux/base/core'],
    releaseNumbers: 2,
    told: { ...base, distribution: 'azurelinux' },
    variants: [{ words: [] }],
  },
];
