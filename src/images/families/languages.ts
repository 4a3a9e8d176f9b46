import { ALPINE_USERS, DEBIAN_USERS, type Family, PATH, type Told } from '../family.ts';

const base = { user: '0', workdir: '/', entrypoint: 'none', certificates: true } as const;
const debian = { distribution: 'debian', users: DEBIAN_USERS } as const;
const alpine: Told = { distribution: 'alpine', users: ALPINE_USERS, programs: ['apk', 'wget'] };
// On top of buildpack-deps, whose list of packages this names a part of.
const full: Told = {
  programs: ['bash', 'perl', 'curl', 'wget', 'git', 'gcc', 'g++', 'make', 'python3', 'unzip', 'xz', 'ps', 'tar', 'gzip'],
  timezones: true,
};
const slim: Told = { programs: ['bash', 'perl', 'tar', 'gzip'] };

/** Toolchains and interpreters. Sources: the Dockerfiles that https://github.com/docker-library/official-images/tree/master/library names. */
export const languages: Family[] = [
  // https://github.com/docker-library/golang: on buildpack-deps:scm with a C compiler; on Alpine with certificates alone, so without one.
  // Default suites by its history: bullseye 2021-08-16, bookworm with 1.19.10 and 1.20.5 (devcontainers/images#701), trixie 2025-08 (golang#564).
  {
    family: 'golang',
    names: ['golang'],
    told: {
      ...base,
      ...debian,
      workdir: '/go',
      env: { PATH: `/go/bin:/usr/local/go/bin:${PATH}`, GOPATH: '/go', GOLANG_VERSION: undefined, GOTOOLCHAIN: undefined },
      cmd: ['bash'],
      timezones: true,
      programs: ['bash', 'perl', 'git', 'curl', 'wget', 'gcc', 'g++', 'make', 'pkg-config', 'go', 'tar', 'gzip'],
    },
    variants: [
      { words: [], runtime: 'debian:{+suite}-slim' },
      {
        words: ['alpine'],
        told: { ...alpine, cmd: ['/bin/sh'], timezones: false, programs: ['apk', 'wget', 'go'] },
        runtime: 'alpine:{+suite}',
      },
    ],
    settled: [
      ['1.9', '1.10', 'stretch'],
      ['1.12', '1.12.6', 'stretch'],
      ['1.12.8', '1.14', 'buster'],
      ['1.16', '1.16.6', 'buster'],
      ['1.16.8', '1.19.9', 'bullseye'],
      ['1.19.10', '1.19', 'bookworm'],
      ['1.20', '1.20.4', 'bullseye'],
      ['1.20.5', '1.23.11', 'bookworm'],
    ],
  },
  // https://github.com/nodejs/docker-node: docker-entrypoint.sh puts `node` before an option, before a word that is no program, and before a file that isn't
  // executable. Default suites: bookworm from 2023-06 (`config`), trixie from 2026-07 (docker-node#2558).
  {
    family: 'node',
    names: ['node'],
    told: {
      ...base,
      ...debian,
      env: { PATH, NODE_VERSION: undefined, YARN_VERSION: undefined },
      entrypoint: 'passes',
      cmd: ['node'],
      users: { ...DEBIAN_USERS, node: '1000' },
    },
    variants: [
      { words: [], told: full, slim: 'node:{version}-{release}-slim', runtime: 'node:{version}-{release}-slim' },
      { words: ['lts'], told: full, slim: 'node:lts-{release}-slim', runtime: 'node:lts-{release}-slim' },
      { words: ['current'], told: full, slim: 'node:current-{release}-slim', runtime: 'node:current-{release}-slim' },
      // No certificates in slim: Node carries its own list.
      { words: ['slim'], told: { ...slim, certificates: false } },
      { words: ['lts', 'slim'], told: { ...slim, certificates: false } },
      { words: ['current', 'slim'], told: { ...slim, certificates: false } },
      { words: ['alpine'], told: { ...alpine, users: { ...ALPINE_USERS, node: '1000' } } },
      { words: ['lts', 'alpine'], told: { ...alpine, users: { ...ALPINE_USERS, node: '1000' } } },
      { words: ['current', 'alpine'], told: { ...alpine, users: { ...ALPINE_USERS, node: '1000' } } },
    ],
    settled: [
      ['18.17', '18', 'bookworm'],
      ['20.4', '21', 'bookworm'],
      ['22', '22.20.0', 'bookworm'],
      ['23', '23', 'bookworm'],
      ['24', '24.9.0', 'bookworm'],
    ],
  },
  // https://github.com/docker-library/python. Default suites: bullseye 2021-08, bookworm 2023-06, trixie 2025-08 for all that was alive.
  {
    family: 'python',
    names: ['python'],
    told: {
      ...base,
      ...debian,
      env: { PATH: `/usr/local/bin:${PATH}`, LANG: undefined, GPG_KEY: undefined, PYTHON_VERSION: undefined, PYTHON_SHA256: undefined },
      cmd: ['python3'],
    },
    variants: [
      { words: [], told: full, slim: 'python:{version}-slim-{release}', runtime: 'python:{version}-slim-{release}' },
      { words: ['slim'], told: { ...slim, timezones: true } },
      { words: ['alpine'], told: { ...alpine, timezones: true } },
    ],
    settled: [
      ['3.6.15', '3.6', 'bullseye'],
      ['3.8.18', '3.8', 'bookworm'],
      ['3.12.0', '3.12.10', 'bookworm'],
      ['3.13.0', '3.13.4', 'bookworm'],
    ],
  },
  // https://github.com/rust-lang/docker-rust. CMD is buildpack-deps' own.
  {
    family: 'rust',
    names: ['rust'],
    told: {
      ...base,
      ...debian,
      env: {
        PATH: `/usr/local/cargo/bin:${PATH}`,
        CARGO_HOME: '/usr/local/cargo',
        RUSTUP_HOME: '/usr/local/rustup',
        RUST_VERSION: undefined,
      },
      cmd: ['bash'],
    },
    variants: [
      { words: [], told: full, slim: 'rust:{version}-slim-{release}', runtime: 'debian:{+suite}-slim' },
      { words: ['slim'], told: { programs: [...(slim.programs ?? []), 'gcc'] }, runtime: 'debian:{+suite}-slim' },
      { words: ['alpine'], told: { ...alpine, cmd: ['/bin/sh'] }, runtime: 'alpine:{+suite}' },
    ],
    settled: [
      ['1.60', '1.69', 'bullseye'],
      ['1.72', '1.88', 'bookworm'],
    ],
  },
  // https://github.com/docker-library/ruby
  {
    family: 'ruby',
    names: ['ruby'],
    told: {
      ...base,
      ...debian,
      env: {
        PATH: `/usr/local/bundle/bin:${PATH}`,
        LANG: 'C.UTF-8',
        GEM_HOME: '/usr/local/bundle',
        BUNDLE_SILENCE_ROOT_WARNING: '1',
        BUNDLE_APP_CONFIG: '/usr/local/bundle',
        RUBY_VERSION: undefined,
        RUBY_MAJOR: undefined,
        RUBY_DOWNLOAD_URL: undefined,
        RUBY_DOWNLOAD_SHA256: undefined,
      },
      cmd: ['irb'],
    },
    variants: [
      { words: [], told: full, slim: 'ruby:{version}-slim-{release}', runtime: 'ruby:{version}-slim-{release}' },
      { words: ['slim'], told: slim },
      { words: ['alpine'], told: alpine },
    ],
    settled: [
      ['2.7.5', '2.7', 'bullseye'],
      ['3.0.7', '3.0', 'bookworm'],
      ['3.1.5', '3.1', 'bookworm'],
    ],
  },
  // https://github.com/docker-library/php: docker-php-entrypoint looks at a leading `-` alone. -dev packages of PHP itself are purged from the image.
  {
    family: 'php',
    names: ['php'],
    told: {
      ...base,
      ...debian,
      env: { PATH, PHPIZE_DEPS: undefined, PHP_INI_DIR: '/usr/local/etc/php', PHP_VERSION: undefined, PHP_URL: undefined },
      entrypoint: 'passes',
      cmd: ['php', '-a'],
      programs: ['bash', 'perl', 'curl', 'gcc', 'g++', 'make', 'xz', 'tar', 'gzip'],
    },
    variants: [
      { words: [] },
      { words: ['cli'] },
      { words: ['zts'] },
      { words: ['apache'], told: { cmd: ['apache2-foreground'], workdir: '/var/www/html' } },
      { words: ['fpm'], told: { cmd: ['php-fpm'], workdir: '/var/www/html' } },
      { words: ['alpine'], told: alpine },
      { words: ['cli', 'alpine'], told: alpine },
      { words: ['zts', 'alpine'], told: alpine },
      { words: ['fpm', 'alpine'], told: { ...alpine, cmd: ['php-fpm'], workdir: '/var/www/html' } },
    ],
    settled: [
      ['7.3.33', '7.4', 'bullseye'],
      ['8.0.30', '8.0', 'bookworm'],
    ],
  },
  // https://github.com/Perl/docker-perl: CMD names perl with its version.
  {
    family: 'perl',
    names: ['perl'],
    told: { ...base, ...debian, env: { PATH }, workdir: '/usr/src/app' },
    variants: [
      { words: [], told: full, slim: 'perl:{version}-slim-{release}', runtime: 'perl:{version}-slim-{release}' },
      { words: ['slim'], told: slim },
    ],
  },
  // https://github.com/docker-library/gcc
  { family: 'gcc', names: ['gcc'], told: { ...base, ...debian, cmd: ['bash'], ...full }, variants: [{ words: [] }] },
  // https://github.com/erlef/docker-elixir, https://github.com/erlang/docker-erlang-otp
  {
    family: 'elixir',
    names: ['elixir'],
    told: { ...base, ...debian, cmd: ['iex'] },
    variants: [{ words: [], slim: 'elixir:{version}-slim' }, { words: ['slim'] }, { words: ['alpine'], told: alpine }, { words: ['otp'] }],
  },
  {
    family: 'erlang',
    names: ['erlang'],
    told: { ...base, ...debian, cmd: ['erl'] },
    variants: [{ words: [], slim: 'erlang:{version}-slim' }, { words: ['slim'] }, { words: ['alpine'], told: alpine }],
  },
  // https://github.com/haskell/docker-haskell
  {
    family: 'haskell',
    names: ['haskell'],
    told: { ...base, ...debian, cmd: ['ghci'] },
    variants: [
      { words: [], slim: 'haskell:{version}-slim-{release}', runtime: 'debian:{+suite}-slim' },
      { words: ['slim'], runtime: 'debian:{+suite}-slim' },
    ],
  },
  // https://github.com/swiftlang/swift-docker: on Ubuntu unless the tag says otherwise.
  {
    family: 'swift',
    names: ['swift'],
    told: { user: '0', workdir: '/', entrypoint: 'none', shell: true },
    variants: [{ words: [], slim: 'swift:{version}-{release}-slim', runtime: 'swift:{version}-{release}-slim' }, { words: ['slim'] }],
  },
  // https://github.com/docker-library/julia: docker-entrypoint.sh as Node's.
  {
    family: 'julia',
    names: ['julia'],
    told: { ...base, ...debian, entrypoint: 'passes', cmd: ['julia'] },
    variants: [{ words: [] }, { words: ['alpine'], told: alpine }],
  },
  // https://github.com/rocker-org/rocker
  { family: 'r-base', names: ['r-base'], told: { ...debian, user: '0', entrypoint: 'none', cmd: ['R'] }, variants: [{ words: [] }] },
];
