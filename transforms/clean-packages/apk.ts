import { posix } from 'node:path';
import type { ShellCommand } from '../../src/dockerfile/shell.ts';
import { lineage } from '../../src/dockerfile/stages.ts';
import type { Edit } from '../../src/edit.ts';
import { replace } from '../../src/edit.ts';
import { addOption, removeCommand } from '../../src/edit-script.ts';
import { hasOption, type ToolCall } from '../../src/tools/calls.ts';
import { type Change, change, type Refusal, refuse } from '../../src/transform.ts';
import { type ClearedCache, cacheWanted, isCleared, isMounted, type UsedCache } from './cache.ts';
import type { ReadRun } from './read-run.ts';

/** Where apk keeps its indexes. Packages are kept there only where /etc/apk/cache leads to it. */
const INDEXES = '/var/cache/apk';
const CACHE: ClearedCache & UsedCache = {
  tool: 'apk',
  offlineBy: { options: ['--no-network'], variables: {} },
  clearedBy: [{ verb: 'cache clean' }],
};

/** apk told to keep no index, in every install of a RUN, which fetches it then without an update. */
export function cleanApk(run: ReadRun): Change | Refusal | undefined {
  const calls = run.calls.filter(({ tool }) => tool === 'apk');
  const installs = calls.filter(call => isInstall(call) && !hasOption(call, '--no-cache'));
  const update = removableUpdate(run, calls);
  if ((installs.length === 0 && !update) || isMounted(run, [INDEXES, '/etc/apk/cache']) || calls.some(isElsewhere)) return undefined;
  const wanted = cacheWanted(run, CACHE, [INDEXES]);
  if (wanted) return refuse(run.instruction, 'cache', wanted);
  if (isTooOld(run)) return refuse(run.instruction, 'version', 'runs the apk of an Alpine before 3.3, which has no --no-cache');
  return change({
    at: run.instruction,
    title: 'install with apk without an index that stays',
    keeps: 'behaviour',
    alters: [{ removed: `${INDEXES}/**` }],
    edits: [...installs.flatMap(withoutCache), ...(update ?? [])],
    settles: ['DL3019'],
    ...(isCleared(run, CACHE, [INDEXES]) && { gain: 'none' }),
  });
}

const isInstall = ({ verb }: ToolCall): boolean => verb === 'add' || verb === 'upgrade';

/** Whether a call works with another cache than the image's, or without a network. */
const isElsewhere = (call: ToolCall): boolean => hasOption(call, '--cache-dir', '--root', '--no-network', '--cache-max-age');

/** The option in the place of the one that asks for an update, else behind the command. */
function withoutCache({ options, verbWords }: ToolCall): Edit[] {
  const update = options.find(({ name, word }) => name === '--update-cache' && UPDATE.test(word.text));
  if (update) return [replace(update.word, '--no-cache')];
  return verbWords.slice(-1).map(word => addOption(word, '--no-cache'));
}

/** Commands that look at what is installed alone. */
const WITHOUT_INDEX: ReadonlySet<string | undefined> = new Set(['audit', 'del', 'info']);

/** As a word of its own; getopt takes any beginning that is one option's alone. */
const UPDATE = /^(?:-U|--up[a-z-]*)$/;

/** The removal of `apk update` where all that follows it in the RUN fetches its own index. */
function removableUpdate({ file, script: { sequence } }: ReadRun, calls: readonly ToolCall[]): Edit[] | undefined {
  const [update, ...rest] = calls;
  if (!sequence || update?.verb !== 'update' || !rest.some(isInstall)) return undefined;
  if (!rest.every(call => isInstall(call) || WITHOUT_INDEX.has(call.verb))) return undefined;
  if (update.options.some(({ name }) => name !== '--quiet' && name !== '--no-cache') || isRedirected(update.command)) return undefined;
  return removeCommand(file, sequence, update.command);
}

const isRedirected = ({ redirects, assignments }: ShellCommand): boolean => redirects || assignments.length > 0;

// apk-tools 2.6.4 has --no-cache and updates an index that is missing: https://alpinelinux.org/posts/Alpine-3.3.0-released.html
function isTooOld({ scope }: ReadRun): boolean {
  const base = lineage(scope.stage).at(-1)?.base;
  const tag = base?.kind === 'image' && posix.basename(base.reference.name) === 'alpine' ? base.reference.tag : undefined;
  const release = scope.image?.distribution === 'alpine' ? (scope.image.release ?? tag) : tag;
  const [, major = '9', minor = '0'] = /^v?(\d+)\.(\d+)/.exec(release ?? '') ?? [];
  return Number(major) < 3 || (Number(major) === 3 && Number(minor) < 3);
}
