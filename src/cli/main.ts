import { writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { endWith, hearSignals, toldToEnd } from './interrupt.ts';
import { ALL_RUN_FLAGS, COMMANDS, commandHelp, help, UsageError } from './table.ts';

/** Runs the command line and returns its exit code. Everything but the table is imported where it is needed: `--help` starts as fast as an empty program. */
async function main(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    options: { ...ALL_RUN_FLAGS, ...COMMANDS.verify?.flags },
    strict: false,
    allowPositionals: true,
  });
  const [name] = positionals;
  if (values.version) {
    const { version } = await import('./version.ts');
    print(`${version}\n`);
    return 0;
  }
  if (values.help && (name === undefined || Object.hasOwn(COMMANDS, name))) {
    print(name === undefined ? help() : commandHelp(name));
    return 0;
  }
  guardStreams();
  if (name === undefined) {
    if (argv.length > 0) throw new UsageError('name a transform or preset: dfmod <transform> <path> ("dfmod list" shows them)');
    process.stderr.write(help());
    return 2;
  }
  if (!Object.hasOwn(COMMANDS, name)) return (await import('./run.ts')).run(argv);
  if (name === 'verify') return (await import('./verify.ts')).verify(argv);
  return name === 'list' ? (await import('./list.ts')).list(argv) : (await import('./explain.ts')).explain(argv);
}

/** Writes a help text straight to the descriptor: to set process.stdout up costs milliseconds. */
function print(text: string): void {
  try {
    writeSync(1, text);
  } catch (error) {
    cannotWrite(error as NodeJS.ErrnoException);
  }
}

function cannotWrite({ code }: NodeJS.ErrnoException): void {
  // a reader that stops early (`| head`) is no trouble
  const isClosed = code === 'EPIPE';
  if (!isClosed) process.stderr.write(`dfmod: standard output can't be written (${code})\n`);
  endWith(isClosed ? 0 : 2);
}

function guardStreams(): void {
  process.stdout.on('error', cannotWrite);
  process.stderr.on('error', () => endWith(0));
  hearSignals();
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = toldToEnd() ?? 2;
  // work that was aborted throws; what it couldn't take away is told
  if (toldToEnd() === undefined || error instanceof UsageError) await tell(error);
}

async function tell(error: unknown): Promise<void> {
  const { printable } = await import('../report/printable.ts');
  const said =
    error instanceof UsageError ? error.message : `this is a bug of dfmod's own: ${error instanceof Error ? error.stack : String(error)}`;
  const lines = error instanceof UsageError ? [said] : said.split('\n');
  process.stderr.write(`dfmod: ${lines.map(printable).join('\n')}\n`);
}
