import type { BuildContext } from '../../src/context/context.ts';
import type { JsToken } from '../../src/context/js-lexer.ts';
import { type Expression, type NodeModule, parts, resolved, textOf } from './node-source.ts';
import { either, fixed, isVariable, type Port, portNumber } from './server.ts';

const DEEPEST = 8;

const WRAPPERS = new Set(['Number', 'parseInt', 'String', 'normalizePort', 'toNumber', 'Number.parseInt', 'normalizeport', 'parsePort']);

/** The port that an expression gives: a number, a variable of the environment with its default, or what stands for one. */
export function nodePort(context: BuildContext, whole: Expression | undefined, depth = 0): Port | undefined {
  if (!whole || depth > DEEPEST) return undefined;
  const { module } = whole;
  const { tokens } = module;
  let { from, to } = whole;
  const again = (start: number, end: number) => nodePort(context, { module, from: start, to: end }, depth + 1);
  while (tokens[from]?.text === '+' && tokens[from]?.kind === 'punctuation') from++;
  const cast = outside(module, from, to, ['as']);
  if (cast > from) to = cast;
  if (tokens[to - 1]?.text === '!') to--;
  if (to <= from) return undefined;
  const question = outside(module, from, to, ['?']);
  const colon = question < 0 ? -1 : outside(module, question, to, [':']);
  if (question > 0) {
    // another condition than that the variable is set decides at run time
    const isSet = colon > 0 && textOf({ module, from, to: question }) === textOf({ module, from: question + 1, to: colon });
    return isSet ? joined(again(question + 1, colon), again(colon + 1, to)) : undefined;
  }
  const or = outside(module, from, to, ['||', '??']);
  if (or > 0) return joined(again(from, or), again(or + 1, to));
  const first = tokens[from] as JsToken;
  if (to === from + 1 && (first.kind === 'number' || first.kind === 'string')) {
    const number = portNumber(first.text.replaceAll('_', ''));
    return number === undefined ? undefined : fixed(number);
  }
  return (
    environmentPort(whole, from, to) ??
    calledPort(context, { module, from, to }, again) ??
    resolvedPort(context, { module, from, to }, depth)
  );
}

function joined(first: Port | undefined, second: Port | undefined): Port | undefined {
  return first && second && either(first, second);
}

function environmentPort({ module: { tokens } }: Expression, from: number, to: number): Port | undefined {
  const [a, , c, open, name] = tokens.slice(from, to);
  if (a?.text !== 'process' || c?.text !== 'env' || !name) return undefined;
  const isMember = (to === from + 5 && open?.text === '.') || (to === from + 6 && open?.text === '[' && name.kind === 'string');
  return isMember && isVariable(name.text) ? { variables: [name.text], number: undefined } : undefined;
}

/** `Number(x)`, `(x)`, and Express's `app.get("port")`. */
function calledPort(
  context: BuildContext,
  { module, from, to }: Expression,
  again: (from: number, to: number) => Port | undefined,
): Port | undefined {
  const { tokens } = module;
  let open = from;
  while (open < to && tokens[open]?.text !== '(') open++;
  if (tokens[open]?.match !== to - 1) return undefined;
  const callee = textOf({ module, from, to: open });
  const [argument] = parts(module, open + 1, to - 1);
  if (!argument) return undefined;
  if (callee === '' || WRAPPERS.has(callee)) return again(argument.from, argument.to);
  const key = tokens[argument.from];
  if (!callee.endsWith('.get') || key?.kind !== 'string') return undefined;
  const at = tokens.findIndex(
    ({ text }, index) =>
      text === 'set' && tokens[index + 1]?.text === '(' && tokens[index + 2]?.kind === 'string' && tokens[index + 2]?.text === key.text,
  );
  const set = at < 0 ? undefined : parts(module, at + 2, tokens[at + 1]?.match ?? at)[1];
  return set && nodePort(context, set, 1);
}

function resolvedPort(context: BuildContext, expression: Expression, depth: number): Port | undefined {
  const value = resolved(context, expression, depth + 1);
  const isSame = value?.module === expression.module && value.from === expression.from;
  if (!value || isSame) return undefined;
  return nodePort(context, value, depth + 1);
}

/** Index of one of some operators outside brackets, or -1. */
function outside({ tokens }: NodeModule, from: number, to: number, operators: string[]): number {
  for (let at = from; at < to; at++) {
    const token = tokens[at] as JsToken;
    if (token.kind !== 'string' && operators.includes(token.text)) return at;
    if (token.match !== undefined && token.match > at) at = token.match;
  }
  return -1;
}
