import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { callersOf } from '../../src/dockerfile/shipped.ts';
import { type Stage, scopeAfter, stages } from '../../src/dockerfile/stages.ts';
import { type Edit, insertAfter, insertBefore, keywordIn } from '../../src/edit.ts';
import { type Change, change, type Facts, type Refusal, refuse, transform } from '../../src/transform.ts';
import { checkWith, clients } from './client.ts';
import { startedCommand } from './command.ts';
import { type Exposed, exposedPorts } from './exposed.ts';
import { goServer } from './go.ts';
import { imageFiles } from './image-files.ts';
import { nodeServer } from './node.ts';
import { exposedProblem } from './others.ts';
import { pythonServer } from './python.ts';
import { type Command, type Found, fixed, type Port, portNumber, type Server, type Subject } from './server.ts';
import { innermost } from './wrappers.ts';

export default transform({
  name: 'healthcheck',
  summary: 'check whether the server in the image answers',
  keeps: 'intent',
  settles: ['DL3057'],
  *run(file, facts) {
    const stage = stages(file, facts.images).at(-1);
    const isForOthers = stage?.instructions.some(({ name }) => name === 'ONBUILD');
    if (!stage || isForOthers) return;
    const scope = scopeAfter(file, facts.images, stage);
    if (scope.healthcheck) return;
    const subject: Subject = { context: facts.context, stage, scope, files: imageFiles(file, facts) };
    const proposal = check(file, facts, subject);
    if (proposal) yield proposal;
  },
});

function check(file: Dockerfile, facts: Facts, subject: Subject): Change | Refusal | undefined {
  const { stage, scope } = subject;
  const outer = startedCommand(file, scope);
  const command = outer && !('kind' in outer) ? innermost(outer, subject) : outer;
  const exposed = exposedPorts(file, facts, stage);
  const found = command && !('kind' in command) ? serverOf(file, facts, command, subject, exposed) : command;
  const at = scope.cmd ?? scope.entrypoint ?? stage.from;
  if (!found) return undefined;
  const server = listening(found, exposed);
  const isKnown = found.kind === 'unsure' && found.code !== 'base';
  if ('reason' in server) return exposed.first || isKnown ? refuse(at, server.code, server.reason) : undefined;
  if (!server.port) return undefined;
  const caller = callerProblem(file, facts, stage);
  if (caller) return refuse(at, 'caller', caller);
  const program = command && !('kind' in command) ? command : undefined;
  const checks = clients(file, facts, subject, program).flatMap(client => checkWith(client, server) ?? []);
  const [chosen] = [...checks.filter(({ asks }) => asks === 'route'), ...checks];
  if (!chosen) return refuse(at, 'client', noClient(subject));
  return proposal(file, subject, server, chosen, exposed, found.kind === 'unknown');
}

function serverOf(file: Dockerfile, facts: Facts, command: Command, subject: Subject, exposed: Exposed): Found {
  const found = pythonServer(command, subject) ?? nodeServer(command, subject) ?? goServer(file, facts, command, subject, exposed);
  if (found && found.kind !== 'unknown') return found;
  const reason = exposedProblem(command, exposed, subject);
  return reason === undefined ? { kind: 'unknown' } : { kind: 'none', reason };
}

/** The server that the program and the EXPOSEs together tell of. */
function listening(found: Found, exposed: Exposed): Server | { code: string; reason: string } {
  if (found.kind === 'unsure') return found;
  if (found.kind === 'none') return { code: 'no-server', reason: found.reason };
  const several = found.kind === 'several' ? found.servers.filter(({ port }) => exposed.ports.includes(port?.number ?? 0)) : [];
  if (found.kind === 'several' && several.length !== 1)
    return { code: 'ports', reason: 'listens on several ports, and EXPOSE does not name one of them' };
  const server: Server = found.kind === 'server' ? found.server : (several[0] ?? { port: undefined, route: undefined });
  if (server.port && isComplete(server.port)) return server;
  const [port, ...others] = exposed.ports;
  if (server.port) return server;
  if (exposed.open)
    return { code: 'port', reason: `listens on a port that is not known: EXPOSE ${exposed.open.text} hangs on a build argument` };
  if (others.length > 0) return { code: 'ports', reason: 'exposes several ports, and which one it listens on is not known' };
  return { ...server, port: port === undefined ? undefined : fixed(port) };
}

function isComplete({ number }: Port): boolean {
  return number !== undefined;
}

function callerProblem(file: Dockerfile, facts: Facts, stage: Stage): string | undefined {
  const own = callersOf(file, facts, stage);
  const checked = own.find(({ replaces }) => replaces.includes('healthcheck'));
  if (checked) return `is checked by ${checked.from} in its own way`;
  const started = own.find(({ replaces }) => replaces.includes('cmd') || replaces.includes('entrypoint'));
  return started && `is started with another command by ${started.from}`;
}

function noClient({ scope: { image } }: Subject): string {
  if (!image) return 'has no program that is known to be able to ask: its base image is not known';
  return image.shell === false
    ? 'has neither a shell nor a client to ask with'
    : 'has no client to ask with: neither curl nor wget nor an interpreter';
}

function proposal(
  file: Dockerfile,
  { stage, scope }: Subject,
  { port, route }: Server,
  { words, asks }: { words: string[]; asks: 'route' | 'port' },
  exposed: Exposed,
  isExposedOnly: boolean,
): Change {
  const set = port?.variables.map(name => portNumber(String(scope.variable(name)?.text))).find(each => each !== undefined);
  const usual = set ?? port?.number;
  const number = usual === undefined ? `$${port?.variables[0]}` : String(usual);
  const keyword = (name: string) => keywordIn(file, name);
  const lines = [
    `${keyword('HEALTHCHECK')} --interval=30s --timeout=5s --start-period=30s --retries=3 ${file.escape}`,
    `  ${keyword('CMD')} [${words.map(word => JSON.stringify(word)).join(', ')}]`,
  ];
  const isOther = usual !== undefined && exposed.ports.length > 0 && !exposed.ports.includes(usual);
  return change({
    at: stage.from,
    title: asks === 'route' ? `check that GET ${route} on port ${number} is answered` : `check that port ${number} takes connections`,
    keeps: 'intent',
    alters: [{ config: 'Healthcheck' }],
    notes: [
      ...(asks === 'port' ? ['the check only opens a TCP connection: a route of its own would tell more'] : []),
      ...(isExposedOnly ? [`only EXPOSE says that it listens on ${number}`] : []),
      ...(isOther ? [`the program listens on ${number}, though EXPOSE says ${exposed.ports.join(', ')}`] : []),
    ],
    settles: ['DL3057'],
    edits: placed(file, stage, lines),
  });
}

/** Before the CMD and ENTRYPOINT that end the stage, with an empty line after it where one stands before them. */
function placed(file: Dockerfile, { instructions, from }: Stage, lines: string[]): Edit[] {
  const end = instructions.findLastIndex(({ name }) => name !== 'CMD' && name !== 'ENTRYPOINT');
  const next = instructions[end + 1];
  const before: Instruction = instructions[end] ?? from;
  if (!next) return insertAfter(file, before, lines);
  const comments = file.comments.filter(({ start }) => start > before.end && start < next.start).length;
  const hasGap = next.line - before.endLine - 1 > comments;
  return [insertBefore(file, next, hasGap ? [...lines, ''] : lines)];
}
