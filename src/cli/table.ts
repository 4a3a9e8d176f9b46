/** What the command line takes: commands, options and their help, in one place. Imported by every start, so it imports nothing. */

export interface Flag {
  type: 'boolean' | 'string';
  short?: string;
  /** What stands for the value in the help. */
  value?: string;
  summary: string;
  /** It may be given more than once: its value is a list. */
  multiple?: boolean;
}

export interface Command {
  /** What follows its name. */
  usage: string;
  summary: string;
  /** Its own, beside those of every command. */
  flags?: Record<string, Flag>;
  /** Whether it builds, and takes the flags that say how. */
  builds?: boolean;
}

/** Bad usage, or an engine that is missing: said in one line; exit code 2. */
export class UsageError extends Error {}

export const COMMON_FLAGS: Record<string, Flag> = {
  help: { type: 'boolean', short: 'h', summary: 'show this help' },
  version: { type: 'boolean', short: 'V', summary: 'show the version' },
};

const REPORT_FLAGS: Record<string, Flag> = {
  reporter: { type: 'string', value: '<name>', summary: 'text, json: a plan for programs, or markdown: for a pull request' },
  output: { type: 'string', value: '<file>', summary: 'where the report goes instead of standard output' },
};

export const RUN_FLAGS: Record<string, Flag> = {
  write: { type: 'boolean', short: 'w', summary: 'write the result' },
  check: { type: 'boolean', summary: 'exit with 1 if changes are pending' },
  keeps: { type: 'string', value: '<promise>', summary: 'the weakest promise to accept: image, behaviour or intent' },
  context: { type: 'string', value: '<folder>', summary: 'the build context; without it, the folder that has what is copied' },
  ...REPORT_FLAGS,
};

const VERIFY_FLAG: Record<string, Flag> = {
  verify: { type: 'boolean', summary: 'build each changed file before and after, and hold every change to its promise' },
};

/** How images are built and tried. Those that Docker has too mean what they mean there. */
export const BUILD_FLAGS: Record<string, Flag> = {
  smoke: { type: 'string', value: '<command>', summary: 'a command that must do in both containers what it did before' },
  'no-rebuild': { type: 'boolean', summary: "don't measure rebuilds after an edit: up to four more builds" },
  builder: { type: 'string', value: '<name>', summary: 'the buildx builder, a remote one too' },
  platform: { type: 'string', value: '<platform>', summary: 'what is built for, as in linux/arm64' },
  target: { type: 'string', value: '<stage>', summary: 'the stage to build instead of the last' },
  network: { type: 'string', value: '<mode>', summary: 'the network of RUN' },
  'build-arg': { type: 'string', value: '<name=value>', multiple: true, summary: 'a value for ARG (*)' },
  secret: { type: 'string', value: '<id=…>', multiple: true, summary: 'a secret for RUN (*)' },
  ssh: { type: 'string', value: '<id>', multiple: true, summary: 'an SSH agent or key for RUN (*)' },
  'cache-from': { type: 'string', value: '<source>', multiple: true, summary: 'where cached layers come from (*)' },
  'cache-to': { type: 'string', value: '<target>', multiple: true, summary: 'where layers are cached (*)' },
};

/** Everything that a run takes beside the options of its transforms. */
export const ALL_RUN_FLAGS: Record<string, Flag> = { ...RUN_FLAGS, ...VERIFY_FLAG, ...BUILD_FLAGS, ...COMMON_FLAGS };

export const REPORTERS = ['text', 'json', 'markdown'];

export const COMMANDS: Record<string, Command> = {
  verify: {
    usage: '<before> <after>',
    summary: 'what two Dockerfiles build, whether it is the same, and whether it does the same',
    flags: {
      context: { type: 'string', value: '<folder>', summary: 'the build context of both; without it, the folder that has what is copied' },
      keeps: { type: 'string', value: '<promise>', summary: 'what must stay as it is: image, behaviour (without it) or intent' },
      alters: {
        type: 'string',
        value: '<kind:value>',
        multiple: true,
        summary: 'a difference that is meant, as in removed:/var/cache/** (*)',
      },
      ...REPORT_FLAGS,
    },
    builds: true,
  },
  list: { usage: '', summary: 'every transform, in the order in which they are applied, and the presets' },
  explain: { usage: '<transform | preset>', summary: 'what a transform does, promises and settles, and its options' },
};

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
    ...buildHelp(VERIFY_FLAG),
    '',
    'Exit code: 0 nothing to do, or done; 1 changes are pending under --check, or a broken promise; 2 trouble.',
    '',
  ].join('\n');
}

/** The help of a command that isn't a run. */
export function commandHelp(name: string): string {
  const { usage, summary, flags, builds } = COMMANDS[name] as Command;
  const built = builds ? ['', ...buildHelp({}), '', 'Exit code: 0 nothing is broken; 1 a broken promise; 2 trouble.'] : [];
  const options = flagLines({ ...flags, ...COMMON_FLAGS });
  return [`dfmod ${name} ${usage}`.trim(), '', `Shows ${summary}.`, '', 'Options:', ...options, ...built, ''].join('\n');
}

function buildHelp(first: Record<string, Flag>): string[] {
  return ['Verify, with Docker (* as often as needed):', ...flagLines({ ...first, ...BUILD_FLAGS })];
}

/** What a command takes. */
export function commandFlags(name: string): Record<string, Flag> {
  const { flags, builds } = COMMANDS[name] as Command;
  return { ...flags, ...(builds ? BUILD_FLAGS : {}), ...COMMON_FLAGS };
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
