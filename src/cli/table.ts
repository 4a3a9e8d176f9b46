/** What the command line takes: commands, options and their help, in one place. Imported by every start, so it imports nothing. */

export interface Flag {
  type: 'boolean' | 'string';
  short?: string;
  /** What stands for the value in the help. */
  value?: string;
  summary: string;
}

export interface Command {
  /** What follows its name. */
  usage: string;
  summary: string;
}

/** Bad usage, said in one line; exit code 2. */
export class UsageError extends Error {}

export const COMMANDS: Record<string, Command> = {
  list: { usage: '', summary: 'every transform, in the order in which they are applied, and the presets' },
  explain: { usage: '<transform | preset>', summary: 'what a transform does, promises and settles, and its options' },
};

export const COMMON_FLAGS: Record<string, Flag> = {
  help: { type: 'boolean', short: 'h', summary: 'show this help' },
  version: { type: 'boolean', short: 'V', summary: 'show the version' },
};

export const RUN_FLAGS: Record<string, Flag> = {
  write: { type: 'boolean', short: 'w', summary: 'write the result' },
  check: { type: 'boolean', summary: 'exit with 1 if changes are pending' },
  keeps: { type: 'string', value: '<promise>', summary: 'the weakest promise to accept: image, behaviour or intent' },
  context: { type: 'string', value: '<folder>', summary: 'the build context; without it, the folder that has what is copied' },
  reporter: { type: 'string', value: '<name>', summary: 'text, or json: a plan for programs' },
  output: { type: 'string', value: '<file>', summary: 'where the report goes instead of standard output' },
};

export const REPORTERS = ['text', 'json'];

const RUN_USAGE = 'dfmod <transform | preset>[,…] [<path>…]';

/** The help of the whole program. */
export function help(): string {
  const commands = Object.entries(COMMANDS).map(([name, { usage, summary }]) => [`dfmod ${name} ${usage}`.trim(), summary] as const);
  return [
    'dfmod rewrites Dockerfiles: it proposes, shows the diff and says why.',
    '',
    'Usage:',
    ...columns([[RUN_USAGE, 'show what would change'], ...commands]),
    '',
    runHelp({}),
  ].join('\n');
}

/** Paths, options and exit codes of a run; with a transform's own options. */
export function runHelp(own: Record<string, Flag>): string {
  return [
    'A path is a Dockerfile or a folder to walk; none is ./Dockerfile, and - is standard input, its result on standard output.',
    '',
    ...(Object.keys(own).length > 0 ? ['Its own options:', ...flagLines(own), ''] : []),
    'Options:',
    ...flagLines({ ...RUN_FLAGS, ...COMMON_FLAGS }),
    '',
    'Exit code: 0 nothing to do, or done; 1 changes are pending under --check; 2 trouble.',
    '',
  ].join('\n');
}

/** The help of a command that isn't a run. */
export function commandHelp(name: string): string {
  const { usage, summary } = COMMANDS[name] as Command;
  return [`dfmod ${name} ${usage}`.trim(), '', `Shows ${summary}.`, '', 'Options:', ...flagLines(COMMON_FLAGS), ''].join('\n');
}

function flagLines(flags: Record<string, Flag>): string[] {
  const rows = Object.entries(flags).map(([name, { short, value, summary }]) => {
    const long = value === undefined ? `--${name}` : `--${name} ${value}`;
    return [`${short ? `-${short}, ` : '    '}${long}`, summary] as const;
  });
  return columns(rows);
}

/** Two columns, indented. */
export function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
