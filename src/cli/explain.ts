import { loadTransforms, PRESETS, type Preset } from '../../transforms/index.ts';
import type { Keeps, Transform } from '../transform.ts';
import { readArguments } from './arguments.ts';
import { ownFlags } from './own-flags.ts';
import { select } from './select.ts';
import { COMMON_FLAGS, columns, UsageError } from './table.ts';

const PROMISE: Record<Keeps, string> = {
  image: 'image: the same files and the same configuration',
  behaviour: 'behaviour: started the same way, it does the same',
  intent: 'intent: a difference that somebody wants; look at it',
};

/** `dfmod explain NAME`: what a transform does, promises and settles, and its options; what a preset is made of. */
export async function explain(argv: readonly string[]): Promise<number> {
  const [, name, ...more] = readArguments(argv, COMMON_FLAGS).positionals;
  if (name === undefined || more.length > 0) throw new UsageError('explain takes one transform, as in "dfmod explain multistage"');
  const preset = PRESETS.find(each => each.name === name);
  const transforms = await loadTransforms(select(name).map(each => each.name));
  process.stdout.write(preset ? presetExplanation(preset) : transforms.map(explanation).join('\n'));
  return 0;
}

function presetExplanation({ name, summary, keeps, transforms }: Preset): string {
  const rows: [string, string][] = [
    ['Transforms', transforms.join(', ')],
    ['Accepts at least the', PROMISE[keeps]],
    ['To try it', `dfmod ${name} Dockerfile`],
  ];
  return [`${name}: ${summary}`, '', ...columns(rows), ''].join('\n');
}

function explanation(transform: Transform): string {
  const { name, summary, keeps, settles } = transform;
  const own = ownFlags([transform]);
  const rows: [string, string][] = [['Keeps at least the', PROMISE[keeps]]];
  if (settles.length > 0) rows.push(['Settles', settles.join(', ')]);
  for (const [flag, { summary: does }] of Object.entries(own)) rows.push([`--${flag}`, does]);
  rows.push(['To try it', `dfmod ${name} Dockerfile`], ['To keep it away', `# dfmod-ignore ${name} -- why (above an instruction)`]);
  return [`${name}: ${summary}`, '', ...columns(rows), ''].join('\n');
}
