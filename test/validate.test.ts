import { describe, expect, test } from 'vitest';
import { buildProblems } from '../src/dockerfile/build-problems.ts';
import { parse } from '../src/dockerfile/parse.ts';

/** The problems of a Dockerfile: what each is about, and what it says. */
function problems(source: string, find = (file: ReturnType<typeof parse>) => file.problems): [string, string][] {
  return find(parse(source)).map(({ span, message }) => [source.slice(span.start, span.end), message]);
}

describe('an instruction is refused as BuildKit refuses it', () => {
  test.each([
    ['FOO a', 'FOO', 'unknown instruction: FOO'],
    ['FROM a b', 'FROM a b', 'FROM requires either one or three arguments'],
    ['FROM a AS 1b', '1b', 'invalid name for build stage: "1b", name can\'t start with a number or contain symbols'],
    ['COPY a', 'COPY a', 'COPY requires at least two arguments, but only one was provided. Destination could not be determined'],
    ['COPY a <<b\nb', '<<b', 'COPY cannot accept a heredoc as a destination'],
    ['COPY --form=a b c', '--form=a', 'unknown flag: --form'],
    ['COPY --FROM=a b c', '--FROM=a', 'unknown flag: --FROM'],
    ['COPY --from b c', '--from', 'missing a value on flag: --from'],
    ['COPY --from=a --from=b c d', '--from=b', 'duplicate flag specified: --from'],
    ['COPY --link=maybe b c', '--link=maybe', 'expecting boolean value for flag --link, not: maybe'],
    ['ADD --parents a b', '--parents', 'unknown flag: --parents'],
    ['ENV', 'ENV', 'ENV requires at least one argument'],
    ['ENV =a', '', 'ENV names can not be blank'],
    ['ARG =a', '', 'ARG names can not be blank'],
    ['EXPOSE', 'EXPOSE', 'EXPOSE requires at least one argument'],
    ['USER', 'USER', 'USER requires exactly one argument'],
    ['WORKDIR --a b', '--a', 'unknown flag: --a'],
    ['VOLUME [""]', '""', 'VOLUME specified can not be an empty string'],
    ['SHELL bash -c', 'SHELL bash -c', 'SHELL requires the arguments to be in JSON form'],
    ['SHELL []', 'SHELL []', 'SHELL requires at least one argument'],
    ['ONBUILD', 'ONBUILD', 'ONBUILD requires at least one argument'],
    ['ONBUILD ONBUILD RUN a', 'ONBUILD', "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"],
    ['ONBUILD from a', 'from', "FROM isn't allowed as an ONBUILD trigger"],
    ['HEALTHCHECK', 'HEALTHCHECK', 'HEALTHCHECK requires at least one argument'],
    ['HEALTHCHECK NONE a', 'HEALTHCHECK NONE a', 'HEALTHCHECK NONE takes no arguments'],
    ['HEALTHCHECK curl a', 'curl', 'Unknown type "CURL" in HEALTHCHECK (try CMD)'],
    ['HEALTHCHECK CMD', 'HEALTHCHECK CMD', 'Missing command after HEALTHCHECK CMD'],
    ['HEALTHCHECK --interval=5 CMD a', '--interval=5', 'invalid duration "5"'],
    ['HEALTHCHECK --timeout=1us CMD a', '--timeout=1us', 'Interval "timeout" cannot be less than 1ms'],
    ['HEALTHCHECK --timeout=-1s CMD a', '--timeout=-1s', 'Interval "timeout" cannot be less than 1ms'],
    ['HEALTHCHECK --retries=-1 CMD a', '--retries=-1', '--retries cannot be negative (-1)'],
    ['HEALTHCHECK --retries=x CMD a', '--retries=x', 'invalid number of retries "x"'],
    ['RUN --network=lan a', '--network=lan', 'invalid network mode "lan"'],
    ['RUN --security=none a', '--security=none', 'security "none" is not valid'],
    ['RUN --mount=type=volume,target=/a b', '--mount=type=volume,target=/a', 'unsupported mount type "volume"'],
    ['RUN --mount=type=cache,path=/a b', '--mount=type=cache,path=/a', "unexpected key 'path' in 'path=/a'"],
    [
      'RUN --mount=type=bind,from=$A,target=/a b',
      '--mount=type=bind,from=$A,target=/a',
      "'from' doesn't support variable expansion, define alias stage instead",
    ],
    ['RUN --mount=type=secret b', '--mount=type=secret', 'invalid secret mount. one of source, target required'],
    ['RUN --mount=type=bind,uid=1 b', '--mount=type=bind,uid=1', 'uid not allowed for "bind" type mounts'],
    ['RUN --mount=type=cache,target b', '--mount=type=cache,target', "invalid field 'target' must be a key=value pair"],
    ['RUN --mount=type=bind,sharing=locked b', '--mount=type=bind,sharing=locked', 'invalid cache sharing set for bind mount'],
    ['RUN --device=a,b=c d', '--device=a,b=c', "unexpected key 'b' in 'b=c'"],
  ])('%s', (line, place, message) => {
    expect(problems(`FROM a\n${line}\n`)).toEqual([[place, message]]);
  });

  test('in front of the first FROM', () => {
    expect(problems('ARG A\nRUN a\nFROM b')).toEqual([['RUN', 'no build stage in current context']]);
  });
});

describe('an instruction is read where BuildKit reads it', () => {
  test.each([
    'FROM --platform=linux/amd64 a AS b',
    'FROM a aS b.c_d-1',
    'RUN',
    'CMD',
    'ENTRYPOINT []',
    'ARG --unread A=1 B',
    'STOPSIGNAL --unread 9',
    'ONBUILD FOO a',
    'HEALTHCHECK --unread NONE',
    'HEALTHCHECK --interval=1h2m3.5s --timeout=0 --start-period= --retries=0 CMD a',
    'COPY --link --exclude=a --exclude=b c d',
    'COPY --from=a -- --b c',
    'RUN --mount=type=secret,id=a,target=/b,mode=0400,uid=1 --mount=type=$A,size=$B c',
    'RUN --mount=type=tmpfs,target=/a,size=1.5GiB b',
    'RUN --device=required,vendor/class=a b',
    'VOLUME ["/a", "/b"]',
  ])('%s', line => expect(problems(`FROM a\n${line}\n`)).toEqual([]));
});

describe('what fails only in the build is told apart', () => {
  test.each([
    ['FROM Node', 'Node', 'failed to parse stage name "Node": invalid reference format'],
    ['FROM $UNDECLARED', '$UNDECLARED', 'base name ($UNDECLARED) should not be blank'],
    ['FROM a\nENV B="c', '"c', 'failed to process "\\"c": unexpected end of statement while looking for matching double-quote'],
    ['FROM a\nARG B=${}', '${}', 'failed to process "${}": syntax error: bad substitution'],
    ['FROM a\nEXPOSE 80000', '80000', 'invalid containerPort: 80000'],
    ['FROM a\nSTOPSIGNAL SIGNOTHING', 'SIGNOTHING', 'invalid signal: SIGNOTHING'],
    ['FROM a AS b\nCOPY --from=b c d', '--from=b', 'uses a stage that has to be defined before its own'],
    ['FROM a\nCOPY --from=1 c d\nFROM b', '--from=1', 'uses a stage that has to be defined before its own'],
    ['FROM a\nCOPY --from=7 c d', '--from=7', 'uses "7", which is neither a stage nor an image'],
    ['FROM a\nCOPY --from=$B c d', '--from=$B', 'uses "$B", which is neither a stage nor an image'],
    [
      'FROM a\nRUN --mount=from=b,target=/c d\nFROM c AS b',
      '--mount=from=b,target=/c',
      'uses a stage that has to be defined before its own',
    ],
  ])('%s', (source, place, message) => {
    expect(problems(source)).toEqual([]);
    expect(problems(source, buildProblems)).toEqual([[place, message]]);
  });

  test.each([
    'ARG B\nFROM $B',
    'ARG B=Node\nFROM $B',
    'FROM --platform=$BUILDPLATFORM a',
    'FROM a\nARG P\nEXPOSE $P 80-90/udp\nSTOPSIGNAL rtmin+3',
    'FROM a\nARG S\nSTOPSIGNAL ${S:?}',
    'FROM a AS b\nFROM c\nCOPY --from=B d e\nCOPY --from=0 d e\nCOPY --from=nginx:1 d e\nRUN --mount=from=b,target=/f g',
  ])('and not %s', source => {
    expect(problems(source, file => [...file.problems, ...buildProblems(file)])).toEqual([]);
  });
});
