import type { BuildContext } from '../../src/context/context.ts';
import { childPath, parentPath } from '../../src/context/filepath.ts';
import type { PythonLine, PythonToken } from '../../src/context/python-lexer.ts';
import { words } from '../../src/phrases.ts';
import { healthRoute } from './paths.ts';
import { constructorOf, factoryApp, reachable } from './python-listen.ts';
import { callsOf, importedModule, type PythonCall, type PythonModule, pythonString } from './python-source.ts';

const FRAMEWORKS: Record<string, 'flask' | 'fastapi'> = { Flask: 'flask', APIFlask: 'flask', Quart: 'flask', FastAPI: 'fastapi' };

/** Arguments of an application that change what its routes answer, or to whom. */
const GUARDED = new Set([
  'dependencies',
  'middleware',
  'routes',
  'host_matching',
  'subdomain_matching',
  'static_host',
  'exception_handlers',
]);

/** Names anywhere in a program that may put something between a request and its route: redirects to HTTPS, checks of hosts, logins, limits. */
const BETWEEN = new Set(
  words(`before_request before_app_request url_value_preprocessor app_url_value_preprocessor SERVER_NAME host_matching subdomain_matching Talisman SSLify BasicAuth
   BASIC_AUTH_FORCE Limiter SlowAPIMiddleware TrustedHostMiddleware HTTPSRedirectMiddleware BaseHTTPMiddleware AuthenticationMiddleware middleware
   wsgi_app DispatcherMiddleware OIDC APPLICATION_ROOT add_api_route teardown_request after_request`),
);

const MIDDLEWARE = new Set(['CORSMiddleware', 'GZipMiddleware', 'SessionMiddleware', 'ProxyHeadersMiddleware', 'PrometheusMiddleware']);

/** What may be given the application without coming between it and its routes. */
const EXTENSIONS = new Set(
  words(`CORS SQLAlchemy Migrate LoginManager Bootstrap Bootstrap4 Bootstrap5 Marshmallow JWTManager Mail SocketIO Compress Moment Sock Swagger PyMongo MongoEngine
   FlaskRedis Bcrypt PrometheusMetrics DebugToolbarExtension ProxyFix Instrumentator FastAPIInstrumentor FlaskInstrumentor instrument_app print WSGIServer serve
   run Dash TestClient run_simple CSRFProtect Api`),
);

/** A route of an application that is loaded by a name of a module: a plain GET that answers without looking anything up. */
export function pythonRoute(context: BuildContext, module: PythonModule, name: string): string | undefined {
  const factory = name.endsWith('()') ? name.slice(0, -2) : undefined;
  const made = factory === undefined ? constructorOf(context, module, name) : madeBy(context, module, factory);
  const framework = made && Object.hasOwn(FRAMEWORKS, made.name) ? FRAMEWORKS[made.name] : undefined;
  if (!made || !framework || [...made.call.keyword.keys()].some(each => GUARDED.has(each))) return undefined;
  const modules = new Map([module, made.module].flatMap(each => reachable(context, each)).map(each => [each.path, each]));
  if ([...modules.values()].some(each => each.lines.some(line => comesBetween(line, made.variable)))) return undefined;
  const own = routesOf(context, made.module, made.variable, framework, '');
  return healthRoute([...own, ...included(context, made.module, made.variable, framework)]);
}

function madeBy(context: BuildContext, module: PythonModule, factory: string): ReturnType<typeof constructorOf> {
  const imported = module.imports.get(factory);
  const home = imported?.name === undefined ? module : importedModule(context, module, imported.module);
  return home && factoryApp(context, home, imported?.name ?? factory);
}

function comesBetween(line: PythonLine, app: string): boolean {
  const { tokens } = line;
  if (tokens[0]?.text === 'from' || tokens[0]?.text === 'import') return false;
  if (tokens.some(({ kind, text }) => (kind === 'name' || kind === 'string') && BETWEEN.has(text))) return true;
  return callsOf(line).some(call => isGuard(call, app));
}

function isGuard({ callee, positional, keyword }: PythonCall, app: string): boolean {
  const last = callee.slice(callee.lastIndexOf('.') + 1);
  const [first] = positional[0] ?? [];
  if (last === 'add_middleware') return !MIDDLEWARE.has(positional[0]?.at(-1)?.text ?? '');
  if (last === 'mount') return first?.kind === 'string' && (first.text === '/' || first.text === '');
  const isGiven = [...positional, ...keyword.values()].some(part => part.length === 1 && part[0]?.kind === 'name' && part[0].text === app);
  // what an extension's init_app does isn't seen here
  return (
    isGiven &&
    !EXTENSIONS.has(last) &&
    !(last === 'init_app' && /^(?:db|ma|migrate|login|login_manager|mail|cors|bcrypt|jwt)\./.test(callee))
  );
}

const METHODS = new Set(['route', 'get']);
/** Arguments of a route's decorator that leave a plain GET as it is. */
const HARMLESS = new Set(
  'methods endpoint strict_slashes tags summary name description response_description response_model include_in_schema operation_id response_class'.split(
    ' ',
  ),
);

/** The routes that decorators give a variable of a module, if a plain GET is answered the same way always. */
function routesOf(context: BuildContext, module: PythonModule, variable: string, framework: 'flask' | 'fastapi', prefix: string): string[] {
  const found: string[] = [];
  const { lines } = module;
  for (const [at, line] of lines.entries()) {
    if (line.tokens[0]?.text !== '@') continue;
    let head = at;
    while (lines[head]?.tokens[0]?.text === '@') head++;
    const before = lines[at - 1]?.tokens[0]?.text === '@';
    if (before) continue;
    const paths = lines.slice(at, head).map(each => decoratedPath(module, each, variable));
    const definition = lines[head];
    if (paths.some(path => path === undefined) || !definition) continue;
    if (isPlainView(context, module, head, framework)) found.push(...paths.map(path => prefix + path));
  }
  return found;
}

function decoratedPath(module: PythonModule, line: PythonLine, variable: string): string | undefined {
  const [call] = callsOf(line);
  const [owner, method = '', ...rest] = call?.callee.split('.') ?? [];
  if (call?.at !== 4 || owner !== variable || rest.length > 0 || !METHODS.has(method)) return undefined;
  if ([...call.keyword.keys()].some(name => !HARMLESS.has(name))) return undefined;
  const methods = call.keyword.get('methods');
  if (methods && !methods.some(({ text }) => text.toUpperCase() === 'GET')) return undefined;
  const tokens = call.positional[0] ?? [];
  return tokens.length === 1 ? pythonString(module, tokens) : undefined;
}

/** Routers that the application takes in: `include_router(x, prefix="/api")`, `register_blueprint(x, url_prefix="/api")`. */
function included(context: BuildContext, module: PythonModule, app: string, framework: 'flask' | 'fastapi'): string[] {
  return module.lines.flatMap(line =>
    callsOf(line).flatMap(call => {
      if (call.callee !== `${app}.include_router` && call.callee !== `${app}.register_blueprint`) return [];
      const allowed = new Set(['prefix', 'url_prefix', 'tags', 'router']);
      if ([...call.keyword.keys()].some(name => !allowed.has(name))) return [];
      const [target, dot, attribute] = call.positional[0] ?? [];
      const written = call.keyword.get('prefix') ?? call.keyword.get('url_prefix');
      const prefix = written ? pythonString(module, written) : undefined;
      if (target?.kind !== 'name' || (written && prefix === undefined)) return [];
      const home = dot?.text === '.' ? submodule(context, module, target.text) : module;
      const made = home && constructorOf(context, home, dot ? (attribute?.text ?? '') : target.text);
      if (made?.name !== 'APIRouter' && made?.name !== 'Blueprint') return [];
      const { keyword, positional } = made.call;
      if (keyword.has('dependencies') || keyword.has('subdomain') || (made.name === 'APIRouter' && positional.length > 0)) return [];
      const inner = keyword.get('prefix') ?? keyword.get('url_prefix');
      const innerPrefix = inner ? pythonString(made.module, inner) : '';
      if (innerPrefix === undefined) return [];
      // a blueprint's own prefix is replaced, a router's is added to
      const whole = made.name === 'Blueprint' ? (prefix ?? innerPrefix) : (prefix ?? '') + innerPrefix;
      return routesOf(context, made.module, made.variable, framework, whole);
    }),
  );
}

function submodule(context: BuildContext, module: PythonModule, name: string): PythonModule | undefined {
  const imported = module.imports.get(name);
  if (imported?.name === undefined) return undefined;
  return importedModule(
    context,
    module,
    imported.module.endsWith('.') ? imported.module + imported.name : `${imported.module}.${imported.name}`,
  );
}

/** Calls that look nothing up and can't fail: by the whole name, or by a method's alone. */
const CALLS = new Set(
  words(`jsonify make_response Response JSONResponse PlainTextResponse HTMLResponse dict str int len print format render_template json.dumps os.getenv os.environ.get
   os.uname socket.gethostname gethostname platform.node platform.python_version time.time time.strftime datetime.now datetime.utcnow datetime.datetime.now
   datetime.datetime.utcnow datetime.date.today date.today request.args.get request.headers.get random.random random.randint uuid.uuid4 flask.jsonify`),
);
const CALLED_METHODS = new Set('isoformat strftime format info debug warning upper lower strip'.split(' '));
const FORBIDDEN = new Set('raise abort redirect await yield with async lambda del import nonlocal exec eval assert'.split(' '));

/** Whether a view takes nothing, calls nothing that may fail, and answers with success. */
function isPlainView(context: BuildContext, module: PythonModule, head: number, framework: 'flask' | 'fastapi'): boolean {
  const definition = module.lines[head] as PythonLine;
  const start = definition.tokens[0]?.text === 'async' ? 1 : 0;
  const open = definition.tokens[start + 2];
  if (definition.tokens[start]?.text !== 'def' || open?.text !== '(' || open.match === undefined) return false;
  const parameters = definition.tokens.slice(start + 3, open.match);
  const isRequest = framework === 'fastapi' && parameters.length === 3 && /^(?:Request|Response)$/.test(parameters[2]?.text ?? '');
  if (parameters.length > 0 && !isRequest) return false;
  const colon = definition.tokens.findIndex(({ text }, at) => at > (open.match as number) && text === ':');
  const body: PythonLine[] = [{ ...definition, tokens: definition.tokens.slice(colon + 1).map(token => ({ ...token, match: undefined })) }];
  for (const line of module.lines.slice(head + 1)) {
    if (line.indent <= definition.indent) break;
    body.push(line);
  }
  const returns = body.some(({ tokens }) => tokens[0]?.text === 'return' && tokens.length > 1);
  return returns && body.every(line => isPlainLine(context, module, line));
}

function isPlainLine(context: BuildContext, module: PythonModule, line: PythonLine): boolean {
  const { tokens } = line;
  const isCalled = callsOf(line).every(call => isPlainCall(context, module, call));
  return isCalled && tokens.every((token, at) => isPlainToken(module, token, tokens[at - 1], tokens[at + 1]));
}

function isPlainToken(module: PythonModule, token: PythonToken, before: PythonToken | undefined, after: PythonToken | undefined): boolean {
  if (token.kind === 'opaque') return !/[([]|\w\.\w/.test(token.text.replace(/<[^>]*>/g, ''));
  if (token.kind === 'number') return !/^[3-5]\d\d$/.test(token.text);
  if (token.kind === 'string') return true;
  if (token.kind === 'punctuation') {
    const isIndexed = before?.kind === 'name' || before?.text === ')' || before?.text === ']';
    // an index may be missing; a call of what isn't named can't be told
    if (token.text === '[') return !isIndexed || before?.text === 'return';
    return token.text !== '(' || before?.kind !== 'punctuation' || !/^[)\]]$/.test(before.text);
  }
  if (FORBIDDEN.has(token.text)) return false;
  // a status by its name: status.HTTP_503_…
  if (/[45]\d\d/.test(token.text)) return false;
  if (after?.text !== '.' || before?.text === '.') return true;
  return STANDARD.has(token.text) || module.imports.get(token.text)?.name === undefined;
}

const STANDARD = new Set(['request', 'datetime', 'date', 'environ', 'status', 'app', 'logger', 'time']);

function isPlainCall(context: BuildContext, module: PythonModule, { callee, positional, keyword }: PythonCall): boolean {
  const last = callee.slice(callee.lastIndexOf('.') + 1);
  if (last === 'render_template') {
    const name = positional[0] && pythonString(module, positional[0]);
    return name !== undefined && positional.length === 1 && keyword.size === 0 && isPlainTemplate(context, module, name);
  }
  return CALLS.has(callee) || (callee.includes('.') && CALLED_METHODS.has(last));
}

/** A template that is there and looks nothing up. */
function isPlainTemplate(context: BuildContext, module: PythonModule, name: string): boolean {
  const text = context.text(childPath(parentPath(module.path), `templates/${name}`));
  return (
    text !== undefined &&
    !/\{%/.test(text) &&
    text
      .split('{{')
      .slice(1)
      .every(part => /^\s*url_for\(\s*['"]static['"]/.test(part))
  );
}
