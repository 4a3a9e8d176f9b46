import type { BuildContext } from '../../src/context/context.ts';
import { contextPath, parentPath } from '../../src/context/filepath.ts';
import { words } from '../../src/phrases.ts';
import { isFunction } from './node-listen.ts';
import { type Expression, expressionAt, type NodeModule, parts, property, relativeModule, textOf } from './node-source.ts';
import { healthRoute } from './paths.ts';

type Framework = 'express' | 'koa' | 'fastify' | 'hono';

/** An application or a router: a name of a module. */
interface Router {
  module: NodeModule;
  name: string;
  framework: Framework;
  prefix: string;
}

/** What makes one, by the package that the name comes from. */
const APPLICATIONS: Record<string, Framework> = { express: 'express', koa: 'koa', fastify: 'fastify', hono: 'hono' };
const ROUTERS: Record<string, Framework> = { express: 'express', '@koa/router': 'koa', 'koa-router': 'koa', hono: 'hono' };

/** Middleware that lets every plain GET through, by the name that is called or its last part. */
const HARMLESS = new Set(
  words(`json urlencoded raw text bodyParser bodyparser koaBody cors helmet morgan logger compression compress cookieParser static serve serveStatic favicon session
   cookieSession flash methodOverride fileUpload responseTime initialize pino pinoHttp expressLogger koaLogger routes allowedMethods addRequestId
   requestId expressPino promBundle json prettyJSON secureHeaders etag conditional`),
);

/** Names anywhere in a program that come between a request and every route. */
const BETWEEN = new Set(['addHook', 'setValidatorCompiler', 'decorateRequest', 'rateLimit', 'basicAuth', 'forceSSL', 'enforceHTTPS']);

const DEEPEST = 4;

/** A route of the application that listens under a name of a module: a plain GET that answers without looking anything up. */
export function nodeRoute(context: BuildContext, modules: readonly NodeModule[], listening: NodeModule, owner: string): string | undefined {
  if (modules.some(({ tokens }) => tokens.some(({ kind, text }) => kind === 'name' && BETWEEN.has(text)))) return undefined;
  const app = applicationOf(context, listening, owner, 0);
  if (app) return healthRoute(routesOf(context, app, 0));
  return answersAll(listening, owner) ? '/' : undefined;
}

/** `http.createServer((req, res) => res.end("hello"))`: a server of one answer. */
function answersAll(module: NodeModule, name: string): boolean {
  const value = module.values.get(name);
  const call = value && callOf(value);
  const [handler, ...others] = call?.values ?? [];
  if (!handler || others.length > 0 || !/^(?:http\.)?createServer$/.test(call?.callee ?? '') || !isFunction(handler)) return false;
  const looks = module.tokens.slice(handler.from, handler.to).some(({ text }) => /^(?:if|url|method)$/.test(text));
  return !looks && isPlain(handler, []) && answers(handler, 'express');
}

function applicationOf(context: BuildContext, module: NodeModule, name: string, depth: number): Router | undefined {
  const value = module.values.get(name);
  const imported = module.imports.get(name);
  if (depth > DEEPEST) return undefined;
  if (imported && /^\./.test(imported.from)) {
    const home = relativeModule(context, module, imported.from);
    const exported = imported.name === '*' ? home?.exported : undefined;
    const inner = exported && exported.to === exported.from + 1 ? exported.module.tokens[exported.from]?.text : imported.name;
    return home && inner !== undefined && inner !== '*' ? applicationOf(context, home, inner, depth + 1) : undefined;
  }
  if (!value) return undefined;
  const framework = madeBy(value, APPLICATIONS);
  if (framework) return hasHttps(value) ? undefined : { module, name, framework, prefix: '' };
  // http.createServer(app)
  const call = callOf(value);
  if (!call || !/^(?:new)?(?:http\.)?(?:createServer|Server)$/.test(call.callee)) return undefined;
  const first = call.values.at(-1);
  if (!first || first.to !== first.from + (isKoaCallback(first) ? 5 : 1)) return undefined;
  const inner = module.tokens[first.from];
  return inner?.kind === 'name' ? applicationOf(context, module, inner.text, depth + 1) : undefined;
}

/** `app.callback()` */
function isKoaCallback({ module: { tokens }, from }: Expression): boolean {
  return tokens[from + 2]?.text === 'callback';
}

interface Call {
  callee: string;
  values: Expression[];
}

/** An expression that is one call. */
function callOf({ module, from, to }: Expression): Call | undefined {
  let open = from;
  while (open < to && module.tokens[open]?.text !== '(') open++;
  const close = module.tokens[open]?.match;
  if (close !== to - 1) return undefined;
  return { callee: textOf({ module, from, to: open }), values: parts(module, open + 1, close) };
}

function madeBy(value: Expression, packages: Record<string, Framework>): Framework | undefined {
  const { module, from, to } = value;
  const [first, open, source] = module.tokens.slice(from, from + 3);
  if (first?.text === 'require' && open?.text === '(' && source && to > from + 4)
    return Object.hasOwn(packages, source.text) ? packages[source.text] : undefined;
  const callee = callOf(value)?.callee.replace(/^new/, '');
  if (callee === undefined) return undefined;
  const [name = '', member] = callee.split('.');
  const imported = module.imports.get(name)?.from ?? '';
  if (member !== undefined && (member !== 'Router' || packages !== ROUTERS)) return undefined;
  if (packages === ROUTERS && imported === 'express' && member === undefined && module.imports.get(name)?.name !== 'Router')
    return undefined;
  return Object.hasOwn(packages, imported) ? packages[imported] : undefined;
}

/** Fastify's own TLS. */
function hasHttps(value: Expression): boolean {
  return callOf(value)?.values.some(each => property(each, 'https') || property(each, 'http2')) === true;
}

/** The routes of an application, in order, up to what may come between. */
function routesOf(context: BuildContext, router: Router, depth: number): string[] {
  const { module, name } = router;
  const { tokens } = module;
  const found: string[] = [];
  for (const [at, token] of tokens.entries()) {
    const open = tokens[at + 1];
    if (token.kind !== 'name' || open?.text !== '(' || open.match === undefined) continue;
    const values = parts(module, at + 2, open.match);
    const isOwn = tokens[at - 1]?.text === '.' && tokens[at - 2]?.text === name && tokens[at - 3]?.text !== '.';
    if (!isOwn) {
      if (isGivenTo(values, name) && !/^(?:createServer|Server|callback|log|expressWs|listen|toNodeListener)$/.test(token.text))
        return found;
    } else if (token.text === 'get') {
      const path = plainRoute(context, router, values);
      if (path !== undefined) found.push(router.prefix + (path === '/' && router.prefix !== '' ? '' : path));
    } else if (token.text === 'use' || token.text === 'all' || token.text === 'route') {
      const inner = used(context, router, values, depth);
      if (!inner) return found;
      found.push(...inner);
    }
  }
  return found;
}

function isGivenTo(values: Expression[], name: string): boolean {
  return values.some(
    ({ module, from, to }) => to === from + 1 && module.tokens[from]?.kind === 'name' && module.tokens[from]?.text === name,
  );
}

/** The routes that a `use` brings; undefined for one that may stop a request. */
function used(context: BuildContext, router: Router, values: Expression[], depth: number): string[] | undefined {
  const { module } = router;
  const [first] = values;
  const literal =
    first && module.tokens[first.from]?.kind === 'string' && first.to === first.from + 1 ? module.tokens[first.from]?.text : undefined;
  const rest = literal === undefined ? values : values.slice(1);
  const found: string[] = [];
  for (const value of rest) {
    const inner = depth < DEEPEST ? mounted(context, router, value, literal ?? '') : undefined;
    if (inner) found.push(...routesOf(context, inner, depth + 1));
    else if (!isHarmless(value)) {
      // what is for some paths alone leaves the others as they are
      if (literal === undefined || literal === '/' || literal.includes('*') || literal === '') return undefined;
    }
  }
  return found;
}

/** A router that is named, imported or required where it is used. */
function mounted(context: BuildContext, { framework, prefix }: Router, value: Expression, path: string): Router | undefined {
  const { module, from, to } = value;
  const call = callOf(value);
  const whole = prefix + path.replace(/\/$/, '');
  if (call && framework === 'koa' && call.callee.endsWith('.routes')) {
    return routerNamed(context, { module, from, to: from + 1 }, whole);
  }
  const source = call?.callee === 'require' ? call.values[0] : undefined;
  if (source) {
    const home = relativeModule(context, module, module.tokens[source.from]?.text ?? '');
    return home?.exported && routerNamed(context, home.exported, whole);
  }
  return to === from + 1 ? routerNamed(context, value, whole) : undefined;
}

function routerNamed(context: BuildContext, { module, from, to }: Expression, prefix: string): Router | undefined {
  const name = module.tokens[from]?.text ?? '';
  if (to !== from + 1) return undefined;
  const imported = module.imports.get(name);
  const home = imported && relativeModule(context, module, imported.from);
  if (imported && home) {
    if (imported.name !== '*') return routerIn(home, imported.name, prefix);
    const exported = home.exported;
    return exported && exported.to === exported.from + 1 ? routerIn(home, home.tokens[exported.from]?.text ?? '', prefix) : undefined;
  }
  return routerIn(module, name, prefix);
}

function routerIn(module: NodeModule, name: string, prefix: string): Router | undefined {
  const value = module.values.get(name);
  const framework = value && madeBy(value, ROUTERS);
  if (!value || !framework) return undefined;
  const [options] = callOf(value)?.values ?? [];
  const own = options && property(options, 'prefix');
  const text = own && module.tokens[own.from]?.kind === 'string' ? (module.tokens[own.from]?.text ?? '') : '';
  return options && !own ? undefined : { module, name, framework, prefix: prefix + text };
}

function isHarmless(value: Expression): boolean {
  if (isFunction(value)) return isPassing(value);
  const callee = callOf(value)?.callee ?? textOf(value);
  return HARMLESS.has(callee.slice(callee.lastIndexOf('.') + 1)) && !/auth|limit|csrf/i.test(callee);
}

/** A function in place that hands every request on: a log, a header. */
function isPassing(value: Expression): boolean {
  const { module, from, to } = value;
  const texts = module.tokens.slice(from, to);
  const isNext = texts.some(({ text }, at) => text === 'next' && texts[at + 1]?.text === '(' && texts[at + 2]?.text === ')');
  return isNext && isPlain(value, ['next']) && !texts.some(({ text }) => /^(?:send|json|end|sendStatus|status|if)$/.test(text));
}

/** The path of `get(path, handler)` where the handler answers with success, always. */
function plainRoute(context: BuildContext, { module, framework }: Router, values: Expression[]): string | undefined {
  const [path, written] = values;
  const literal = path && path.to === path.from + 1 ? module.tokens[path.from] : undefined;
  if (values.length !== 2 || literal?.kind !== 'string' || !written) return undefined;
  const handler = isFunction(written) ? written : functionNamed(module, written);
  if (!handler || !isPlain(handler, []) || !answers(handler, framework)) return undefined;
  return sendsWhatIsThere(context, handler) ? literal.text : undefined;
}

/** `function name(…) {…}` or `const name = (…) => …` of the same module. */
function functionNamed(module: NodeModule, { from, to }: Expression): Expression | undefined {
  const name = module.tokens[from];
  if (to !== from + 1 || name?.kind !== 'name') return undefined;
  const at = module.functions.get(name.text);
  const value = at === undefined ? module.values.get(name.text) : expressionAt(module, at);
  return value && isFunction(value) ? value : undefined;
}

/** What a handler may call: nothing that looks anything up or may fail. */
const CALLS = new Set(
  words(`send json status sendStatus end sendFile type set header setHeader write writeHead code log info debug stringify join resolve uptime now hostname toISOString
   toLocaleString toString text html body Date String Number get cwd`),
);
/** A handler of more tokens than this does more than answer. */
const LONGEST_HANDLER = 500;
const FORBIDDEN = new Set('await throw redirect render next yield fetch import require delete while for switch'.split(' '));

/** Whether a function calls nothing but what is known to do no harm, and names no status of an error. */
export function isPlain({ module: { tokens }, from, to }: Expression, also: readonly string[]): boolean {
  if (to - from > LONGEST_HANDLER) return false;
  for (let at = from; at < to; at++) {
    const { kind, text } = tokens[at] as NodeModule['tokens'][number];
    const next = tokens[at + 1];
    if (kind === 'number' && /^[3-5]\d\d$/.test(text)) return false;
    if (kind === 'template' && /\$\{[^}]*\(/.test(text)) return false;
    if (kind === 'punctuation' && text === '[' && tokens[at - 1]?.kind === 'name') return false;
    if (kind !== 'name' || also.includes(text)) continue;
    if (FORBIDDEN.has(text)) return false;
    // what a login puts on the request
    if (/^req|^ctx$|^request$/.test(text) && next?.text === '.' && /^(?:user|session|params|state)$/.test(tokens[at + 2]?.text ?? ''))
      return false;
    const isDefinition = tokens[at - 1]?.text === 'function' || text === 'function' || text === 'async';
    if (next?.text === '(' && !isDefinition && !CALLS.has(text) && !['if', 'return', 'new', 'typeof'].includes(text)) return false;
  }
  return true;
}

function answers({ module: { tokens }, from, to }: Expression, framework: Framework): boolean {
  const texts = tokens.slice(from, to);
  const has = (names: string[]) => texts.some(({ text }, at) => names.includes(text) && texts[at - 1]?.text === '.');
  if (framework === 'koa') return has(['body']);
  if (framework === 'express') return has(['send', 'json', 'end', 'sendStatus', 'sendFile']);
  return (
    has(['send', 'json', 'text', 'html']) ||
    texts.some(({ text }, at) => text === 'return' && texts[at + 1]?.text !== ';') ||
    texts.at(-1)?.text === ')'
  );
}

/** A file that is sent is one of the context. */
function sendsWhatIsThere(context: BuildContext, { module, from, to }: Expression): boolean {
  const { tokens } = module;
  for (let at = from; at < to; at++) {
    const open = tokens[at + 1];
    if (tokens[at]?.text !== 'sendFile' || open?.match === undefined) continue;
    const inside = tokens.slice(at + 2, open.match);
    const isOwn = inside.some(({ text }) => text === '__dirname') && /\.[mc]?js$/.test(module.path);
    const names = inside.flatMap(({ kind, text }) => (kind === 'string' ? [text] : []));
    if (!isOwn || context.kind(contextPath([parentPath(module.path), ...names].join('/'))) !== 'file') return false;
  }
  return true;
}
