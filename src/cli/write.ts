import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { reasonOf } from './reasons.ts';

/** A file's new text. */
export interface Write {
  path: string;
  /** The folder that it must not leave, through links either. */
  root: string;
  /** Its bytes as they were read; undefined for a file that must not be there yet. */
  before: Uint8Array | undefined;
  text: string;
}

interface Prepared {
  path: string;
  temporary: string;
  target: string;
  isNew: boolean;
}

/**
 * Writes files, each in one step: what reads them meanwhile sees the old text or the new one. Mode and owner are kept, a link's target is written.
 * Everything that can be checked is checked before the first file changes. Returns what is wrong, and with which; then nothing is left behind.
 * All is done without giving way, so that no signal is heard in between.
 */
export function writeFiles(writes: readonly Write[]): { path: string; message: string } | undefined {
  const prepared: Prepared[] = [];
  let path = '';
  try {
    for (const write of writes) {
      path = write.path;
      const ready = prepare(write);
      if (typeof ready === 'string') return { path, message: ready };
      prepared.push(ready);
    }
    for (const each of prepared) {
      path = each.path;
      commit(each);
    }
  } catch (error) {
    return { path, message: `can't be written: ${reasonOf(error)}` };
  } finally {
    for (const { temporary } of prepared) rmSync(temporary, { force: true });
  }
  return undefined;
}

/** Writes the text beside its file. */
function prepare({ path, root, before, text }: Write): Prepared | string {
  const target = before ? realpathSync(path) : join(realpathSync(dirname(path)), basename(path));
  const inside = relative(realpathSync(root), target);
  if (inside.split(sep)[0] === '..' || isAbsolute(inside)) return `is a link that leads out of ${root}: nothing is written there`;
  const old = before && statSync(target);
  const refused = before && old ? refusal(target, old, before) : undefined;
  if (refused) return refused;
  const temporary = join(dirname(target), `.dfmod-${process.pid}-${Math.random().toString(36).slice(2)}`);
  const file = openSync(temporary, 'wx', 0o666);
  try {
    writeFileSync(file, text);
    if (old) takeOver(file, old);
    fsyncSync(file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  return { path, temporary, target, isNew: !before };
}

/** Why a file that is there isn't replaced. Root may write any file, but whoever took the write bits away meant it. */
function refusal(target: string, { mode }: Stats, before: Uint8Array): string | undefined {
  if ((mode & 0o222) === 0) return 'is read-only: make it writable first (chmod u+w)';
  try {
    accessSync(target, constants.W_OK);
  } catch (error) {
    return `can't be written: ${reasonOf(error)}`;
  }
  return readFileSync(target).equals(before) ? undefined : 'changed since it was read: run dfmod again';
}

/** Gives the new file the owner and mode of the old one; the owner first, because changing it takes set-user-ID bits away. */
function takeOver(file: number, old: Stats): void {
  const own = fstatSync(file);
  if (own.uid !== old.uid || own.gid !== old.gid) fchownSync(file, old.uid, old.gid);
  fchmodSync(file, old.mode & 0o7777);
}

function commit({ temporary, target, isNew }: Prepared): void {
  // a link isn't made over a file that came meanwhile
  if (isNew) linkSync(temporary, target);
  else renameSync(temporary, target);
}
