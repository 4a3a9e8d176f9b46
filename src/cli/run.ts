import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { composeSearch } from '../discover/compose-files.ts';
import { parse } from '../dockerfile/parse.ts';
import { knownImages } from '../images/known.ts';
import { type Migration, migrate } from '../migrate.ts';
import { type FileResult, isChanged, mayBeWritten } from '../report/results.ts';
import type { Caller, Transform } from '../transform.ts';
import { complaints } from './complaints.ts';
import { dockerfileOf, usedContext } from './context.ts';
import { type Input, inputs, shownPath, standardInput } from './inputs.ts';
import { ownFlags } from './own-flags.ts';
import { reportOf } from './reporting.ts';
import { type Request, readRequest } from './request.ts';
import { rootOf } from './root.ts';
import { runHelp } from './table.ts';
import { exitCodeOf, verifiedResult } from './verifying.ts';
import { type Write, writeFiles } from './write.ts';

/** `dfmod <transform> <path>…`: what the transforms propose for each file, reported and, if asked, written. Returns the exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  const request = await readRequest(argv);
  if ('help' in request) {
    process.stdout.write(transformHelp(request.help));
    return 0;
  }
  const cwd = process.cwd();
  const report = await reportOf(request, isPiped(request));
  const callersOf = callerSource(cwd);
  let code = 0;
  let piped: FileResult | undefined;
  for (const input of isPiped(request) ? [await standardInput()] : inputs(request.paths, cwd)) {
    const result = await resultOf(input, request, cwd, callersOf);
    for (const line of await complaints(result)) process.stderr.write(`${line}\n`);
    report.file(result);
    code = Math.max(code, codeOf(result, request));
    if (isPiped(request)) piped = result;
    // Ctrl-C is heard between files
    await setImmediate();
  }
  report.end();
  if (piped?.migration?.problems.length === 0 && mayBeWritten(piped) && takesResult(request)) process.stdout.write(piped.migration.text);
  return code;
}

/** The exit code that a file asks for: the largest of all is the run's. */
function codeOf(result: FileResult, { check }: Request): number {
  const { migration, trouble, written } = result;
  if (trouble.length > 0 || (migration && migration.bugs.length > 0)) return 2;
  const isPending = migration !== undefined && isChanged(migration) && !written;
  return Math.max(exitCodeOf(result), check && isPending ? 1 : 0);
}

function isPiped({ paths }: Request): boolean {
  return paths[0] === '-';
}

function transformHelp(named: readonly Transform[]): string {
  const names = named.map(({ name }) => name).join(',');
  const summaries = named.map(({ name, summary }) => `${name}: ${summary}`);
  return [`dfmod ${names} [<path>…]`, '', ...summaries, '', runHelp(ownFlags(named))].join('\n');
}

async function resultOf(input: Input, request: Request, cwd: string, callersOf: CallerSource): Promise<FileResult> {
  const result: FileResult = {
    path: input.shown,
    against: undefined,
    context: undefined,
    migration: undefined,
    trouble: [],
    skipped: undefined,
    written: false,
    verification: undefined,
  };
  if ('trouble' in input) return { ...result, trouble: [input.trouble] };
  if ('skipped' in input) return { ...result, skipped: input.skipped };
  const file = parse(input.text);
  const { context, folder, shown } = usedContext(input.path, file, knownImages, request.context, cwd);
  const target = request.verify?.settings.target;
  const callers = [...(await callersOf(input.path, folder)), ...(target === undefined ? [] : [targetCaller(target)])];
  const facts = { context, callers, images: knownImages };
  const migration = migrate(file, request.steps, facts);
  const found = { ...result, context: shown, migration, trouble: migration.problems };
  if (!isChanged(migration)) return found;
  const work = { file, steps: request.steps, facts };
  const told = request.verify ? await verifiedResult(found, work, folder, request.verify) : found;
  return request.write ? writtenResult(told, input, folder ?? cwd, cwd) : told;
}

/** Who verifies a stage wants its image. */
function targetCaller(target: string): Caller {
  return { from: `--target ${target}`, target, args: [], replaces: [], mounts: [] };
}

/** A file's result with its changes written, where verify lets them. */
function writtenResult(found: FileResult, input: { path: string; bytes: Uint8Array }, folder: string, cwd: string): FileResult {
  const { migration, trouble } = found;
  if (!migration || trouble.length > 0 || !mayBeWritten(found)) return found;
  const wrong = writeFiles(writesOf(input, migration, folder, rootOf(input.path, cwd)));
  if (!wrong) return { ...found, written: true };
  const message = wrong.path === input.path ? wrong.message : `${shownPath(wrong.path, cwd)} ${wrong.message}`;
  return { ...found, trouble: [{ message, place: undefined }] };
}

type CallerSource = (dockerfile: string, context: string | undefined) => Promise<Caller[]>;

/** Who builds a Dockerfile with settings of its own. What reads compose files is imported where there is one. */
function callerSource(cwd: string): CallerSource {
  const foldersFor = composeSearch();
  let search: ReturnType<typeof import('../discover/callers.ts').callerSearch> | undefined;
  return async (path, context) => {
    const dockerfile = dockerfileOf(path, cwd);
    const folders = foldersFor(dockerfile, context === undefined ? [cwd] : [context, cwd]);
    if (folders.length === 0) return [];
    search ??= (await import('../discover/callers.ts')).callerSearch();
    return search(dockerfile, folders);
  };
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

/** Whether standard output takes standard input's result. */
function takesResult({ reporter, output, check }: Request): boolean {
  return (reporter === 'text' || output !== undefined) && !check;
}
