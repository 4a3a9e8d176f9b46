import { describe, expect, test } from 'vitest';
import { type Build, BuildFailure } from '../src/verify/builder.ts';
import { EngineError } from '../src/verify/engine.ts';
import { judge } from '../src/verify/judge.ts';
import type { Snapshot } from '../src/verify/snapshot.ts';
import type { Subject } from '../src/verify/subject.ts';
import { answer, running } from './support/sights.ts';
import { image } from './support/snapshots.ts';

const BUILD: Build = { image: undefined, steps: [], seconds: 1, contextBytes: 0, bases: new Map(), size: 1 };

/** An image that is there already, and what a build without cache makes of it. */
function built(snapshot: Snapshot, { fresh = snapshot, ...build }: Partial<Build> & { fresh?: Snapshot } = {}): Subject {
  return {
    version: { dockerfile: '', ignore: undefined },
    build: async () => ({ ...BUILD, ...build }),
    snapshot: async () => snapshot,
    base: async () => image({}),
    warnings: async () => [],
    seen: () => Promise.reject(new Error('it is in no engine')),
    fresh: () => built(fresh),
  };
}

function failing(): Subject {
  const fail = () => Promise.reject(new BuildFailure('exit code: 2', '[2/3] RUN make', 'no rule'));
  return { ...built(image({})), build: fail, snapshot: fail, seen: fail };
}

/** An image of which the server answers with a text. */
function serving(text: string, fresh?: Subject): Subject {
  const same = built(image({}), { image: 'serving' });
  const found: Subject = {
    ...same,
    seen: async () => running({ answers: [answer({ body: text, words: [text] })] }),
    fresh: () => fresh ?? found,
  };
  return found;
}

async function broken(before: Subject, after: Subject): Promise<string[]> {
  return (await judge(before, after, [], 'everything')).broken.map(({ message }) => message);
}

describe('two images are judged', () => {
  test('the same image keeps its promises, and one that no engine has is not exercised', async () => {
    const same = built(image({ '/app/run': 'a' }));
    const { broken: found, exercise } = await judge(same, same, [], 'everything');
    expect(found).toEqual([]);
    expect(exercise.kind).toBe('not exercised');
  });

  test('a content that two builds of the original differ in is noise', async () => {
    const before = built(image({ '/app/stamp': 'noon' }), { fresh: image({ '/app/stamp': 'one' }) });
    const after = built(image({ '/app/stamp': 'two' }), { fresh: image({ '/app/stamp': 'three' }) });
    expect(await broken(before, after)).toEqual([]);
  });

  test('a cached original is not held against a fresh result', async () => {
    const before = built(image({ '/lib/libc.so': 'old' }), { fresh: image({ '/lib/libc.so': 'new' }) });
    expect(await broken(before, built(image({ '/lib/libc.so': 'new' })))).toEqual([]);
  });

  test('an answer that is another after each build and start is no difference', async () => {
    const before = serving('id 1', serving('id 2'));
    expect(await broken(before, serving('id 3'))).toEqual([]);
    expect(await broken(serving('hello'), serving('bye'))).toEqual(['GET / on 8080 answers "hello" → "bye"']);
  });

  test("an original that doesn't build any more excuses no answer", async () => {
    expect(await broken(serving('hello', failing()), serving('bye'))).toEqual(['GET / on 8080 answers "hello" → "bye"']);
  });

  test('a mode is never noise', async () => {
    const before = built(image({ '/app/run': { mode: 0o755 } }), { fresh: image({ '/app/run': { mode: 0o700 } }) });
    expect(await broken(before, built(image({ '/app/run': { mode: 0o644 } })))).toEqual(['/app/run had mode 0700 and has 0644']);
  });

  test('a file that is gone is never noise', async () => {
    const before = built(image({ '/app/a': '', '/app/b': '' }), { fresh: image({ '/app/b': '', '/app/c': '' }) });
    expect(await broken(before, built(image({ '/app/b': '' })))).toEqual(['/app/c is gone']);
  });

  test("a result that doesn't build is told with its step", async () => {
    const { broken: found, doesBuild } = await judge(built(image({})), failing(), [], 'everything');
    expect(found).toEqual([{ by: 'build', message: "the result doesn't build: [2/3] RUN make: exit code: 2", output: 'no rule' }]);
    expect(doesBuild).toBe(false);
  });

  test("an original that doesn't build is nothing to hold a result against", async () => {
    await expect(broken(failing(), built(image({})))).rejects.toThrow(BuildFailure);
  });

  test("an original that can't be built again doesn't tell what is noise", async () => {
    const before = { ...built(image({ '/app/stamp': 'noon' })), fresh: failing };
    await expect(broken(before, built(image({ '/app/stamp': 'one' })))).rejects.toThrow(BuildFailure);
    expect(await broken(before, built(image({ '/app/stamp': 'noon' })))).toEqual([]);
  });

  test("a result that can't be built again is held against the original as it is", async () => {
    const after = { ...built(image({ '/app/a': 'two' })), fresh: failing };
    expect(await broken(built(image({ '/app/a': 'one' })), after)).toEqual([expect.stringMatching(/^\/app\/a /)]);
  });

  test('a base image that moved while both were built is told', async () => {
    const on = (digest: string) => built(image({}), { bases: new Map([['docker.io/library/node:20', digest]]) });
    await expect(broken(on('sha256:a'), on('sha256:b'))).rejects.toThrow(EngineError);
    expect(await broken(on('sha256:a'), on('sha256:a'))).toEqual([]);
  });
});
