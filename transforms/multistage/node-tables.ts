import { words } from '../../src/phrases.ts';

/** What programs and packages of the Node world do, as far as a split has to know. From their own manuals and READMEs. */

/** Programs of packages that go by another name than their package. */
const BIN_PACKAGES: Readonly<Record<string, string>> = {
  babel: '@babel/cli',
  'babel-node': '@babel/node',
  'cross-env-shell': 'cross-env',
  dotenv: 'dotenv-cli',
  'graphql-codegen': '@graphql-codegen/cli',
  hs: 'http-server',
  'mikro-orm': '@mikro-orm/cli',
  nest: '@nestjs/cli',
  ng: '@angular/cli',
  nuxi: 'nuxt',
  'pm2-dev': 'pm2',
  'pm2-docker': 'pm2',
  'pm2-runtime': 'pm2',
  'react-router': '@react-router/dev',
  'react-router-serve': '@react-router/serve',
  remix: '@remix-run/dev',
  'remix-serve': '@remix-run/serve',
  'run-p': 'npm-run-all',
  'run-s': 'npm-run-all',
  sequelize: 'sequelize-cli',
  sirv: 'sirv-cli',
  'svelte-kit': '@sveltejs/kit',
  swc: '@swc/cli',
  tailwind: 'tailwindcss',
  tsc: 'typescript',
  tsnd: 'ts-node-dev',
  'typeorm-ts-node-commonjs': 'typeorm',
  uglifyjs: 'uglify-js',
  'vue-cli-service': '@vue/cli-service',
  webpack: 'webpack-cli',
};

/** The package that a program is known to come with: that of its own name for any other. */
export function binPackage(program: string): string {
  return (Object.hasOwn(BIN_PACKAGES, program) && BIN_PACKAGES[program]) || program;
}

/** Programs that a build runs and that write in the project's own folder, or where their arguments and configuration say. */
export const BUILD_TOOLS: ReadonlySet<string> = new Set(
  words(
    `astro ava babel browserify c8 concurrently conc copyfiles cpx cpy cpy-cli cross-env cross-env-shell cross-var csso del del-cli dotenv
     dotenv-cli drizzle-kit env-cmd esbuild eslint gatsby graphql-codegen grunt gulp husky is-ci jest lerna lessc lint-staged microbundle
     minify mkdirp mocha ncc ncp nest next ng npm-run-all nuxi nuxt nx nyc nodemon openapi-typescript parcel patch-package pkgroll postcss
     prettier prisma react-app-rewired react-router react-scripts react-snap remix replace-in-files rimraf rollup rsbuild run-p run-s run-z
     sass rspack shx standard stylelint stylus svelte-check svelte-kit swc swagger-jsdoc tailwind tailwindcss terser ts-json-schema-generator
     tsc tsc-alias tsc-watch tsdown tslint tsoa tspc tsup tsx ts-node ttsc turbo typedoc typechain uglifyjs unbuild vite vite-node vitest
     vue-cli-service vue-tsc webpack webpack-cli wireit workbox xo gitversion craco rescripts tstl tsconfig-replace-paths barrelsby
     resolve-tspaths tscpaths cpx2 postinstall-postinstall opencollective opencollective-postinstall only-allow ngcc ngc`,
  ),
);

/** What they build or watch when a container starts: the word after the program's name, '' for whatever follows. */
const AT_START: Readonly<Record<string, string[]>> = {
  astro: ['dev'],
  'babel-node': [''],
  craco: ['start'],
  expo: [''],
  gatsby: ['develop'],
  gulp: [''],
  grunt: [''],
  nest: ['start'],
  next: ['dev', 'build'],
  ng: ['serve', 's', 'build'],
  nodemon: [],
  nuxi: ['dev', 'build'],
  nuxt: ['dev', 'build'],
  'nuxt-ts': [''],
  parcel: [''],
  'react-app-rewired': ['start'],
  'react-router': ['dev'],
  'react-scripts': ['start', 'build'],
  remix: ['dev', 'build'],
  rollup: [''],
  rescripts: ['start'],
  tsc: [''],
  'tsc-watch': [''],
  tsup: [''],
  turbo: [''],
  nx: [''],
  vite: ['', 'dev', 'serve', 'build'],
  'vue-cli-service': ['serve', 'build'],
  webpack: [''],
  'webpack-cli': [''],
  'webpack-dev-server': [''],
};

/** Whether a program with a first operand builds when it starts. */
export function buildsAtStart(program: string, operand: string | undefined): boolean {
  const verbs = Object.hasOwn(AT_START, program) ? AT_START[program] : undefined;
  if (!verbs) return false;
  return verbs.includes(operand ?? '') || (verbs.length === 1 && verbs[0] === '');
}

/** Programs that compile or look for what they run as they like: what they need at run time can't be told. */
export const RUNNERS: ReadonlySet<string> = new Set(
  words('nodemon ts-node ts-node-dev tsnd tsx esr esbuild-runner swc-node babel-node pm2-dev'),
);

/** Development dependencies that other packages load by themselves: drivers, template engines, printers, transpilers. */
export const LOADED_BY_OTHERS: ReadonlySet<string> = new Set(
  words(
    // drivers that knex, Sequelize, TypeORM, MikroORM, Nest's microservices, mongodb and pg require by a configured name
    `@grpc/grpc-js @grpc/proto-loader @sap/hana-client amqplib better-sqlite3 ioredis kafkajs kerberos mariadb mongodb mongodb-client-encryption mongoose
     mqtt mssql mysql mysql2 nats oracledb pg pg-hstore pg-native pg-query-stream redis snappy socks sql.js sqlite3 tedious
     aws-sdk @mikro-orm/mysql @mikro-orm/postgresql @mikro-orm/sqlite hiredis
     @nestjs/microservices @nestjs/platform-express @nestjs/platform-fastify @nestjs/platform-socket.io @nestjs/platform-ws @nestjs/websockets
     class-transformer class-validator @fastify/static @fastify/view @fastify/swagger swagger-ui-express graphql graphql-subscriptions ts-morph
     apollo-server-express
     ` +
      // template engines that express and @ladjs/consolidate require by the name of the view engine
      `arc-templates atpl bracket dot dust dustjs-linkedin eco ect ejs express-handlebars haml-coffee hamlet hamljs handlebars hbs hogan.js
     htmling jade jazz jqtpl just liquid-node liquidjs liquor lodash marko mote mustache nunjucks plates pug qejs ractive razor-tmpl react
     react-dom slm squirrelly swig swig-templates teacup templayed then-jade then-pug tinyliquid toffee twig twing underscore vash velocityjs
     walrus whiskers ` +
      // ws, node-fetch, winston and pino, css middlewares, Next
      'bufferutil utf-8-validate encoding pino-pretty sass node-sass sass-embedded less stylus sharp critters source-map-js',
  ),
);

/** Packages that transpile what is required as it is required. */
export const TRANSPILERS: ReadonlySet<string> = new Set(
  words(
    '@babel/register babel-register @swc-node/register @swc/register ts-node ts-node/register ts-node/esm tsx esbuild-register esm esbuild-runner coffeescript coffee-script @babel/node',
  ),
);

/** Packages whose installation puts what they need into a home or system folder, by what it is. */
export const INSTALLS_ELSEWHERE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    puppeteer: 'a browser',
    playwright: 'a browser',
    'playwright-chromium': 'a browser',
    'playwright-firefox': 'a browser',
    'playwright-webkit': 'a browser',
    '@playwright/test': 'a browser',
    cypress: 'a browser',
    electron: 'a browser',
    'mongodb-memory-server': 'a database',
    'html-pdf-node': 'a browser',
    'md-to-pdf': 'a browser',
    'node-html-to-image': 'a browser',
    'venom-bot': 'a browser',
    'whatsapp-web.js': 'a browser',
    '@mermaid-js/mermaid-cli': 'a browser',
    '@wppconnect-team/wppconnect': 'a browser',
    ngrok: 'a program',
  }),
);

/** Packages that start programs or link libraries which a full image has and a slim one has not, as their READMEs say. */
export const NEEDS_FULL_IMAGE: ReadonlySet<string> = new Set(
  words(
    // ImageMagick, GraphicsMagick, ffmpeg, Ghostscript, poppler, tesseract, LibreOffice, pandoc, wkhtmltopdf, qpdf
    `easyimage ffmpeg fluent-ffmpeg gm html-pdf imagemagick imagemagick-stream libreoffice-convert node-ffmpeg node-imagemagick node-pandoc node-qpdf
     node-tesseract-ocr node-webshot office-converter pandoc pdf-image pdf-poppler pdf2pic tesseractocr textract unoconv wkhtmltoimage wkhtmltopdf
     ` +
      // git, hg, rsync, python, ps
      `degit download-git-repo git-clone git-last-commit git-raw-commits git-rev-sync git-state gitlog node-python-bridge nodegit pidtree promised-git ps-list ps-node
     ps-tree python-bridge python-shell rsync rsyncwrapper simple-git tree-kill systeminformation pm2 forever forever-monitor node-gyp npm ` +
      // browsers
      `chromedriver geckodriver phantom phantomjs phantomjs-prebuilt playwright-core puppeteer-core selenium-webdriver chrome-launcher ` +
      // fonts of the system
      `@napi-rs/canvas @resvg/resvg-js canvas chartjs-node-canvas skia-canvas ` +
      // libraries that a full image brings
      `bleno bluetooth-hci-socket ffi ffi-napi ibm_db java kerberos keytar libpq libxmljs mapnik mmmagic mongodb-client-encryption
     mysql-libmysqlclient noble node-libcurl node-pty node-rdkafka node-wifi odbc opencv4nodejs oracledb pg-native serialport usb`,
  ),
);

/** Packages with an install script that brings or compiles all that it needs, beyond the C and C++ libraries that Node itself needs. */
export const SELF_CONTAINED: ReadonlySet<string> = new Set(
  words(
    `@apollo/protobufjs @datadog/native-appsec @datadog/native-metrics @datadog/pprof @firebase/util @nestjs/core @newrelic/native-metrics
     @openapitools/openapi-generator-cli @parcel/watcher @prisma/client @prisma/engines @scarf/scarf @sentry/cli @sentry/profiling-node @swc/core
     @tailwindcss/oxide argon2 bcrypt better-sqlite3 bufferutil core-js core-js-bundle core-js-pure cpu-features dd-trace deasync
     dtrace-provider es5-ext esbuild farmhash fsevents grpc highlight.js husky iltorb isolated-vm keccak leveldown lmdb microtime msgpackr-extract
     nodemon nx onnxruntime-node pre-commit preact prisma protobufjs re2 secp256k1 segfault-handler sharp snappy sodium-native sqlite3 ssh2
     styled-components unrs-resolver utf-8-validate v8-profiler-next vue-demi web3 websocket workerd yorkie zeromq`,
  ),
);

/** Node's own modules (node:module's builtinModules of 24, without those behind a `node:`). */
export const BUILTINS: ReadonlySet<string> = new Set(
  words(
    `assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain events fs http http2 https
     inspector module net os path perf_hooks process punycode querystring readline repl stream string_decoder sys timers tls trace_events
     tty url util v8 vm wasi worker_threads zlib`,
  ),
);

/** Packages through which a source starts programs. */
export const STARTERS: ReadonlySet<string> = new Set(
  words(
    'child_process execa cross-spawn shelljs zx child-process-promise exec-sh npm-run npm-run-path spawn-please tinyexec nano-spawn promisify-child-process node-cmd',
  ),
);

/** Programs that each image of Node has, slim and Alpine too. */
export const EVERYWHERE: ReadonlySet<string> = new Set(
  words(
    `: [ basename cat cd chmod chown command cp cut date dirname echo env eval exec exit export expr false find getent grep head hostname id kill ln local ls
     mkdir mktemp mv node nodejs npm npx printf pwd read readlink realpath return rm rmdir sed set seq sh shift sleep sort source stat tail tar tee test timeout touch
     tr trap true type ulimit umask uname unset uniq wait wc which whoami xargs yarn yarnpkg awk`,
  ),
);

/** Programs of packages that load nothing of the app beyond what is read here: a configuration, files that they are given, or nothing. */
export const CLOSED: ReadonlySet<string> = new Set(
  words(
    'conc concurrently cross-env cross-env-shell dotenv env-cmd forever http-server mkdirp next npm-run-all pm2 pm2-docker pm2-runtime prisma react-router-serve remix-serve rimraf run-p run-s serve sirv wait-on',
  ),
);

/** Programs that keep another running and are given its file, or a configuration that names it. */
export const KEEPERS: ReadonlySet<string> = new Set(words('forever nodemon pm2 pm2-docker pm2-runtime'));
