import { describe, expect, it } from 'vitest';
import { goBuild, programName } from '../src/context/go-build.ts';

/** Words as the shell hands them over; one with a `$` is known to the shell alone. */
const read = (command: string) => goBuild(command.split(' ').map(text => ({ text, literal: text.includes('$') ? undefined : text })));

describe('go build and go install', () => {
  it.each([
    ['build', { verb: 'build', targets: [], output: undefined }],
    ['build -o /app .', { targets: ['.'], output: '/app' }],
    ['build -o=bin/ ./...', { targets: ['./...'], output: 'bin/' }],
    ['build --o x main.go util.go', { targets: ['main.go', 'util.go'], output: 'x' }],
    ['build -C cmd -v -trimpath -buildvcs=false -o x', { folder: 'cmd', output: 'x' }],
    ['build -tags netgo,osusergo -mod vendor -p 4 ./cmd/api', { tags: ['netgo', 'osusergo'], targets: ['./cmd/api'] }],
    ['install ./cmd/...', { verb: 'install', targets: ['./cmd/...'] }],
    ['build -ldflags=-s$X', { dynamic: undefined }],
    ['build -a -installsuffix cgo -o main .', { output: 'main', targets: ['.'] }],
  ])('are told what %j says', (command, expected) => {
    expect(read(command)).toMatchObject(expected);
  });

  it.each([
    ['build -race', 'is built with -race'],
    ['build -ldflags -linkmode=external', 'is linked by an external linker'],
    ['build -buildmode=pie', 'is built as a position-independent executable'],
  ])('need a dynamic linker for %j', (command, dynamic) => {
    expect(read(command)).toMatchObject({ dynamic });
  });

  it.each([
    ['build -o $OUT', "gives -o a value that can't be known"],
    ['build $PACKAGE', "builds $PACKAGE, which can't be known"],
    ['build -buildmode=c-shared', 'makes a c-shared instead of a program'],
    ['build -o', 'gives no value for -o'],
    ['build -overlay x.json', 'uses -overlay'],
  ])('are not followed for %j', (command, reason) => {
    expect(read(command)).toEqual({ reason });
  });
});

describe("a program's name", () => {
  it.each([
    ['example.com/app', 'app'],
    ['example.com/app/v2', 'app'],
    ['example.com/app/cmd/api', 'api'],
    ['example.com/app/v1', 'v1'],
    ['hello', 'hello'],
  ])('of %s is %s', (path, name) => {
    expect(programName(path)).toBe(name);
  });
});
