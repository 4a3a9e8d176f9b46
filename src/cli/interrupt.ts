/** Work that takes something away before the program ends. */
let work: AbortController | undefined;
/** What the program is to end with, once that is done. */
let code: number | undefined;

/** Lets Ctrl-C and SIGTERM end the program; the second one does at once. */
export function hearSignals(): void {
  process.on('SIGINT', () => endOrExit(130));
  process.on('SIGTERM', () => endOrExit(143));
}

function endOrExit(wanted: number): void {
  if (code !== undefined) process.exit(wanted);
  endWith(wanted);
}

/**
 * Ends the program: at once where nothing has to be taken away (what is written is written in one go, between which no signal is heard), else by aborting
 * the work, whose end it then is.
 */
export function endWith(wanted: number): void {
  if (!work) process.exit(wanted);
  code ??= wanted;
  work.abort();
}

/**
 * Does work that takes something away when it ends, whatever ends it. Its signal is aborted where the program is to end: then it throws, or else the program
 * ends here.
 */
export async function untilEnded<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  work = new AbortController();
  try {
    const result = await run(work.signal);
    if (code !== undefined) process.exit(code);
    return result;
  } finally {
    work = undefined;
  }
}

/** What the program was told to end with, by a signal or a stream that closed; undefined where it wasn't. */
export function toldToEnd(): number | undefined {
  return code;
}
