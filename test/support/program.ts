import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll } from 'vitest';
import { projectRoot } from './paths.ts';

/** The package as it would be installed, built for the suite from the sources as they are: its folder and its program. */
export function installedPackage(): { readonly folder: string; readonly bin: string } {
  const installed = { folder: '', bin: '' };
  beforeAll(async () => {
    installed.folder = mkdtempSync(join(tmpdir(), 'dfmod-'));
    installed.bin = join(installed.folder, 'bin/dfmod.js');
    cpSync(join(projectRoot, 'bin'), join(installed.folder, 'bin'), { recursive: true });
    cpSync(join(projectRoot, 'package.json'), join(installed.folder, 'package.json'));
    await execa('npx', ['tsdown', '--log-level', 'error', '--out-dir', join(installed.folder, 'dist')], { cwd: projectRoot });
  }, 120_000);
  afterAll(() => rmSync(installed.folder, { recursive: true, force: true }));
  return installed;
}
