import { isIn } from '../../src/context/copied.ts';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import { run as runOf } from '../../src/dockerfile/views.ts';
import type { CacheRow } from '../../src/tools/caches.ts';
import { optionValue, type PlacedCommand, type ToolCall } from '../../src/tools/calls.ts';
import type { Because } from './because.ts';
import { isElsewhere, isOwnVariable, namedPath } from './paths.ts';
import type { Runner, Target } from './place.ts';
import { callersBelow, type RunCommands, type Subject } from './runs.ts';

/** Whether a call empties a cache. */
export function clears(row: CacheRow, call: ToolCall): boolean {
  return (
    call.tool === row.tool &&
    row.clearedBy.some(
      ({ verb, options }) => verb === call.verb && (!options || options.some(option => call.options.some(({ name }) => name === option))),
    )
  );
}

/** Why the calls of a tool in a RUN don't use their cache where it usually is. */
export function settingReason(subject: Subject, run: RunCommands, row: CacheRow, calls: readonly ToolCall[]): Because | undefined {
  const { movedBy, disabledBy } = row;
  for (const call of calls) {
    const option = movedBy.options.find(name => call.options.some(each => each.name === name) && !isHarmless(row, optionValue(call, name)));
    if (option) return { code: 'moved', reason: `says with ${option} where ${row.name} is` };
    const moved = movedBy.variables.find(name => isSet(run, call, name, value => isHarmless(row, value)));
    if (moved) return { code: 'moved', reason: `runs under ${moved}, which may move ${row.name}` };
    const disabled = disabledBy.variables.find(name => isSet(run, call, name));
    if (disabled) return { code: 'disabled', reason: `has ${row.name} turned off by ${disabled}` };
    if (isOffline(run, row, call)) return { code: 'offline', reason: `takes everything from ${row.name} as the image has it` };
  }
  const setting = configured(subject, run, row);
  return setting === undefined ? undefined : { code: 'moved', reason: `runs under a setting of ${setting}` };
}

function isHarmless({ movedBy }: CacheRow, value: string | undefined): boolean {
  return value !== undefined && (movedBy.harmless?.includes(value) ?? false);
}

function isSet(run: RunCommands, call: ToolCall, name: string, harmless: (value: string | undefined) => boolean = () => false): boolean {
  if (call.environment.has(name)) return call.environment.get(name) !== '' && !harmless(call.environment.get(name));
  const found = run.scope.variable(name);
  if (!found || found.text === '') return false;
  return found.text === UNKNOWN || found.settable || !harmless(found.text);
}

/** Whether a call takes what it needs from its cache alone. */
export function isOffline(run: RunCommands, row: CacheRow, call: ToolCall): boolean {
  const isFilling = row.caches.some(({ filledBy }) => filledBy.includes(call.verb ?? ''));
  if (isFilling && runOf(run.instruction)?.network === 'none') return true;
  if (row.offlineBy.options.some(name => call.options.some(each => each.name === name && each.value !== 'false'))) return true;
  return Object.entries(row.offlineBy.variables).some(([name, value]) => {
    const text = call.environment.has(name) ? call.environment.get(name) : run.scope.variable(name)?.text;
    return text === value;
  });
}

/** The key that an earlier `config set` or a file of the context sets. */
function configured(subject: Subject, run: RunCommands, row: CacheRow): string | undefined {
  const { files, keys } = row.settings;
  const isKey = (text: string) => keys.includes(text) || keys.includes(text.slice(text.indexOf('.') + 1));
  for (const { calls } of callersBelow(subject, run.stage)) {
    for (const call of calls) {
      if (call.tool !== row.tool) continue;
      if (call.verb === 'config set' || call.verb === 'config' || call.verb === 'set' || call.verb === 'config --global') {
        const words = call.operands.map(({ text }) => text.split('=', 1)[0] ?? '');
        const key = words.find(isKey);
        if (key) return key;
      }
      if (call.tool === 'go' && call.verb === 'env' && call.operands.some(({ text }) => text.includes('='))) return call.command.text;
    }
  }
  return files.length > 0 ? configuredInContext(subject, files, keys) : undefined;
}

/** Most files of a context that are looked through for settings. */
const MOST_FILES = 5000;

function configuredInContext({ facts: { context } }: Subject, names: readonly string[], keys: readonly string[]): string | undefined {
  const paths = context?.files('', MOST_FILES).paths ?? [];
  for (const path of paths) {
    if (!names.includes(path.slice(path.lastIndexOf('/') + 1))) continue;
    for (const line of (context?.text(path) ?? '').split('\n')) {
      const [, key] = /^\s*([\w.-]+)\s*(?:[=:]|\s["\w/])/.exec(line) ?? [];
      if (key !== undefined && keys.includes(key) && !/[=:]\s*["']?(?:false|auto|copy)["']?\s*$/.test(line)) return `${key} in ${path}`;
    }
  }
  return undefined;
}

/** Programs that take away what they are given. */
const REMOVERS: ReadonlySet<string> = new Set(['find', 'mv', 'rm', 'rmdir']);

/** Why the commands of a RUN and a mount at one of its tool's folders don't go together. */
export function commandReason(
  subject: Subject,
  run: RunCommands,
  row: CacheRow,
  targets: readonly Target[],
  runner: Runner,
): Because | undefined {
  const clearing = { code: 'clears', reason: `clears ${row.name} itself` };
  if (run.calls.some(call => clears(row, call))) return clearing;
  for (const command of run.commands) {
    const [program, ...words] = command.words;
    const removes = REMOVERS.has(program?.literal ?? '');
    for (const word of words) {
      const named = namedPath(subject, run, command, word, String(runner.home));
      if (!named) {
        const isSafe = !removes || isOwnVariable(run, word) || targets.every(({ path }) => isElsewhere(word, path));
        if (!isSafe) return { code: 'clears', reason: `removes ${word.text}, which may be ${row.name}` };
        continue;
      }
      if (targets.some(target => isIn(named.path, target.path))) {
        return removes ? clearing : { code: 'clears', reason: `names ${named.path} itself` };
      }
      const isAbove = targets.some(target => isIn(target.path, named.path));
      if (isAbove && removes && isCleared(program?.literal, named.path, targets)) return clearing;
    }
  }
  return undefined;
}

/** `find` takes away what its conditions say: it is held to clear a cache only where it is given the cache's own folders. */
function isCleared(program: string | undefined, path: string, targets: readonly Target[]): boolean {
  return program !== 'find' || targets.some(({ made }) => made.includes(path));
}

/** Commands of a RUN that name a path in one of the folders. */
export function namers(subject: Subject, run: RunCommands, targets: readonly Target[], home: string): PlacedCommand[] {
  return run.commands.filter(command =>
    command.words.slice(1).some(word => {
      const named = namedPath(subject, run, command, word, home)?.path;
      return targets.some(({ path }) => (named !== undefined && isIn(named, path)) || word.text.includes(path));
    }),
  );
}
