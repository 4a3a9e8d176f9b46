import { posix } from 'node:path';
import { lineage, stageOf } from '../../src/dockerfile/stages.ts';
import { addOption } from '../../src/edit-script.ts';
import { cacheFolders, isArranged } from '../../src/tools/cache-folders.ts';
import { CACHES } from '../../src/tools/caches.ts';
import { hasOption, type ToolCall } from '../../src/tools/calls.ts';
import { type Alteration, type Change, change, type Refusal, refuse } from '../../src/transform.ts';
import { cacheWanted, isCleared, isMounted, isOffline } from './cache.ts';
import { type ReadRun, readRun } from './read-run.ts';

/** pip told to keep no cache, in every install of a RUN. */
export function cleanPip(run: ReadRun): Change | Refusal | undefined {
  const installs = run.calls.filter(
    call => call.tool === 'pip' && call.verb === 'install' && !isArranged(run, call, CACHES.pip) && !isShortened(call),
  );
  const [first] = installs;
  if (!first || isOffline(run)) return undefined;
  const folders = [...new Set(installs.flatMap(call => cacheFolders(run, call, CACHES.pip)))];
  if (isMounted(run, folders) || isCleared(run, CACHES.pip, folders)) return undefined;
  const wanted = cacheWanted(run, CACHES.pip, folders);
  if (wanted) return refuse(first.command, 'cache', wanted);
  if (mayBeOld(run)) return refuse(first.command, 'version', 'may run a pip older than 6.0, which has no --no-cache-dir');
  return change({
    at: run.instruction,
    title: 'install with pip without a cache',
    keeps: 'behaviour',
    alters: folders.flatMap(folder => [...emptied(folder), { removed: `${folder}/**` }]),
    edits: installs.flatMap(({ verbWords }) => verbWords.slice(-1).map(word => addOption(word, '--no-cache-dir'))),
    settles: ['DL3042'],
  });
}

/** The folder that isn't made now, and the `.cache` that was made for it. */
function emptied(folder: string): Alteration[] {
  const parent = posix.dirname(folder);
  return [...(posix.basename(parent) === '.cache' ? [{ removed: parent }] : []), { removed: folder }];
}

/** optparse takes any beginning that is one option's alone. */
const isShortened = ({ options }: ToolCall): boolean => options.some(({ name }) => /^--no-ca/.test(name));

// packages.debian.org and packages.ubuntu.com: the releases whose python-pip is 1.5.6 or older
const OLD_RELEASES: ReadonlySet<string> = new Set('squeeze wheezy jessie lucid 10.04 12.04 14.04 14.10 15.04 15.10'.split(' '));

/** Whether pip may be one of 2014: a distribution's that is as old, or of an image that isn't known; one that upgraded itself isn't. */
function mayBeOld(run: ReadRun): boolean {
  const { file, facts, instruction, scope } = run;
  const { image } = scope;
  const isOld = image?.release !== undefined && OLD_RELEASES.has(image.release);
  if (image && !isOld) return false;
  if (image?.family === 'python') return false;
  const stage = stageOf(file, facts.images, instruction);
  const before = (stage ? lineage(stage) : []).flatMap(({ instructions }) =>
    instructions.filter(({ start }) => start <= instruction.start),
  );
  const calls = before.flatMap(each => {
    const read = each.name === 'RUN' ? readRun(file, facts, each) : { reason: '' };
    return 'reason' in read ? [] : read.calls;
  });
  return !calls.some(isUpgrade) && calls.some(isPackage);
}

const isUpgrade = (call: ToolCall): boolean =>
  call.tool === 'pip' && hasOption(call, '--upgrade') && call.operands.some(({ text }) => /^["']?pip\b/.test(text));

const isPackage = ({ tool, operands }: ToolCall): boolean => tool === 'apt' && operands.some(({ text }) => /^python\d?-pip\b/.test(text));
