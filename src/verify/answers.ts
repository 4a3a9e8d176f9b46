import { createHash } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { normalised, parting } from './output.ts';
import type { ImageConfig } from './snapshot.ts';

/** What a port answers to a GET of a path. Redirects aren't followed. */
export interface Answer {
  port: number;
  path: string;
  /** "unreachable": there is no way to the port from here. */
  status: number | 'no HTTP' | 'unreachable';
  /** "varies": not the same each time. */
  headers: Record<string, string>;
  /** A digest, or "varies" likewise; empty where nothing is answered. */
  body: string;
  /** Of a body that is text: its words and what stands between them; undefined for one that is another each time. Empty where that can't be told. */
  words: (string | undefined)[];
}

const VARIES = 'varies';
const MOST = 2 ** 20;
const TIMEOUT = 10_000;
const ATTEMPTS = 3;
const MOST_KEPT = 64 * 1024;
const WORDS = /[\w.+/=-]+|[^\w.+/=-]+/g;
const TEXT = /^text\/|json|xml|javascript/;

/** Headers that somebody's client goes by, and what of their value says it. */
const HEADERS: Record<string, (value: string) => string> = {
  // how a body is read
  'content-type': value => value.toLowerCase().replaceAll(/\s/g, ''),
  // where a redirect leads
  location: normalised,
  // what a client may keep, and for how long
  'cache-control': value => value,
  // who may ask at all: the challenge has a nonce
  'www-authenticate': value => value.split(' ')[0] ?? '',
  'access-control-allow-origin': value => value,
  // what a browser may do with a page: a policy has a nonce
  'content-security-policy': value => value.replaceAll(/'nonce-[^']*'/g, "'nonce'"),
  'strict-transport-security': value => value,
  'x-content-type-options': value => value,
  'x-frame-options': value => value,
  'content-disposition': normalised,
  // a session begins: the value is its own
  'set-cookie': value => value.split('=')[0] ?? '',
};

/** The paths that an image's health check asks for on the container itself. */
export function healthPaths({ Healthcheck }: ImageConfig): string[] {
  const words = (Healthcheck?.Test ?? []).join('\n');
  const urls = words.matchAll(/https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::\d{1,5})?(\/[\w./~%+@=&?-]*)/g);
  return [...new Set([...urls].map(([, path]) => path as string))];
}

/** Asks a published port for a path, again where nothing comes: some servers reset what follows at once. */
export async function answerOf(port: number, hostPort: number, path: string): Promise<Answer> {
  let found: Answer | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (found) await setTimeout(300);
    found = { port, path, headers: {}, body: '', words: [], ...(await ask(port, hostPort, path)) };
    if (typeof found.status === 'number') break;
  }
  return found as Answer;
}

/** An answer as it stays over two requests: a body or a header that changes isn't a part of it. */
export function lasting(one: Answer | undefined, other: Answer): Answer {
  if (!one || one.status !== other.status) return other;
  const headers = Object.keys({ ...one.headers, ...other.headers }).map(name => [name, same(one.headers[name], other.headers[name])]);
  const isSame = one.words.length === other.words.length;
  const words = isSame ? one.words.map((word, at) => (word === other.words[at] ? word : undefined)) : [];
  return { ...one, headers: Object.fromEntries(headers), body: same(one.body, other.body), words };
}

function same(one: string | undefined, other: string | undefined): string {
  return one !== undefined && one === other ? one : VARIES;
}

/** What of an answer isn't as it was, in one clause; undefined where it is. */
export function answerDifference(before: Answer, after: Answer): string | undefined {
  const what = `GET ${before.path} on ${before.port} answers`;
  if (before.status !== after.status) return `${what} ${before.status} → ${after.status}`;
  // the page of an error has what no client goes by: a trace, a secret of this run
  if (isFailing(before)) return undefined;
  for (const name of Object.keys(HEADERS)) {
    const [was, is] = [before.headers[name], after.headers[name]];
    if (isOther(was, is)) return `${what} ${name}: ${was ?? 'nothing'} → ${is ?? 'nothing'}`;
  }
  const [old, now] = [shownWords(before, after), shownWords(after, before)];
  const isText = before.words.length > 0 && after.words.length > 0;
  if (isText ? old === now && !isOther(before.body, after.body) : !isOther(before.body, after.body)) return undefined;
  const { was, is } = parting(old, now);
  return `${what} ${was === is ? 'with another body' : `"${was}" → "${is}"`}`;
}

/** Whether a server says that it can't answer. */
export function isFailing({ status }: Answer): boolean {
  return typeof status === 'number' && status >= 500;
}

/** A body's text without what is another each time, in itself or in another. */
function shownWords({ words }: Answer, { words: others }: Answer): string {
  return words.map((word, at) => (word === undefined || (at < others.length && others[at] === undefined) ? '…' : word)).join('');
}

function isOther(was: string | undefined, is: string | undefined): boolean {
  return was !== is && was !== VARIES && is !== VARIES;
}

type Reply = Pick<Answer, 'status'> & Partial<Answer>;

function ask(port: number, hostPort: number, path: string): Promise<Reply> {
  return new Promise(resolve => {
    const asked = request({
      host: '127.0.0.1',
      port: hostPort,
      path,
      // the published port is another each time
      headers: { host: `localhost:${port}`, connection: 'close' },
      signal: AbortSignal.timeout(TIMEOUT),
    });
    asked.on('response', response => readReply(response).then(resolve, () => resolve({ status: 'no HTTP' })));
    asked.on('error', ({ code }: NodeJS.ErrnoException) => resolve({ status: code === 'ECONNREFUSED' ? 'unreachable' : 'no HTTP' }));
    asked.end();
  });
}

async function readReply(response: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, MOST - size));
    size += chunk.length;
    if (size >= MOST) break;
  }
  const headers = headersOf(response);
  const bytes = Buffer.concat(chunks);
  const text = TEXT.test(headers['content-type'] ?? '') ? normalised(bytes.toString('utf8')) : undefined;
  const body = createHash('sha256').update(text ?? bytes);
  return {
    status: response.statusCode as number,
    headers,
    body: body.digest('hex'),
    words: text === undefined || text.length > MOST_KEPT ? [] : wordsOf(text),
  };
}

/** A text, cut into words and what stands between them. */
export function wordsOf(text: string): string[] {
  return text.replaceAll(/\s+/g, ' ').match(WORDS) ?? [''];
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const found = Object.entries(HEADERS).flatMap(([name, read]) => {
    const values = [headers[name] ?? []].flat();
    return values.length === 0 ? [] : [[name, values.map(read).sort().join(', ')]];
  });
  return Object.fromEntries(found);
}
