import type { Comment, Dockerfile, Instruction, Span } from './dockerfile/nodes.ts';
import { touches } from './edit.ts';
import type { Change } from './transform.ts';

/** Stands for all of BuildKit's rules: `skip=all` says nothing of other transforms. */
const EVERY_CHECK = 'check=skip=all';

export interface Suppressions {
  /** Whether a transform's change is about, or would edit, an instruction that silences it or a rule that it settles. */
  silence(transform: string, change: Change): boolean;
  /** The words of the `dfmod-ignore` comments, to check their spelling. */
  ignored: { name: string; at: Span }[];
}

/**
 * The comments by which an author keeps dfmod away. For the instruction below them, or around them:
 * `# dfmod-ignore NAME,… -- reason`, `# hadolint ignore=DL3020,…` and BuildKit's `# check=skip=Rule,…`.
 * For the whole file: `# dfmod-ignore-file NAME,… -- reason`, `# hadolint global ignore=…`, and `# check=skip=…` at its head;
 * to the end of the stage: `# hadolint stage ignore=…`. Without a name, or with `all`, a dfmod-ignore silences every transform.
 */
export function suppressions(file: Dockerfile): Suppressions {
  const everywhere = new Set<string>();
  const places = new Map<Instruction, Set<string>>();
  const ignored: Suppressions['ignored'] = [];
  for (const { name, value } of file.directives) if (name === 'check') for (const rule of skippedRules(value)) everywhere.add(rule);
  let stage = new Set<string>();
  for (const { instruction, comments } of commentsByInstruction(file)) {
    if (instruction?.name === 'FROM') stage = new Set();
    const own = new Set<string>();
    for (const comment of comments) {
      const silenced = silencedBy(comment);
      if (!silenced) continue;
      const target = { instruction: own, stage, file: everywhere }[silenced.scope];
      for (const name of silenced.names) target.add(name);
      if (silenced.ours) ignored.push(...silenced.names.filter(name => name !== 'all').map(name => ({ name, at: comment })));
    }
    if (instruction) places.set(instruction, own.size > 0 || stage.size > 0 ? new Set([...own, ...stage]) : own);
  }
  return {
    ignored,
    silence: (transform, change) => {
      const { settles = [] } = change;
      const names = ['all', transform, ...settles];
      if (settles.some(rule => !isHadolintRule(rule))) names.push(EVERY_CHECK);
      if (names.some(name => everywhere.has(name))) return true;
      return concerned(file, change).some(instruction => names.some(name => places.get(instruction)?.has(name)));
    },
  };
}

/** The instructions that a change is about or would edit. */
function concerned(file: Dockerfile, { at, edits }: Change): Instruction[] {
  return [
    ...instructionsAt(file, at).filter(({ start, end }) => at.start < end && at.end > start),
    ...edits.flatMap(edit => instructionsAt(file, edit).filter(instruction => touches(edit, instruction))),
  ];
}

/** The instructions that a span meets, those included that it only borders on. */
function instructionsAt({ instructions }: Dockerfile, { start, end }: Span): Instruction[] {
  let first = 0;
  let high = instructions.length;
  while (first < high) {
    const middle = (first + high) >> 1;
    if ((instructions[middle] as Instruction).end < start) first = middle + 1;
    else high = middle;
  }
  let last = first;
  while (last < instructions.length && (instructions[last] as Instruction).start <= end) last++;
  return instructions.slice(first, last);
}

/** Each instruction with the comments between the one before and its own end; last, without an instruction, those after the last. */
function* commentsByInstruction(file: Dockerfile): Iterable<{ instruction: Instruction | undefined; comments: Comment[] }> {
  let index = 0;
  for (const instruction of [...file.instructions, undefined]) {
    const first = index;
    while (index < file.comments.length && (file.comments[index] as Comment).start < (instruction?.end ?? Infinity)) index++;
    yield { instruction, comments: file.comments.slice(first, index) };
  }
}

interface Silenced {
  names: string[];
  scope: 'instruction' | 'stage' | 'file';
  ours: boolean;
}

function silencedBy({ text }: Comment): Silenced | undefined {
  const own = /^dfmod-ignore(-file)?(?=\s|$)/.exec(text);
  if (own) {
    const [list = ''] = text.slice(own[0].length).split(/(?:^|\s)--(?:\s|$)/, 1);
    const names = list.split(/[\s,]+/).filter(Boolean);
    return { names: names.length > 0 ? names : ['all'], scope: own[1] ? 'file' : 'instruction', ours: true };
  }
  const hadolint = /^hadolint\s+(?:(global|stage)\s+)?ignore\s*=\s*(.*)/.exec(text);
  if (hadolint) {
    const [, scope, list = ''] = hadolint;
    return {
      names: list.split(/[\s,]+/).filter(isHadolintRule),
      scope: scope === 'global' ? 'file' : scope === 'stage' ? 'stage' : 'instruction',
      ours: false,
    };
  }
  const check = /^check\s*=\s*(\S*)/i.exec(text);
  return check ? { names: skippedRules(check[1] as string), scope: 'instruction', ours: false } : undefined;
}

/** The rules of `skip=` in a check directive's value (BuildKit's linter.go, ParseLintOptions). */
function skippedRules(value: string): string[] {
  const skip = value
    .split(';')
    .map(part => part.trim())
    .find(part => /^skip\s*=/.test(part));
  if (!skip) return [];
  const rules = skip
    .slice(skip.indexOf('=') + 1)
    .split(',')
    .map(rule => rule.trim());
  return rules[0] === 'all' && rules.length === 1 ? [EVERY_CHECK] : rules;
}

function isHadolintRule(name: string): boolean {
  return /^(?:DL|SC)\d+$/.test(name);
}
