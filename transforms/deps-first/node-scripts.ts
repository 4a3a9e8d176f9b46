import type { BuildContext } from '../../src/context/context.ts';
import { childPath } from '../../src/context/filepath.ts';
import { readJson } from '../../src/context/json.ts';
import type { NodeProject } from '../../src/context/node.ts';
import { type Doubt, doubt } from './reads.ts';

/** Scripts of the project that an install runs (npm 10, scripts: npm install; pnpm:devPreinstall is pnpm's own). */
const LIFECYCLE = [
  'preinstall',
  'install',
  'postinstall',
  'preprepare',
  'prepare',
  'postprepare',
  'prepublish',
  'dependencies',
  'pnpm:devPreinstall',
];

/** Scripts that read nothing of the project beside what is listed; husky looks for .git, which is asked about below. */
const HARMLESS = /^(?:npx (?:-y |--yes )?)?only-allow \w+$|^(?:npx )?husky(?: install)?(?: \|\| (?:true|exit 0))?$/;
const PATCHES = /^(?:npx )?patch-package$/;
const PRISMA = /^(?:npx )?prisma generate$/;

/** Dependencies whose own scripts look for hooks to set up in the project. */
const HOOKS = ['husky', 'simple-git-hooks', 'pre-commit', 'yorkie', 'lefthook', 'ghooks', '@arkweid/lefthook', '@evilmartians/lefthook'];
/** Dependencies whose own scripts read files of the project, by the names in its folder that they look for. */
const READERS: [dependency: RegExp, names: string[]][] = [
  [
    /^puppeteer$/,
    [
      '.puppeteerrc',
      '.puppeteerrc.json',
      '.puppeteerrc.yaml',
      '.puppeteerrc.yml',
      '.puppeteerrc.js',
      '.puppeteerrc.cjs',
      '.puppeteerrc.mjs',
      '.puppeteerrc.ts',
      'puppeteer.config.js',
      'puppeteer.config.cjs',
      'puppeteer.config.mjs',
      'puppeteer.config.ts',
      '.config',
    ],
  ],
  [/^nx$/, ['nx.json']],
  [/^@sveltejs\/kit$/, ['svelte.config.js', 'svelte.config.ts']],
  [/^@sentry\/cli$/, ['.sentryclirc']],
];

/** The files beside the manifests that the scripts of an install read; or why that can't be told. */
export function lifecycle(context: BuildContext, project: NodeProject, members: readonly NodeProject[]): string[] | Doubt {
  const inputs: string[] = [];
  for (const each of [project, ...members]) {
    const gyp = childPath(each.folder, 'binding.gyp');
    if (context.kind(gyp) !== undefined) return doubt('script', `builds ${gyp}`);
    const own = ownScripts(context, each);
    if ('kind' in own) return own;
    const others = dependencyScripts(context, each);
    if ('kind' in others) return others;
    inputs.push(...own, ...others);
  }
  return inputs;
}

function ownScripts(context: BuildContext, { folder, scripts }: NodeProject): string[] | Doubt {
  const inputs: string[] = [];
  for (const name of LIFECYCLE) {
    const script = scripts.get(name)?.trim();
    if (!script) continue;
    const at = childPath(folder, 'package.json');
    for (const command of script.split(' && ')) {
      if (PATCHES.test(command)) inputs.push(childPath(folder, 'patches'));
      else if (!HARMLESS.test(command) && !PRISMA.test(command))
        return doubt('script', `runs the script ${name} of ${at}, which may read the sources`);
      else if (command.includes('husky') && context.kind('.git') !== undefined)
        return doubt('script', `runs the script ${name}, which sets up .git`);
    }
  }
  return inputs;
}

function dependencyScripts(context: BuildContext, project: NodeProject): string[] | Doubt {
  const { folder, dependencies, devDependencies, optionalDependencies } = project;
  const names = [dependencies, devDependencies, optionalDependencies].flatMap(each => [...each.keys()]);
  const manifest = manifestOf(context, folder);
  for (const name of names) {
    if (HOOKS.includes(name) && context.kind('.git') !== undefined) return doubt('script', `installs ${name}, which sets up .git`);
    if (name === 'msw' && 'msw' in manifest) return doubt('script', 'installs msw, which writes its worker beside the sources');
    const reader = READERS.find(([dependency]) => dependency.test(name));
    const found = reader?.[1].find(file => context.kind(childPath(folder, file)) !== undefined);
    if (found) return doubt('script', `installs ${name}, whose script reads ${found}`);
  }
  return names.includes('@prisma/client') || names.includes('prisma') ? prismaSchema(context, folder, manifest) : [];
}

function manifestOf(context: BuildContext, folder: string): Record<string, unknown> {
  const json = readJson(context.text(childPath(folder, 'package.json')) ?? '{}');
  return 'problem' in json || typeof json.value !== 'object' || json.value === null ? {} : (json.value as Record<string, unknown>);
}

/** What Prisma's client is generated from, by its own postinstall (prisma.io: custom schema location): one file whose output stays in node_modules. */
function prismaSchema(context: BuildContext, folder: string, manifest: Record<string, unknown>): string[] | Doubt {
  const config = context.list(folder).find(name => /^prisma\.config\./.test(name));
  if (config) return doubt('script', `installs Prisma, which reads ${config}`);
  if ('prisma' in manifest) return doubt('script', 'installs Prisma, whose schema package.json names');
  const schema = ['schema.prisma', 'prisma/schema.prisma']
    .map(name => childPath(folder, name))
    .filter(path => context.kind(path) === 'file');
  if (context.kind(childPath(folder, 'prisma/schema')) !== undefined) return doubt('script', 'installs Prisma, whose schema is a folder');
  const [path, other] = schema;
  if (path === undefined) return [];
  const text = context.text(path) ?? 'output';
  if (other !== undefined || /^\s*output\s*=/m.test(text) || text === 'output') {
    return doubt('script', 'installs Prisma, whose client is generated beside the sources');
  }
  return [path];
}
