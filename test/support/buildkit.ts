import type { Dockerfile, Heredoc, Instruction, Pair } from '../../src/dockerfile/nodes.ts';

/** A node of BuildKit's syntax tree, as `judge ast` prints it; a missing field is Go's zero value. */
export interface BuildKitNode {
  v?: string;
  next?: BuildKitNode[];
  children?: BuildKitNode[];
  orig?: string;
  start?: number;
  end?: number;
  flags?: string[];
  attrs?: { json?: boolean };
  heredocs?: { Name: string; Expand: boolean; Chomp: boolean; Content: string }[];
}

/** A line of the oracle or of `judge ast`. */
export interface BuildKitFile {
  file: string;
  err?: string;
  instErr?: string;
  escape?: string;
  ast?: BuildKitNode;
}

/** What both parsers say of an instruction, in one shape. */
interface Reading {
  keyword: string;
  lines: string;
  logical: string;
  flags: string[];
  arguments: string[];
  json: boolean;
  heredocs: string[];
  trigger: Omit<Reading, 'lines' | 'heredocs' | 'trigger'> | undefined;
}

/**
 * How our reading of a file differs from BuildKit's, a line for each difference; empty where it doesn't. Where BuildKit refuses the file or an
 * instruction, we must have a problem, and nowhere else.
 */
export function differences(ours: Dockerfile, theirs: BuildKitFile): string[] {
  const refused = theirs.err ?? theirs.instErr;
  const found: string[] = [];
  if (refused && ours.problems.length === 0) found.push(`no problem, but BuildKit says: ${refused}`);
  if (!refused && ours.problems.length > 0) found.push(`BuildKit reads it, but we say: ${ours.problems[0]?.message}`);
  if (theirs.err) return found;
  if (ours.escape !== theirs.escape) found.push(`escape ${ours.escape}, not ${theirs.escape}`);
  const nodes = theirs.ast?.children ?? [];
  if (ours.instructions.length !== nodes.length) found.push(`${ours.instructions.length} instructions, not ${nodes.length}`);
  for (const [index, node] of nodes.entries()) {
    const instruction = ours.instructions[index];
    if (instruction) found.push(...unequal(ourReading(instruction), theirReading(node)));
  }
  return found;
}

function unequal(ours: Reading, theirs: Reading): string[] {
  return (Object.keys(theirs) as (keyof Reading)[])
    .map(key => [key, JSON.stringify(ours[key]), JSON.stringify(theirs[key])] as const)
    .filter(([, our, their]) => our !== their)
    .map(([key, our, their]) => `lines ${theirs.lines} ${theirs.keyword}: ${key} ${our}, not ${their}`);
}

function ourReading(node: Instruction): Reading {
  const { trigger } = node;
  return {
    ...ourCommand(node),
    lines: `${node.line}-${node.endLine}`,
    heredocs: node.heredocs.map(ourHeredoc),
    trigger: trigger && ourCommand(trigger),
  };
}

function ourCommand(node: Instruction) {
  const paired = node.name === 'ENV' || node.name === 'LABEL';
  return {
    keyword: node.keyword.text,
    logical: node.logical.text,
    flags: node.flags.map(({ text }) => text),
    arguments: paired ? node.pairs.flatMap(triple) : node.words.map(({ text }) => text),
    json: node.json,
  };
}

function triple({ name, value, equals }: Pair): string[] {
  return [name.text, value?.text ?? '', equals ? '=' : ''];
}

function ourHeredoc({ name, expand, chomp, content }: Heredoc): string {
  return JSON.stringify({ name, expand, chomp, content });
}

function theirReading(node: BuildKitNode): Reading {
  const trigger = node.next?.[0]?.children?.[0];
  return {
    ...theirCommand(node),
    lines: `${node.start}-${node.end}`,
    heredocs: (node.heredocs ?? []).map(({ Name, Expand, Chomp, Content }) =>
      JSON.stringify({ name: Name, expand: Expand, chomp: Chomp, content: Content }),
    ),
    trigger: trigger && theirCommand(trigger),
  };
}

function theirCommand(node: BuildKitNode) {
  const next = (node.next ?? []).filter(({ children }) => !children);
  const json = node.attrs?.json ?? false;
  return {
    keyword: node.v ?? '',
    logical: node.orig ?? '',
    flags: node.flags ?? [],
    // an unknown instruction's arguments are one empty node, but so are those of CMD [""]
    arguments: next.length === 1 && next[0]?.v === undefined && !json ? [] : next.map(({ v }) => v ?? ''),
    json,
  };
}
