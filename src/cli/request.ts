import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { transforms } from '../../transforms/index.ts';
import { nearest } from '../nearest.ts';
import type { Step } from '../step.ts';
import { type Keeps, PROMISES, type Transform } from '../transform.ts';
import { type Arguments, readArguments } from './arguments.ts';
import { checkContext } from './context.ts';
import { ownFlags } from './own-flags.ts';
import { reasonOf } from './reasons.ts';
import { selectTransforms } from './select.ts';
import { COMMON_FLAGS, REPORTERS, RUN_FLAGS, UsageError } from './table.ts';

/** What a command line asks of a run. */
export interface Request {
  steps: Step[];
  /** `['-']` for standard input. */
  paths: string[];
  write: boolean;
  check: boolean;
  context: string | undefined;
  reporter: string;
  output: string | undefined;
}

/** A run as asked for, or the transforms that help is asked for; throws a UsageError for what can't be asked. */
export function readRequest(argv: readonly string[]): Request | { help: Transform[] } {
  const { values, positionals } = readArguments(argv, { ...ownFlags(transforms), ...RUN_FLAGS, ...COMMON_FLAGS });
  const [list = '', ...named] = positionals;
  const selected = selectTransforms(list);
  if (values.help) return { help: selected };
  const steps = stepsOf(selected, values);
  const paths = named.length > 0 ? named : defaultPaths(list);
  const write = values.write === true;
  if (paths.includes('-') && paths.length > 1) throw new UsageError('- is standard input and stands alone');
  if (paths.includes('-') && write)
    throw new UsageError('standard input has no file to write: the result goes to standard output without --write');
  const text = (name: string) => values[name] as string | undefined;
  const context = text('context');
  if (context !== undefined) checkContext(context);
  const output = text('output');
  if (output !== undefined) checkOutput(output);
  return {
    steps,
    paths,
    write,
    check: values.check === true,
    context,
    reporter: oneOf(text('reporter') ?? 'text', REPORTERS, '--reporter'),
    output,
  };
}

/** The transforms with their thresholds: one that is named by itself may do all that it does. */
function stepsOf(selected: readonly Transform[], values: Arguments['values']): Step[] {
  const keeps = oneOf((values.keeps as string | undefined) ?? 'intent', PROMISES, '--keeps') as Keeps;
  const own = ownFlags(selected);
  for (const name of Object.keys(values)) {
    if (Object.hasOwn(own, name) || Object.hasOwn(RUN_FLAGS, name) || Object.hasOwn(COMMON_FLAGS, name)) continue;
    const owners = transforms.filter(({ options = {} }) => Object.hasOwn(options, name)).map(transform => transform.name);
    throw new UsageError(`--${name} is an option of ${owners.join(' and ')}`);
  }
  return selected.map(transform => {
    const options = Object.fromEntries(Object.keys(transform.options ?? {}).map(name => [name, values[name]]));
    return { transform, options, keeps, preset: false };
  });
}

function oneOf(value: string, allowed: readonly string[], flag: string): string {
  if (allowed.includes(value)) return value;
  const near = nearest(value, allowed);
  throw new UsageError(
    `${flag} is ${allowed.slice(0, -1).join(', ')} or ${allowed.at(-1)}, not "${value}"${near ? `: did you mean ${near}?` : ''}`,
  );
}

function defaultPaths(list: string): string[] {
  if (existsSync('Dockerfile')) return ['Dockerfile'];
  throw new UsageError(`no Dockerfile here: name a file or a folder, as in "dfmod ${list} ."`);
}

function checkOutput(path: string): void {
  try {
    if (statSync(dirname(path)).isDirectory() && !existsSync(path)) accessSync(dirname(path), constants.W_OK);
    else accessSync(path, constants.W_OK);
  } catch (error) {
    throw new UsageError(`--output ${path}: ${reasonOf(error)}`);
  }
}
