import { ALPINE_USERS, DEBIAN_USERS, type Family, PATH, type Told } from '../family.ts';

const root = { user: '0', shell: true } as const;
const debian: Told = { ...root, distribution: 'debian', users: DEBIAN_USERS };
const alpine: Told = { ...root, distribution: 'alpine', users: ALPINE_USERS };

/** Two rows of variants: on Debian, and on Alpine. */
const onBoth = (told: Told = {}) => [
  { words: [], told },
  { words: ['alpine'], told: { ...alpine, ...told } },
];

/** Servers and tools. Sources: the Dockerfiles and entrypoints that https://github.com/docker-library/official-images/tree/master/library names. */
export const services: Family[] = [
  // https://github.com/nginxinc/docker-nginx: the entrypoint runs /docker-entrypoint.d only for nginx and nginx-debug.
  {
    family: 'nginx',
    names: ['nginx'],
    told: {
      ...debian,
      workdir: '/',
      env: { PATH, NGINX_VERSION: undefined, NJS_VERSION: undefined, PKG_RELEASE: undefined },
      entrypoint: 'branches',
      cmd: ['nginx', '-g', 'daemon off;'],
      users: { ...DEBIAN_USERS, nginx: '101' },
    },
    variants: [
      { words: [] },
      { words: ['mainline'] },
      { words: ['stable'] },
      { words: ['perl'] },
      ...[
        ['alpine'],
        ['alpine', 'slim'],
        ['mainline', 'alpine'],
        ['stable', 'alpine'],
        ['mainline', 'alpine', 'slim'],
        ['stable', 'alpine', 'slim'],
      ].map(words => ({
        words,
        told: { ...alpine, users: { ...ALPINE_USERS, nginx: '101' } },
      })),
    ],
  },
  // https://github.com/nginxinc/docker-nginx-unprivileged
  {
    family: 'nginx-unprivileged',
    names: ['nginxinc/nginx-unprivileged'],
    told: { ...debian, user: '101', workdir: '/', entrypoint: 'branches', cmd: ['nginx', '-g', 'daemon off;'] },
    variants: [{ words: [] }, { words: ['alpine'], told: { distribution: 'alpine' } }],
  },
  {
    family: 'httpd',
    names: ['httpd'],
    told: {
      ...debian,
      workdir: '/usr/local/apache2',
      entrypoint: 'none',
      cmd: ['httpd-foreground'],
      env: { HTTPD_PREFIX: '/usr/local/apache2', PATH: `/usr/local/apache2/bin:${PATH}` },
    },
    variants: onBoth(),
  },
  { family: 'postgres', names: ['postgres'], told: { ...debian, entrypoint: 'branches', cmd: ['postgres'] }, variants: onBoth() },
  { family: 'mysql', names: ['mysql'], told: { ...root, entrypoint: 'branches', cmd: ['mysqld'] }, variants: [{ words: [] }] },
  { family: 'mariadb', names: ['mariadb'], told: { ...root, entrypoint: 'branches', distribution: 'ubuntu' }, variants: [{ words: [] }] },
  {
    family: 'redis',
    names: ['redis'],
    told: { ...debian, entrypoint: 'branches', cmd: ['redis-server'], workdir: '/data' },
    variants: onBoth(),
  },
  { family: 'mongo', names: ['mongo'], told: { ...root, entrypoint: 'branches', cmd: ['mongod'] }, variants: [{ words: [] }] },
  {
    family: 'rabbitmq',
    names: ['rabbitmq'],
    told: { ...root, distribution: 'ubuntu', entrypoint: 'branches', cmd: ['rabbitmq-server'] },
    variants: [...onBoth(), { words: ['management'] }, { words: ['management', 'alpine'], told: alpine }],
  },
  {
    family: 'memcached',
    names: ['memcached'],
    told: { ...debian, user: '11211', entrypoint: 'passes', cmd: ['memcached'] },
    variants: onBoth({ user: '11211' }),
  },
  {
    family: 'wordpress',
    names: ['wordpress'],
    told: { ...debian, entrypoint: 'branches', workdir: '/var/www/html' },
    variants: [{ words: [] }, { words: ['apache'] }, { words: ['fpm'] }, { words: ['fpm', 'alpine'], told: alpine }],
  },
  {
    family: 'drupal',
    names: ['drupal'],
    told: { ...debian, entrypoint: 'passes' },
    variants: [{ words: [] }, { words: ['apache'] }, { words: ['fpm'] }, { words: ['fpm', 'alpine'], told: alpine }],
  },
  { family: 'haproxy', names: ['haproxy'], told: { ...debian, entrypoint: 'branches' }, variants: onBoth() },
  {
    family: 'traefik',
    names: ['traefik'],
    told: { ...root, distribution: 'alpine', entrypoint: 'branches', cmd: ['traefik'] },
    variants: [{ words: [] }],
  },
  // https://github.com/caddyserver/caddy-docker
  {
    family: 'caddy',
    names: ['caddy'],
    told: {
      ...alpine,
      entrypoint: 'none',
      workdir: '/srv',
      cmd: ['caddy', 'run', '--config', '/etc/caddy/Caddyfile', '--adapter', 'caddyfile'],
      certificates: true,
    },
    variants: [{ words: [] }, { words: ['alpine'] }, { words: ['builder'], told: { workdir: '/usr/bin', cmd: ['/bin/sh'] } }],
  },
  // https://github.com/jenkinsci/docker: tini and jenkins.sh, which takes an option for Jenkins' own.
  {
    family: 'jenkins',
    names: ['jenkins', 'jenkins/jenkins'],
    told: { shell: true, user: 'jenkins', entrypoint: 'branches', users: { jenkins: '1000' } },
    variants: [{ words: [] }, { words: ['lts'] }],
  },
  // https://github.com/docker-library/docker
  {
    family: 'docker',
    names: ['docker'],
    told: { ...alpine, workdir: '/', entrypoint: 'branches', cmd: ['sh'], certificates: true },
    variants: [{ words: [] }, { words: ['cli'] }, { words: ['git'] }, { words: ['dind'], told: { cmd: [] } }],
  },
  // https://github.com/tianon/docker-bash
  { family: 'bash', names: ['bash'], told: { ...alpine, workdir: '/', entrypoint: 'passes', cmd: ['bash'] }, variants: [{ words: [] }] },
  // https://github.com/composer/docker: docker-entrypoint.sh asks composer whether the word is one of its commands.
  {
    family: 'composer',
    names: ['composer'],
    told: { ...alpine, workdir: '/app', entrypoint: 'branches', cmd: ['composer'], certificates: true },
    variants: [{ words: [] }],
  },
  // https://github.com/hashicorp/terraform: ENTRYPOINT ["/bin/terraform"]
  {
    family: 'terraform',
    names: ['hashicorp/terraform'],
    told: { ...root, distribution: 'alpine', entrypoint: 'branches' },
    variants: [{ words: [] }],
  },
  {
    family: 'vault',
    names: ['hashicorp/vault', 'vault'],
    told: { ...root, distribution: 'alpine', entrypoint: 'branches' },
    variants: [{ words: [] }],
  },
  {
    family: 'consul',
    names: ['hashicorp/consul', 'consul'],
    told: { ...root, distribution: 'alpine', entrypoint: 'branches' },
    variants: [{ words: [] }],
  },
  // https://github.com/astral-sh/uv: nothing but the two programs and ENTRYPOINT ["/uv"]; the images on a distribution have no entrypoint.
  {
    family: 'uv',
    names: ['ghcr.io/astral-sh/uv'],
    told: { user: '0' },
    variants: [
      { words: [], told: { distribution: 'scratch', entrypoint: 'branches', programs: ['uv', 'uvx'] } },
      ...[['slim'], ['debian'], ['debian', 'slim'], ['python'], ['python', 'slim']].map(words => ({
        words,
        told: { ...debian, entrypoint: 'none' } as const,
      })),
      ...[['alpine'], ['python', 'alpine']].map(words => ({ words, told: { ...alpine, entrypoint: 'none' } as const })),
    ],
  },
];
