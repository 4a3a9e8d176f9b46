import { expandWords, type LexError, type LexOptions } from './lex.ts';

export interface HeredocWord {
  name: string;
  expand: boolean;
  chomp: boolean;
}

/** The heredocs that a logical line of RUN, COPY or ADD opens, in order (BuildKit's heredocsFromLine); none in a line whose quotes are open. */
export function heredocsOfLine(line: string): { heredocs: HeredocWord[] } | LexError {
  const words = rawWords(line, { rawQuotes: true, rawEscapes: true });
  const heredocs: HeredocWord[] = [];
  if ('error' in words) return words.tooDeep ? words : { heredocs };
  for (const word of words) {
    const heredoc = parseHeredocWord(word);
    if (heredoc && 'error' in heredoc) return heredoc;
    if (heredoc) heredocs.push(heredoc);
  }
  return { heredocs };
}

/** The heredoc that a word opens; undefined for any other word (BuildKit's ParseHeredoc). */
export function parseHeredocWord(word: string): HeredocWord | LexError | undefined {
  const [start, chomp] = /^\d*<<(-?)/.exec(word) ?? [];
  if (start === undefined) return undefined;
  const rest = word.slice(start.length).replace(/^[\t\n\f\r ]+/, '');
  if (rest === '' || rest.includes('<')) return undefined;
  const names = rawWords(rest, {});
  const raw = rawWords(rest, { rawQuotes: true });
  if ('error' in names) return names;
  if ('error' in raw) return raw;
  const [name] = names;
  if (name === undefined || names.length !== 1) return undefined;
  return { name, chomp: chomp === '-', expand: quotes(name) === quotes(raw[0] ?? '') };
}

/** The content of a heredoc begun by `<<-`: without the tabs at the start of each line. */
export function chompedContent(content: string): string {
  return content.replace(/(^|\n)\t+/g, '$1');
}

function rawWords(text: string, options: LexOptions): string[] | LexError {
  // every variable is unset here, so none is unknown
  return expandWords(text, () => undefined, '\\', { ...options, keepUnset: true }) as string[] | LexError;
}

function quotes(word: string): number {
  return word.replace(/[^'"]/g, '').length;
}
