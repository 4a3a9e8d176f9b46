import { diskContext } from '../context/disk.ts';
import { ignoreText } from '../context/tree.ts';
import type { Dockerfile } from '../dockerfile/nodes.ts';
import { parse } from '../dockerfile/parse.ts';
import { knownImages } from '../images/known.ts';
import { placeOf } from '../place.ts';
import { promiseByHand } from '../verify/promise.ts';
import type { Version } from '../verify/subject.ts';
import { alterationOf } from './alters.ts';
import { readArguments } from './arguments.ts';
import { buildsOf } from './builds.ts';
import { dockerfileOf, usedContext } from './context.ts';
import { namedInput, shownPath } from './inputs.ts';
import { reportOf } from './reporting.ts';
import { namedContext, namedPromise, reportedAs } from './request.ts';
import { commandFlags, UsageError } from './table.ts';
import { exitCodeOf, verifying } from './verifying.ts';

/** `dfmod verify BEFORE AFTER`: whether the second Dockerfile keeps what it promises of the first, reported. Returns the exit code. */
export async function verify(argv: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(argv, commandFlags('verify'));
  const [, first, second, ...more] = positionals;
  if (first === undefined || second === undefined || more.length > 0)
    throw new UsageError('verify takes two Dockerfiles, as in "dfmod verify Dockerfile Dockerfile.new"');
  const cwd = process.cwd();
  const named = namedContext(values);
  const reported = reportedAs(values);
  const alters = promiseByHand(namedPromise(values) ?? 'behaviour', ((values.alters ?? []) as string[]).map(alterationOf));
  const [before, after] = [dockerfileAt(first), dockerfileAt(second)];
  const { folder, shown } = usedContext(first, before, knownImages, named, cwd);
  if (folder === undefined) {
    const reason = 'unknown' in shown ? ` (${shown.unknown})` : '';
    throw new UsageError(`the build context isn't known${reason}: name the build context with --context`);
  }
  const pair = { context: folder, before: versionOf(before, first, folder, cwd), after: versionOf(after, second, folder, cwd) };
  const report = await reportOf(reported, false);
  const verification = await verifying(buildsOf(values), (library, settings, signal) => library.verify(pair, alters, settings, signal));
  const [path, against] = [shownPath(second, cwd), shownPath(first, cwd)];
  const result = { path, against, context: shown, migration: undefined, trouble: [], skipped: undefined, written: false, verification };
  report.file(result);
  report.end();
  return exitCodeOf(result);
}

/** The Dockerfile at a path; throws a UsageError where it can't be read or parsed. */
function dockerfileAt(path: string): Dockerfile {
  if (path === '-') throw new UsageError('verify reads two files: standard input is none');
  const input = namedInput(path);
  if (!('text' in input)) throw new UsageError(`${path}: ${'trouble' in input ? input.trouble.message : input.skipped}`);
  const file = parse(input.text);
  const [problem] = file.problems;
  if (!problem) return file;
  const { line, column } = placeOf(file, problem.span);
  throw new UsageError(`${path}:${line}:${column}: ${problem.message}`);
}

/** With the ignore file that counts for it: each Dockerfile may have its own. */
function versionOf(file: Dockerfile, path: string, folder: string, cwd: string): Version {
  const context = diskContext(folder, { dockerfile: dockerfileOf(path, cwd) });
  if (context.problem !== undefined) throw new UsageError(context.problem);
  return { dockerfile: file.source, ignore: ignoreText(context) };
}
