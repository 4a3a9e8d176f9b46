import type { Family, Told, Variant } from '../family.ts';
import type { ImageFacts } from '../images.ts';

// https://github.com/GoogleContainerTools/distroless: static has ca-certificates, tzdata, base-files, netbase and the users root, nobody and nonroot; base adds
// glibc and OpenSSL, base-nossl glibc alone, cc libgcc and libstdc++. SSL_CERT_FILE is in the configuration. `debug` has BusyBox in /busybox, and runs its shell.
const told: Told = {
  distribution: 'distroless',
  packageManager: 'none',
  shell: false,
  workdir: '/',
  env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt' },
  entrypoint: 'none',
  cmd: [],
  certificates: true,
  timezones: true,
  programs: [],
  users: { nobody: '65534', nonroot: '65532' },
};
const SUITES = { 10: 'buster', 11: 'bullseye', 12: 'bookworm', 13: 'trixie' };
const nonroot: Told = { user: '65532', workdir: '/home/nonroot' };

const variants = (entrypoint?: ImageFacts['entrypoint']): Variant[] => {
  const own: Told = entrypoint ? { entrypoint } : {};
  return [
    { words: [], told: { user: '0', ...own } },
    { words: ['nonroot'], told: { ...nonroot, ...own } },
  ];
};

const PARTS: { part: string; libc: 'glibc' | 'none'; entrypoint?: ImageFacts['entrypoint']; releases: (keyof typeof SUITES)[] }[] = [
  { part: 'static', libc: 'none', releases: [10, 11, 12, 13] },
  { part: 'base', libc: 'glibc', releases: [10, 11, 12, 13] },
  { part: 'base-nossl', libc: 'glibc', releases: [11, 12, 13] },
  { part: 'cc', libc: 'glibc', releases: [10, 11, 12, 13] },
  { part: 'java-base', libc: 'glibc', releases: [10, 11, 12, 13] },
  // ENTRYPOINT ["/usr/bin/python3"], ["/nodejs/bin/node"], ["/usr/bin/java", "-jar"]: a command is their argument.
  { part: 'python3', libc: 'glibc', entrypoint: 'branches', releases: [11, 12, 13] },
  { part: 'java17', libc: 'glibc', entrypoint: 'branches', releases: [11, 12, 13] },
  { part: 'java21', libc: 'glibc', entrypoint: 'branches', releases: [12, 13] },
  { part: 'nodejs18', libc: 'glibc', entrypoint: 'branches', releases: [11, 12] },
  { part: 'nodejs20', libc: 'glibc', entrypoint: 'branches', releases: [11, 12] },
  { part: 'nodejs22', libc: 'glibc', entrypoint: 'branches', releases: [12, 13] },
  { part: 'nodejs24', libc: 'glibc', entrypoint: 'branches', releases: [12, 13] },
];

/** Google's distroless images: with Debian's release in the name it is certain, without it is not. */
export const distroless: Family[] = PARTS.flatMap(({ part, libc, entrypoint, releases }) => [
  ...releases.map(release => ({
    family: `distroless/${part}`,
    names: [`gcr.io/distroless/${part}-debian${release}`],
    told: { ...told, libc },
    variants: variants(entrypoint),
    standsOn: SUITES[release],
  })),
  { family: `distroless/${part}`, names: [`gcr.io/distroless/${part}`], told: { ...told, libc }, variants: variants(entrypoint) },
]);
