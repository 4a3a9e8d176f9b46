import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BuildContext } from '../src/context/context.ts';
import { diskContext } from '../src/context/disk.ts';
import { memoryContext } from '../src/context/memory.ts';
import { overlay } from '../src/context/overlay.ts';
import { folderMaker } from './support/folders.ts';

const { scratch, folderOf } = folderMaker();

const KINDS: [string, (files: Record<string, string | Uint8Array>) => BuildContext][] = [
  ['in memory', files => memoryContext(files)],
  ['on disk', files => diskContext(folderOf(files))],
  [
    'of an overlay',
    files => overlay(memoryContext({}), Object.fromEntries(Object.entries(files).map(([path, text]) => [path, String(text)]))),
  ],
];

describe.each(KINDS)('a build context %s', (_, contextOf) => {
  const files = { 'go.mod': 'module x\n', 'cmd/a/main.go': 'package main\n', 'cmd/b/main.go': '', 'cmd/a.go': '', 'web/index.html': '<p>' };

  it('tells files from folders, however their paths are written', () => {
    const context = contextOf(files);
    expect(['', '.', '/', 'cmd', './cmd/', '/cmd/a', '../cmd', 'go.mod', 'web/../go.mod', 'none', 'go.mod/x'].map(context.kind)).toEqual([
      'folder',
      'folder',
      'folder',
      'folder',
      'folder',
      'folder',
      'folder',
      'file',
      'file',
      undefined,
      undefined,
    ]);
  });

  it('lists folders and files in order', () => {
    const context = contextOf(files);
    expect(context.list('')).toEqual(['cmd', 'go.mod', 'web']);
    expect(context.list('cmd')).toEqual(['a', 'a.go', 'b']);
    expect(context.list('go.mod')).toEqual([]);
    expect(context.files('')).toEqual({
      paths: ['cmd/a/main.go', 'cmd/a.go', 'cmd/b/main.go', 'go.mod', 'web/index.html'],
      complete: true,
    });
    expect(context.files('cmd', 2)).toEqual({ paths: ['cmd/a/main.go', 'cmd/a.go'], complete: false });
    expect(context.files('cmd', 3).complete).toBe(true);
    expect(context.files('none')).toEqual({ paths: [], complete: true });
  });

  it('reads texts and heads', () => {
    const context = contextOf(files);
    expect(context.text('go.mod')).toBe('module x\n');
    expect(context.text('cmd')).toBeUndefined();
    expect(context.text('none')).toBeUndefined();
    expect([context.head('go.mod', 3), context.head('go.mod', 99), context.head('go.mod', 3)].map(bytes => bytes?.length)).toEqual([
      3, 9, 3,
    ]);
  });

  it('keeps out what .dockerignore says, and knows that it is there', () => {
    const context = contextOf({ ...files, '.dockerignore': 'cmd\n!cmd/b\nweb\n.dockerignore\n' });
    expect(context.files('').paths).toEqual(['cmd/b/main.go', 'go.mod']);
    expect(['cmd', 'cmd/a', 'cmd/a/main.go', 'cmd/b', 'web', '.dockerignore'].map(context.kind)).toEqual([
      'folder',
      undefined,
      undefined,
      'folder',
      undefined,
      undefined,
    ]);
    expect(['cmd', 'cmd/a.go', 'cmd/b', 'web', 'web/index.html', 'none'].map(context.hidden)).toEqual([
      false,
      true,
      false,
      true,
      true,
      false,
    ]);
    expect(context.list('')).toEqual(['cmd', 'go.mod']);
    expect(context.match('cmd/*')).toEqual(['cmd/b']);
    expect(context.text('web/index.html')).toBeUndefined();
  });

  it('reads the ignore file that belongs to the Dockerfile instead, an empty one too', () => {
    expect(contextOf({ x: '', '.dockerignore': 'x', 'Dockerfile.dockerignore': '' }).kind('x')).toBe('file');
    expect(contextOf({ x: '', '.dockerignore': '', 'Dockerfile.dockerignore': 'x' }).kind('x')).toBeUndefined();
    expect(contextOf({ x: '', '.dockerignore': 'x', 'Other.dockerignore': '' }).kind('x')).toBeUndefined();
  });

  it('holds nothing and says why where Docker refuses the ignore file', () => {
    const context = contextOf({ x: '', '.dockerignore': 'a\n[' });
    expect(context.problem).toBe('.dockerignore: line 2: Docker finds the pattern [ malformed');
    expect([context.kind('x'), context.files(''), context.match('*')]).toEqual([undefined, { paths: [], complete: false }, []]);
  });

  it.each([
    ['.', ['']],
    ['/', ['']],
    ['go.mod', ['go.mod']],
    ['/go.mod', ['go.mod']],
    ['../../go.mod', ['go.mod']],
    ['cmd/', ['cmd']],
    ['none', []],
    ['go.*', ['go.mod']],
    ['*', ['cmd', 'go.mod', 'web']],
    ['c*/a', ['cmd/a']],
    ['cmd/*/main.go', ['cmd/a/main.go', 'cmd/b/main.go']],
    ['*/*.go', ['cmd/a.go']],
    ['cmd/[ab]', ['cmd/a', 'cmd/b']],
    ['cmd/[^b]*', ['cmd/a', 'cmd/a.go']],
    ['cmd/a[^x]main.go', ['cmd/a/main.go']],
    ['cmd/\\a*', ['cmd/a', 'cmd/a.go']],
    ['**/main.go', []],
    ['cmd/**', ['cmd/a', 'cmd/a.go', 'cmd/b']],
    ['[', []],
    ['go.mod/*', []],
  ])('a COPY of %s takes what BuildKit takes', (source, paths) => expect(contextOf(files).match(source)).toEqual(paths));
});

describe('a build context', () => {
  it('gives no text of what is over 4 MiB or not UTF-8, and keeps a byte order mark', () => {
    const bytes = { big: 'x'.repeat(4 * 1024 * 1024 + 1), fits: 'x'.repeat(4 * 1024 * 1024), latin: Uint8Array.of(0xe9), bom: '\uFEFFx' };
    for (const context of [memoryContext(bytes), diskContext(folderOf(bytes))]) {
      expect(context.text('big')).toBeUndefined();
      expect(context.text('fits')).toHaveLength(4 * 1024 * 1024);
      expect(context.text('latin')).toBeUndefined();
      expect(context.text('bom')).toBe('\uFEFFx');
      expect(context.head('big', 2)).toEqual(Uint8Array.of(120, 120));
    }
  });

  it('takes the ignore file of a Dockerfile in a subfolder', () => {
    const files = { x: '', 'docker/Dev.dockerignore': 'x' };
    expect(memoryContext(files, { dockerfile: 'docker/Dev' }).kind('x')).toBeUndefined();
    expect(memoryContext(files).kind('x')).toBe('file');
    const root = folderOf(files);
    expect(diskContext(root, { dockerfile: join(root, 'docker/Dev') }).kind('x')).toBeUndefined();
  });

  it('reads a .dockerignore that is not UTF-8 as bytes', () => {
    const context = memoryContext({ x: '', '.dockerignore': Uint8Array.of(0x23, 0xe9, 0x0a, 0x78) });
    expect(context.kind('x')).toBeUndefined();
  });
});

describe('a build context on disk', () => {
  it('takes an ignore file beside a Dockerfile outside of it', () => {
    const outside = folderOf({ 'Dev.dockerignore': 'x' });
    const root = folderOf({ x: '', '.dockerignore': 'y', y: '' });
    expect(diskContext(root, { dockerfile: join(outside, 'Dev') }).list('')).toEqual(['.dockerignore', 'y']);
    expect(diskContext(root, { dockerfile: join(outside, 'Other') }).list('')).toEqual(['.dockerignore', 'x']);
  });

  it('follows links inside, and no link that leads out, nowhere, in a circle or to a hidden file', () => {
    const outside = folderOf({ secret: 's' });
    const root = folderOf(
      { 'a/b': 'text', hidden: 'h', '.dockerignore': 'hidden' },
      {
        file: 'a/b',
        folder: 'a',
        'a/up': '../file',
        out: `../${outside.split('/').at(-1)}/secret`,
        absolute: join(outside, 'secret'),
        inside: join(scratch(), 'nowhere'),
        dangling: 'none',
        loop: 'loop',
        toHidden: 'hidden',
        self: '.',
      },
    );
    const context = diskContext(root);
    expect(['file', 'folder', 'folder/b', 'a/up', 'self/self/a/b'].map(context.kind)).toEqual(['file', 'folder', 'file', 'file', 'file']);
    expect([context.text('file'), context.text('folder/up'), context.list('folder')]).toEqual(['text', 'text', ['b', 'up']]);
    const dead = ['out', 'absolute', 'inside', 'dangling', 'loop', 'toHidden'];
    expect(dead.map(context.kind)).toEqual(dead.map(() => 'other'));
    expect(dead.map(context.text)).toEqual(dead.map(() => undefined));
    expect(['dangling/x', 'loop/x', 'out/x'].map(context.kind)).toEqual([undefined, undefined, undefined]);
    expect(context.files('').paths).toEqual(['.dockerignore', 'a/b', 'a/up', 'file']);
    expect(context.files('folder').paths).toEqual(['folder/b', 'folder/up']);
    expect(context.match('folder/*')).toEqual(['folder/b', 'folder/up']);
    expect(context.match('*/b')).toEqual(['a/b']);
  });

  it('answers at once where links multiply', () => {
    const links: Record<string, string> = {};
    for (let i = 0; i < 40; i++) links[`l${i}`] = `l${i + 1}/../l${i + 1}/../l${i + 1}`;
    expect(diskContext(folderOf({}, { ...links, l40: '.' })).kind('l0/x')).toBeUndefined();
  });

  it.skipIf(process.platform === 'win32')('never opens a FIFO', () => {
    const root = folderOf({});
    execFileSync('mkfifo', [join(root, 'pipe')]);
    const context = diskContext(root);
    expect([context.kind('pipe'), context.text('pipe'), context.head('pipe', 1), context.files('').paths]).toEqual([
      'other',
      undefined,
      undefined,
      [],
    ]);
  });

  it('is remembered: a folder or a file is read once', () => {
    const root = folderOf({ a: 'before' });
    const context = diskContext(root);
    expect(context.text('a')).toBe('before');
    writeFileSync(join(root, 'a'), 'after');
    writeFileSync(join(root, 'b'), 'new');
    expect([context.text('a'), context.kind('b')]).toEqual(['before', undefined]);
  });

  it('that is missing or a file has a problem', () => {
    const root = folderOf({ a: '' });
    expect(diskContext(join(root, 'none')).problem).toBe(`${join(root, 'none')}: can't be read (ENOENT)`);
    expect(diskContext(join(root, 'a')).problem).toBe(`${join(root, 'a')}: not a folder`);
  });

  it('survives what it cannot read', () => {
    const root = folderOf({ a: 'x', 'd/e': 'y', z: '' });
    const context = diskContext(root);
    expect(context.list('')).toEqual(['a', 'd', 'z']);
    rmSync(join(root, 'a'));
    rmSync(join(root, 'd'), { recursive: true });
    expect([context.text('a'), context.list('d'), context.files('')]).toEqual([undefined, [], { paths: ['a', 'z'], complete: false }]);
  });
});

describe('an overlay', () => {
  it('shows changed and new files, and leaves the context below alone', () => {
    const below = memoryContext({ a: 'old', 'd/b': 'b' });
    const above = overlay(overlay(below, { a: 'new', 'e/f': 'f' }), { a: 'newer', 'd/c': 'c' });
    expect(above.files('').paths).toEqual(['a', 'd/b', 'd/c', 'e/f']);
    expect([above.text('a'), above.text('d/b'), above.text('e/f'), below.text('a'), below.kind('e')]).toEqual([
      'newer',
      'b',
      'f',
      'old',
      undefined,
    ]);
  });

  it('lets a changed .dockerignore hold, a broken one too', () => {
    const below = memoryContext({ a: '', b: '', '.dockerignore': 'a' });
    expect(overlay(below, { '.dockerignore': 'b' }).list('')).toEqual(['.dockerignore', 'a']);
    expect(overlay(below, { '.dockerignore': '!' }).problem).toBe('.dockerignore: line 1: nothing stands after !');
  });

  it('changes the file that a link leads to', () => {
    const context = overlay(diskContext(folderOf({ 'a/b': 'old' }, { link: 'a', file: 'a/b' })), { 'link/c': 'c', file: 'new' });
    expect([context.text('a/b'), context.text('file'), context.text('link/c'), context.list('link')]).toEqual([
      'new',
      'new',
      'c',
      ['b', 'c'],
    ]);
  });
});
