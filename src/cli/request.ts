import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { loadTransforms } from '../../transforms/index.ts';
import { nearest } from '../nearest.ts';
import type { Step } from '../step.ts';
import { type Keeps, PROMISES, type Transform } from '../transform.ts';
import { type Arguments, positionalsOf, readArguments } from './arguments.ts';
import { checkContext } from './context.ts';
import { ownFlags } from './own-flags.ts';
import { reasonOf } from './reasons.ts';
import { type Selected, select } from './select.ts';
import { COMMON_FLAGS, type Flag, REPORTERS, RUN_FLAGS, UsageError } from './table.ts';

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
export async function readRequest(argv: readonly string[]): Promise<Request | { help: Transform[] }> {
  const flags = { ...RUN_FLAGS, ...COMMON_FLAGS };
  const selected = select(positionalsOf(argv, flags)[0] ?? '');
  const transforms = await loadTransforms(selected.map(({ name }) => name));
  const { values, positionals } = await readOwnArguments(argv, transforms, flags);
  const [list = '', ...named] = positionals;
  if (values.help) return { help: transforms };
  const steps = stepsOf(transforms, selected, values);
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

/** The arguments, own flags of the transforms among them; a flag of another transform is told with its owner. */
async function readOwnArguments(
  argv: readonly string[],
  transforms: readonly Transform[],
  flags: Record<string, Flag>,
): Promise<Arguments> {
  try {
    return readArguments(argv, { ...ownFlags(transforms), ...flags });
  } catch (error) {
    const every = await loadTransforms();
    const { values } = readArguments(argv, { ...ownFlags(every), ...flags });
    const foreign = Object.keys(values).find(name => !Object.hasOwn(ownFlags(transforms), name) && !Object.hasOwn(flags, name));
    if (foreign === undefined) throw error;
    const owners = every.filter(({ options = {} }) => Object.hasOwn(options, foreign)).map(({ name }) => name);
    throw new UsageError(`--${foreign} is an option of ${owners.join(' and ')}`);
  }
}

function stepsOf(transforms: readonly Transform[], selected: readonly Selected[], values: Arguments['values']): Step[] {
  const keeps = values.keeps === undefined ? undefined : (oneOf(values.keeps as string, PROMISES, '--keeps') as Keeps);
  return transforms.map((transform, index) => {
    const own = selected[index] as Selected;
    const options = Object.fromEntries(Object.keys(transform.options ?? {}).map(name => [name, values[name]]));
    return { transform, options, keeps: keeps ?? own.keeps, preset: own.preset };
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
