/** What programs and packages of the Node world do, as far as a split has to know. From their own manuals and READMEs. */

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/** Programs of packages that go by another name than their package; the first package is the usual one. */
export const BIN_PACKAGES: Readonly<Record<string, string>> = {
  autocannon: 'autocannon',
  'babel-node': '@babel/node',
  babel: '@babel/cli',
  'concurrently-cli': 'concurrently',
  conc: 'concurrently',
  'cross-env-shell': 'cross-env',
  dotenv: 'dotenv-cli',
  'drizzle-kit': 'drizzle-kit',
  'graphql-codegen': '@graphql-codegen/cli',
  hs: 'http-server',
  knex: 'knex',
  lerna: 'lerna',
  'medusa-cli': '@medusajs/medusa-cli',
  'mikro-orm': '@mikro-orm/cli',
  'module-alias': 'module-alias',
  ng: '@angular/cli',
  nest: '@nestjs/cli',
  nodemon: 'nodemon',
  'npm-run-all': 'npm-run-all',
  nuxi: 'nuxi',
  'pm2-dev': 'pm2',
  'pm2-docker': 'pm2',
  'pm2-runtime': 'pm2',
  prisma: 'prisma',
  'run-p': 'npm-run-all',
  'run-s': 'npm-run-all',
  'remix-serve': '@remix-run/serve',
  sequelize: 'sequelize-cli',
  'sequelize-cli': 'sequelize-cli',
  'sirv-cli': 'sirv-cli',
  sirv: 'sirv-cli',
  swc: '@swc/cli',
  tsc: 'typescript',
  'ts-node-dev': 'ts-node-dev',
  tsnd: 'ts-node-dev',
  typeorm: 'typeorm',
  'typeorm-ts-node-commonjs': 'typeorm',
  'vue-cli-service': '@vue/cli-service',
  remix: '@remix-run/dev',
  'react-router': '@react-router/dev',
  'react-router-serve': '@react-router/serve',
  'svelte-kit': '@sveltejs/kit',
  tailwindcss: 'tailwindcss',
  tailwind: 'tailwindcss',
  uglifyjs: 'uglify-js',
  webpack: 'webpack-cli',
};

/** Programs that a build runs and that write in the project's own folder, or where their arguments and configuration say. */
export const BUILD_TOOLS: ReadonlySet<string> = new Set(
  words(
    `astro ava babel browserify c8 concurrently conc copyfiles cpx cpy cpy-cli cross-env cross-env-shell cross-var csso del del-cli dotenv
     dotenv-cli drizzle-kit env-cmd esbuild eslint gatsby graphql-codegen grunt gulp husky is-ci jest lerna lessc lint-staged microbundle
     minify mkdirp mocha ncc ncp nest next ng npm-run-all nuxi nuxt nx nyc nodemon openapi-typescript parcel patch-package pkgroll postcss
     prettier prisma react-app-rewired react-router react-scripts react-snap remix replace-in-files rimraf rollup rsbuild run-p run-s run-z
     sass rspack shx standard stylelint stylus svelte-check svelte-kit swc swagger-jsdoc tailwind tailwindcss terser ts-json-schema-generator
     tsc tsc-alias tsc-watch tsdown tslint tsoa tspc tsup tsx ts-node ttsc turbo typedoc typechain uglifyjs unbuild vite vite-node vitest
     vue-cli-service vue-tsc webpack webpack-cli wireit workbox xo gitversion craco rescripts tstl tsconfig-replace-paths copy barrelsby
     resolve-tspaths tscpaths cpx2 postinstall-postinstall opencollective opencollective-postinstall only-allow check-engine npm-check-engines`,
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
    `@babel/register @babel/runtime @swc-node/register @swc/core @swc/helpers @swc/register amqplib atpl aws-sdk babel-polyfill babel-register
     babel-runtime better-sqlite3 bufferutil bson-ext class-transformer class-validator coffee-script coffeescript critters cardinal
     dot dotenv dust dustjs-linkedin eco ect ejs encoding esbuild-register esm eta express-handlebars graphql graphql-subscriptions
     haml-coffee hamljs hamlet handlebars hbs hiredis hogan-express hogan.js ioredis jade jazz jqtpl just kafkajs kerberos less liquid-node
     liquidjs liquor livescript lodash marko mariadb mongodb mongodb-client-encryption mongoose mssql mustache mysql mysql2 nats nedb node-pre-gyp
     nunjucks oracledb pg pg-hstore pg-native pg-query-stream pino-pretty plates pug qejs ractive razor-tmpl react react-dom redis
     reflect-metadata regenerator-runtime rxjs saslprep sass sass-embedded node-sass sharp slm snappy socks source-map-support sql.js sqlite3 squirrelly
     stylus swig swig-templates swagger-ui-express tedious teacup templayed then-jade tinyliquid toffee tsconfig-paths tslib twig twing typeorm-aurora-data-api-driver
     typescript-require underscore utf-8-validate vash velocityjs walrus whiskers winston zod 4 @fastify/swagger @fastify/static @fastify/view
     @nestjs/swagger @nestjs/platform-express @nestjs/platform-fastify @nestjs/microservices @nestjs/websockets @grpc/grpc-js @grpc/proto-loader
     @mikro-orm/mysql @mikro-orm/postgresql @mikro-orm/sqlite @sap/hana-client long module-alias ts-node-paths newrelic dd-trace`,
  ),
);

/** Packages that transpile what is required as it is required. */
export const TRANSPILERS: ReadonlySet<string> = new Set(
  words(
    '@babel/register babel-register @swc-node/register @swc/register ts-node ts-node/register ts-node/esm tsx esbuild-register esm esbuild-runner coffeescript coffee-script @babel/node',
  ),
);

/** Packages whose installation puts what they need into a home or system folder, by what it is. */
export const INSTALLS_ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['puppeteer', 'a browser in a home folder'],
  ['playwright', 'a browser in a home folder'],
  ['playwright-chromium', 'a browser in a home folder'],
  ['playwright-firefox', 'a browser in a home folder'],
  ['playwright-webkit', 'a browser in a home folder'],
  ['@playwright/test', 'a browser in a home folder'],
  ['@playwright/browser-chromium', 'a browser in a home folder'],
  ['cypress', 'a browser in a home folder'],
  ['electron', 'a browser in a home folder'],
  ['mongodb-memory-server', 'a database in a home folder'],
  ['mongodb-memory-server-global', 'a database in a home folder'],
  ['nodejs-mobile', 'a runtime in a home folder'],
  ['ngrok', 'a program in a home folder'],
  ['@xenova/transformers', 'models in a folder of its own'],
]);

/** Packages that start programs or link libraries which a full image has and a slim one has not, as their READMEs say. */
export const NEEDS_FULL_IMAGE: ReadonlySet<string> = new Set(
  words(
    `@ffmpeg-installer/ffmpeg @napi-rs/canvas-linux @sentry/cli @sitespeed.io/throttle appium better-queue-sqlite bluetooth-hci-socket canvas
     chokidar-cli chromedriver degit download-git-repo easyimage ffbinaries ffi ffi-napi fluent-ffmpeg geckodriver gify git-clone git-rev
     git-rev-sync git-last-commit gitlog git-state git-url git-promise git-raw-commits gm gulp-imagemagick heapdump hg html-pdf icons-gen image-magick imagemagick
     imagemagick-stream jimp-native kerberos keytar libpq libreoffice-convert libxmljs2 magick-wasm-native mapnik mariadb-native
     mmmagic mysql-libmysqlclient mongodb-client-encryption node-ffmpeg node-gyp node-html-to-image node-imagemagick node-libcurl node-osmium node-pandoc
     node-pty node-python node-python-bridge node-qpdf node-rdkafka node-tesseract-ocr node-webshot nodegit npm-check-updates npm odbc
     office-converter opencv opencv4nodejs oracledb pandoc pdf-image pdf-poppler pdf2pic pdf2json-native pdftk phantom phantomjs phantomjs-prebuilt
     pg-native playwright-core promised-git ps-list ps-node ps-tree puppeteer-core python-bridge python-shell pymport re2-native rsync rsyncwrapper
     selenium-webdriver simple-git ssh2-promise-native svn-ultimate sqlcipher systeminformation tesseractocr textract tree-kill unoconv usb
     webkit2png wkhtmltopdf wkhtmltoimage word-extractor-native xmllint zeromq-native zmq noble bleno ibm_db java node-java snmp-native
     pm2 forever forever-monitor terminate fkill taskkill nodemailer-sendmail sendmail node-wifi serialport libsodium-native sodium-native-dev
     esbuild-native bcrypt-pbkdf-native bufferutil-native snowboy kafka-node-native node-sass-native image-size-native dtrace-provider-native`,
  ),
);

/** Packages with an install script that brings or compiles all that it needs, beyond the C and C++ libraries that Node itself needs. */
export const SELF_CONTAINED: ReadonlySet<string> = new Set(
  words(
    `@apollo/protobufjs @nestjs/core @newrelic/native-metrics @openapitools/openapi-generator-cli @parcel/watcher @scarf/scarf @swc/core
     @firebase/util @tailwindcss/oxide @prisma/client @prisma/engines prisma argon2 bcrypt better-sqlite3 bufferutil core-js core-js-pure cpu-features deasync
     dtrace-provider es5-ext esbuild farmhash fsevents grpc highlight.js husky iconv iltorb isolated-vm leveldown lmdb lzma-native
     microtime msgpackr-extract nan node-expat node-sass nodemon nx opencollective-postinstall pre-commit preact protobufjs re2 rocksdb segfault-handler
     sharp snappy sodium-native sqlite3 ssh2 styled-components styled-jsx swagger-ui-react truffle unrs-resolver utf-8-validate uws vue-demi weak-napi
     workerd yorkie zeromq @datadog/native-appsec @datadog/native-metrics @datadog/pprof dd-trace v8-profiler-next xxhash secp256k1 keccak
     blake-hash tiny-secp256k1 wd wrtc web3 web3-bzz web3-shh websocket ursa-optional event-loop-stats gc-stats appmetrics heapdump
     @bahmutov/add-typescript-to-cypress @sentry/profiling-node @tensorflow/tfjs-node onnxruntime-node simple-git-hooks lefthook
     @biomejs/biome @ngneat/elf less ngx-build-plus core-js-bundle jss redoc mobx-formatted postinstall-postinstall mongoose-legacy spawn-sync`,
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
