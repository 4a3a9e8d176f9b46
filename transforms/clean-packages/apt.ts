import { posix } from 'node:path';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { ShellCommand, ShellWord } from '../../src/dockerfile/shell.ts';
import { expandAt } from '../../src/dockerfile/stages.ts';
import { appendCommand } from '../../src/edit-script.ts';
import type { ToolCall } from '../../src/tools/calls.ts';
import { type Change, change, type Refusal, refuse } from '../../src/transform.ts';
import { coversLists, LISTS, listsWanted } from './lists.ts';
import type { ReadRun } from './read-run.ts';

/** apt's lists gone at the end of the RUN that fetched them. */
export function cleanApt(run: ReadRun): Change | Refusal | undefined {
  const { file, facts, instruction, script, calls } = run;
  const updates = calls.filter(({ tool, verb }) => tool === 'apt' && verb === 'update');
  const last = updates.at(-1);
  if (!last || coversLists(instruction) || isCleaned(run, last.command)) return undefined;
  if (updates.some(({ options }) => options.some(({ name }) => name === '--option' || name === '--config-file'))) {
    return refuse(last.command, 'option', 'updates with settings of its own, which may keep the lists elsewhere');
  }
  const wanted = listsWanted(file, facts, instruction, calls.some(isInstall));
  if (wanted) return refuse(instruction, 'lists', wanted);
  if (!mayRemove(run, last)) return refuse(instruction, 'user', 'runs as a user who may not remove the lists');
  const edits = appendCommand(file, instruction, script, `rm -rf ${LISTS}/*`);
  if (!edits) return refuse(script.last, 'status', 'ends in a way that nothing can be put behind without changing its exit status');
  return change({
    at: instruction,
    title: "remove apt's lists in the RUN that fetches them",
    keeps: 'behaviour',
    alters: [{ removed: `${LISTS}/**` }],
    edits,
    settles: ['DL3009'],
  });
}

/** Commands that need no lists. */
const WITHOUT_LISTS: ReadonlySet<string | undefined> = new Set([
  'update',
  'autoclean',
  'autopurge',
  'autoremove',
  'clean',
  'purge',
  'remove',
]);

const isInstall = ({ tool, verb }: ToolCall): boolean => tool === 'apt' && !WITHOUT_LISTS.has(verb);

/** Whether the RUN's user may remove the lists: root, or one of an unknown image who could update without sudo. */
function mayRemove({ scope, isRoot }: ReadRun, { command }: ToolCall): boolean {
  return isRoot || ((scope.user === undefined || scope.user === UNKNOWN) && command.words[0]?.literal !== 'sudo');
}

/** Whether the lists are removed after a command, in whatever way. */
function isCleaned({ placed, ...run }: ReadRun, update: ShellCommand): boolean {
  return placed.some(({ command, words, folder }) => {
    if (command.from < update.from || !REMOVERS.has(posix.basename(words[0]?.literal ?? ''))) return false;
    return words.slice(1).some(word => namesLists(run, word, folder));
  });
}

/** Programs that take files away or list those to take away. */
const REMOVERS: ReadonlySet<string> = new Set(['find', 'mv', 'rm', 'rmdir', 'unlink']);

function namesLists({ file, facts, instruction }: Omit<ReadRun, 'placed'>, word: ShellWord, folder: string | undefined): boolean {
  const { text } = expandAt(file, facts.images, instruction, word);
  const written = text === UNKNOWN ? word.text : text;
  // as far as it is written without a pattern
  const [known = ''] = /^[^*?[{$]*/.exec(written) ?? [];
  if (known.startsWith('-')) return false;
  const path = posix.resolve(
    folder ?? '/',
    known.replace(/[^/]*$/, name => (known === written ? name : '')),
  );
  return path !== '/' && (`${LISTS}/`.startsWith(`${path}/`) || path.startsWith(`${LISTS}/`));
}
