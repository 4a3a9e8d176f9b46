import { words } from '../../src/phrases.ts';

/** What commands of a RUN leave behind, by the program's name. */

/** They write nothing that the app could want to write again, or nothing at all: system packages, settings of the system, what only looks. */
export const INERT: ReadonlySet<string> = new Set(
  words(`: [ [[ true false test echo printf cat cd pushd popd exit export set unset shopt local ls pwd date uname id whoami which type command sleep sync env file du df stat
   head tail grep egrep fgrep sort uniq wc cut tr awk readlink realpath basename dirname sha256sum sha512sum sha1sum md5sum expr seq read ldd nproc getconf return wait
   apt apt-get apt-cache apt-key apt-mark aptitude apk dpkg dpkg-query dpkg-reconfigure dpkg-architecture add-apt-repository debconf-set-selections gpg gpgconf gnupg lsb_release
   update-ca-certificates locale-gen localedef update-locale ldconfig update-alternatives fc-cache c_rehash update-mime-database
   rmdir strip mktemp getent yes apt-add-repository gosu update-ms-fonts dpkg-divert a2enmod locale curl-config pkg-config arch ssh-keyscan tzselect hash kill pkill trap ulimit`),
);

/** They write below the folder that they work in. */
export const BUILDERS: ReadonlySet<string> = new Set(
  words(`make cmake ninja meson gcc g++ cc c++ clang tsc next nest nuxt vite webpack rollup esbuild parcel ng vue-cli-service react-scripts grunt gulp bower
   babel swc gatsby astro remix prisma lerna turbo nx node node-gyp node-pre-gyp npx sass lessc tailwindcss postcss patch git go cython protoc alembic django-admin flask pybabel
   sphinx-build mkdocs pytest jest mocha eslint prettier rimraf ncc pkg mvn gradle cargo rustc sequelize knex typeorm medusa strapi configure autogen.sh autoreconf automake autoconf`),
);

/** They write to the paths that they are given: which of their operands those are. */
export const WRITES: ReadonlyMap<string, 'all' | 'last'> = new Map([
  ...words('touch tee truncate dos2unix sed unix2dos').map(name => [name, 'all'] as const),
  ...words('cp mv ln install rsync').map(name => [name, 'last'] as const),
]);

/** They unpack below the folder that they work in, or the one that an option names. */
export const UNPACKERS: ReadonlyMap<string, string> = new Map([
  ['tar', '-C'],
  ['unzip', '-d'],
  ['gunzip', ''],
  ['gzip', ''],
  ['xz', ''],
]);

/** Scripts of the projects themselves that are known to work in the project's folder. */
export const DJANGO: ReadonlySet<string> = new Set(
  words(
    'check collectstatic compilemessages compress createcachetable createsuperuser loaddata makemessages makemigrations migrate test tailwind',
  ),
);

/** What fetches browsers, models and corpora into the home of the user who runs it. */
export const FETCHES_HOME =
  /\b(?:nltk|from_pretrained|snapshot_download|hf_hub_download|huggingface-cli|torch\.hub|whisper|playwright|puppeteer|browsers? install|gdown|easyocr|stanza)\b|sentence_transformers|SentenceTransformer/;

/** They change who owns what, or who there is. */
export const USERS: ReadonlySet<string> = new Set(
  words('useradd adduser usermod userdel deluser groupadd addgroup groupmod groupdel delgroup passwd chpasswd'),
);
