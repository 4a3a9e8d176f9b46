import type { Readable } from 'node:stream';
import type { Engine } from './engine.ts';

/** What a program has printed first: at most 64 KB each. */
export interface Output {
  stdout: string;
  stderr: string;
  /** Whether there was more. */
  isCut: boolean;
}

const MOST = 64 * 1024;
const MOST_SHOWN = 160;
const LAST_WORDS = 5_000;
/** How an error that ends a program begins: the last line that a program prints may tell its version. */
const ERROR = /^(?:[\w$]{1,50}[.:]){0,20}\w{0,50}(?:Error|Exception)\b.*|^(?:panic|fatal)\b.*/i;

/** What differs from one run of a program to the next, most particular first, and what stands for it. */
const PASSING: readonly [RegExp, string][] = [
  // colours and moves of the cursor
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
  [/\u001b\[[0-9;?]{0,20}[A-Za-z]/g, ''],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  // 2026-11-21T11:25:46.123Z, 2026/11/21 11:25:46, 2026-11-21 11:25:46,123 +0000
  [/\b\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d?:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?: ?Z| ?[+-]\d\d:?\d\d)?)?/g, '<time>'],
  // 21/Nov/2026:11:25:46 +0000
  [
    /\b\d\d?[/ -](?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}[/ -]\d{4}(?:[: ]\d\d:\d\d(?::\d\d)?(?:\.\d{1,9})?)?(?: (?:[+-]\d{4}|GMT|UTC))?/g,
    '<time>',
  ],
  // Sat Nov 21 11:25:46 UTC 2026, Nov 21 11:25:46, Nov 21, 2026
  [
    /\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6} {1,2}\d\d?(?:,? \d{4})?(?:,? \d\d:\d\d:\d\d)?(?: [A-Z]{3,4})?(?: \d{4})?\b/g,
    '<time>',
  ],
  [/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:[a-z]{3,6})?,? (?=<time>)/g, ''],
  [/\b\d\d?:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?[AP]M\b)?/g, '<time>'],
  // seconds, milliseconds and finer since 1970, from 2020 to 2033
  [/\b1[6-9]\d{8}(?:\d{3}|\d{6}|\d{9})?(?:\.\d{1,9})?\b/g, '<time>'],
  [/\b0x[0-9a-f]{4,16}\b/gi, '<address>'],
  // containers and requests
  [/\b[0-9a-f]{12,64}\b/g, '<id>'],
  // the engine's own networks (RFC 1918)
  [/\b(?:172\.(?:1[6-9]|2\d|3[01])|192\.168)\.\d{1,3}\.\d{1,3}\b/g, '<address>'],
  // ports that the kernel chooses
  [/(:|\bport )(?:3[3-9]\d{3}|32[89]\d\d|327[7-9]\d|3276[89]|[45]\d{4}|6[0-5]\d{3})\b/g, '$1<port>'],
  [/\(node:\d+\)/g, '(node:<pid>)'],
  [/\b(pid|process|ppid|tid)(["']?[ :=#([]{1,3})\d+/gi, '$1$2<pid>'],
  [/\[\d+\]/g, '[<pid>]'],
  [/\b\d+(?:\.\d+)? ?(?:ns|µs|μs|us|ms|s|secs?|seconds?|min|minutes?)\b/g, '<duration>'],
  [/\/tmp\/[\w.-]+/g, '/tmp/<name>'],
];

/** A text with a fixed word for each thing that differs from one run to the next: times, ids, ports, addresses, durations. */
export function normalised(text: string): string {
  return PASSING.reduce((rest, [passing, word]) => rest.replace(passing, word), text);
}

/** Where the output of two runs parts: the two lines; undefined where it doesn't. Of output that was cut, only as many lines as both have count. */
export function outputDifference(before: Output, after: Output): { was: string; is: string } | undefined {
  for (const stream of ['stdout', 'stderr'] as const) {
    const [was, is] = [lines(before[stream]), lines(after[stream])];
    const isCut = before.isCut || after.isCut;
    // the last line may be cut too
    const end = isCut ? Math.min(was.length, is.length) - 1 : Math.max(was.length, is.length);
    for (let at = 0; at < end; at++) if (was[at] !== is[at]) return parting(was[at] ?? '', is[at] ?? '');
  }
  return undefined;
}

/** Two texts short enough for a message, from a little before the place where they part. */
export function parting(was: string, is: string): { was: string; is: string } {
  let at = 0;
  while (at < was.length && was[at] === is[at]) at++;
  const from = at < MOST_SHOWN ? 0 : at - 20;
  return { was: shown(was, from), is: shown(is, from) };
}

function shown(text: string, from: number): string {
  const rest = text.slice(from);
  return `${from > 0 ? '…' : ''}${rest.length > MOST_SHOWN ? `${rest.slice(0, MOST_SHOWN)}…` : rest}`;
}

function lines(text: string): string[] {
  return normalised(text)
    .replace(NOTICE, '')
    .trimEnd()
    .split(/\r?\n/)
    .map(line => line.trimEnd());
}

/** What npm says of itself: that a newer one is there, once a week. */
const NOTICE = /^npm notice(?: .*)?\r?$/gm;

/** Lines in which a shell, a loader or a language says that something isn't there, or may not be used. */
const COMPLAINT =
  /: (?:command |applet )?not found$|: (?:No such file(?: or directory)?|Permission denied|Read-only file system)$|\berror while loading shared libraries: |\bCannot find module '|\b(?:ENOENT: no such file|EACCES: permission denied)|^(?:ModuleNotFound|Import|FileNotFound|Permission)Error: /;
const REMARK = /\b(?:debug|info|notice|warn(?:ing)?)\b/i;

/** The first line that complains of something which isn't there or may not be used, as another output never does. */
export function complaint(before: Output, after: Output): string | undefined {
  const said = new Set([before.stderr, before.stdout].flatMap(lines));
  const found = [after.stderr, after.stdout].flatMap(lines).find(line => COMPLAINT.test(line) && !REMARK.test(line) && !said.has(line));
  return found === undefined ? undefined : shown(found, 0);
}

/** The line in which a program that failed says why, best on its error stream: the last one that reads like an error, else the last; empty where it is silent. */
export function failure({ stdout, stderr }: Output): string {
  const said = (stderr.trim() || stdout.trim()).split('\n').map(line => line.trim());
  return shown(said.findLast(line => ERROR.test(line)) ?? said.at(-1) ?? '', 0);
}

/** Reads what a container prints from its start on; `end` returns what has come, and ends the reading of one that goes on. */
export function readOutput(engine: Engine, id: string): { end(hasEnded: boolean): Promise<Output> } {
  const reader = engine.start(['logs', '--follow', id], { reject: false, buffer: false });
  const read = collect(reader.stdout, reader.stderr, () => reader.kill());
  return {
    async end(hasEnded) {
      // what follows a log may miss its end
      const timer = setTimeout(() => reader.kill(), hasEnded ? LAST_WORDS : 0);
      await reader;
      clearTimeout(timer);
      return read();
    },
  };
}

/** Collects the beginning of both streams of a program; calls `full` as soon as one of them has more than is kept. */
export function collect(stdout: Readable, stderr: Readable, full: () => void): () => Output {
  const kept = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  let isCut = false;
  const streams = { stdout, stderr };
  for (const name of ['stdout', 'stderr'] as const) {
    let size = 0;
    streams[name].on('data', (chunk: Buffer) => {
      kept[name].push(chunk.subarray(0, Math.max(0, MOST - size)));
      size += chunk.length;
      if (size <= MOST || isCut) return;
      isCut = true;
      full();
    });
  }
  return () => ({ stdout: Buffer.concat(kept.stdout).toString(), stderr: Buffer.concat(kept.stderr).toString(), isCut });
}
