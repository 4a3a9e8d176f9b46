import { parseArgs } from 'node:util';
import { nearest } from '../nearest.ts';
import { type Flag, UsageError } from './table.ts';

export interface Arguments {
  /** By the flag's name: the value, those of a flag that may be repeated, or true. */
  values: Record<string, string | boolean | string[] | undefined>;
  positionals: string[];
}

/** The command line read by a table of flags; throws a UsageError for a flag that isn't in it, has no value, or has one too many. */
export function readArguments(argv: readonly string[], flags: Record<string, Flag>): Arguments {
  const { positionals, tokens } = parseArgs({ args: [...argv], options: flags, strict: false, allowPositionals: true, tokens: true });
  const values: Arguments['values'] = {};
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (!flag) throw new UsageError(unknownFlag(rawName, Object.keys(flags)));
    if (flag.type === 'boolean' && value !== undefined) throw new UsageError(`${rawName} takes no value`);
    if (flag.type === 'string' && (value === undefined || value === '' || (!inlineValue && /^-./.test(value)))) {
      throw new UsageError(`${rawName} needs a value: ${flag.summary}`);
    }
    if (flag.multiple && value !== undefined) values[name] = [...((values[name] as string[] | undefined) ?? []), value];
    else values[name] = value ?? true;
  }
  return { values, positionals };
}

/** What isn't an option, as far as the flags of a table tell. */
export function positionalsOf(argv: readonly string[], flags: Record<string, Flag>): string[] {
  return parseArgs({ args: [...argv], options: flags, strict: false, allowPositionals: true }).positionals;
}

function unknownFlag(rawName: string, names: readonly string[]): string {
  const near = rawName.startsWith('--') ? nearest(rawName.slice(2), names) : undefined;
  return `unknown option ${rawName}${near ? `: did you mean --${near}?` : ' ("dfmod --help" shows them)'}`;
}
