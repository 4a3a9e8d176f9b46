import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bytes } from '../src/verify/bytes.ts';
import { readLimit } from '../src/verify/read-limit.ts';
import { layerFiles, stackedRootFs } from '../src/verify/rootfs.ts';
import { type Member, streamed, tarOf } from './support/image-archives.ts';

const SEED = 5;

/** A file system: what stands at each path, parents before what is in them. A folder is null, a file its content. */
type Files = ReadonlyMap<string, string | null>;

const path = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }).map(names => `/${names.join('/')}`);
const steps = fc.array(
  fc.record({ path, content: fc.option(fc.constantFrom('one', 'two', 'three'), { freq: 3 }), isRemoval: fc.boolean() }),
  { maxLength: 8 },
);
/** For each layer what is done in it, and how its archive says so. */
const histories = fc.array(fc.record({ steps, isOpaque: fc.boolean(), whiteoutsLast: fc.boolean(), linksEqual: fc.boolean() }), {
  minLength: 1,
  maxLength: 5,
});
type History = typeof histories extends fc.Arbitrary<infer Value> ? Value : never;

const below = (folder: string) => (each: string) => each.startsWith(`${folder}/`);
const parents = (of: string) =>
  of
    .split('/')
    .slice(1, -1)
    .map((_, index) =>
      of
        .split('/')
        .slice(0, index + 2)
        .join('/'),
    );

function without(files: Files, gone: string): Files {
  return new Map([...files].filter(([each]) => each !== gone && !below(gone)(each)));
}

function after(files: Files, { path: at, content, isRemoval }: History[number]['steps'][number]): Files {
  if (isRemoval) return without(files, at);
  let next = files;
  for (const parent of parents(at)) if (next.get(parent) !== null) next = new Map([...without(next, parent), [parent, null]]);
  if (content === null && next.get(at) === null) return next;
  return new Map([...without(next, at), [at, content]]);
}

/** The layer that makes one file system of another: what differs, and whiteouts of what is gone. */
function layer(before: Files, now: Files, { isOpaque, whiteoutsLast, linksEqual }: History[number]): Member[] {
  const opaque = [...now.keys()].filter(each => isOpaque && now.get(each) === null && before.get(each) === null);
  const isShown = (each: string) => opaque.some(folder => below(folder)(each));
  const brought = [...now.keys()].sort().filter(each => isShown(each) || before.get(each) !== now.get(each));
  const gone = [...before.keys()].filter(
    each => !now.has(each) && !isShown(each) && parents(each).every(parent => now.get(parent) === null),
  );
  const members = brought.map((each, index): Member => {
    const content = now.get(each);
    const equal = linksEqual && content && brought.slice(0, index).find(other => now.get(other) === content);
    if (equal) return { name: each.slice(1), type: 'link', linkname: equal.slice(1) };
    return content === null ? { name: each.slice(1), type: 'directory' } : { name: each.slice(1), content: content ?? '' };
  });
  const whiteouts = [...opaque.map(each => `${each}/.wh..wh..opq`), ...gone.map(each => each.replace(/([^/]+)$/, '.wh.$1'))].map(name => ({
    name,
  }));
  return whiteoutsLast ? [...members, ...whiteouts] : [...whiteouts, ...members];
}

test('layers on one another give the file system that they were made from', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async history => {
      let files: Files = new Map();
      const layers = [];
      for (const each of history) {
        const next = each.steps.reduce(after, files);
        layers.push(await layerFiles(new Bytes(streamed(await tarOf(layer(files, next, each)))), readLimit(1)));
        files = next;
      }
      const contents = new Map([...files].map(([at, content]) => [at, content === null ? 'folder' : content.length]));
      const found = [...stackedRootFs(layers)].map(([at, { type, size }]) => [at, type === 'folder' ? type : size] as const);
      expect(new Map(found)).toEqual(contents);
    }),
    { numRuns: 500, seed: SEED },
  );
});
