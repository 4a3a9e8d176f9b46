import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import { mounts } from '../../src/dockerfile/mounts.ts';
import type { Dockerfile } from '../../src/dockerfile/nodes.ts';
import { shellSequence } from '../../src/dockerfile/shell.ts';
import { lineage, scopeAt } from '../../src/dockerfile/stages.ts';
import type { Facts } from '../../src/transform.ts';
import type { Command, Port, Server, Subject } from './server.ts';
import { programName } from './wrappers.ts';

/** Programs of an image that can ask a server. */
export type Client =
  | { kind: 'node'; program: string }
  | { kind: 'python'; program: string; isOld: boolean }
  | { kind: 'curl' | 'bash' | 'busybox' };

/** The words of a check; `asks` is what it looks at. */
export interface Check {
  words: string[];
  asks: 'route' | 'port';
}

/** Distributions that bash is an essential part of, with /dev/tcp. */
const BASH: ReadonlySet<string> = new Set(['debian', 'ubuntu', 'fedora']);

/** Seconds that a check has; docker's own limit is one more. */
const SECONDS = 4;

/** The programs that the final image has for it, the best for a server first. */
export function clients(file: Dockerfile, facts: Facts, subject: Subject, command: Command | undefined): Client[] {
  const { image } = subject.scope;
  const started = command && programName(command);
  const found: Client[] = [];
  const program = command?.words[0]?.literal ?? '';
  // one by a relative path may be started from another folder than the check
  const isNamed = program.startsWith('/') || !program.includes('/');
  // arrow functions came with Node 4, -I with Python 3.4
  if ((image?.family === 'node' && !/^0\./.test(image.version ?? '')) || /^distroless\/nodejs/.test(image?.family ?? '')) {
    found.push({ kind: 'node', program: image?.family === 'node' ? 'node' : '/nodejs/bin/node' });
  } else if (isNamed && (started === 'node' || started === 'nodejs')) found.push({ kind: 'node', program });
  if (image?.family === 'python') found.push({ kind: 'python', program: 'python', isOld: /^(?:2|3\.[0-3])\b/.test(image.version ?? '') });
  else if (/^distroless\/python3/.test(image?.family ?? '')) found.push({ kind: 'python', program: '/usr/bin/python3', isOld: false });
  else if (isNamed && /^python[\d.]*$/.test(started ?? '')) found.push({ kind: 'python', program, isOld: !/^python3/.test(started ?? '') });
  const installed = installedPackages(file, facts, subject);
  if (installed.has('python3') && !found.some(({ kind }) => kind === 'python'))
    found.push({ kind: 'python', program: 'python3', isOld: false });
  const has = (name: string) => installed.has(name) || image?.programs?.includes(name) === true;
  if (image?.distribution === 'alpine' || image?.distribution === 'busybox') found.push({ kind: 'busybox' });
  if (has('curl')) found.push({ kind: 'curl' });
  if (has('bash') || BASH.has(image?.distribution ?? '')) found.push({ kind: 'bash' });
  return found.filter(client => client.kind === 'busybox' || isFound(client, subject));
}

/** Names are looked up in PATH: one that the file replaces may not lead to them. */
function isFound(client: Client, { scope }: Subject): boolean {
  if ('program' in client && client.program.startsWith('/')) return true;
  const path = scope.variable('PATH')?.text;
  // official images of languages have theirs in /usr/local/bin, distributions in /usr/bin
  const folder = 'program' in client && client.program !== 'python3' ? '/usr/local/bin' : '/usr/bin';
  return path === UNKNOWN || path === undefined || path.split(':').includes(folder);
}

const INSTALLERS: Record<string, string> = { 'apt-get': 'install', apt: 'install', apk: 'add' };

/** Packages that the RUNs of the final stage, and of those that it stands on, install by name. */
function installedPackages(file: Dockerfile, facts: Facts, { stage }: Subject): Set<string> {
  const found = new Set<string>();
  for (const instruction of lineage(stage).flatMap(({ instructions }) => instructions)) {
    if (instruction.name !== 'RUN' || mounts(instruction).some(({ type }) => type === undefined)) continue;
    const sequence = shellSequence(instruction, file.escape, scopeAt(file, facts.images, instruction)?.shell);
    if ('reason' in sequence) continue;
    for (const { words } of sequence.commands) {
      const [program, ...rest] = words.map(({ literal }) => literal ?? '');
      const verb = INSTALLERS[program ?? ''];
      if (verb !== undefined && rest.includes(verb) && !rest.includes('--virtual') && !rest.includes('-t')) {
        for (const name of rest.slice(rest.indexOf(verb) + 1)) found.add(name.replace(/[=<>~:].*$/, ''));
      }
      if (/^(?:remove|purge|autoremove|del)$/.test(rest.find(word => !word.startsWith('-')) ?? ''))
        for (const name of rest) found.delete(name);
    }
  }
  return found;
}

/** The command of a health check with a client; undefined where that can't ask. */
export function checkWith(client: Client, { port, route, host }: Server): Check | undefined {
  if (!port) return undefined;
  const asks = route === undefined ? 'port' : 'route';
  if (client.kind === 'node') return { asks, words: [client.program, '-e', nodeSource(port, route, host)] };
  if (host !== undefined) return undefined;
  if (client.kind === 'python') return pythonCheck(client, port, route);
  if (client.kind === 'bash') {
    return { asks: 'port', words: ['bash', '-c', `: > /dev/tcp/127.0.0.1/${shellPort(port)}`] };
  }
  return shellCheck(client.kind, port, route);
}

function nodeSource(port: Port, route: string | undefined, host: string | undefined): string {
  const end = `.on('error', () => process.exit(1)).setTimeout(${SECONDS * 1000}, () => process.exit(1))`;
  const value = [...port.variables.map(name => `process.env.${name}`), ...(port.number === undefined ? [] : [port.number])].join(' || ');
  const where = host === undefined ? "'127.0.0.1'" : `process.env.${host}`;
  if (route === undefined) return `require('net').connect(${value}, ${where}, () => process.exit(0))${end}`;
  const url =
    port.variables.length === 0 && host === undefined
      ? `'http://127.0.0.1:${port.number}${route}'`
      : `{ host: ${where}, port: ${value}, path: '${route}' }`;
  return `require('http').get(${url}, r => process.exit(r.statusCode < 400 ? 0 : 1))${end}`;
}

function pythonCheck({ program, isOld }: { program: string; isOld: boolean }, port: Port, route: string | undefined): Check {
  // isolated: neither PYTHON… variables nor modules of the app's folder stand in for the standard library's
  const start = isOld ? [program, '-c'] : [program, '-I', '-c'];
  const value = port.variables.reduceRight<string | number>(
    (rest, name) => `os.environ.get('${name}'${rest === '' ? '' : `, ${rest}`})`,
    port.number ?? '',
  );
  const os = port.variables.length > 0 ? ', os' : '';
  if (route === undefined || isOld) {
    return { asks: 'port', words: [...start, `import socket${os}; socket.create_connection(('127.0.0.1', ${value}), ${SECONDS})`] };
  }
  const source = `import http.client as http${os}; c = http.HTTPConnection('127.0.0.1', ${value}, timeout=${SECONDS}); c.request('GET', '${route}'); exit(c.getresponse().status >= 400)`;
  return { asks: 'route', words: [...start, source] };
}

function shellPort({ variables, number }: Port): string {
  return variables.reduceRight<string>(
    (rest, name) => `\${${name}${rest === '' ? '' : `:-${rest}`}}`,
    number === undefined ? '' : String(number),
  );
}

/** Proxies of the environment are for what is elsewhere. */
function shellCheck(client: 'curl' | 'busybox', port: Port, route: string | undefined): Check | undefined {
  if (client === 'curl' && route === undefined) return undefined;
  const url = `http://127.0.0.1:${shellPort(port)}${route}`;
  const words =
    client === 'curl'
      ? ['curl', '-fsS', '--noproxy', '*', '--max-time', String(SECONDS), '-o', '/dev/null', url]
      : route === undefined
        ? ['nc', '-z', '-w', String(SECONDS), '127.0.0.1', shellPort(port)]
        : ['wget', '-q', '-Y', 'off', '-T', String(SECONDS), '-O', '/dev/null', url];
  const asks = route === undefined ? 'port' : 'route';
  if (port.variables.length === 0) return { asks, words };
  return { asks, words: ['sh', '-c', words.map(word => (word === '*' ? "'*'" : word)).join(' ')] };
}
