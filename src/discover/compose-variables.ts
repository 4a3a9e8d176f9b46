const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
/** Linux's PATH_MAX: what is longer is no path, and nothing to read twice. */
const LONGEST = 4096;

/**
 * A word of a compose file with the defaults of its variables in their places: `${PORT:-80}` is 80. A variable without a default stays as `${NAME}`: its
 * value is the caller's (docs.docker.com/reference/compose-file/interpolation).
 */
export function withDefaults(word: string): string {
  if (word.length > LONGEST) return word;
  let text = '';
  for (let at = 0; at < word.length; ) {
    const dollar = word.indexOf('$', at);
    text += word.slice(at, dollar < 0 ? word.length : dollar);
    if (dollar < 0) break;
    const read = variableAt(word, dollar);
    text += read.text;
    at = read.end;
  }
  return text;
}

function variableAt(word: string, dollar: number): { text: string; end: number } {
  if (word[dollar + 1] === '$') return { text: '$', end: dollar + 2 };
  const braced = word[dollar + 1] === '{';
  NAME.lastIndex = dollar + (braced ? 2 : 1);
  const name = NAME.exec(word)?.[0];
  if (name === undefined) return { text: '$', end: dollar + 1 };
  const after = dollar + (braced ? 2 : 1) + name.length;
  if (!braced) return { text: `\${${name}}`, end: after };
  const end = closing(word, after);
  const fallback = /^:?-/.exec(word.slice(after, after + 2))?.[0];
  const text = fallback === undefined ? `\${${name}}` : withDefaults(word.slice(after + fallback.length, end));
  return { text, end: end + 1 };
}

/** Where the brace that was opened before an offset closes; the end where it doesn't. */
function closing(word: string, from: number): number {
  let depth = 1;
  for (let at = from; at < word.length; at++) {
    if (word[at] === '{' && word[at - 1] === '$') depth++;
    else if (word[at] === '}' && --depth === 0) return at;
  }
  return word.length;
}
