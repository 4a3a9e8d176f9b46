import type { BuildContext } from '../../src/context/context.ts';
import { parentPath } from '../../src/context/filepath.ts';
import { isPlain } from './node-routes.ts';
import { type NodeModule, textOf } from './node-source.ts';
import { healthRoute } from './paths.ts';

/** Names that come between a request and a controller of Nest's. */
const BETWEEN = new Set([
  'useGlobalGuards',
  'enableVersioning',
  'APP_GUARD',
  'NestMiddleware',
  'APP_INTERCEPTOR',
  'useGlobalInterceptors',
  'APP_FILTER',
]);
/** Decorators that leave a route's answer as it is. */
const HARMLESS = /^@(?:Api\w*|Header|Public|Version|Injectable)$/;

/** A route of Nest's controllers that answers a plain GET without looking anything up; undefined where the program isn't one of Nest's too. */
export function nestRoute(_context: BuildContext, main: NodeModule, modules: readonly NodeModule[]): string | undefined {
  const isNest = main.tokens.some(({ text }) => text === 'NestFactory');
  if (!isNest || modules.some(({ tokens }) => tokens.some(({ text }) => BETWEEN.has(text)))) return undefined;
  const at = main.tokens.findIndex(({ text }) => text === 'setGlobalPrefix');
  const prefix = at < 0 ? '' : prefixOf(main, at);
  if (prefix === undefined) return undefined;
  return healthRoute(modules.flatMap(module => controllerRoutes(module, modules, prefix)));
}

/** A prefix without exceptions. */
function prefixOf({ tokens }: NodeModule, at: number): string | undefined {
  const [open, value, close] = tokens.slice(at + 1, at + 4);
  return open?.text === '(' && value?.kind === 'string' && close?.text === ')' ? slashed(value.text) : undefined;
}

function slashed(path: string): string {
  const inner = path.replace(/^\/|\/$/g, '');
  return inner === '' ? '' : `/${inner}`;
}

function controllerRoutes(module: NodeModule, modules: readonly NodeModule[], prefix: string): string[] {
  const { tokens } = module;
  const found: string[] = [];
  for (const [at, { text }] of tokens.entries()) {
    if (text !== '@Controller') continue;
    const path = decoratorPath(module, at);
    const head = afterDecorators(module, at);
    const open = head === undefined || path === undefined ? -1 : tokens.findIndex(({ text: each }, index) => index > head && each === '{');
    const close = tokens[open]?.match;
    if (path === undefined || close === undefined) continue;
    const used = tokens.slice(Math.max(0, at - 12), at).some(each => each.text === '@UseGuards');
    if (used) continue;
    for (let index = open; index < close; index++) {
      const own = tokens[index]?.text === '@Get' ? decoratorPath(module, index) : undefined;
      if (own !== undefined && isPlainMethod(module, modules, index)) found.push(prefix + slashed(path) + slashed(own) || '/');
    }
  }
  return found;
}

/** `@Get()` and `@Get("path")`. */
function decoratorPath({ tokens }: NodeModule, at: number): string | undefined {
  const open = tokens[at + 1];
  if (open?.text !== '(' || open.match === undefined) return undefined;
  if (open.match === at + 2) return '';
  const value = tokens[at + 2];
  return open.match === at + 3 && value?.kind === 'string' ? value.text : undefined;
}

/** The first token behind a decorator and those after it; undefined where one of them may refuse a request. */
function afterDecorators({ tokens }: NodeModule, start: number): number | undefined {
  let at = start;
  for (;;) {
    at = (tokens[at + 1]?.text === '(' ? (tokens[at + 1]?.match ?? at) : at) + 1;
    const next = tokens[at];
    if (!next?.text.startsWith('@')) return at;
    if (!HARMLESS.test(next.text)) return undefined;
  }
}

/** A method without parameters whose body is plain, or hands over to one of a service that is. */
function isPlainMethod(module: NodeModule, modules: readonly NodeModule[], decorator: number): boolean {
  const { tokens } = module;
  const before = tokens[decorator - 1]?.text;
  // a decorator above this one has closed its arguments, which a body has not
  if (before === ')') return false;
  let at = afterDecorators(module, decorator);
  if (at === undefined) return false;
  while (['async', 'public'].includes(tokens[at]?.text ?? '')) at++;
  if (tokens[at + 1]?.text !== '(' || tokens[at + 1]?.match !== at + 2) return false;
  const body = bodyFrom(module, at + 2);
  if (!body) return false;
  const [, call] = /^returnthis\.(\w+\.\w+)\(\);?$/.exec(textOf({ module, from: body.from + 1, to: body.to - 1 })) ?? [];
  return call === undefined ? isReturning(module, body) : isPlainService(module, modules, call);
}

function bodyFrom({ tokens }: NodeModule, close: number): { from: number; to: number } | undefined {
  for (let at = close; at < Math.min(tokens.length, close + 12); at++) {
    const token = tokens[at];
    if (token?.text === '{' && token.match !== undefined && tokens[at - 1]?.text !== ':') return { from: at, to: token.match + 1 };
  }
  return undefined;
}

function isReturning(module: NodeModule, { from, to }: { from: number; to: number }): boolean {
  const hasThis = module.tokens.slice(from, to).some(({ text }) => text === 'this');
  return !hasThis && module.tokens.slice(from, to).some(({ text }) => text === 'return') && isPlain({ module, from, to }, []);
}

function isPlainService(module: NodeModule, modules: readonly NodeModule[], call: string): boolean {
  const [field, method] = call.split('.');
  const at = module.tokens.findIndex(({ text }, index) => text === field && module.tokens[index + 1]?.text === ':');
  const type = module.tokens[at + 2]?.text;
  const home =
    at < 0
      ? undefined
      : modules.find(({ tokens }) => tokens.some(({ text }, index) => text === 'class' && tokens[index + 1]?.text === type));
  const start = home?.tokens.findIndex(({ text }, index) => text === method && home.tokens[index + 1]?.match === index + 2) ?? -1;
  const body = home && start >= 0 ? bodyFrom(home, start + 2) : undefined;
  return home !== undefined && body !== undefined && parentPath(home.path) !== '' && isReturning(home, body);
}
