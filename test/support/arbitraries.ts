import fc from 'fast-check';

/** Pieces of Dockerfiles that were read wrongly by one parser or another. */
const FRAGMENTS = [
  ...[
    'FROM a',
    'FROM alpine AS b\n',
    'from a as B',
    'RUN ',
    'run',
    'COPY ',
    'ADD ',
    'ENV ',
    'LABEL ',
    'ARG ',
    'CMD ',
    'ENTRYPOINT ',
    'EXPOSE ',
  ],
  ...[
    'HEALTHCHECK ',
    'HEALTHCHECK CMD ',
    'HEALTHCHECK NONE',
    'MAINTAINER ',
    'ONBUILD ',
    'ONBUILD RUN ',
    'SHELL ',
    'STOPSIGNAL ',
    'USER ',
    'VOLUME ',
    'WORKDIR ',
  ],
  ...['\n', '\n', '\n', '\n', '\r\n', '\r', ' ', ' ', '  ', '\t', '\f', '\v', '\u00a0', '\u0085', '\u2003', '\u3000', '\ufeff', '\0'],
  ...['\\', '\\\n', '\\\n', '\\ \n', '\\\t\r\n', '\\\\\n', '\\\\\\\n', '`', '`\n', '``\n', '#', '# comment\n', ' # c', '#c\\\n', '\n\n'],
  ...['# escape=`\n', '# escape=\\\n', '#escape = `\n', '# ESCAPE=`\n', '# syntax=a\n', '# foo=bar\n', '# escape=x\n', '#!/bin/sh\n'],
  ...[
    '<<EOF',
    '<<-EOF',
    '<<"EOF"',
    "<<'EOF'",
    '<<E"O"F',
    '<< EOF',
    '3<<EOF',
    'cat<<EOF',
    '<<<EOF',
    '<<\\EOF',
    '<<EOF <<B',
    '\nEOF\n',
    '\nEOF',
    '\n\tEOF\n',
    '\nB\n',
    'EOF',
  ],
  ...[
    '"',
    "'",
    '""',
    "''",
    '"a b"',
    "'a b'",
    '"a\\"b"',
    '"\\\n"',
    '[',
    ']',
    '["a"]',
    '["a", "b c"]',
    '["a",]',
    "['a']",
    '["a" "b"]',
    '[1]',
    '[]',
    '["\\u0041"]',
    '["\\ud800"]',
  ],
  ...['[ "a"\\\n, "b" ]', '["a"] b', '{}', '[{"a":1}]', '["a", null]'],
  ...[
    '--a',
    '--a=b',
    '--from=b',
    '--mount=type=cache,target=/x',
    '--chown="a b"',
    '--chown=\\ a',
    '--',
    '--=',
    '---',
    "--x='",
    '--network=none',
    '--\u00e9',
  ],
  ...[
    'a',
    'b',
    'a=b',
    'a= b',
    '=',
    'a=',
    '=a',
    'a="b c"',
    'a=b\\ c',
    "a='b'",
    '$a',
    '${a}',
    '${a:-b c}',
    '${',
    '$',
    'a b c',
    '/',
    '.',
    ',',
    '&&',
    ';',
    '|',
    '80/tcp',
    'é',
    '😀',
    'ſ',
  ],
];

const fragment = fc.constantFrom(...FRAGMENTS);

/** A few lines of tricky pieces in any order. */
const soup = fc.array(fragment, { maxLength: 14 }).map(pieces => pieces.join(''));

/** Instructions that BuildKit reads, cut where something goes in. */
const HOLES: [before: string, after: string][] = [
  ['RUN echo ', ' x'],
  ['RUN --mount=type=cache,target=/x', ' a'],
  ['RUN ["a", "', '"]'],
  ['run a && \\\n', ' b'],
  ['COPY ', ' a /b'],
  ['COPY --from=b', ' a /b'],
  ['ADD a ', ' /b'],
  ['ENV a=', ''],
  ['ENV a=b ', ' c=d'],
  ['ENV a ', ' b'],
  ['LABEL a="', '"'],
  ['LABEL ', ' a=b'],
  ['ARG a', ''],
  ['ARG a=', ' b'],
  ['CMD ', ' a'],
  ['CMD ["a"', ']'],
  ['ENTRYPOINT a ', ''],
  ['EXPOSE 80', ''],
  ['HEALTHCHECK', ' CMD a'],
  ['HEALTHCHECK --retries=3 CMD ', ' a'],
  ['MAINTAINER ', ' a'],
  ['ONBUILD RUN ', ' a'],
  ['ONBUILD ', ' CMD a'],
  ['SHELL ["a"', ']'],
  ['STOPSIGNAL ', 'a'],
  ['USER ', ' a'],
  ['VOLUME ', ' a'],
  ['WORKDIR /', ' a'],
  ['FROM a', ' AS b'],
];

/** A file that BuildKit mostly reads: a stage, then an instruction a line, each with a tricky piece or two. */
const likely = fc
  .array(
    fc
      .tuple(fc.constantFrom(...HOLES), fc.array(fragment, { maxLength: 2 }))
      .map(([[before, after], pieces]) => `${before}${pieces.join('')}${after}\n`),
    { minLength: 1, maxLength: 3 },
  )
  .map(lines => `FROM a\n${lines.join('')}`);

/** Only at the head: BuildKit's parser, asked without its linter as the judge does, crashes on a comment of this form elsewhere. */
const check = fc.constantFrom('', '', '', '# check=skip=all\n');

/** Tricky Dockerfiles that any encoder can write: no half surrogate pairs. */
export const dockerfiles = fc.tuple(check, fc.oneof(soup, likely, likely)).map(parts => parts.join(''));

/** Dockerfiles, tricky ones and plain noise. */
export const texts = fc.oneof(dockerfiles, dockerfiles, fc.string({ unit: 'binary' }), fc.string({ unit: 'binary-ascii', maxLength: 40 }));
