import { posix } from 'node:path';
import { UNKNOWN, type Value } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Word } from '../../src/dockerfile/nodes.ts';
import { expandAt, type Stage, scopeAfter } from '../../src/dockerfile/stages.ts';
import { type Facts, type Refusal, refuse } from '../../src/transform.ts';
import { historyOf, LONGEST_HISTORY } from './history.ts';
import { originOf } from './origin.ts';
import { DISTRIBUTION, installs, PACKAGED, PROGRAMS } from './programs.ts';

/**
 * Why the program may be a script without `#!`: a shell runs such a file, the kernel does not (execve(2), ENOEXEC). One that the file itself brings
 * must be seen to be none; one that it doesn't touch must be known to come from a package.
 */
export function programProblem(
  file: Dockerfile,
  facts: Facts,
  stage: Stage,
  heirs: readonly Stage[],
  program: Word & { literal: string | undefined },
): Refusal | undefined {
  const { literal } = program;
  if (literal === undefined) return refuse(program, 'variable', `needs a shell to expand ${program.text}`);
  if (/^[a-z]:|\\|\.(?:bat|cmd|exe|ps1)$/i.test(literal)) return refuse(program, 'shell', `may be a program of Windows: ${literal}`);
  const unsure = refuse(program, 'script', `may be a script without #!, which only a shell runs: ${literal}`);
  const path = pathOf(file, facts, heirs, literal);
  if (path === UNKNOWN) return unsure;
  const name = posix.basename(literal);
  if (historyOf(stage).paths.length > LONGEST_HISTORY) return unsure;
  const isPackaged = path === undefined || PACKAGED.includes(posix.dirname(path));
  const isKnown = isPackaged && (PROGRAMS.has(name) || isInstalled(stage, name));
  const paths = path ? [path] : [...searched(file, facts, stage)].map(folder => posix.join(folder, name));
  const origin = originOf(file, facts, stage, { paths, name, isKnown });
  const isPackage = isKnown || (path !== undefined && DISTRIBUTION.includes(posix.dirname(path)) && !/\.(?:a|ba|k)?sh$/.test(name));
  return origin === 'program' || (origin === 'nothing' && isPackage) ? undefined : unsure;
}

/** The program's path where its name has a `/`, by the folder that containers start in; undefined for a name on the PATH. */
function pathOf(file: Dockerfile, facts: Facts, heirs: readonly Stage[], literal: string): string | undefined | typeof UNKNOWN {
  if (!literal.includes('/')) return undefined;
  if (literal.startsWith('/')) return posix.normalize(literal);
  const workdirs = new Set(heirs.map(each => scopeAfter(file, facts.images, each).workdir));
  const [workdir = UNKNOWN] = workdirs;
  return workdirs.size > 1 || workdir === UNKNOWN ? UNKNOWN : posix.resolve(workdir, literal);
}

function isInstalled(stage: Stage, name: string): boolean {
  return historyOf(stage).bringing.some(
    run =>
      run.name === 'RUN' &&
      [run.logical.text, ...run.heredocs.map(({ content }) => content)].some(text => text.includes(name) && installs(text, name)),
  );
}

/** The folders of the PATH: the usual ones and those that an ENV of the stage names. */
function searched(file: Dockerfile, facts: Facts, stage: Stage): Set<string> {
  const folders = new Set(PACKAGED);
  for (const env of historyOf(stage).paths) {
    const values = env.pairs.flatMap(({ name, value }) => (name.text === 'PATH' && value ? [value.text] : []));
    for (const part of values.flatMap(value => value.replace(/["']/g, '').split(':'))) {
      // the rest is a PATH of before
      const text: Value = /^\$\{?PATH\}?$/.test(part) ? UNKNOWN : expandAt(file, facts.images, env, { text: part }).text;
      if (text !== UNKNOWN) for (const folder of text.split(':')) if (folder.startsWith('/')) folders.add(posix.resolve(folder));
    }
  }
  return folders;
}
