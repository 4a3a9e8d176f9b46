import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { loadTransforms } from '../../transforms/index.ts';
import { nearest } from '../nearest.ts';
import type { Step } from '../step.ts';
import { type Keeps, PROMISES, type Transform } from '../transform.ts';
import { type Arguments, positionalsOf, readArguments } from './arguments.ts';
import { type Builds, buildsOf, checkNothingBuilds } from './builds.ts';
import { checkContext } from './context.ts';
import { ownFlags } from './own-flags.ts';
import { reasonOf } from './reasons.ts';
import { type Selected, select } from './select.ts';
import { ALL_RUN_FLAGS, type Flag, REPORTERS, UsageError } from './table.ts';

/** What a command line asks of a run. */
export interface Request extends Reported {
  steps: Step[];
  /** `['-']` for standard input. */
  paths: string[];
  write: boolean;
  check: boolean;
  context: string | undefined;
  /** How verify builds; undefined where it isn't asked for. */
  verify: Builds | undefined;
}

/** How it is told. */
export interface Reported {
  reporter: string;
  output: string | undefined;
}

/** A run as asked for, or the transforms that help is asked for; throws a UsageError for what can't be asked. */
export async function readRequest(argv: readonly string[]): Promise<Request | { help: Transform[] }> {
  const selected = select(positionalsOf(argv, ALL_RUN_FLAGS)[0] ?? '');
  const transforms = await loadTransforms(selected.map(({ name }) => name));
  const { values, positionals } = await readOwnArguments(argv, transforms, ALL_RUN_FLAGS);
  const [list = '', ...named] = positionals;
  if (values.help) return { help: transforms };
  const steps = stepsOf(transforms, selected, values);
  const paths = named.length > 0 ? named : defaultPaths(list);
  const write = values.write === true;
  if (paths.includes('-') && paths.length > 1) throw new UsageError('- is standard input and stands alone');
  if (paths.includes('-') && write)
    throw new UsageError('standard input has no file to write: the result goes to standard output without --write');
  if (!values.verify) checkNothingBuilds(values);
  return {
    steps,
    paths,
    write,
    check: values.check === true,
    context: namedContext(values),
    verify: values.verify ? buildsOf(values) : undefined,
    ...reportedAs(values),
  };
}

/** The context that is named; throws a UsageError for one that Docker would refuse. */
export function namedContext({ context }: Arguments['values']): string | undefined {
  if (context !== undefined) checkContext(context as string);
  return context as string | undefined;
}

/** How the report is asked for; throws a UsageError for a reporter that there is not, and a file that can't be written. */
export function reportedAs({ reporter = 'text', output }: Arguments['values']): Reported {
  if (output !== undefined) checkOutput(output as string);
  return { reporter: oneOf(reporter as string, REPORTERS, '--reporter'), output: output as string | undefined };
}

/** The promise that is named; throws a UsageError for one that there is not. */
export function namedPromise({ keeps }: Arguments['values']): Keeps | undefined {
  return keeps === undefined ? undefined : (oneOf(keeps as string, PROMISES, '--keeps') as Keeps);
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
  const keeps = namedPromise(values);
  return transforms.map((transform, index) => {
    const own = selected[index] as Selected;
    const options = Object.fromEntries(
      Object.keys(transform.options ?? {}).map(name => [name, values[name] as boolean | string | undefined]),
    );
    return { transform, options, keeps: keeps ?? own.keeps, preset: own.preset };
  });
}

/** A value that is one of those allowed; throws a UsageError for another. */
export function oneOf(value: string, allowed: readonly string[], flag: string): string {
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
