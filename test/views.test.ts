import { describe, expect, test } from 'vitest';
import { mounts } from '../src/dockerfile/mounts.ts';
import type { Instruction } from '../src/dockerfile/nodes.ts';
import { parse } from '../src/dockerfile/parse.ts';
import { command, copy, exposedPort, from, healthcheck, run, userAndGroup } from '../src/dockerfile/views.ts';

/** The last instruction of a Dockerfile that ends in a text. */
function instruction(text: string): Instruction {
  const file = parse(text.startsWith('FROM') ? text : `FROM a\n${text}`);
  expect(file.problems).toEqual([]);
  return file.instructions.at(-1) as Instruction;
}

describe('FROM', () => {
  test('has its platform, its image and its name, with their places', () => {
    const source = 'FROM --platform=$BUILDPLATFORM golang:1.22 AS Build';
    const view = from(instruction(source));
    expect(view).toMatchObject({ platform: { value: '$BUILDPLATFORM' }, image: { text: 'golang:1.22' }, name: 'build' });
    expect(source.slice(view?.as?.start, view?.as?.end)).toBe('Build');
    expect(source.slice(view?.platform?.start, view?.platform?.end)).toBe('--platform=$BUILDPLATFORM');
  });

  test('may have none of them', () => {
    expect(from(instruction('FROM a'))).toMatchObject({ platform: undefined, as: undefined, name: undefined });
    expect(from(instruction('RUN a'))).toBeUndefined();
  });
});

describe('COPY and ADD', () => {
  test('have sources, a destination and flags', () => {
    const view = copy(instruction('COPY --from=build --chown=1:2 --chmod=755 --link --parents --exclude=*.md --exclude=a b c/ /d/'));
    expect(view).toMatchObject({
      sources: [{ text: 'b' }, { text: 'c/' }],
      destination: { text: '/d/' },
      from: { value: 'build' },
      chown: { value: '1:2' },
      chmod: { value: '755' },
      link: true,
      parents: true,
      exclude: [{ value: '*.md' }, { value: 'a' }],
    });
  });

  test('have the defaults of BuildKit', () => {
    const defaults = { from: undefined, link: false, parents: false, keepGitDir: undefined, unpack: undefined, exclude: [] };
    expect(copy(instruction('COPY a b'))).toMatchObject(defaults);
    const view = copy(instruction('ADD --unpack=false --keep-git-dir --link=FALSE --checksum=sha256:1 a b'));
    expect(view).toMatchObject({ unpack: false, keepGitDir: true, link: false, checksum: { value: 'sha256:1' } });
  });

  test('hold files of their own', () => {
    const view = copy(instruction('COPY a <<one.txt <<-"two" /d/\n1\none.txt\n\t2\n\ttwo\n'));
    expect(view?.sources.map(({ text, inline }) => [text, inline])).toEqual([
      ['a', undefined],
      ['<<one.txt', { name: 'one.txt', expand: true, content: '1\n' }],
      ['<<-"two"', { name: 'two', expand: false, content: '2\n' }],
    ]);
  });

  test('may be JSON, and an ONBUILD’s', () => {
    const { trigger } = instruction('ONBUILD COPY ["a b", "c"]');
    expect(trigger && copy(trigger)).toMatchObject({ sources: [{ text: 'a b', inline: undefined }], destination: { text: 'c' } });
  });
});

describe('RUN', () => {
  test('has mounts with BuildKit’s defaults', () => {
    const view = mounts(
      instruction(
        'RUN --mount=from=build,src=/a,dst=/b --mount=type=cache,target=/c,id=x,sharing=locked,uid=1,gid=2,mode=0700 --mount=type=tmpfs,target=/t x',
      ),
    );
    expect(view).toMatchObject([
      { type: 'bind', from: 'build', source: '/a', target: '/b', readonly: true, sharing: undefined },
      { type: 'cache', target: '/c', id: 'x', sharing: 'locked', uid: 1, gid: 2, mode: 0o700, readonly: false },
      { type: 'tmpfs', target: '/t', readonly: false },
    ]);
  });

  test('has secrets, switches and quoted fields', () => {
    const view = mounts(
      instruction(`RUN --mount=type=secret,id=npm,env=TOKEN,required --mount=type=ssh --mount='type=bind,rw,"source=a,b",target=/c' x`),
    );
    expect(view).toMatchObject([
      { type: 'secret', id: 'npm', env: 'TOKEN', required: true },
      { type: 'ssh', required: false },
      { type: 'bind', readonly: false, source: 'a,b' },
    ]);
  });

  test('has a mount of a type that a variable says', () => {
    expect(mounts(instruction('RUN --mount=type=$T,target=/a,uid=$U x'))).toMatchObject([
      { type: undefined, target: '/a', uid: undefined },
    ]);
  });

  test('has a network, a security mode and devices', () => {
    expect(run(instruction('RUN --network=none --security=insecure --device=vendor/x=y x'))).toMatchObject({
      network: 'none',
      security: 'insecure',
      devices: [{ value: 'vendor/x=y' }],
    });
    expect(run(instruction('RUN x'))).toEqual({ network: 'default', security: 'sandbox', devices: [] });
  });
});

test('a command is a program with arguments or a text for the shell', () => {
  const shown = (text: string) => {
    const view = command(instruction(text));
    return view && [view.form, ...view.words.map(word => word.text)];
  };
  expect(shown('CMD ["a", "b c"]')).toEqual(['exec', 'a', 'b c']);
  expect(shown('ENTRYPOINT a b')).toEqual(['shell', 'a b']);
  expect(shown('CMD []')).toEqual(['exec']);
  expect(shown('HEALTHCHECK --retries=1 CMD ["a", "b"]')).toEqual(['exec', 'a', 'b']);
  expect(shown('HEALTHCHECK NONE')).toBeUndefined();
  expect(shown('USER a')).toBeUndefined();
});

test('a health check has its command and its times in milliseconds', () => {
  const view = healthcheck(instruction('HEALTHCHECK --interval=1m30s --timeout=0 --start-period=500ms --retries=5 CMD curl localhost'));
  expect(view).toMatchObject({ interval: 90_000, timeout: undefined, startPeriod: 500, startInterval: undefined, retries: 5 });
  expect(view?.command).toMatchObject({ form: 'shell', words: [{ text: 'curl localhost' }] });
  expect(healthcheck(instruction('HEALTHCHECK none'))?.command).toBeUndefined();
});

test.each([
  ['80', { start: 80, end: 80, protocol: 'tcp' }],
  ['8000-8010/UDP', { start: 8000, end: 8010, protocol: 'udp' }],
  ['80/', { start: 80, end: 80, protocol: 'tcp' }],
  ['127.0.0.1:8080:80', { start: 80, end: 80, protocol: 'tcp' }],
  ['65536', undefined],
  ['90-80', undefined],
  ['80/http', undefined],
  ['web', undefined],
])('EXPOSE %s is read as BuildKit reads it', (text, port) => expect(exposedPort(text)).toEqual(port));

test('USER has a user and a group', () => {
  expect(userAndGroup('app:staff')).toEqual({ user: 'app', group: 'staff' });
  expect(userAndGroup('1000')).toEqual({ user: '1000', group: undefined });
});
