import type { Instruction } from '../../src/dockerfile/nodes.ts';
import type { Stage } from '../../src/dockerfile/stages.ts';

/** What a stage and those that it stands on do, in order, that a program's place or start depends on. */
export interface History {
  /** RUN, COPY and ADD. */
  bringing: readonly Instruction[];
  /** ENVs that set PATH. */
  paths: readonly Instruction[];
  setsBashEnv: boolean;
  isWindows: boolean;
}

/** More than this of each isn't followed: hostile files have a stage on each of thousands. */
export const LONGEST_HISTORY = 300;

/** Names of images for Windows: https://mcr.microsoft.com/catalog. */
const WINDOWS = /windows|nanoserver|servercore|ltsc20|dotnet\/framework/i;

const remembered = new WeakMap<Stage, History>();

/** The history of a stage; quick where the stage below was asked for before. */
export function historyOf(stage: Stage): History {
  const found =
    remembered.get(stage) ?? (stage.base.kind === 'stage' ? extended(historyOf(stage.base.stage), stage) : extended(EMPTY, stage));
  remembered.set(stage, found);
  return found;
}

const EMPTY: History = { bringing: [], paths: [], setsBashEnv: false, isWindows: false };

function extended(below: History, { instructions, base, from }: Stage): History {
  const sets = (variable: string) =>
    instructions.filter(({ name, pairs }) => name === 'ENV' && pairs.some(pair => pair.name.text === variable));
  const bringing = instructions.filter(({ name }) => name === 'RUN' || name === 'COPY' || name === 'ADD');
  const platform = from.flags.find(({ name }) => name === 'platform')?.value ?? '';
  return {
    bringing: joined(below.bringing, bringing),
    paths: joined(below.paths, sets('PATH')),
    setsBashEnv: below.setsBashEnv || sets('BASH_ENV').length > 0,
    isWindows: below.isWindows || WINDOWS.test(platform) || ((base.kind === 'image' || base.kind === 'unknown') && WINDOWS.test(base.text)),
  };
}

function joined(below: readonly Instruction[], own: readonly Instruction[]): readonly Instruction[] {
  if (own.length === 0 || below.length > LONGEST_HISTORY) return below;
  return [...below, ...own.slice(0, LONGEST_HISTORY + 1)];
}
