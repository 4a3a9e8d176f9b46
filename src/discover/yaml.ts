import { Composer, type CST, Parser } from 'yaml';

/** Deeper than anybody nests; the library calls itself for each level, and Node dies where that hits the end of the stack. */
const DEEPEST = 64;
/** How often an anchor may stand for its node: many services share one, and a bomb doubles it. */
const MAX_ALIASES = 500;

/** The values of a text's YAML documents, anchors and merge keys resolved; throws for one that isn't right, is nested too deep or is a bomb. */
export function yamlDocuments(text: string): unknown[] {
  const tokens = [...new Parser().parse(text)];
  if (isDeep(tokens)) throw new RangeError('nested too deep');
  const composer = new Composer({ merge: true, uniqueKeys: false, logLevel: 'silent', prettyErrors: false });
  return [...composer.compose(tokens, false, text.length)].map(document => {
    const [error] = document.errors;
    if (error) throw error;
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  });
}

function isDeep(tokens: readonly CST.Token[]): boolean {
  const open = tokens.map(token => ({ token, depth: 0 }));
  for (let at = open.pop(); at; at = open.pop()) {
    const { token, depth } = at;
    if (depth > DEEPEST) return true;
    if (token.type === 'document' && token.value) open.push({ token: token.value, depth });
    if (!('items' in token)) continue;
    for (const { key, value } of token.items) open.push(...[key, value].flatMap(each => (each ? [{ token: each, depth: depth + 1 }] : [])));
  }
  return false;
}
