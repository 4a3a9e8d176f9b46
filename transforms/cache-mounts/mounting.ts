import { type Edit, removeWord } from '../../src/edit.ts';
import { CACHES, type CacheRow } from '../../src/tools/caches.ts';
import { optionValue, type ToolCall } from '../../src/tools/calls.ts';
import type { ToolName } from '../../src/tools/table.ts';
import { aptReason, withoutDockerClean } from './apt.ts';
import type { Because } from './because.ts';
import { copiedReason, isMounted } from './before.ts';
import { commandReason, settingReason } from './guards.ts';
import { earlierOffline, laterReason } from './later.ts';
import { cacheNameOf } from './name.ts';
import { type Runner, runnerOf, type Target, targetOf } from './place.ts';
import type { RunCommands, Subject } from './runs.ts';

/** The mounts that a RUN gets for one of its tools, or why it gets none. */
export interface Mounting {
  row: CacheRow;
  because: Because | undefined;
  targets: Target[];
  /** Options taken out, which turned the cache off. */
  drops: { option: string; edit: Edit }[];
  /** Before, the RUN left its cache in the image. */
  filled: boolean;
}

/** What can be mounted for the tools of a RUN, a row for each tool that has a cache to fill and isn't mounted yet. */
export function mountings(subject: Subject, run: RunCommands): Mounting[] {
  const tools = new Set(run.calls.map(({ tool }) => tool));
  return [...tools].flatMap(tool => mountingOf(subject, run, tool) ?? []);
}

function mountingOf(subject: Subject, run: RunCommands, tool: ToolName): Mounting | undefined {
  const calls = run.calls.filter(call => call.tool === tool);
  const name = cacheNameOf(subject, run, calls);
  if (name === undefined) return undefined;
  const row = CACHES[typeof name === 'string' ? name : tool in CACHES ? (tool as keyof typeof CACHES) : 'npm'];
  const fills = calls.filter(({ verb }) => verb !== undefined && row.caches.some(({ filledBy }) => filledBy.includes(verb)));
  if (fills.length === 0) return undefined;
  const none: Mounting = { row, because: undefined, targets: [], drops: [], filled: false };
  if (typeof name !== 'string') return { ...none, because: name };
  const runner = runnerOf(subject, run);
  if ('reason' in runner) return { ...none, because: runner };
  const because = plainReason(subject, run, row, fills);
  if (because) return { ...none, because };
  const targets = freeTargets(subject, run, row, fills, runner);
  if ('reason' in targets) return { ...none, because: targets };
  if (targets.length === 0) return undefined;
  return withDrops(run, subject, { ...none, targets, because: usedReason(subject, run, row, targets, runner) }, fills);
}

function plainReason(subject: Subject, run: RunCommands, row: CacheRow, fills: readonly ToolCall[]): Because | undefined {
  if (run.instruction.heredocs.length > 0) return { code: 'heredoc', reason: 'has its commands in a heredoc' };
  const isMovable = row.caches.some(({ places }) => places.some(({ base }) => base.startsWith('$')));
  if (isMovable && !run.scope.image?.env) return { code: 'base', reason: 'stands on an image whose environment is not known' };
  return settingReason(subject, run, row, fills);
}

/** The folders that the calls fill and that aren't mounted yet. */
function freeTargets(subject: Subject, run: RunCommands, row: CacheRow, fills: readonly ToolCall[], runner: Runner): Target[] | Because {
  const found = new Map<string, Target>();
  for (const call of fills) {
    for (const [index, cache] of row.caches.entries()) {
      if (!cache.filledBy.includes(call.verb ?? '') || (row.tool === 'go' && index === 0 && hasNoModules(subject, run, call))) continue;
      const target = targetOf(subject, row, cache, run, call, runner);
      if ('reason' in target) return target;
      const mounted = isMounted(subject, run, target);
      if (mounted !== true && mounted !== false) return mounted;
      if (!mounted) found.set(target.path, target);
    }
  }
  return [...found.values()];
}

/** Whether go builds from the project's own vendor folder, or knows no modules yet, as before 1.11. */
function hasNoModules({ facts: { context } }: Subject, run: RunCommands, call: ToolCall): boolean {
  const { family, version } = run.scope.image ?? {};
  const minor = /^1\.(\d+)/.exec(version ?? '')?.[1];
  if (family === 'golang' && minor !== undefined && Number(minor) < 11) return true;
  const mod = optionValue(call, '-mod');
  if (mod !== undefined) return mod === 'vendor';
  const flags = call.environment.get('GOFLAGS') ?? run.scope.variable('GOFLAGS')?.text;
  if (typeof flags === 'string' && flags.split(' ').includes('-mod=vendor')) return true;
  return context?.kind('vendor/modules.txt') === 'file' && call.verb !== undefined && !call.verb.startsWith('mod ');
}

function usedReason(subject: Subject, run: RunCommands, row: CacheRow, targets: readonly Target[], runner: Runner): Because | undefined {
  if (earlierOffline(subject, run, row))
    return { code: 'offline', reason: `shares ${row.name} with a command that takes everything from it` };
  const copied = targets.map(target => copiedReason(subject, run, target)).find(Boolean);
  const own = copied ?? commandReason(subject, run, row, targets, runner) ?? (row.tool === 'apt' ? aptReason(subject, run) : undefined);
  return own ?? laterReason(subject, run, row, targets, runner);
}

/** Takes out what turned the cache off. */
function withDrops(run: RunCommands, subject: Subject, mounting: Mounting, fills: readonly ToolCall[]): Mounting {
  const { row } = mounting;
  if (mounting.because) return mounting;
  const isOff = (call: ToolCall) => call.options.filter(({ name }) => row.disabledBy.options.includes(name));
  const drops: Mounting['drops'] = [];
  for (const option of fills.flatMap(isOff)) {
    const isAlone = fills.every(({ options }) => options.every(other => other === option || other.word !== option.word));
    const edit = run.script && isAlone ? removeWord(subject.file, run.instruction, option.word) : undefined;
    if (!edit) return { ...mounting, because: { code: 'disabled', reason: `turns ${row.name} off with ${option.word.text}` } };
    drops.push({ option: option.name, edit });
  }
  if (row.tool === 'apt' && !withoutDockerClean(subject, run)) {
    return { ...mounting, because: { code: 'shell', reason: 'has a script to which nothing can be added' } };
  }
  return { ...mounting, drops, filled: fills.some(call => isOff(call).length === 0) };
}
