import type { BuildContext } from '../../src/context/context.ts';
import { parentPath } from '../../src/context/filepath.ts';
import { optionValue } from './options.ts';
import { pythonModule, pythonPort, pythonString } from './python-source.ts';
import type { Argument, Command, Subject } from './server.ts';
import { sentPath } from './wrappers.ts';

/** What gunicorn's file of settings says. */
export interface Configured {
  bind: Argument | undefined;
  tls: boolean;
  /** It binds to something that can't be told. */
  isOpen: boolean;
}

/** gunicorn reads ./gunicorn.conf.py where no other file is named, and GUNICORN_CMD_ARGS. */
export function gunicornSettings(command: Command, subject: Subject): Configured | undefined {
  const words = command.words.slice(1);
  const named = optionValue(words, ['-c', '--config']);
  const open: Configured = { bind: undefined, tls: false, isOpen: true };
  if (subject.scope.variable('GUNICORN_CMD_ARGS') !== undefined) return open;
  const path = named ? named.literal?.replace(/^file:/, '') : 'gunicorn.conf.py';
  const found = path === undefined || !subject.context ? undefined : sentPath(command, path, subject);
  const module = found === undefined ? undefined : pythonModule(subject.context as BuildContext, found, parentPath(found));
  if (!module) return named ? open : undefined;
  const tls = module.values.has('certfile') || module.values.has('keyfile');
  if (!module.values.has('bind')) return { bind: undefined, tls, isOpen: false };
  const tokens = module.values.get('bind');
  const text = pythonString(module, tokens?.[0]?.text === '[' ? tokens.slice(1, -1) : tokens);
  if (text !== undefined) return { bind: { literal: text, text }, tls, isOpen: false };
  const [first] = tokens ?? [];
  const port = first?.kind === 'opaque' ? /^(?:0\.0\.0\.0)?:\{(\w+)\}$/.exec(first.text)?.[1] : undefined;
  const value = port === undefined ? undefined : pythonPort(module, module.values.get(port));
  if (value?.variables.length === 0) return { bind: { literal: `:${value.number}`, text: `:${value.number}` }, tls, isOpen: false };
  return { ...open, tls };
}
