import { words } from '../../src/phrases.ts';

/** What is known of programs that containers start. */

/** Interpreters and servers that run as anybody. */
export const PLAIN: ReadonlySet<string> = new Set(
  words(`node nodejs npm npx yarn yarnpkg pnpm pnpx nodemon ts-node tsx next nest nuxt nuxi serve http-server vite react-scripts ng webpack webpack-dev-server vue-cli-service
   babel-node pm2-runtime forever gatsby remix-serve astro prisma sequelize knex typeorm strapi json-server tsc esbuild rollup gulp grunt rimraf concurrently
   python python3 gunicorn uvicorn flask hypercorn daphne celery streamlit waitress-serve django-admin fastapi alembic dash chainlit mkdocs pytest huey rq arq
   dramatiq litestar sanic granian honcho tornado jupyter gradio scrapy bottle cherryd aiohttp`),
);

/** Programs that start the command behind their own options. Their options with a value of its own are listed. */
export const STARTERS: Record<string, { valued: string[] }> = {
  exec: { valued: ['-a'] },
  env: { valued: ['-u', '--unset'] },
  nice: { valued: ['-n'] },
  nohup: { valued: [] },
  time: { valued: [] },
  tini: { valued: ['-p', '-e'] },
  'tini-static': { valued: ['-p', '-e'] },
  'dumb-init': { valued: ['--rewrite'] },
  catatonit: { valued: [] },
  'cross-env': { valued: [] },
  dotenv: { valued: ['-e'] },
  stdbuf: { valued: ['-o', '-e', '-i'] },
  timeout: { valued: ['-s', '-k'] },
};

/** Why a program can't be started by anybody but root. */
export const NEEDS_ROOT: ReadonlyMap<string, string> = new Map([
  ...words('gosu su-exec setpriv su runuser chroot setuidgid s6-setuidgid').map(name => [name, 'which changes the user itself'] as const),
  ...words('sudo doas').map(name => [name, 'which asks for root'] as const),
  ...words(`nginx apache2 apache2ctl apachectl apache2-foreground httpd httpd-foreground php-fpm lighttpd haproxy squid varnishd sshd vsftpd smbd named
   dnsmasq ntpd chronyd rsyslogd syslogd cron crond anacron supervisord supervisorctl runsvdir runit-init runit my_init s6-svscan init systemd systemctl service
   rc-service dockerd containerd mysqld mysqld_safe mariadbd postgres redis-server mongod rabbitmq-server memcached slapd openvpn wg wg-quick tcpdump tor
   iptables ip6tables nft ip ifconfig modprobe sysctl mount umount xvfb-run Xvfb fuser`).map(
    name => [name, 'which is started as root'] as const,
  ),
  ...words('apt apt-get apk yum dnf dpkg').map(name => [name, 'which installs packages'] as const),
  ...words('useradd adduser usermod userdel groupadd addgroup groupmod deluser').map(name => [name, 'which changes users'] as const),
  ...words('chown chgrp setcap mknod').map(name => [name, 'which only root may do'] as const),
]);

/** Programs without a name of their own in what is started: shells' words and small tools. Those of `WRITERS` write to their operands. */
export const TOOLS: ReadonlySet<string> = new Set(
  words(`: . [ [[ alias awk basename break cal cat cd command continue cut date declare diff dig dirname echo egrep eval exit export expr false fgrep find getent getopts
   grep head hostname id jq kill less let local ls md5sum nc ncat netcat nslookup pgrep ping pg_isready printenv printf ps psql pwd read readlink realpath
   redis-cli return seq set sha256sum shift shopt sleep sort source stat tail test tr trap true type typeset ulimit umask uname uniq unset wait wc which whoami
   xargs mysqladmin mysql mongo mongosh curl wget`),
);

/** Small tools that write to the paths they are given. */
export const WRITERS: ReadonlySet<string> = new Set(
  words('mkdir touch cp mv rm rmdir ln tee install sed chmod tar unzip gunzip gzip envsubst truncate rsync'),
);
