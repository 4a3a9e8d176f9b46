import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { dockerEngine, localised } from './support/engine.ts';
import { installedPackage } from './support/program.ts';
import { describeWith, temporaryFolder } from './support/shared.ts';

interface App {
  name: string;
  files: Record<string, string>;
  port: number;
  requests: string[];
  /** What stays behind, and what has to be there. */
  gone: string[];
  there: string[];
}

const SERVER = `const http = require('node:http');
const ms = require('ms');
http.createServer((_, response) => response.end('an hour has ' + ms('1h') + ' ms')).listen(3000);
`;
const TYPESCRIPT = `import http from 'node:http';
import ms from 'ms';
const text: string = 'an hour has ' + ms('1h') + ' ms';
http.createServer((_, response) => response.end(text)).listen(3000);
`;
const TSCONFIG = JSON.stringify({
  compilerOptions: { outDir: 'dist', rootDir: 'src', module: 'commonjs', target: 'es2022', esModuleInterop: true, strict: true },
});
const COMPILED = {
  name: 'hour',
  version: '1.0.0',
  license: 'MIT',
  scripts: { build: 'tsc', start: 'node dist/server.js', prepare: 'husky' },
  dependencies: { ms: '2.1.3' },
  devDependencies: { '@types/ms': '2.1.0', '@types/node': '20.19.0', husky: '9.1.7', typescript: '5.9.2' },
};

function compiled(install: string, build: string, start: string): Record<string, string> {
  const lines = [
    'FROM node:20',
    'WORKDIR /app',
    'COPY package.json ./',
    `RUN ${install}`,
    'COPY . .',
    `RUN ${build}`,
    'USER node',
    'EXPOSE 3000',
  ];
  return {
    Dockerfile: [...lines, `CMD ${start}`, ''].join('\n'),
    'package.json': JSON.stringify(COMPILED),
    'tsconfig.json': TSCONFIG,
    'src/server.ts': TYPESCRIPT,
  };
}

const APPS: App[] = [
  {
    name: 'compiled with npm',
    files: compiled('npm install', 'npm run build', '["npm", "start"]'),
    port: 3000,
    requests: ['/'],
    gone: ['/app/node_modules/typescript', '/usr/bin/gcc'],
    there: ['/app/dist/server.js'],
  },
  {
    name: 'compiled with Yarn',
    files: compiled('yarn install', 'yarn build', '["yarn", "start"]'),
    port: 3000,
    requests: ['/'],
    gone: ['/app/node_modules/typescript', '/usr/bin/gcc'],
    there: ['/app/dist/server.js'],
  },
  {
    name: 'compiled with pnpm',
    files: compiled('npm install -g pnpm@9 && pnpm install', 'pnpm build', '["node", "dist/server.js"]'),
    port: 3000,
    requests: ['/'],
    gone: ['/app/node_modules/typescript', '/usr/bin/gcc'],
    there: ['/app/dist/server.js'],
  },
  {
    name: 'a server that imports a development dependency, through a worker',
    files: {
      Dockerfile: 'FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm install\nEXPOSE 3000\nCMD ["node", "start.js"]\n',
      'package.json': JSON.stringify({ ...COMPILED, scripts: {}, dependencies: {}, devDependencies: { ms: '2.1.3', husky: '9.1.7' } }),
      'start.js': "const { Worker } = require('node:worker_threads');\nnew Worker(require('node:path').join(__dirname, 'server.js'));\n",
      'server.js': SERVER,
    },
    port: 3000,
    requests: ['/'],
    gone: ['/usr/bin/gcc'],
    there: ['/app/node_modules/ms'],
  },
  {
    name: 'a user who owns the folder and writes there',
    files: {
      Dockerfile: `FROM node:20
RUN mkdir -p /home/node/app/node_modules && chown -R node:node /home/node/app
WORKDIR /home/node/app
COPY package.json ./
USER node
RUN npm install
COPY --chown=node:node . .
EXPOSE 3000
CMD ["node", "server.js"]
`,
      'package.json': JSON.stringify({ ...COMPILED, scripts: {}, devDependencies: {} }),
      'server.js': `require('node:fs').writeFileSync('written', 'by the user');\n${SERVER}`,
    },
    port: 3000,
    requests: ['/'],
    gone: ['/usr/bin/gcc'],
    there: ['/home/node/app/node_modules/ms'],
  },
  {
    name: 'a site that serve serves',
    files: {
      Dockerfile: `FROM node:20
WORKDIR /app
RUN npm install -g serve@14
COPY package.json ./
RUN npm install
COPY . .
RUN npm run build
EXPOSE 3000
CMD ["serve", "-s", "dist", "-l", "3000"]
`,
      'package.json': JSON.stringify({
        name: 'site',
        scripts: { build: 'esbuild main.js --bundle --outdir=dist && cp index.html dist/' },
        dependencies: { ms: '2.1.3' },
        devDependencies: { esbuild: '0.25.0' },
      }),
      'main.js': "import ms from 'ms';\ndocument.title = ms('1h');\n",
      'index.html': '<script src="main.js"></script>\n',
    },
    port: 3000,
    requests: ['/', '/main.js', '/anything'],
    gone: ['/app/node_modules', '/app/package.json', '/usr/bin/gcc'],
    there: ['/app/dist/main.js'],
  },
];

describeWith('e2e', "multistage of Node's apps on a real engine", () => {
  const temporary = temporaryFolder();
  const dfmod = installedPackage();
  const engine = dockerEngine();

  afterAll(() => engine.cleanUp(), 120_000);

  /** A folder with the app as it was and one as dfmod leaves it, on this machine's images. */
  async function split({ name, files }: App): Promise<{ before: string; after: string }> {
    const [before, after] = ['before', 'after'].map(when => join(temporary.path, `${name} ${when}`)) as [string, string];
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(before, path)), { recursive: true });
      writeFileSync(join(before, path), text);
    }
    writeFileSync(join(before, 'Dockerfile'), await localised(join(before, 'Dockerfile')));
    cpSync(before, after, { recursive: true });
    await execa(process.execPath, [dfmod.bin, 'multistage', '--write', join(after, 'Dockerfile')]);
    return { before, after };
  }

  test.each(APPS)('$name: the same answers from a smaller image', { timeout: 20 * 60_000 }, async app => {
    const { before, after } = await split(app);
    const [old, now] = [await engine.build(before), await engine.build(after)];

    const answers = await engine.answers(old, app.port, app.requests);
    expect(answers[0]?.status).toBe(200);
    expect(await engine.answers(now, app.port, app.requests)).toEqual(answers);

    expect(await engine.size(now)).toBeLessThan((await engine.size(old)) / 2);
    for (const path of app.gone) expect(await engine.file(now, path), path).toBeUndefined();
    for (const path of app.there) expect(await engine.file(now, path), path).toBeDefined();
  });
});
