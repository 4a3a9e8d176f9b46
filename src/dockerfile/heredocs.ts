import { rawWords } from './lex.ts';

export interface HeredocWord {
  name: string;
  expand: boolean;
  chomp: boolean;
}

/** The heredocs that a logical line of RUN, COPY or ADD opens, in order (BuildKit's heredocsFromLine); none in a line whose quotes are open. */
export function heredocsOfLine(line: string): { heredocs: HeredocWord[] } | { error: string } {
  const words = rawWords(line, { quotes: true, escapes: true });
  const heredocs: HeredocWord[] = [];
  for (const word of Array.isArray(words) ? words : []) {
    const heredoc = parseHeredocWord(word);
    if (heredoc && 'error' in heredoc) return heredoc;
    if (heredoc) heredocs.push(heredoc);
  }
  return { heredocs };
}

/** The heredoc that a word opens; undefined for any other word (BuildKit's ParseHeredoc). */
export function parseHeredocWord(word: string): HeredocWord | { error: string } | undefined {
  const [, chomp, rest] = /^\d*<<(-?)[\t\n\f\r ]*([^<]*)$/.exec(word) ?? [];
  if (!rest) return undefined;
  const names = rawWords(rest, { quotes: false, escapes: false });
  const raw = rawWords(rest, { quotes: true, escapes: false });
  if ('error' in names) return names;
  if ('error' in raw) return raw;
  const [name] = names;
  if (name === undefined || names.length !== 1) return undefined;
  return { name, chomp: chomp === '-', expand: quotes(name) === quotes(raw[0] ?? '') };
}

function quotes(word: string): number {
  return word.replace(/[^'"]/g, '').length;
}
