import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { parse } from '../dockerfile/parse.ts';
import { knownImages } from '../images/known.ts';
import { type Migration, migrate } from '../migrate.ts';
import { jsonReport } from '../report/json.ts';
import { type FileResult, isChanged } from '../report/results.ts';
import { type Colours, textReport } from '../report/text.ts';
import type { Transform } from '../transform.ts';
import { complaints } from './complaints.ts';
import { usedContext } from './context.ts';
import { type Input, inputs, shownPath, standardInput } from './inputs.ts';
import { ownFlags } from './own-flags.ts';
import { reasonOf } from './reasons.ts';
import { type Request, readRequest } from './request.ts';
import { rootOf } from './root.ts';
import { runHelp, UsageError } from './table.ts';
import { type Write, writeFiles } from './write.ts';

/** `dfmod <transform> <path>…`: what the transforms propose for each file, reported and, if asked, written. Returns the exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  const request = readRequest(argv);
  if ('help' in request) {
    process.stdout.write(transformHelp(request.help));
    return 0;
  }
  const cwd = process.cwd();
  const results: FileResult[] = [];
  for (const input of isPiped(request) ? [await standardInput()] : inputs(request.paths, cwd)) {
    results.push(resultOf(input, request, cwd));
    // Ctrl-C is heard between files
    await setImmediate();
  }
  await deliver(results, request);
  const failed = results.some(({ trouble, migration }) => trouble.length > 0 || (migration && migration.bugs.length > 0));
  const pending = results.some(({ migration, written }) => migration && isChanged(migration) && !written);
  return failed ? 2 : request.check && pending ? 1 : 0;
}

function isPiped({ paths }: Request): boolean {
  return paths[0] === '-';
}

function transformHelp(named: readonly Transform[]): string {
  const names = named.map(({ name }) => name).join(',');
  const summaries = named.map(({ name, summary }) => `${name}: ${summary}`);
  return [`dfmod ${names} [<path>…]`, '', ...summaries, '', runHelp(ownFlags(named))].join('\n');
}

function resultOf(input: Input, request: Request, cwd: string): FileResult {
  const result: FileResult = {
    path: input.shown,
    context: undefined,
    migration: undefined,
    trouble: [],
    skipped: undefined,
    written: false,
  };
  if ('trouble' in input) return { ...result, trouble: [input.trouble] };
  if ('skipped' in input) return { ...result, skipped: input.skipped };
  const file = parse(input.text);
  const { context, folder, shown } = usedContext(input.path, file, knownImages, request.context, cwd);
  const migration = migrate(file, request.steps, { context, images: knownImages });
  const found = { ...result, context: shown, migration, trouble: migration.problems };
  if (!request.write || !isChanged(migration)) return found;
  const wrong = writeFiles(writesOf(input, migration, folder ?? cwd, rootOf(input.path, cwd)));
  if (!wrong) return { ...found, written: true };
  const message = wrong.path === input.path ? wrong.message : `${shownPath(wrong.path, cwd)} ${wrong.message}`;
  return { ...found, trouble: [{ message, place: undefined }] };
}

/** The neighbours come first: what needs them isn't there before they are. */
function writesOf(
  input: { path: string; bytes: Uint8Array },
  { source, text, neighbours }: Migration,
  folder: string,
  root: string,
): Write[] {
  const writes: Write[] = neighbours.map(({ path, before, text: now }) => ({
    path: join(folder, path),
    root: folder,
    before: before === undefined ? undefined : Buffer.from(before),
    text: now,
  }));
  return text === source ? writes : [...writes, { path: input.path, root, before: input.bytes, text }];
}

/** Gives the report to whom it is for, and standard input's result to standard output. */
async function deliver(results: readonly FileResult[], request: Request): Promise<void> {
  for (const line of results.flatMap(complaints)) process.stderr.write(`${line}\n`);
  const asText = request.reporter === 'text';
  const stream = isPiped(request) && asText ? process.stderr : process.stdout;
  const colours = await coloursFor(request.output === undefined && stream.isTTY);
  const report = asText ? textReport(results, { colours, diffs: !isPiped(request) }) : jsonReport(results, await sha256());
  if (request.output === undefined) stream.write(report);
  else writeReport(request.output, report);
  const piped = isPiped(request) && (asText || request.output !== undefined) && !request.check;
  const [migration] = results.flatMap(result => result.migration ?? []);
  if (piped && migration && migration.problems.length === 0) process.stdout.write(migration.text);
}

function writeReport(path: string, report: string): void {
  try {
    writeFileSync(path, report);
  } catch (error) {
    throw new UsageError(`--output ${path}: ${reasonOf(error)}`);
  }
}

async function sha256(): Promise<(text: string) => string> {
  const { createHash } = await import('node:crypto');
  return text => createHash('sha256').update(text).digest('hex');
}

/** Colour only on a terminal; NO_COLOR takes it away, FORCE_COLOR gives it (no-color.org, force-color.org). */
async function coloursFor(isTerminal: boolean): Promise<Colours | undefined> {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR || !(FORCE_COLOR ? FORCE_COLOR !== '0' : isTerminal && TERM !== 'dumb')) return undefined;
  const { default: picocolors } = await import('picocolors');
  return picocolors.createColors(true);
}
