import type { WriteStream } from 'node:tty';
import { printable } from '../report/printable.ts';
import type { BuildStep, Progress } from '../verify/builder.ts';

/** What shows how builds go on. */
export interface ProgressDisplay {
  tell(progress: Progress): void;
  /** Nothing of a live display is left behind. */
  end(): void;
}

/** A stream that a display is written to; `columns` is the width of a terminal. */
export type DisplayStream = Pick<WriteStream, 'write'> & { columns?: number };

const USUAL_COLUMNS = 80;
const REDRAWN_EVERY = 1000;
const UP = '\x1b[1A';
const CLEAR_LINE = '\x1b[2K\r';

/** Builds as they go on: one live line each on a terminal, a line for each step that ends in CI, and else nothing. */
export function progressDisplay(stream: DisplayStream, isTerminal: boolean): ProgressDisplay {
  if (isTerminal) return liveDisplay(stream);
  return process.env.CI ? plainDisplay(stream) : { tell() {}, end() {} };
}

function plainDisplay(stream: DisplayStream): ProgressDisplay {
  return {
    tell({ build, step }) {
      if (!('started' in step)) stream.write(`${printable(`${build}: ${step.name}`)} (${durationOf(step)})\n`);
    },
    end() {},
  };
}

function durationOf({ cached, seconds }: BuildStep): string {
  return cached ? 'cached' : `${seconds.toFixed(1)} s`;
}

/** What a build does now, or did last. */
interface Shown {
  name: string;
  /** By `performance.now()`; undefined for a step that ended. */
  since: number | undefined;
  ended: string;
}

function liveDisplay(stream: DisplayStream): ProgressDisplay {
  const builds = new Map<string, Shown>();
  let drawn = 0;
  const erase = () => {
    if (drawn > 0) stream.write(CLEAR_LINE + `${UP}${CLEAR_LINE}`.repeat(drawn));
    drawn = 0;
  };
  const draw = () => {
    const lines = [...builds].map(([build, shown]) => lineOf(build, shown, stream.columns || USUAL_COLUMNS));
    erase();
    stream.write(lines.map(line => `${line}\n`).join(''));
    drawn = lines.length;
  };
  const timer = setInterval(draw, REDRAWN_EVERY).unref();
  return {
    tell({ build, step }) {
      const last = builds.get(build);
      if ('started' in step) builds.set(build, { name: step.name, since: performance.now(), ended: '' });
      // the step that is shown goes on while one beside it ends
      else if (last?.since === undefined || last.name === step.name) {
        builds.set(build, { name: step.name, since: undefined, ended: durationOf(step) });
      }
      draw();
    },
    end() {
      clearInterval(timer);
      erase();
    },
  };
}

/** A line narrower than the terminal, so that it takes one row: the step's name is what is cut. */
function lineOf(build: string, { name, since, ended }: Shown, columns: number): string {
  const time = since === undefined ? ended : `${Math.floor((performance.now() - since) / 1000)} s`;
  const start = `${printable(build)}  `;
  const room = Math.max(columns - 1 - start.length - 2 - time.length, 0);
  const text = printable(name);
  const cut = text.length > room ? `${text.slice(0, Math.max(room - 1, 0))}…` : text;
  return `${start}${cut}  ${time}`.slice(0, Math.max(columns - 1, 0));
}
