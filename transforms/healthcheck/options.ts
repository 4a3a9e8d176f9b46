import { type Argument, type Command, either, type Port, portNumber } from './server.ts';

/** The value of an option, by any of its names; as `--name value`, `--name=value` or `-nvalue`. The last one counts. */
export function optionValue(words: readonly Argument[], names: readonly string[]): Argument | undefined {
  let found: Argument | undefined;
  for (const [at, { text, literal }] of words.entries()) {
    for (const name of names) {
      if (text === name) found = words[at + 1];
      const isAttached = name.startsWith('--') ? text.startsWith(`${name}=`) : text.startsWith(name) && text.length > name.length;
      const skip = name.length + (isAttached && text[name.length] === '=' ? 1 : 0);
      if (isAttached) found = { text: text.slice(skip), literal: literal?.startsWith(name) ? literal.slice(skip) : undefined };
    }
  }
  return found;
}

export function hasOption(words: readonly Argument[], names: readonly string[]): boolean {
  return words.some(({ text }) => names.some(name => text === name || (name.startsWith('--') && text.startsWith(`${name}=`))));
}

/** A port as a command line has it: digits, or a variable that the shell puts in, with its default. */
export function argumentPort({ literal, text }: Argument, { environment }: Pick<Command, 'environment'>): Port | undefined {
  if (literal !== undefined) {
    const number = portNumber(literal.trim());
    return number === undefined ? undefined : { variables: [], number };
  }
  const [, plain, braced, value] = /^"?\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?-(\d+))?\})"?$/.exec(text) ?? [];
  const name = plain ?? braced;
  if (name === undefined) return undefined;
  const fallback = value === undefined ? undefined : { variables: [], number: portNumber(value) };
  if (!environment.has(name)) return either({ variables: [name], number: undefined }, fallback);
  const number = portNumber(environment.get(name));
  return number === undefined ? undefined : { variables: [], number };
}

/** Addresses that 127.0.0.1 is among. */
const REACHABLE: ReadonlySet<string> = new Set(['', '0.0.0.0', '127.0.0.1', '*']);

/** Whether what listens on an address hears 127.0.0.1; on `::` it does in Node and Go, and where Python's plain sockets are used. */
export function isReachable(host: string, also: readonly string[] = []): boolean {
  return REACHABLE.has(host) || also.includes(host);
}

/** `HOST:PORT`, `:PORT` or `[HOST]:PORT`. */
export function address({ literal, text }: Argument): { host: string; port: Argument } | undefined {
  const whole = (literal ?? text).trim().replace(/^"|"$/g, '');
  const brackets = /^\[([^\]]*)\]:(.+)$/.exec(whole);
  // the colon of ${PORT:-8000} is none of the address
  const colon = whole.search(/:(?!-)/);
  const host = brackets?.[1] ?? (colon < 0 ? undefined : whole.slice(0, colon));
  const port = brackets?.[2] ?? whole.slice(colon + 1);
  if (host === undefined || host.includes('$')) return undefined;
  return { host, port: { text: port, literal: literal === undefined && port.includes('$') ? undefined : port } };
}
