import { ignoreText } from '../context/tree.ts';
import { knownImages } from '../images/known.ts';
import { type FileResult, mayBeWritten } from '../report/results.ts';
import type { Work } from '../verify/blame.ts';
import type { VerifySettings } from '../verify/verify.ts';
import type { Builds } from './builds.ts';
import { untilEnded } from './interrupt.ts';
import { UsageError } from './table.ts';

type Library = typeof import('../verify/verify.ts');

/**
 * Asks verify something, with its progress shown; Ctrl-C waits until it has taken away what it made. Verify is imported here: only who asks for it pays.
 * Throws a UsageError where there is no engine.
 */
export async function verifying<T>(
  { settings, ...others }: Builds,
  ask: (library: Library, settings: VerifySettings, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const [library, { EngineError }, { progressDisplay }] = await Promise.all([
    import('../verify/verify.ts'),
    import('../verify/engine.ts'),
    import('./progress.ts'),
  ]);
  const { tell, end } = progressDisplay(process.stderr, process.stderr.isTTY === true);
  // a second Ctrl-C ends at once
  process.once('exit', end);
  try {
    return await untilEnded(signal => ask(library, { build: settings, ...others, images: knownImages, tell }, signal));
  } catch (error) {
    if (error instanceof EngineError) throw new UsageError(error.message);
    throw error;
  } finally {
    process.off('exit', end);
    end();
  }
}

/** A file's result with what verify says of it; where a promise is broken, with the part of the changes that holds, if there is one. */
export async function verifiedResult(found: FileResult, work: Work, folder: string | undefined, builds: Builds): Promise<FileResult> {
  const { migration } = found;
  const { context } = work.facts;
  if (!migration || !context || folder === undefined) {
    const unknown = found.context && 'unknown' in found.context ? ` (${found.context.unknown})` : '';
    const message = `can't verify: the build context isn't known${unknown}: name it with --context`;
    return { ...found, trouble: [{ message, place: undefined }] };
  }
  const place = { context: folder, before: { dockerfile: migration.source, ignore: ignoreText(context) } };
  const held = await verifying(builds, ({ verifyMigration }, settings, signal) =>
    verifyMigration(work, migration, place, settings, signal),
  );
  const result = { ...found, verification: held.verification };
  return held.migration && mayBeWritten(result) ? { ...result, migration: held.migration } : result;
}

/** The exit code of what verify found: 1 for a broken promise, 2 where nothing could be said. */
export function exitCodeOf({ verification }: FileResult): number {
  if (!verification || verification.verdict === 'kept') return 0;
  return verification.verdict === 'broken' ? 1 : 2;
}
