import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rebuilds } from '../src/verify/rebuild.ts';
import { folderMaker } from './support/folders.ts';

describe('an edit of which the rebuild is measured', () => {
  const { folderOf } = folderMaker();

  /** The files that would be edited, and what each held when it was built. */
  async function edited(context: string, ran: (text: string) => boolean = () => true) {
    const work = folderOf({});
    const texts: string[] = [];
    const found = await rebuilds(context, undefined, work, async copy => {
      const all = ['app.py', 'lib/deep.py', 'requirements.txt'].map(path => read(join(copy, path))).join('');
      texts.push(all);
      const steps = [{ name: 'COPY . .', cached: !ran(all), seconds: 1 }];
      return { image: undefined, steps, seconds: 1, contextBytes: all.length, bases: new Map(), size: 0 };
    });
    return { files: [found.source?.file, found.manifest?.file], texts };
  }

  function read(path: string): string {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  }

  test('is of the topmost source and manifest, in a copy, and another each time', async () => {
    const context = folderOf({ 'lib/deep.py': 'deep\n', 'app.py': 'app\n', 'requirements.txt': 'flask\n' });
    const { files, texts } = await edited(context);
    expect(files).toEqual(['app.py', 'requirements.txt']);
    expect(texts[0]).toMatch(/^app\n\n# dfmod [\w-]{36}\ndeep\nflask\n$/);
    expect(texts[1]).not.toBe(texts[0]);
    expect(readFileSync(join(context, 'app.py'), 'utf8')).toBe('app\n');
  });

  test('is of another file where nothing was built again', async () => {
    const context = folderOf({ 'lib/deep.py': 'deep\n', 'app.py': 'app\n' });
    expect((await edited(context, text => text.includes('deep\n\n'))).files).toEqual(['lib/deep.py', undefined]);
  });

  test('is never of what a link leads to', async () => {
    const outside = folderOf({ 'app.py': 'outside\n' });
    // of the build context such a link leads to a file of its own
    const own = join(outside.slice(1), 'app.py');
    const context = folderOf({ [own]: 'inside\n' });
    symlinkSync(join(outside, 'app.py'), join(context, 'app.py'));
    expect((await edited(context)).files).toEqual([own, undefined]);
    expect(readFileSync(join(outside, 'app.py'), 'utf8')).toBe('outside\n');
  });
});
