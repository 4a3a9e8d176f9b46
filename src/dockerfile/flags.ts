import type { Instruction, Keyword, Problem } from './nodes.ts';

type FlagType = 'boolean' | 'text' | 'texts';

/** The flags of each instruction (BuildKit's instructions/parse.go and commands_run*.go); an instruction that isn't here has none. */
const FLAGS: Readonly<Partial<Record<Keyword, Readonly<Record<string, FlagType>>>>> = {
  ADD: { chown: 'text', chmod: 'text', link: 'boolean', 'keep-git-dir': 'boolean', checksum: 'text', unpack: 'boolean', exclude: 'texts' },
  COPY: { chown: 'text', from: 'text', chmod: 'text', link: 'boolean', exclude: 'texts', parents: 'boolean' },
  FROM: { platform: 'text' },
  HEALTHCHECK: { interval: 'text', timeout: 'text', 'start-period': 'text', 'start-interval': 'text', retries: 'text' },
  RUN: { device: 'texts', mount: 'texts', network: 'text', security: 'text' },
};
/** BuildKit reads past the flags of these. */
const UNREAD: ReadonlySet<string> = new Set(['ARG', 'STOPSIGNAL', ''] satisfies Instruction['name'][]);

/** What BuildKit refuses in an instruction's flags (instructions/bflag.go), in its words. */
export function flagProblems(instruction: Instruction): Problem[] {
  const { name, flags, words } = instruction;
  if (UNREAD.has(name) || (name === 'HEALTHCHECK' && words[0]?.text.toUpperCase() === 'NONE')) return [];
  const known = FLAGS[name as Keyword] ?? {};
  const used = new Set<string>();
  return flags.flatMap(flag => {
    const type = Object.hasOwn(known, flag.name) ? known[flag.name] : undefined;
    const message = type ? flagError(flag.name, flag.value, type, used) : `unknown flag: --${flag.name}`;
    used.add(flag.name);
    return message ? [{ span: { start: flag.start, end: flag.end }, message }] : [];
  });
}

function flagError(name: string, value: string | undefined, type: FlagType, used: ReadonlySet<string>): string | undefined {
  if (used.has(name) && type !== 'texts') return `duplicate flag specified: --${name}`;
  if (type !== 'boolean') return value === undefined ? `missing a value on flag: --${name}` : undefined;
  if (value === '') return `missing a value on flag: --${name}`;
  const isBoolean = value === undefined || ['true', 'false'].includes(value.toLowerCase());
  return isBoolean ? undefined : `expecting boolean value for flag --${name}, not: ${value}`;
}
