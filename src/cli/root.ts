import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isInside, repositoryAbove } from '../discover/repository.ts';

/** The folder that writing a file must not leave: its repository, else the working directory where the file is below that, else its own folder. */
export function rootOf(path: string, cwd: string): string {
  const folder = realpathSync(dirname(resolve(cwd, path)));
  return repositoryAbove(folder) ?? (isInside(realpathSync(cwd), folder) ? cwd : folder);
}
