import { parseDuration } from './duration.ts';
import { chompedContent, parseHeredocWord } from './heredocs.ts';
import type { Value } from './lex.ts';
import type { Flag, Heredoc, Instruction, Word } from './nodes.ts';

/**
 * What the words and flags of one instruction mean, each undefined for another instruction. Texts are as written, their variables not expanded,
 * and words and flags keep their places. An ONBUILD's trigger has views as any instruction has.
 */

export interface From {
  platform: Flag | undefined;
  image: Word;
  /** The name as written, and in lower case, as stages are found by. */
  as: Word | undefined;
  name: string | undefined;
}

/** FROM. */
export function from(instruction: Instruction): From | undefined {
  const [image, , as] = instruction.words;
  if (instruction.name !== 'FROM' || !image) return undefined;
  return { platform: flagOf(instruction, 'platform'), image, as, name: as?.text.toLowerCase() };
}

export interface CopySource extends Word {
  /** The file that the instruction itself holds, under the name of its heredoc. */
  inline: { name: string; content: string; expand: boolean } | undefined;
}

export interface Copy {
  sources: CopySource[];
  destination: Word;
  /** A stage's name or index, or an image; undefined for the build context. */
  from: Flag | undefined;
  chown: Flag | undefined;
  chmod: Flag | undefined;
  checksum: Flag | undefined;
  exclude: Flag[];
  link: boolean;
  parents: boolean;
  /** undefined for BuildKit's default. */
  keepGitDir: boolean | undefined;
  unpack: boolean | undefined;
}

/** COPY and ADD. */
export function copy(instruction: Instruction): Copy | undefined {
  const { name, words, flags } = instruction;
  const destination = words.at(-1);
  if ((name !== 'COPY' && name !== 'ADD') || !destination || words.length < 2) return undefined;
  const bodies = new Map(instruction.heredocs.map(heredoc => [heredoc.name, heredoc]));
  return {
    sources: words.slice(0, -1).map(word => copySource(word, bodies)),
    destination,
    from: flagOf(instruction, 'from'),
    chown: flagOf(instruction, 'chown'),
    chmod: flagOf(instruction, 'chmod'),
    checksum: flagOf(instruction, 'checksum'),
    exclude: flags.filter(flag => flag.name === 'exclude'),
    link: switchOf(instruction, 'link') ?? false,
    parents: switchOf(instruction, 'parents') ?? false,
    keepGitDir: switchOf(instruction, 'keep-git-dir'),
    unpack: switchOf(instruction, 'unpack'),
  };
}

function copySource(word: Word, bodies: ReadonlyMap<string, Heredoc>): CopySource {
  const heredoc = parseHeredocWord(word.text);
  if (!heredoc || 'error' in heredoc) return { ...word, inline: undefined };
  const { name, expand, chomp } = heredoc;
  // in the JSON form `<<EOF` is an empty file: no body follows
  const content = bodies.get(name)?.content ?? '';
  return { ...word, inline: { name, expand, content: chomp ? chompedContent(content) : content } };
}

export interface Run {
  network: 'default' | 'none' | 'host';
  security: 'sandbox' | 'insecure';
  /** CDI devices, as written. */
  devices: Flag[];
}

/** RUN, but for its mounts (mounts.ts) and its shell (shell.ts). */
export function run(instruction: Instruction): Run | undefined {
  if (instruction.name !== 'RUN') return undefined;
  const network = flagOf(instruction, 'network')?.value;
  const security = flagOf(instruction, 'security')?.value;
  return {
    network: network === 'none' || network === 'host' ? network : 'default',
    security: security === 'insecure' ? security : 'sandbox',
    devices: instruction.flags.filter(({ name }) => name === 'device'),
  };
}

/** The command of RUN, CMD, ENTRYPOINT and HEALTHCHECK CMD: a program with its arguments, or one text for the shell. */
export interface Command {
  form: 'exec' | 'shell';
  words: Word[];
}

/** The command that an instruction holds; undefined where it has none (HEALTHCHECK NONE too). */
export function command(instruction: Instruction): Command | undefined {
  const { name, json, words } = instruction;
  const form = json ? 'exec' : 'shell';
  if (name === 'RUN' || name === 'CMD' || name === 'ENTRYPOINT') return { form, words };
  const isCommand = name === 'HEALTHCHECK' && words[0]?.text.toUpperCase() === 'CMD';
  return isCommand ? { form, words: words.slice(1) } : undefined;
}

export interface Healthcheck {
  /** undefined for NONE, which takes the base image's away. */
  command: Command | undefined;
  /** In milliseconds; undefined for the engine's default, which `0` asks for too. */
  interval: number | undefined;
  timeout: number | undefined;
  startPeriod: number | undefined;
  startInterval: number | undefined;
  retries: number | undefined;
}

/** HEALTHCHECK. */
export function healthcheck(instruction: Instruction): Healthcheck | undefined {
  if (instruction.name !== 'HEALTHCHECK') return undefined;
  const duration = (name: string) => {
    const nanoseconds = parseDuration(flagOf(instruction, name)?.value ?? '');
    return nanoseconds ? nanoseconds / 1e6 : undefined;
  };
  return {
    command: command(instruction),
    interval: duration('interval'),
    timeout: duration('timeout'),
    startPeriod: duration('start-period'),
    startInterval: duration('start-interval'),
    retries: Number(flagOf(instruction, 'retries')?.value || 0) || undefined,
  };
}

export interface Port {
  start: number;
  end: number;
  protocol: 'tcp' | 'udp' | 'sctp';
}

/** The container's ports in one word of an EXPOSE, its variables expanded (dockerfile2llb/convert_expose.go); undefined for what BuildKit refuses. */
export function exposedPort(text: string): Port | undefined {
  const port = text.slice(text.lastIndexOf(':') + 1);
  const [, first = '', last = first, protocol = 'tcp'] = /^(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp|))?$/i.exec(port) ?? [];
  const start = Number(first);
  const end = Number(last);
  if (first === '' || start > end || end > 65_535) return undefined;
  return { start, end, protocol: (protocol.toLowerCase() || 'tcp') as Port['protocol'] };
}

/** USER's text, its variables expanded, as user and group. */
export function userAndGroup(text: string): { user: string; group: string | undefined } {
  const colon = text.indexOf(':');
  return colon < 0 ? { user: text, group: undefined } : { user: text.slice(0, colon), group: text.slice(colon + 1) };
}

/** Whether a USER, its variables expanded, is root, by name or number, whatever its group; '' is the image's own default. */
export function isRootUser(user: Value | undefined): boolean {
  return typeof user === 'string' && ['root', '0', ''].includes(userAndGroup(user).user);
}

function flagOf({ flags }: Instruction, name: string): Flag | undefined {
  return flags.find(flag => flag.name === name);
}

function switchOf(instruction: Instruction, name: string): boolean | undefined {
  const flag = flagOf(instruction, name);
  return flag && flag.value?.toLowerCase() !== 'false';
}
