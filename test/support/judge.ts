import { join } from 'node:path';
import { execa } from 'execa';
import type { BuildKitFile } from './buildkit.ts';
import { sharedFolder } from './shared.ts';

/** What `judge lint` says of a file: refused, or the rules that warn, each with its line. */
export interface Verdict {
  error?: string;
  warnings: { rule: string; line: number }[];
}

/** The image configuration and steps of a stage, as `judge plan` prints them. */
export interface StagePlan {
  file: string;
  steps?: Record<string, unknown>[];
  config?: Record<string, unknown>;
}

/** What `judge plan --all` says of a file. */
export interface Plan {
  file: string;
  err?: string;
  stages?: StagePlan[];
}

/** The lines that BuildKit's own code, as an offline program, prints for files: one a file, in their order. */
async function* verdictLines(mode: string[], files: readonly string[]): AsyncGenerator<string> {
  const program = join(sharedFolder, 'engine/judge');
  // exit code 1 says that a file is refused, which its line says too
  const subprocess = execa(program, [...mode, '-'], { input: files.join('\0'), buffer: false, reject: false });
  let count = 0;
  for await (const line of subprocess.iterable()) {
    count++;
    yield line;
  }
  if (count !== files.length) throw new Error(`judge ${mode.join(' ')} answered for ${count} of ${files.length} files`);
}

/** BuildKit's syntax tree of each file, in their order. */
export async function judgeAst(files: readonly string[]): Promise<BuildKitFile[]> {
  const trees: BuildKitFile[] = [];
  for await (const line of verdictLines(['ast'], files)) trees.push(JSON.parse(line) as BuildKitFile);
  return trees;
}

/** The plans of every stage of each file, in their order. */
export async function* judgePlans(files: readonly string[]): AsyncGenerator<Plan> {
  for await (const line of verdictLines(['plan', '--all'], files)) yield JSON.parse(line) as Plan;
}

/** `docker build --check` of each file, in their order. */
export async function judgeLint(files: readonly string[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for await (const line of verdictLines(['lint'], files)) verdicts.push(verdict(line.slice(line.indexOf('\t') + 1)));
  return verdicts;
}

function verdict(text: string): Verdict {
  if (text.startsWith('error ')) return { error: text.slice('error '.length), warnings: [] };
  if (text === 'ok') return { warnings: [] };
  const warnings = text.slice('warn '.length).split(',');
  return {
    warnings: warnings.map(each => {
      const [rule = '', line] = each.split('@');
      return { rule, line: Number(line) };
    }),
  };
}
