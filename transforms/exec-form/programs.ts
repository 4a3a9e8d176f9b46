import { words } from '../../src/phrases.ts';

/**
 * Programs that packages and official images bring, by the name on the PATH: compiled, or scripts that begin with `#!`. One that a Dockerfile puts there
 * itself under the same name is looked at all the same.
 */
export const PROGRAMS: ReadonlySet<string> = new Set(
  [
    // shells and what Debian, Alpine and Red Hat always have
    'ash bash busybox dash ksh sh zsh cat chroot date env find git login ls mkdir nice nohup sleep su sudo tail timeout top true false watch ',
    // init processes and supervisors
    'catatonit dumb-init gosu init my_init runit runsvdir s6-svscan su-exec supervisord systemd tini tini-static foreman honcho pm2 pm2-runtime service',
    // servers
    'apache2 apache2ctl apache2-foreground apachectl beanstalkd caddy catalina.sh cron crond dnsmasq etcd haproxy httpd httpd-foreground influxd lighttpd',
    'memcached mongod mongos mysqld mysqld_safe named nats-server nginx ntpd php-fpm postgres prometheus rabbitmq-server redis-server rsync rsyslogd slapd',
    'smbd squid sshd stunnel traefik unbound varnishd vsftpd',
    // interpreters, package managers, build tools
    'bun bundle bundler cabal cargo composer deno dotnet elixir erl gem ghc go gradle iex irb java javac jruby jshell julia lein lua luajit make mix mvn ng',
    'node nodejs npm npx ocaml perl php pip pip3 pipenv pnpm poetry puma pypy pypy3 python python2 python3 R rackup rails rake Rscript ruby runghc rustc sbt',
    'scala stack swift tclsh ts-node uv uvx yarn yarnpkg',
    // what people start from packages of those
    'alembic ansible ansible-playbook celery daphne django-admin fastapi flask gatsby grunt gulp gunicorn http-server hugo hypercorn ipython jekyll jest',
    'jupyter jupyter-lab jupyter-notebook mkdocs next nodemon nuxt pytest react-scripts scrapy serve sidekiq streamlit tox tsc uvicorn uwsgi vite waitress-serve',
    // clients
    'aws awk curl dig docker ffmpeg grep jq kubectl mongo mysql mysqladmin nc nmap node_exporter pg_isready ping psql redis-cli socat ssh tcpdump wget vim',
  ]
    .join(' ')
    .split(' '),
);

/** Folders where packages put their programs. */
export const PACKAGED: readonly string[] = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Those of them that belong to the distribution: what a Dockerfile makes itself goes elsewhere. */
export const DISTRIBUTION: readonly string[] = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Words of the commands that install by name: apt-get install, apk add, npm i, yarn global add, go get. */
const INSTALLS: ReadonlySet<string> = new Set(['add', 'get', 'i', 'install']);

/** Whether a RUN's text installs a package or module of a program's name. */
export function installs(text: string, name: string): boolean {
  return segments(text).some(words => {
    const verb = words.findIndex(word => INSTALLS.has(word));
    return verb > 0 && words[0] !== 'install' && words.slice(verb + 1).some(word => packageName(word) === name);
  });
}

/** The last part of a package's or module's name, without its version; '' for a local path. */
function packageName(word: string): string {
  if (/^[./~]/.test(word)) return '';
  const end = word.slice(1).search(/[=@<>~[!]/);
  const whole = end < 0 ? word : word.slice(0, end + 1);
  return whole.slice(whole.lastIndexOf('/') + 1);
}

/** The words of each command of a script, roughly: quotes gone, split at what ends a command. */
export function segments(text: string): string[][] {
  return text
    .split(/[;&|()\n]/)
    .map(segment => words(segment.replace(/["']/g, '')))
    .filter(each => each.length > 0);
}
