import type { BuildContext } from '../../src/context/context.ts';
import { nameOf, parentPath } from '../../src/context/filepath.ts';
import { filesNamed } from '../../src/context/named.ts';
import { nodeProject } from '../../src/context/node.ts';
import { lineage } from '../../src/dockerfile/stages.ts';
import { copy } from '../../src/dockerfile/views.ts';
import { hasOption, type ToolCall } from '../../src/tools/calls.ts';
import { type ReadRun, readRun } from './read-run.ts';

/** Which Yarn a call is: 1, or a later one; undefined where it can't be told. */
export function yarnVersion(run: ReadRun, call: ToolCall): 'classic' | 'berry' | undefined {
  if (call.verb?.startsWith('global ') || hasOption(call, ...CLASSIC_OPTIONS)) return 'classic';
  const { context } = run.facts;
  const isBerry = context ? hasBerry(context) : hasOption(call, '--immutable', '--inline-builds');
  if (isBerry) return 'berry';
  if (setsVersion(run)) return undefined;
  return context || copiesManifestsAlone(run) ? 'classic' : undefined;
}

/** Options that later versions refuse: https://yarnpkg.com/migration/guide, `yarn install --help` of 4. */
const CLASSIC_OPTIONS = [
  '--production',
  '--pure-lockfile',
  '--non-interactive',
  '--ignore-engines',
  '--ignore-optional',
  '--ignore-platform',
  '--ignore-scripts',
  '--network-timeout',
  '--network-concurrency',
  '--no-progress',
  '--silent',
  '--no-lockfile',
  '--flat',
  '--har',
  '--link-duplicates',
  '--modules-folder',
];

/** Whether any project of the context asks for a later Yarn. */
function hasBerry(context: BuildContext): boolean {
  if (filesNamed(context, '.yarnrc.yml').length > 0 || filesNamed(context, '.pnp.cjs').length > 0) return true;
  return filesNamed(context, 'package.json').some(path => {
    const project = nodeProject(context, parentPath(path));
    if (!project || 'problem' in project) return project !== undefined;
    const { packageManager, locks } = project;
    return (packageManager?.name === 'yarn' && !packageManager.version.startsWith('1.')) || locks.some(({ kind }) => kind === 'yarn-berry');
  });
}

/** Whether a RUN before brings a Yarn that the project or the RUN names. */
function setsVersion({ file, facts, scope, instruction }: ReadRun): boolean {
  const before = lineage(scope.stage).flatMap(({ instructions }) => instructions.filter(({ start }) => start <= instruction.start));
  return before.some(each => {
    const read = each.name === 'RUN' ? readRun(file, facts, each) : { reason: '' };
    if ('reason' in read) return false;
    return (
      read.calls.some(({ tool, verb }) => tool === 'yarn' && (verb === 'set version' || verb?.startsWith('policies'))) ||
      read.placed.some(
        ({ words }) => words[0]?.literal === 'corepack' || words.some(({ text }) => /^yarn@(?:berry|stable|[2-9])/.test(text)),
      )
    );
  });
}

/** Whether nothing of the context came in before the RUN but manifests and lock files, which leave the version to the image. */
function copiesManifestsAlone({ scope, instruction }: ReadRun): boolean {
  const before = lineage(scope.stage).flatMap(({ instructions }) => instructions.filter(({ start }) => start <= instruction.start));
  return before.every(each => {
    const copied = copy(each);
    return !copied || copied.from !== undefined || copied.sources.every(({ text }) => MANIFEST.test(nameOf(text)));
  });
}

const MANIFEST = /^(?:package(?:-lock)?\*?\.json|package\*\.json|yarn\.lock|yarn\.lock\*|\.npmrc|\.yarnrc)$/;
