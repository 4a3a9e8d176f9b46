import { loadTransforms, PRESETS } from '../../transforms/index.ts';
import { readArguments } from './arguments.ts';
import { COMMON_FLAGS, columns, UsageError } from './table.ts';

/** `dfmod list`: every transform with what it does, and the presets. */
export async function list(argv: readonly string[]): Promise<number> {
  const { positionals } = readArguments(argv, COMMON_FLAGS);
  if (positionals.length > 1) throw new UsageError('list takes nothing: "dfmod explain <transform>" tells of one');
  const transforms = (await loadTransforms()).map(({ name, summary, keeps }) => [name, `${summary} (keeps ${keeps})`] as const);
  const presets = PRESETS.map(({ name, summary, keeps }) => [name, `${summary} (accepts ${keeps})`] as const);
  const lines = columns([...transforms, ...presets]);
  const shown = ['Transforms:', ...lines.slice(0, transforms.length), '', 'Presets:', ...lines.slice(transforms.length)];
  process.stdout.write(`${shown.join('\n')}\n`);
  return 0;
}
