import type { NodeProject } from '../../src/context/node.ts';
import type { ShellWord } from '../../src/dockerfile/shell.ts';
import { binPackage } from './node-tables.ts';

/** Programs that start the words after their options. */
export const WRAPPERS: Readonly<Record<string, { valued?: string[]; operands?: number }>> = {
  'cross-env': {},
  'cross-env-shell': {},
  'dumb-init': { valued: ['-r', '--rewrite'] },
  'docker-entrypoint.sh': {},
  dotenv: { valued: ['-e', '-c', '-v'] },
  'env-cmd': { valued: ['-f', '--file', '-e'] },
  gosu: { operands: 1 },
  nice: { valued: ['-n'] },
  nohup: {},
  'su-exec': { operands: 1 },
  time: {},
  timeout: { operands: 1 },
  tini: { valued: ['-p', '-e'] },
};

/** The command that stands behind a wrapper's own words. */
export function behind(words: readonly ShellWord[], { valued = [], operands = 0 }: { valued?: string[]; operands?: number }): ShellWord[] {
  let at = 0;
  while (at < words.length) {
    const text = words[at]?.text ?? '';
    if (text === '--') return words.slice(at + 1 + operands);
    if (!/^(?:-|\w+=)/.test(text)) break;
    at += valued.includes(text) ? 2 : 1;
  }
  return words.slice(at + operands);
}

/** Programs that start several others: by their command lines, or by names of scripts. */
export const SEVERAL: ReadonlySet<string> = new Set(['concurrently', 'conc', 'npm-run-all', 'run-p', 'run-s']);

/** What `next start` reads (https://nextjs.org/docs/app/api-reference/config/next-config-js). */
export const NEXT_CONFIGURATION = ['next.config.js', 'next.config.mjs', 'next.config.ts', 'next-i18next.config.js'];

/** The package of a project that a program comes with. */
export function ownerOf(name: string, { dependencies, devDependencies, optionalDependencies }: NodeProject): string | undefined {
  return [binPackage(name), name, `${name}-cli`, `@${name}/cli`].find(each =>
    [dependencies, devDependencies, optionalDependencies].some(map => map.has(each)),
  );
}

/** node's options that take the next word (node --help, 22). */
export const VALUED: ReadonlySet<string> = new Set(
  '-C --conditions --experimental-loader --loader --import -r --require --title --env-file --max-http-header-size --icu-data-dir --openssl-config --redirect-warnings --diagnostic-dir --stack-trace-limit'.split(
    ' ',
  ),
);
