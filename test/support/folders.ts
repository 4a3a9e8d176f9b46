import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

/** A function that makes folders of files and links for the suite that calls it; all are gone after it. */
export function folderMaker() {
  let made: string | undefined;
  // made when it is wanted: of a suite without a test that runs, afterAll isn't called
  const scratch = () => {
    made ??= mkdtempSync(join(tmpdir(), 'dfmod-test-'));
    return made;
  };
  afterAll(() => made && rmSync(made, { recursive: true, force: true }));
  let folders = 0;
  const folderOf = (files: Record<string, string | Uint8Array>, links: Record<string, string> = {}): string => {
    const root = join(scratch(), String(folders++));
    mkdirSync(root);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    for (const [path, target] of Object.entries(links)) symlinkSync(target, join(root, path));
    return root;
  };
  return { scratch, folderOf };
}
