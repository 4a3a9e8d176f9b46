import { describe, expect, test } from 'vitest';
import { parseImageReference } from '../src/dockerfile/image-reference.ts';

const SHA256 = `sha256:${'a'.repeat(64)}`;

describe('an image reference', () => {
  test.each([
    ['node', 'docker.io', 'library/node', undefined, undefined, 'node'],
    ['node:22-alpine', 'docker.io', 'library/node', '22-alpine', undefined, 'node'],
    ['bitnami/redis:7', 'docker.io', 'bitnami/redis', '7', undefined, 'bitnami/redis'],
    ['docker.io/node', 'docker.io', 'library/node', undefined, undefined, 'node'],
    ['index.docker.io/library/node', 'docker.io', 'library/node', undefined, undefined, 'node'],
    [
      'gcr.io/distroless/static-debian12:nonroot',
      'gcr.io',
      'distroless/static-debian12',
      'nonroot',
      undefined,
      'gcr.io/distroless/static-debian12',
    ],
    ['localhost/app', 'localhost', 'app', undefined, undefined, 'localhost/app'],
    ['localhost', 'docker.io', 'library/localhost', undefined, undefined, 'localhost'],
    ['localhost:5000', 'docker.io', 'library/localhost', '5000', undefined, 'localhost'],
    ['registry:5000/ns/img:1.2', 'registry:5000', 'ns/img', '1.2', undefined, 'registry:5000/ns/img'],
    ['[::1]:5000/img', '[::1]:5000', 'img', undefined, undefined, '[::1]:5000/img'],
    ['Registry/img', 'Registry', 'img', undefined, undefined, 'Registry/img'],
    ['foo/bar.baz:1', 'docker.io', 'foo/bar.baz', '1', undefined, 'foo/bar.baz'],
    [`node@${SHA256}`, 'docker.io', 'library/node', undefined, SHA256, 'node'],
    [`reg:5000/ns/img:1.2@${SHA256}`, 'reg:5000', 'ns/img', '1.2', SHA256, 'reg:5000/ns/img'],
    ['a__b/c---d', 'docker.io', 'a__b/c---d', undefined, undefined, 'a__b/c---d'],
  ])('%s is read as Docker reads it', (text, registry, repository, tag, digest, name) => {
    expect(parseImageReference(text)).toEqual({ registry, repository, tag, digest, name });
  });

  test.each([
    ['with an upper-case name', 'Node'],
    ['with an upper-case folder', 'gcr.io/Team/app'],
    ['that is an identifier', 'a'.repeat(64)],
    ['without a tag after its colon', 'node:'],
    ['with a tag that is too long', `node:${'1'.repeat(129)}`],
    ['with a short digest', 'node@sha256:abc'],
    ['with a digest of an unknown kind', `node@md5:${'a'.repeat(32)}`],
    ['with three underscores', 'a___b'],
    ['with a trailing slash', 'node/'],
    ['with an empty folder', 'gcr.io//app'],
    ['with a variable', 'node:$TAG'],
    ['of a template', '{{ image }}'],
    ['that is empty', ''],
    ['longer than any', `${'a'.repeat(256)}`],
    ['that is a URL', 'https://gcr.io/app'],
  ])('%s is none', (_, text) => expect(parseImageReference(text)).toBeUndefined());
});
