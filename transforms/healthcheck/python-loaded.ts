import type { BuildContext } from '../../src/context/context.ts';
import { childPath, parentPath } from '../../src/context/filepath.ts';
import { hasOption, optionValue } from './options.ts';
import { pythonRoute } from './python-routes.ts';
import { pythonModule } from './python-source.ts';
import type { Argument, Command, Subject } from './server.ts';
import { sentPath } from './wrappers.ts';

/** The route of the application that a server loads. */
export function loadedRoute(
  name: string,
  { loads, verbs }: { loads?: boolean; verbs?: string[] },
  command: Command,
  subject: Subject,
): string | undefined {
  const { context, scope } = subject;
  if (
    !context ||
    scope.variable('SCRIPT_NAME') ||
    hasOption(command.words, ['--root-path', '--url-prefix', '--url-scheme', '--proxy-protocol'])
  )
    return undefined;
  const words = command.words.slice(1);
  if (loads) {
    const target = words.find(({ literal }) => /^[A-Za-z_][\w.]*:[A-Za-z_][\w.]*(?:\(\))?$/.test(literal ?? '')) ?? words.at(-1);
    const folder = optionValue(words, ['--chdir', '--app-dir', '--pythonpath'])?.literal;
    return target?.literal && moduleRoute({ context, subject, command, target: target.literal, folder });
  }
  if (!verbs || name === 'streamlit') return undefined;
  const path = name === 'fastapi' ? words.find(({ literal }) => literal?.endsWith('.py'))?.literal : flaskFile(words, subject);
  const candidates = path === undefined ? DEFAULTS[name] : [path];
  const found = candidates?.map(each => sentPath(command, each, subject)).find(each => each !== undefined);
  const module = found === undefined ? undefined : pythonModule(context, found, parentPath(found));
  const app = module && ['app', 'application', 'api'].find(each => module.values.has(each));
  return module && app ? pythonRoute(context, module, app) : undefined;
}

/** Where flask and fastapi look for an application that isn't named. */
const DEFAULTS: Record<string, string[]> = {
  flask: ['wsgi.py', 'app.py'],
  fastapi: ['main.py', 'app.py', 'api.py', 'app/main.py', 'app/app.py', 'app/api.py'],
};

function flaskFile(words: Argument[], { scope }: Subject): string | undefined {
  const option = optionValue(words, ['--app', '-A'])?.literal;
  const variable = scope.variable('FLASK_APP')?.text;
  const named = option ?? (typeof variable === 'string' ? variable : undefined);
  if (named === undefined) return undefined;
  const [module = ''] = named.split(':');
  return module.endsWith('.py') ? module : `${module.split('.').join('/')}.py`;
}

interface Loaded {
  context: BuildContext;
  subject: Subject;
  command: Command;
  target: string;
  folder: string | undefined;
}

function moduleRoute({ context, subject, command, target, folder }: Loaded): string | undefined {
  const [dotted = '', name = 'application'] = target.split(':');
  const path = childPath(folder?.replace(/\/$/, '') ?? '', dotted.split('.').join('/'));
  const found = [`${path}.py`, `${path}/__init__.py`].map(each => sentPath(command, each, subject)).find(each => each !== undefined);
  if (found === undefined) return undefined;
  const depth = dotted.split('.').length + (found.endsWith('/__init__.py') ? 1 : 0);
  const root = Array.from({ length: depth }).reduce<string>(at => parentPath(at), found);
  const module = pythonModule(context, found, root);
  return module && pythonRoute(context, module, name);
}
