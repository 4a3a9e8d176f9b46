import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { isShipped } from '../../src/dockerfile/shipped.ts';
import { stageOf } from '../../src/dockerfile/stages.ts';
import { namesTool } from '../../src/tools/calls.ts';
import { type Change, type Facts, type Refusal, refuse, transform } from '../../src/transform.ts';
import { cleanApk } from './apk.ts';
import { cleanApt } from './apt.ts';
import { LISTS, textOf, textUse } from './lists.ts';
import { cleanNpm, cleanPnpm, cleanYarn } from './node.ts';
import { cleanPip } from './pip.ts';
import { type ReadRun, readRun } from './read-run.ts';

/** What each package manager leaves, and how it goes. */
const CLEANERS: readonly ((run: ReadRun) => Change | Refusal | undefined)[] = [
  cleanApt,
  cleanApk,
  cleanPip,
  cleanNpm,
  cleanYarn,
  cleanPnpm,
];

export default transform({
  name: 'clean-packages',
  summary: "remove package managers' lists and caches in the RUN that makes them",
  keeps: 'behaviour',
  settles: ['DL3009', 'DL3019', 'DL3042', 'DL3060'],
  *run(file, facts) {
    for (const instruction of file.instructions.filter(namesTool)) yield* cleaned(file, facts, instruction);
  },
});

function* cleaned(file: Dockerfile, facts: Facts, instruction: Instruction): Generator<Change | Refusal> {
  const run = readRun(file, facts, instruction);
  if ('reason' in run) {
    const text = textOf(instruction);
    if (textUse(text) === 'updates' && !text.includes(LISTS)) yield refuse(instruction, 'shell', run.reason);
    return;
  }
  const stage = stageOf(file, facts.images, instruction);
  const ships = stage && isShipped(file, facts, stage);
  for (const clean of CLEANERS) {
    const said = clean(run);
    if (said) yield said.kind === 'change' && !ships ? { ...said, alters: [], gain: 'none' } : said;
  }
}
