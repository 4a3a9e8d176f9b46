import { posix } from 'node:path';
import type { BuildContext } from '../../src/context/context.ts';
import { nameOf } from '../../src/context/filepath.ts';
import { goProject } from '../../src/context/go.ts';
import { findGoMains } from '../../src/context/go-package.ts';
import { goProgram } from '../../src/context/go-program.ts';
import type { Dockerfile } from '../../src/dockerfile/nodes.ts';
import { type Stage, scopeAfter } from '../../src/dockerfile/stages.ts';
import type { Facts } from '../../src/transform.ts';
import type { Exposed } from './exposed.ts';
import { type GoFile, goFile, goRoutes } from './go-routes.ts';
import { healthRoute } from './paths.ts';
import { type Command, type Found, fixed, type Port, portNumber, type Subject, server, unsure } from './server.ts';

/** Calls that listen, and those that do so with TLS: net/http, gin, echo, fiber, fasthttp. */
const LISTENS = new Set(['ListenAndServe', 'Run', 'Start', 'Listen', 'Serve', 'StartServer']);
const LISTENS_TLS = new Set([
  'ListenAndServeTLS',
  'RunTLS',
  'StartTLS',
  'ServeTLS',
  'ListenTLS',
  'StartAutoTLS',
  'RunAutoTLS',
  'NewTLSListener',
]);
const ADDRESS = /^(?:0\.0\.0\.0|127\.0\.0\.1|localhost|\[::\])?:(\d{2,5})$/;

/** What a program that a Go toolchain built listens on; undefined where its main package isn't seen. */
export function goServer(file: Dockerfile, facts: Facts, command: Command, subject: Subject, exposed: Exposed): Found | undefined {
  const context = subject.context;
  const files = context && mainFiles(file, facts, command, subject, context);
  if (!files) return undefined;
  const words = files.flatMap(({ tokens }) => tokens);
  const called = new Set(words.flatMap(({ kind, text }, at) => (kind === 'name' && words[at + 1]?.text === '(' ? [text] : [])));
  if (words.some(({ text }) => text === 'ListenUDP' || text === 'ListenPacket')) return unsure('address', 'may listen for datagrams');
  const isTls = [...LISTENS_TLS].some(name => called.has(name));
  if (!isTls && ![...LISTENS].some(name => called.has(name)))
    return { kind: 'none', reason: 'starts a program in which nothing is seen to listen on a port' };
  const told = toldPort(files, command, subject);
  const agreed = portOf(files, exposed, command);
  const isTold = told !== undefined && exposed.ports.includes(told);
  const port = told === undefined ? agreed : isTold ? fixed(told) : 'other';
  if (port === 'other') return unsure('port', 'listens on a port that EXPOSE does not name');
  const isGrpc = words.some(({ kind, text }) => kind === 'string' && text.startsWith('google.golang.org/grpc'));
  return server(port, isTls || isGrpc || !port ? undefined : healthRoute(goRoutes(files)));
}

/** The sources of the program that is started: those of the only main package, or of the one that it is named after. */
function mainFiles(
  file: Dockerfile,
  facts: Facts,
  command: Command,
  { files, stage }: Subject,
  context: BuildContext,
): GoFile[] | undefined {
  const program = command.words[0]?.literal;
  if (program === undefined) return undefined;
  const paths = program.includes('/')
    ? [posix.resolve(command.workdir ?? '/', program)]
    : ['/usr/local/bin', '/go/bin', '/usr/bin'].map(folder => `${folder}/${program}`);
  for (const path of paths) {
    const origin = files.origin(stage, path);
    if ('context' in origin) return undefined;
    const folder = moduleFolder(file, facts, origin.stage, files);
    const project = folder === undefined ? undefined : goProject(context, folder);
    if (folder === undefined || !project || 'problem' in project) continue;
    const { mains, complete } = findGoMains(context, folder);
    const named = mains.filter(main => nameOf(main) === posix.basename(path));
    const main = mains.length === 1 ? mains[0] : named.length === 1 ? named[0] : undefined;
    if (!complete || main === undefined) return undefined;
    return goProgram(context, project, main).files.flatMap(each => goFile(context, each) ?? []);
  }
  return undefined;
}

function moduleFolder(file: Dockerfile, facts: Facts, stage: Stage, files: Subject['files']): string | undefined {
  const { workdir, image } = scopeAfter(file, facts.images, stage);
  if (typeof workdir !== 'string' || image?.family !== 'golang') return undefined;
  const origin = files.origin(stage, posix.join(workdir, 'go.mod'));
  if (!('context' in origin)) return undefined;
  const folder = posix.dirname(origin.context);
  return folder === '.' ? '' : folder;
}

/** A port among the arguments that the program is started with, or in a variable of the image that it reads. */
function toldPort(files: readonly GoFile[], command: Command, { scope }: Subject): number | undefined {
  const words = command.words.slice(1).map(({ text }) => text);
  const names = files.flatMap(({ tokens }) =>
    tokens.flatMap(({ text }, at) =>
      /^(?:Getenv|LookupEnv)$/.test(text) && tokens[at + 2]?.kind === 'string' ? [tokens[at + 2]?.text ?? ''] : [],
    ),
  );
  const values = names.flatMap(name => (name === 'PORT' ? [] : [String(scope.variable(name)?.text ?? '')]));
  return [...words, ...values].map(text => portNumber(/(?:^|[:=])(\d{4,5})$/.exec(text)?.[1])).find(each => each !== undefined);
}

/** The port that EXPOSE and the source agree on, else the only one that the source has; undefined where the source has none. */
function portOf(files: readonly GoFile[], exposed: Exposed, command: Command): Port | 'other' | undefined {
  const found = new Set<number>();
  let readsPort = false;
  let isDefault = false;
  for (const { tokens } of files) {
    for (const [at, { kind, text }] of tokens.entries()) {
      const before = tokens[at - 1]?.text;
      const number =
        kind === 'string' ? (portNumber(ADDRESS.exec(text)?.[1]) ?? (/^\d{4,5}$/.test(text) ? portNumber(text) : undefined)) : undefined;
      if (number !== undefined) found.add(number);
      if (kind === 'string' && text === 'PORT' && before === '(') readsPort = true;
      if (kind === 'name' && text === 'Run' && tokens[at + 1]?.text === '(' && tokens[at + 2]?.text === ')') isDefault = true;
    }
  }
  // gin's Run() without an address
  const isGin = isDefault && found.size === 0 && files.some(({ tokens }) => tokens.some(({ text }) => text === 'github.com/gin-gonic/gin'));
  if (isGin) return { variables: ['PORT'], number: 8080 };
  if (command.environment.has('PORT') && readsPort) return undefined;
  const variables = readsPort ? ['PORT'] : [];
  const agreed = exposed.ports.filter(port => found.has(port));
  if (agreed.length === 1) return { variables, number: agreed[0] };
  if (found.size === 0) return readsPort && exposed.ports.length === 1 ? { variables, number: exposed.ports[0] } : undefined;
  const [only, ...others] = found;
  if (only === undefined || others.length > 0 || exposed.open) return 'other';
  return variables.length > 0 ? { variables, number: only } : fixed(only);
}
