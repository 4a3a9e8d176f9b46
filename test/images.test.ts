import { describe, expect, it } from 'vitest';
import type { ImageReference } from '../src/dockerfile/image-reference.ts';
import type { ImageFacts } from '../src/images/images.ts';
import { knownImages } from '../src/images/known.ts';
import { packageRole } from '../src/images/packages.ts';

function about(image: string): ImageFacts | undefined {
  const [, name = '', tag] = /^(.+?)(?::([^:/]+))?$/.exec(image) ?? [];
  const reference: ImageReference = { registry: 'docker.io', repository: name, name, tag, digest: undefined };
  return knownImages.about(reference);
}

describe('the release of a base image', () => {
  it.each([
    ['golang:1.22-bookworm', 'bookworm'],
    ['golang:buster', 'buster'],
    ['golang:1.22.3', 'bookworm'],
    ['golang:1.20.4', 'bullseye'],
    ['golang:1.20', 'bookworm'],
    ['golang:1.22-alpine3.19', '3.19'],
    ['debian:12.5', 'bookworm'],
    ['debian:10.13-slim', 'buster'],
    ['ubuntu:jammy-20240101', '22.04'],
    ['alpine:3.19.1', '3.19'],
    ['node:20', 'bookworm'],
    ['centos:8', '8'],
    ['gcr.io/distroless/static-debian12:nonroot', 'bookworm'],
    ['eclipse-temurin:17-jdk-jammy', '22.04'],
    ['mcr.microsoft.com/dotnet/sdk:10.0', '24.04'],
  ])('is told from %s: %s', (image, release) => {
    expect(about(image)?.release).toBe(release);
  });

  it.each([
    'golang',
    'golang:latest',
    'golang:1',
    'golang:1.23',
    'golang:1.25',
    'golang:1.22-alpine',
    'alpine:3',
    'debian:stable',
    'python:3.12',
    'gcr.io/distroless/static',
  ])('is unknown for %s, which stands on another one every few years', image => {
    const facts = about(image);
    expect(facts).toBeDefined();
    expect(facts?.release).toBeUndefined();
  });

  it('is not taken from another distribution that numbers its releases alike', () => {
    expect(about('centos:8')).toMatchObject({ distribution: 'rhel', packageManager: 'yum' });
    expect(about('fedora:12')?.distribution).toBe('fedora');
  });
});

describe('an image that the table does not understand', () => {
  it.each(['okteto/golang:1', 'golang:1.22-nanoserver', 'golang:1.4-onbuild', 'debian:jesse', 'node:toString', 'constructor', '__proto__'])(
    '%s has no facts',
    image => {
      expect(about(image)).toBeUndefined();
    },
  );
});

describe('the smaller sibling of a base image', () => {
  it.each([
    ['python:3.12', 'python:3.12-slim'],
    ['python:3.12-bookworm', 'python:3.12-slim-bookworm'],
    ['python', 'python:slim'],
    ['node:20-bookworm', 'node:20-bookworm-slim'],
    ['node:lts', 'node:lts-slim'],
    ['debian:bookworm-20240101', 'debian:bookworm-20240101-slim'],
    ['debian:stable', 'debian:stable-slim'],
    ['rust:1.73.0', 'rust:1.73.0-slim'],
    ['python:3.12-slim', undefined],
    ['debian', undefined],
  ])('of %s is %s', (image, slim) => {
    expect(about(image)?.slim).toBe(slim);
  });

  it.each([
    ['golang:1.22-bookworm', 'debian:bookworm-slim'],
    ['golang:1.22-alpine3.19', 'alpine:3.19'],
    ['public.ecr.aws/docker/library/golang:1.22', 'public.ecr.aws/docker/library/debian:bookworm-slim'],
    ['golang:latest', undefined],
    ['golang:1.22-alpine', undefined],
    ['eclipse-temurin:17-jdk-jammy', 'eclipse-temurin:17-jre-jammy'],
    ['mcr.microsoft.com/dotnet/sdk:8.0', 'mcr.microsoft.com/dotnet/aspnet:8.0'],
    ['mcr.microsoft.com/dotnet/sdk:8.0.401', undefined],
  ])('that what %s compiled runs on is %s', (image, runtime) => {
    expect(about(image)?.runtime).toBe(runtime);
  });

  it('is itself known, wherever one is named', () => {
    for (const image of [
      'python:3.12',
      'python',
      'node:lts',
      'node:20-bookworm',
      'ruby:3.3',
      'rust:1',
      'golang:1.22',
      'perl:5',
      'debian:12',
      'buildpack-deps:bookworm',
      'eclipse-temurin:21',
    ]) {
      const facts = about(image);
      const siblings = [facts?.slim, facts?.runtime].filter(name => name !== undefined);
      expect(siblings, image).not.toHaveLength(0);
      for (const sibling of siblings) expect(about(sibling), sibling).toBeDefined();
    }
  });
});

describe('what an image is started with', () => {
  it('tells an entrypoint that executes any command from one that looks at its name', () => {
    expect(about('node:20')?.entrypoint).toBe('passes');
    expect(about('nginx:1.27')?.entrypoint).toBe('branches');
    expect(about('golang:1.22')?.entrypoint).toBe('none');
    expect(about('gcr.io/distroless/python3-debian12')?.entrypoint).toBe('branches');
  });

  it('tells images without a shell', () => {
    expect(about('scratch')?.shell).toBe(false);
    expect(about('gcr.io/distroless/base-debian12')).toMatchObject({ shell: false, libc: 'glibc', glibc: '2.36', user: '0' });
    expect(about('gcr.io/distroless/static-debian12:nonroot')).toMatchObject({ user: '65532', libc: 'none' });
    expect(about('alpine:3.19')).toMatchObject({ shell: true, libc: 'musl', packageManager: 'apk' });
  });

  it('names what is different from version to version without a value', () => {
    expect(about('golang:1.22')?.env).toMatchObject({ GOPATH: '/go', GOLANG_VERSION: undefined });
    expect(Object.keys(about('golang:1.22')?.env ?? {})).toContain('GOLANG_VERSION');
  });
});

describe('a system package of a builder', () => {
  const on = (image: string) => about(image) as ImageFacts;
  it.each([
    ['libssl-dev', 'golang:1.19-bullseye', ['libssl1.1']],
    ['libssl-dev', 'golang:1.22-bookworm', ['libssl3']],
    ['libssl-dev', 'debian:trixie', ['libssl3t64']],
    ['libpq-dev', 'golang:1.22', ['libpq5']],
    ['sqlite-dev', 'golang:1.22-alpine3.19', ['sqlite-libs']],
  ])('%s on %s comes down to %s', (name, image, runtime) => {
    expect(packageRole(name, on(image))).toEqual({ role: 'library', runtime });
  });

  it('is unknown where the release is', () => {
    expect(packageRole('libssl-dev', on('golang:latest'))).toBeUndefined();
    expect(packageRole('libssl-dev', on('ubuntu:22.04'))).toBeUndefined();
    expect(packageRole('constructor', on('golang:1.22'))).toBeUndefined();
  });

  it('may be a compiler, or data', () => {
    expect(packageRole('gcc', on('golang:latest'))).toEqual({ role: 'build' });
    expect(packageRole('ca-certificates', on('golang:latest'))).toEqual({ role: 'data' });
  });
});
