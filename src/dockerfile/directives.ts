import { contentStart, type SourceLine } from './lines.ts';
import type { Directive, Problem } from './nodes.ts';

const NAMES: ReadonlySet<string> = new Set(['escape', 'syntax', 'check'] satisfies Directive['name'][]);

export interface ReadDirectives {
  directives: Directive[];
  problems: Problem[];
  /** Index of the first line after them. */
  end: number;
}

/** The parser directives at the head of a file (BuildKit's directives.go): they end at the first line that is none. */
export function parserDirectives(source: string, lines: SourceLine[]): ReadDirectives {
  const directives: Directive[] = [];
  const problems: Problem[] = [];
  let index = 0;
  for (; index < lines.length; index++) {
    const line = lines[index] as SourceLine;
    const directive = directiveOf(source, line);
    if (!directive) break;
    if (directives.some(({ name }) => name === directive.name)) {
      problems.push({ span: directive, message: `only one ${directive.name} parser directive can be used` });
    } else if (directive.name === 'escape' && directive.value !== '\\' && directive.value !== '`') {
      problems.push({ span: directive.valueSpan, message: `invalid escape token '${directive.value}': it is \\ or \`` });
    }
    directives.push(directive);
  }
  return { directives, problems, end: index };
}

function directiveOf(source: string, line: SourceLine): Directive | undefined {
  const start = contentStart(source, line);
  if (source[start] !== '#' || start === line.end) return undefined;
  const nameStart = contentStart(source, { ...line, start: start + 1 });
  const [name] = /^[a-zA-Z][a-zA-Z0-9]*/.exec(source.slice(nameStart, line.end)) ?? [''];
  if (!NAMES.has(name.toLowerCase())) return undefined;
  let at = skipBlanks(source, nameStart + name.length, line.end);
  if (source[at] !== '=' || at === line.end) return undefined;
  const afterEquals = at + 1;
  if (afterEquals === line.end) return undefined;
  // a value of blanks alone is its last blank
  at = Math.min(skipBlanks(source, afterEquals, line.end), line.end - 1);
  let end = line.end;
  while (end > at + 1 && isBlank(source.charCodeAt(end - 1))) end--;
  const value = { start: at, end };
  return { name: name.toLowerCase() as Directive['name'], value: source.slice(at, end), valueSpan: value, start, end: line.end };
}

/** Go's `\s`. */
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0c || code === 0x0d;
}

function skipBlanks(source: string, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(source.charCodeAt(at))) at++;
  return at;
}
