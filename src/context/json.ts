/** The value of a JSON text, a byte order mark allowed as npm allows it; for what is no JSON, the line of the first fault: "line 3: …". */
export function readJson(text: string): { value: unknown } | { problem: string } {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  try {
    return { value: JSON.parse(json) };
  } catch {
    const before = json.slice(0, faultAt(json));
    return { problem: `line ${before.split('\n').length}: ${before === json ? 'JSON ends too early' : 'not JSON'}` };
  }
}

const TOKEN = /[{}[\]:,]|"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![0-9.eE+-])|true|false|null/y;
const STRING_PIECE = /[ !#-[\]-\u{10FFFF}]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/uy;

/** JSON.parse doesn't always say where. Which tokens may follow is a matter of the last token and of what is open. */
function faultAt(text: string): number {
  const open: ('{' | '[')[] = [];
  let wanted: Wanted = 'value';
  for (let at = skipSpace(text, 0); at < text.length; ) {
    const end = tokenEnd(text, at);
    const next: Wanted | undefined = end === undefined ? undefined : after(wanted, text[at] as string, open);
    if (next === undefined || end === undefined) return at;
    wanted = next;
    at = skipSpace(text, end);
  }
  return text.length;
}

type Wanted = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma' | 'end';

/** What may stand after a token; undefined where it may not stand there itself. */
function after(wanted: Wanted, token: string, open: ('{' | '[')[]): Wanted | undefined {
  const inside = open.at(-1);
  const closes =
    (token === '}' && inside === '{' && (wanted === 'key or }' || wanted === 'comma')) ||
    (token === ']' && inside === '[' && (wanted === 'value or ]' || wanted === 'comma'));
  if (closes) open.pop();
  if (closes) return open.length === 0 ? 'end' : 'comma';
  if (wanted === 'key' || wanted === 'key or }') return token === '"' ? 'colon' : undefined;
  if (wanted === 'colon') return token === ':' ? 'value' : undefined;
  if (wanted === 'comma') return token !== ',' ? undefined : inside === '{' ? 'key' : 'value';
  if (wanted === 'end' || '}]:,'.includes(token)) return undefined;
  if (token !== '{' && token !== '[') return inside === undefined ? 'end' : 'comma';
  open.push(token);
  return token === '{' ? 'key or }' : 'value or ]';
}

/** The end of the token that starts at a place; undefined where none does. */
function tokenEnd(text: string, at: number): number | undefined {
  TOKEN.lastIndex = at;
  if (!TOKEN.test(text)) return undefined;
  if (text[at] !== '"') return TOKEN.lastIndex;
  STRING_PIECE.lastIndex = at + 1;
  let end = at + 1;
  while (STRING_PIECE.test(text)) end = STRING_PIECE.lastIndex;
  return text[end] === '"' ? end + 1 : undefined;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(text[at] as string)) at++;
  return at;
}
