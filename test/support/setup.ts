import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { sharedFolder } from './paths.ts';

/** Compiles the judge, where it is there, before the clock of any suite runs: its first call takes a minute or two. */
export default async function compileJudge(): Promise<void> {
  const judge = join(sharedFolder, 'engine/judge');
  if (existsSync(judge)) await execa(judge, ['lint', '-'], { input: '' });
}
