/** Control characters but tab, marks of direction and invisible line ends: on a terminal they move the cursor, hide text or show it in another order. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
/** What CI logs take for commands: GitHub's `::name::` where a line begins, and `##[name]`, `##vso[` or `##teamcity[` anywhere. */
const COMMAND = /^\s*::|##(?=[A-Za-z]*\[)/g;

/** A text from a file or a path, safe to stand in a line of a terminal or a CI log: what isn't is escaped as in JavaScript. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped).replace(COMMAND, mark => mark.slice(0, -1) + escaped(mark.slice(-1)));
}

/** A file's name for people: `-` is standard input. */
export function shownName(path: string): string {
  return path === '-' ? 'standard input' : printable(path);
}

/** JSON text, safe likewise: such characters stand within strings only. */
export function printableJson(json: string): string {
  return json
    .replace(UNPRINTABLE, character => (character === '\n' ? character : unicode(character)))
    .replace(/##(?=[A-Za-z]*\[)/g, `#${unicode('#')}`);
}

function escaped(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : unicode(character);
}

function unicode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
