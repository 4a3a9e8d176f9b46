import { lstatSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** The folder that writing a file must not leave: its repository, else the working directory where the file is below that, else its own folder. */
export function rootOf(path: string, cwd: string): string {
  const folder = realpathSync(dirname(resolve(cwd, path)));
  for (let at = folder; ; at = dirname(at)) {
    if (lstatSync(join(at, '.git'), { throwIfNoEntry: false })) return at;
    if (at === dirname(at)) break;
  }
  return relative(realpathSync(cwd), folder).split(sep)[0] === '..' ? folder : cwd;
}
