import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Engine, EngineError } from '../src/verify/engine.ts';
import { imageSnapshots } from '../src/verify/image-archive.ts';
import { layerCache } from '../src/verify/layer-cache.ts';
import { snapshotsOfImages } from '../src/verify/saved-images.ts';
import type { Entry, Snapshot } from '../src/verify/snapshot.ts';
import { dockerArchive, type Image, type Member, ociArchive, rawMember, streamed, TAR_END, tarOf } from './support/image-archives.ts';

async function snapshotOf(image: Image): Promise<Snapshot> {
  const found = await imageSnapshots(streamed(await ociArchive(image)));
  const [snapshot] = found.values();
  if (!snapshot) throw new Error('no image');
  return snapshot;
}

/** The file system of layers. */
async function filesOf(...layers: (readonly Member[] | Buffer)[]): Promise<Record<string, Entry>> {
  const archives = await Promise.all(layers.map(async layer => (Buffer.isBuffer(layer) ? layer : await tarOf(layer))));
  return Object.fromEntries((await snapshotOf({ layers: archives })).files);
}

const paths = async (...layers: Parameters<typeof filesOf>) => Object.keys(await filesOf(...layers)).sort();
const digest = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
const folder = (name: string): Member => ({ name, type: 'directory', mode: 0o755 });
const file = (name: string, content = name): Member => ({ name, content });

describe('layers on one another', () => {
  test('a whiteout takes away what is below its layer, and nothing of its own layer', async () => {
    expect(await paths([file('a/b'), file('a/c'), file('d')], [file('a/new'), file('.wh.a'), file('.wh.d')])).toEqual(['/a', '/a/new']);
  });
  test('an opaque folder shows nothing from below, wherever in the layer that is said', async () => {
    const below = [folder('a'), file('a/old'), folder('a/sub'), file('a/sub/old')];
    expect(await paths(below, [folder('a'), file('a/new'), file('a/.wh..wh..opq')])).toEqual(['/a', '/a/new']);
    expect(await paths(below, [file('.wh..wh..opq'), file('only')])).toEqual(['/only']);
  });
  test('whiteouts of nothing, and those that point out of their folder, do nothing', async () => {
    const odd = ['.wh.', '.wh..', '.wh...', 'a/.wh...', '.wh.missing', 'x/y/.wh.z', '.wh..wh.plnk', 'no/.wh..wh..opq'];
    expect(
      await paths(
        [file('a/b')],
        odd.map(name => file(name)),
      ),
    ).toEqual(['/a', '/a/b']);
  });
  test('a hard link is a file of its own with the same content, of a lower layer too', async () => {
    const files = await filesOf(
      [file('a', 'text')],
      [{ name: 'b', type: 'link', linkname: 'a' }],
      [file('.wh.a'), { name: 'c', type: 'link', linkname: './b' }],
    );
    expect(files).toEqual({ '/b': expect.objectContaining({ digest: digest('text'), size: 4 }), '/c': files['/b'] });
  });
  test('a hard link to nothing is an error', async () => {
    await expect(filesOf([{ name: 'b\u001b', type: 'link', linkname: 'a' }])).rejects.toThrow(
      'a hard link "/b\\u001b" to "/a", which is no file',
    );
  });
  test('a file takes the place of a folder, and a folder that of a file or of a link to a folder', async () => {
    expect(await paths([folder('a'), file('a/b')], [file('a')])).toEqual(['/a']);
    expect(await paths([file('a')], [folder('a'), file('a/b')])).toEqual(['/a', '/a/b']);
    const merged = await filesOf(
      [folder('usr/bin'), { name: 'bin', type: 'symlink', linkname: 'usr/bin' }],
      [folder('bin'), file('bin/sh')],
    );
    expect(Object.keys(merged)).toEqual(['/usr', '/usr/bin', '/bin', '/bin/sh']);
    expect(merged['/bin']?.type).toBe('folder');
  });
  test('a path through a symbolic link names a folder of its own, as on an overlay', async () => {
    const files = await filesOf([{ name: 'lib', type: 'symlink', linkname: 'usr/lib' }], [file('lib/x')]);
    expect(files).toMatchObject({ '/lib': { type: 'folder', mode: 0o755 }, '/lib/x': { type: 'file' } });
  });
  test('the folders that no layer names are there', async () => {
    expect(await filesOf([file('a/b/c')])).toMatchObject({ '/a': { type: 'folder', uid: 0 }, '/a/b': { type: 'folder' } });
  });
});

describe('members', () => {
  test('types, owners, modes, devices and targets are told', async () => {
    const files = await filesOf([
      { name: 'su', mode: 0o4755, uid: 1000, pax: { gid: '2000000' }, content: 'x' },
      { name: 'tmp', type: 'directory', mode: 0o1777 },
      { name: 'link', type: 'symlink', linkname: '../x\n' },
      { name: 'null', type: 'character-device', devmajor: 1, devminor: 3 },
      { name: 'sda', type: 'block-device', devmajor: 8, devminor: 0 },
      { name: 'pipe', type: 'fifo' },
    ]);
    expect(files).toMatchObject({
      '/su': { type: 'file', mode: 0o4755, uid: 1000, gid: 2_000_000, size: 1 },
      '/tmp': { type: 'folder', mode: 0o1777 },
      '/link': { type: 'link', target: '../x\n' },
      '/null': { type: 'character', device: '1:3' },
      '/sda': { type: 'block', device: '8:0' },
      '/pipe': { type: 'fifo' },
    });
  });
  test('names never leave the root', async () => {
    expect(await paths([file('./a'), file('/b'), file('../../c'), file('d/../../e'), folder('./')])).toEqual(['/a', '/b', '/c', '/e']);
  });
  test('long names, names with newlines and escape codes, and other scripts come through', async () => {
    const names = [`${'long/'.repeat(80)}name`, 'a\nb', 'red\u001b[31m', 'ü/日本'];
    expect(await paths(names.map(name => file(name)))).toEqual(expect.arrayContaining(names.map(name => `/${name}`)));
  });
  test('names that are not UTF-8 stay apart', async () => {
    const layer = Buffer.concat([rawMember({ 0: Buffer.from([0x61, 0xff]) }), rawMember({ 0: Buffer.from([0x61, 0xfe]) }), TAR_END]);
    expect(await paths(layer)).toEqual(['/a\udcfe', '/a\udcff']);
  });
  test("GNU's long names and links come through", async () => {
    const [name, target] = ['n'.repeat(300), 't'.repeat(200)];
    const members = [
      rawMember({ 156: 'L' }, `${name}\0`),
      rawMember({ 156: 'K' }, `${target}\0`),
      rawMember({ 0: 'cut', 156: '2' }),
      rawMember({ 0: 'next' }),
    ];
    expect(await filesOf(Buffer.concat([...members, TAR_END]))).toMatchObject({ [`/${name}`]: { target }, '/next': { type: 'file' } });
  });
  test('extended attributes are bytes, and those of one file are not those of the next', async () => {
    const capability = Buffer.from([1, 0, 0, 2, 0x80, 0xff, 0x0a, 0x3d]);
    const key = ' SCHILY.xattr.security.capability=';
    const record = Buffer.concat([Buffer.from(`${key.length + capability.length + 3}${key}`), capability, Buffer.from('\n')]);
    const files = await filesOf(
      Buffer.concat([rawMember({ 156: 'x' }, record), rawMember({ 0: 'ping' }), rawMember({ 0: 'next' }), TAR_END]),
    );
    expect(files['/ping']?.attributes).toEqual({ 'security.capability': capability.toString('hex') });
    expect(files['/next']?.attributes).toBeUndefined();
  });
  test('a number that octal digits cannot hold is read', async () => {
    const files = await filesOf(Buffer.concat([rawMember({ 0: 'a', 108: Buffer.from([0x80, 0, 0, 0, 0xff, 0xff, 0xff, 0xfe]) }), TAR_END]));
    expect(files['/a']?.uid).toBe(0xfffffffe);
  });
});

describe('sparse files', () => {
  const whole = Buffer.concat([Buffer.alloc(1000), Buffer.from('data'), Buffer.alloc(100_000), Buffer.from('more'), Buffer.alloc(10)]);
  const map = [1000, 4, 101_004, 4];
  const expected = { '/s': { type: 'file', size: whole.length, digest: digest(whole) }, '/next': { type: 'file', size: 4 } };
  const pax = (records: Record<string, string>) => ({
    'GNU.sparse.name': 's',
    ...Object.fromEntries(Object.entries(records).map(([key, value]) => [`GNU.sparse.${key}`, value])),
  });
  const next = file('next');

  test("GNU's old format", async () => {
    const octal = (value: number) => value.toString(8).padStart(11, '0');
    const records = map.map((value, index) => [386 + index * 12, octal(value)] as const);
    const sparse = rawMember({ 0: 's', 156: 'S', 257: 'ustar  \0', ...Object.fromEntries(records), 483: octal(whole.length) }, 'datamore');
    expect(await filesOf(Buffer.concat([sparse, rawMember({ 0: 'next' }, 'next'), TAR_END]))).toMatchObject(expected);
  });
  test("GNU's old format with more pieces than the header holds", async () => {
    const octal = (value: number) => `${value.toString(8).padStart(11, '0')}\0`;
    const pieces = Array.from({ length: 30 }, (_, index) => octal(index * 10) + octal(1));
    const fields = { 0: 's', 156: 'S', 386: pieces.slice(0, 4).join(''), 482: '\u0001', 483: octal(300) };
    const [header, body] = [rawMember(fields, 'x'.repeat(30)).subarray(0, 512), rawMember({}, 'x'.repeat(30)).subarray(512)];
    const more = (from: number, isLast: boolean) =>
      Buffer.from(
        pieces
          .slice(from, from + 21)
          .join('')
          .padEnd(504, '\0') + (isLast ? '\0' : '\u0001').padEnd(8, '\0'),
      );
    const files = await filesOf(Buffer.concat([header, more(4, false), more(25, true), body, TAR_END]));
    expect(files).toMatchObject({ '/s': { size: 300, digest: digest(`x${'\0'.repeat(9)}`.repeat(30)) } });
  });
  test('PAX formats 0.1 and 1.0', async () => {
    const first = { name: 'cut', content: 'datamore', pax: pax({ size: `${whole.length}`, map: map.join(',') }) };
    expect(await filesOf([first, next])).toMatchObject(expected);
    const before = `2\n${map.join('\n')}\n`.padEnd(512, '\0');
    const last = { name: 'cut', content: `${before}datamore`, pax: pax({ major: '1', minor: '0', realsize: `${whole.length}` }) };
    expect(await filesOf([last, next])).toMatchObject(expected);
  });
  test.each([[[0, 4, 2, 4]], [[0, 40]], [[0]], [[-1, 4]], [[8, 4, 0, 4]]])('a map that makes no sense is an error: %j', async broken => {
    const member = { name: 's', content: 'datamore', pax: pax({ size: '30', map: broken.join(',') }) };
    await expect(filesOf([member])).rejects.toThrow('a sparse file with a broken map');
  });
});

describe('what files say of others', () => {
  test("a script's interpreter, and the text of the files that name users", async () => {
    const files = await filesOf([
      file('run', '#! /bin/sh -e\nexit'),
      file('etc/passwd', 'root:x:0:0::/:/bin/sh\n'),
      file('none', 'text #!/bin/sh'),
    ]);
    expect(files['/run']?.interpreter).toBe('/bin/sh -e');
    expect(files['/etc/passwd']?.text).toBe('root:x:0:0::/:/bin/sh\n');
    expect(files['/none']).toEqual({ type: 'file', mode: 0o644, uid: 0, gid: 0, size: 14, digest: digest('text #!/bin/sh') });
  });
});

describe('archives', () => {
  const image = async (): Promise<Image> => ({
    layers: [await tarOf([file('a', 'first')]), await tarOf([file('b', 'second!')])],
    config: { User: '', Cmd: ['sh'], Env: null, Labels: {}, Hostname: 'x', WorkingDir: '/app' },
    history: [{ created_by: 'COPY a' }, { created_by: 'ENV X=1', empty_layer: true }, { created_by: 'COPY b' }],
    tag: 'some/image:tag',
  });
  const seen = {
    config: { Cmd: ['sh'], WorkingDir: '/app' },
    layers: [
      { instruction: 'COPY a', size: 5 },
      { instruction: 'ENV X=1', size: 0 },
      { instruction: 'COPY b', size: 7 },
    ],
  };

  test.each(['gzip', undefined] as const)('an OCI layout with %s layers, its attestation left out', async compression => {
    const found = await imageSnapshots(streamed(await ociArchive(await image(), compression)));
    expect([...found.keys()].map(name => name.replace(/[0-9a-f]{64}/, 'DIGEST'))).toEqual([
      'sha256:DIGEST',
      'sha256:DIGEST',
      'sha256:DIGEST',
      'some/image:tag',
    ]);
    expect(new Set(found.values()).size).toBe(1);
    expect(found.get('some/image:tag')).toMatchObject(seen);
    expect([...(found.get('some/image:tag')?.files.keys() ?? [])]).toEqual(['/a', '/b']);
  });
  test('several images of docker save, which writes a layer once', async () => {
    const one = await image();
    const other = { ...one, layers: [...one.layers, await tarOf([file('.wh.a')])], tag: 'other:tag' };
    const found = await imageSnapshots(streamed(await dockerArchive([one, other])));
    expect(found.get('some/image:tag')).toMatchObject(seen);
    expect([...(found.get('other:tag')?.files.keys() ?? [])]).toEqual(['/b']);
    expect(found.get('other:tag')?.layers.at(-1)).toEqual({ instruction: '', size: 0 });
  });
  test('a layer that was read before is taken from the cache', async () => {
    const cache = layerCache();
    const archive = await ociArchive(await image());
    const [before] = (await imageSnapshots(streamed(archive), { cache })).values();
    const [after] = (await imageSnapshots(streamed(archive), { cache })).values();
    expect(after).toEqual(before);
    expect(after?.files.get('/a')).toBe(before?.files.get('/a'));
  });
  test('however the bytes are cut, the image is the same', async () => {
    const archive = await ociArchive(await image(), 'gzip');
    const whole = await imageSnapshots(streamed(archive, archive.length));
    for (const size of [1, 511, 513]) expect(await imageSnapshots(streamed(archive, size))).toEqual(whole);
  });
});

describe('a broken archive is an error in one line', () => {
  const refused = async (archive: Buffer) => {
    const error = await imageSnapshots(streamed(archive)).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(EngineError);
    return (error as EngineError).message;
  };
  test('one that is cut anywhere', async () => {
    const layers = [await tarOf([file('a', 'x'.repeat(3000))])];
    for (const compression of ['gzip', undefined] as const) {
      const archive = await ociArchive({ layers }, compression);
      // behind the last member stand only zeros
      for (let end = 0; end < archive.length - 2048; end += 97)
        expect(await refused(archive.subarray(0, end))).toMatch(/^the image can't be read: its archive \S+/);
    }
  });
  test('one that is none, and one without an image', async () => {
    expect(await refused(Buffer.alloc(2000, 'x'))).toContain('a header that is none');
    expect(await refused(Buffer.alloc(2048))).toContain('no image in it');
    expect(await refused(await tarOf([file('index.json', '{'), file('manifest.json', '[]')]))).toContain('no JSON in /index.json');
  });
  test('a layer that is cut, compressed by zstd, or missing', async () => {
    const layer = await tarOf([file('a', 'x'.repeat(3000))]);
    expect(await refused(await ociArchive({ layers: [layer.subarray(0, 1024)] }))).toContain('ends too early');
    expect(await refused(await ociArchive({ layers: [Buffer.from('28b52ffd00000000', 'hex')] }))).toContain('compressed by zstd');
    const manifest = JSON.stringify([{ Config: `${'0'.repeat(64)}.json`, Layers: ['l.tar'] }]);
    expect(await refused(await tarOf([file(`${'0'.repeat(64)}.json`, '{}'), file('manifest.json', manifest)]))).toContain(
      'no layer /l.tar',
    );
  });
  test.each(['null', '1', '[1]', '{"manifests":{}}', '{"manifests":[null]}', '{"manifests":[{"digest":1}]}'])(
    'documents of another shape: %s',
    async text => {
      expect(await refused(await tarOf([file('index.json', text), file('manifest.json', text)]))).toMatch(
        /^the image can't be read: its archive/,
      );
    },
  );
});

test('an image that is too large is not asked for', async () => {
  const start = () => expect.unreachable();
  const engine = { docker: async () => 'sha256:a 10700000000', start } as unknown as Engine;
  await expect(snapshotsOfImages(engine, ['huge'], layerCache())).rejects.toThrow('the image takes 10.7 GB, and dfmod reads up to 10 GB');
});
