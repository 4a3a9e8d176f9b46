import { afterEach, describe, expect, test, vi } from 'vitest';
import { progressDisplay } from '../src/cli/progress.ts';

/** What a display writes, and what a terminal then shows: text, line ends, cursor up and clear line are all it knows. */
function screen(columns: number) {
  let written = '';
  const stream = {
    columns,
    write(text: string) {
      written += text;
      return true;
    },
  };
  return { stream, written: () => written, lines: () => shown(written) };
}

function shown(written: string): string[] {
  const rows = [''];
  let at = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what moves a cursor
  for (const [piece] of written.matchAll(/\x1b\[1A|\x1b\[2K|\r|\n|[^\x1b\r\n]+/g)) {
    if (piece === '\x1b[1A') at -= 1;
    else if (piece === '\x1b[2K') rows[at] = '';
    else if (piece === '\n') rows[++at] ??= '';
    else if (piece !== '\r') rows[at] += piece;
  }
  return rows.filter(Boolean);
}

const started = (build: string, name: string) => ({ build, step: { name, started: true as const } });
const ended = (build: string, name: string, seconds: number, cached = false) => ({ build, step: { name, cached, seconds } });

describe('the progress of builds', () => {
  afterEach(() => void vi.unstubAllEnvs());

  test('is one line for each build on a terminal, which says what it does now', () => {
    const { stream, lines } = screen(60);
    const display = progressDisplay(stream, true);
    display.tell(started('before', '[1/2] COPY . .'));
    display.tell(ended('before', '[1/2] COPY . .', 0.2));
    display.tell(started('before', '[2/2] RUN npm ci'));
    display.tell(started('after', '[build 1/2] RUN make'));
    expect(lines()).toEqual(['before  [2/2] RUN npm ci  0 s', 'after  [build 1/2] RUN make  0 s']);
    display.end();
    expect(lines()).toEqual([]);
  });

  test('keeps the step that goes on when one beside it ends', () => {
    const { stream, lines } = screen(60);
    const display = progressDisplay(stream, true);
    display.tell(started('before', '[a 1/2] RUN one'));
    display.tell(started('before', '[b 1/2] RUN two'));
    display.tell(ended('before', '[a 1/2] RUN one', 3));
    expect(lines()).toEqual(['before  [b 1/2] RUN two  0 s']);
    display.tell(ended('before', '[b 1/2] RUN two', 4));
    expect(lines()).toEqual(['before  [b 1/2] RUN two  4.0 s']);
    display.end();
  });

  test.each([
    [1, 1],
    [5, 5],
    [20, 20],
    [40, 40],
    // a terminal that tells no width
    [0, 80],
  ])('takes one row of a terminal of %i columns, however long a step is', (columns, width) => {
    const { stream, lines } = screen(columns);
    const display = progressDisplay(stream, true);
    display.tell(started('before', `[2/5] RUN ${'x'.repeat(500)}`));
    expect(lines().every(line => line.length < width)).toBe(true);
    display.end();
  });

  test('is a line for each step that ended in CI', () => {
    vi.stubEnv('CI', 'true');
    const { stream, written } = screen(80);
    const display = progressDisplay(stream, false);
    display.tell(started('before', '[2/5] RUN npm ci'));
    display.tell(ended('before', '[2/5] RUN npm ci', 12.34));
    display.tell(ended('after', '[2/5] RUN npm ci', 0, true));
    display.end();
    expect(written()).toBe('before: [2/5] RUN npm ci (12.3 s)\nafter: [2/5] RUN npm ci (cached)\n');
  });

  test('is nothing where neither a terminal nor CI reads it', () => {
    vi.stubEnv('CI', '');
    const { stream, written } = screen(80);
    const display = progressDisplay(stream, false);
    display.tell(ended('before', '[2/5] RUN npm ci', 1));
    display.end();
    expect(written()).toBe('');
  });

  test('shows the escape codes of a Dockerfile as text', () => {
    vi.stubEnv('CI', 'true');
    const plain = screen(80);
    progressDisplay(plain.stream, false).tell(ended('before', '[1/1] RUN \x1b[2J\n::error::', 1));
    const live = screen(80);
    const display = progressDisplay(live.stream, true);
    display.tell(started('before', '[1/1] RUN \x1b[2J'));
    expect(plain.written()).toBe('before: [1/1] RUN \\x1b[2J\\n::error:: (1.0 s)\n');
    expect(live.lines()).toEqual(['before  [1/1] RUN \\x1b[2J  0 s']);
    display.end();
  });
});
