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
  ...[
    '# escape=`\n',
    '# escape=\\\n',
    '#escape = `\n',
    '# ESCAPE=`\n',
    '# syntax=a\n',
    '# check=skip=all\n',
    '# foo=bar\n',
    '# escape=x\n',
    '#!/bin/sh\n',
  ],
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
    'İ',
  ],
];

const fragment = fc.constantFrom(...FRAGMENTS);

/** A few lines of tricky pieces in any order. */
const soup = fc.array(fragment, { maxLength: 14 }).map(pieces => pieces.join(''));

/** A file that BuildKit mostly gets through: a stage, then an instruction a line. */
const likely = fc
  .array(
    fc
      .tuple(
        fc.constantFrom(
          'RUN',
          'COPY',
          'ENV',
          'LABEL',
          'ARG',
          'CMD',
          'ADD',
          'HEALTHCHECK',
          'ONBUILD',
          'SHELL',
          'VOLUME',
          'run',
          'EXPOSE',
          'USER',
        ),
        fc.array(fragment, { minLength: 1, maxLength: 5 }),
      )
      .map(([keyword, pieces]) => `${keyword} ${pieces.join('')}\n`),
    { minLength: 1, maxLength: 4 },
  )
  .map(lines => `FROM a\n${lines.join('')}`);

/** Tricky Dockerfiles that any encoder can write: no half surrogate pairs. */
export const dockerfiles = fc.oneof(soup, likely);

/** Dockerfiles, tricky ones and plain noise. */
export const texts = fc.oneof(dockerfiles, dockerfiles, fc.string({ unit: 'binary' }), fc.string({ unit: 'binary-ascii', maxLength: 40 }));
