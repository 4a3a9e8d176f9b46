import { isIn } from '../../src/context/copied.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { type Script, shellScript } from '../../src/dockerfile/script.ts';
import { everyCommand, type NestedCommand, type Sequence, scriptTexts, shellSequence } from '../../src/dockerfile/shell.ts';
import { lineage, type Scope, scopeAt } from '../../src/dockerfile/stages.ts';
import { placedCommands, toolCall } from '../../src/tools/calls.ts';
import { type Refusal, refuse } from '../../src/transform.ts';
import { effectsOf } from './command-effects.ts';
import type { Leftover } from './effects.ts';
import type { Shipped } from './image.ts';

/** What a RUN puts into folders that are the app's. */
export interface Filled {
  run: Instruction;
  /** Its script; or why it can't be told what it does one after the other. */
  script: Script | { reason: string };
  /** Folders that it makes, with all that is in them. */
  made: Set<string>;
  /** Folders of the app that it writes to among what others put there. */
  mixed: Set<string>;
  /** It runs npm, of which 7 and 8 work as the owner of the folder. */
  npm: boolean;
  /** It installs a Node project's dependencies. */
  installs: boolean;
  /** It runs what may ask git. */
  builds: boolean;
}

export interface Steps {
  filled: Filled[];
  /** Programs that compilers put somewhere, or folders of them. */
  programs: ReadonlySet<string>;
  leftovers: ReadonlySet<Leftover>;
  /** Paths that are removed. */
  gone: ReadonlySet<string>;
}

/** What the RUNs of a stage and of those that it stands on leave behind; a refusal where one does what a user could not live with, or what can't be known. */
export function stepsOf(shipped: Omit<Shipped, 'account'>): Steps | Refusal {
  const { file, facts, stage } = shipped;
  const filled: Filled[] = [];
  const leftovers = new Set<Leftover>();
  const programs = new Set<string>();
  const gone = new Set<string>();
  for (const run of [...lineage(stage)].reverse().flatMap(({ instructions }) => instructions)) {
    const scope = run.name === 'RUN' ? scopeAt(file, facts.images, run) : undefined;
    if (!scope) continue;
    const sequence = shellSequence(run, file.escape, scope.shell);
    const commands = commandsOf(file, run, scope, sequence);
    if (!commands) return refuse(run, 'run', `can't be followed: it ${'reason' in sequence ? sequence.reason : 'has no command'}`);
    const step: Filled = {
      run,
      script: 'reason' in sequence ? sequence : shellScript(run, file.escape, scope.shell),
      made: new Set(),
      mixed: new Set(),
      npm: false,
      installs: false,
      builds: false,
    };
    for (const placed of placedCommands(commands, scope.workdir)) {
      for (const effect of effectsOf({ ...shipped, scope }, placed)) {
        if ('reason' in effect) return refuse(run, effect.code, effect.reason);
        if ('leftover' in effect) leftovers.add(effect.leftover);
        else if ('program' in effect) programs.add(effect.program);
        else note(step, effect);
        if ('gone' in effect) gone.add(effect.gone);
      }
      const tool = toolCall(placed)?.tool;
      step.npm ||= tool === 'npm' || placed.words[0]?.literal === 'npx';
      step.installs ||= tool === 'npm' || tool === 'yarn' || tool === 'pnpm';
    }
    filled.push(step);
  }
  return { filled, leftovers, programs, gone };
}

function note(step: Filled, effect: { made: string } | { mixed: string } | { gone: string }): void {
  if ('made' in effect) step.made.add(effect.made);
  else if ('mixed' in effect) {
    step.mixed.add(effect.mixed);
    step.builds = true;
  } else for (const set of [step.made, step.mixed]) for (const path of set) if (isIn(path, effect.gone)) set.delete(path);
}

/** Every command of a RUN, in order; undefined where its shell isn't one that is understood. */
function commandsOf(file: Dockerfile, run: Instruction, scope: Scope, sequence: Sequence): NestedCommand[] | undefined {
  if (run.json) return 'commands' in sequence ? sequence.commands.map(command => ({ ...command, writes: [] })) : undefined;
  const isPosix = file.escape === '\\' && (scope.shell === undefined || /(?:^|\/)(?:ba|da|a)?sh$/.test(scope.shell[0] ?? ''));
  const found = isPosix ? scriptTexts(run).map(everyCommand) : [];
  return found.length > 0 && found.every(commands => commands !== undefined) ? found.flat() : undefined;
}
