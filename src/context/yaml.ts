import type { BuildContext } from './context.ts';
import type { Broken } from './fields.ts';

/**
 * Two forms of YAML and no more, for files that tools write or nobody writes otherwise: a plain or quoted word after a key at the left margin, and a list of
 * such words below it. Anything else there is a problem, not a guess.
 */
const WORD = /^(?:"([^"\\]*)"|'([^']*)'|([^\s"'#[\]{}&*!|>%@`,-][^\s#]*))[ \t]*(?:[ \t]#.*)?$/;
/** The keys stand at the top of lock files that may be huge. */
const HEAD = 64 * 1024;

/** The word after a key at the left margin; undefined where there is no such file or key. */
export function topLevelValue(context: BuildContext, path: string, key: string): { value: string } | Broken | undefined {
  for (const [index, line] of linesOf(context, path).entries()) {
    const rest = afterKey(line, key);
    if (rest === undefined) continue;
    const value = readWord(rest);
    return value === undefined ? { problem: `${path}: line ${index + 1}: ${key} is no plain value` } : { value };
  }
  return undefined;
}

/** The words of a list below a key at the left margin; undefined where there is no such file or key. */
export function topLevelList(context: BuildContext, path: string, key: string): { items: string[] } | Broken | undefined {
  const lines = linesOf(context, path);
  const start = lines.findIndex(line => afterKey(line, key) !== undefined);
  if (start < 0) return undefined;
  const wrong = (index: number) => ({ problem: `${path}: line ${index + 1}: ${key} is no plain list` });
  const rest = (afterKey(lines[start] as string, key) as string).replace(/^#.*$/, '');
  if (rest !== '') return rest === '[]' ? { items: [] } : wrong(start);
  const items: string[] = [];
  for (let index = start + 1; index < lines.length; index++) {
    const line = (lines[index] as string).trim();
    if (line === '' || line.startsWith('#')) continue;
    if (!line.startsWith('-')) return /^\s/.test(lines[index] as string) ? wrong(index) : { items };
    const item = readWord(line.slice(1).trim());
    if (item === undefined) return wrong(index);
    items.push(item);
  }
  return { items };
}

function linesOf(context: BuildContext, path: string): string[] {
  const head = context.head(path, HEAD);
  return head ? new TextDecoder().decode(head).split('\n') : [];
}

function afterKey(line: string, key: string): string | undefined {
  return line.startsWith(`${key}:`) ? line.slice(key.length + 1).trim() : undefined;
}

function readWord(written: string): string | undefined {
  const word = WORD.exec(written);
  return word ? (word[1] ?? word[2] ?? word[3]) : undefined;
}
