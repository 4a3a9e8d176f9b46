import { transforms } from '../../transforms/index.ts';
import { readArguments } from './arguments.ts';
import { COMMON_FLAGS, columns, UsageError } from './table.ts';

/** `dfmod list`: every transform with what it does. */
export function list(argv: readonly string[]): number {
  const { positionals } = readArguments(argv, COMMON_FLAGS);
  if (positionals.length > 1) throw new UsageError('list takes nothing: "dfmod explain <transform>" tells of one');
  const rows = transforms.map(({ name, summary, keeps }) => [name, `${summary} (keeps ${keeps})`] as const);
  process.stdout.write(`${columns(rows).join('\n')}\n`);
  return 0;
}
