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
async function judge(mode: string[], files: readonly string[]): Promise<string[]> {
  const program = join(sharedFolder, 'engine/judge');
  // exit code 1 says that a file is refused, which its line says too
  const { stdout, stderr } = await execa(program, [...mode, '-'], { input: files.join('\0'), reject: false, maxBuffer: 2 ** 30 });
  const lines = stdout === '' ? [] : stdout.split('\n');
  if (lines.length !== files.length)
    throw new Error(`judge ${mode.join(' ')} answered for ${lines.length} of ${files.length} files: ${stderr}`);
  return lines;
}

/** BuildKit's syntax tree of each file, in their order. */
export async function judgeAst(files: readonly string[]): Promise<BuildKitFile[]> {
  return (await judge(['ast'], files)).map(line => JSON.parse(line) as BuildKitFile);
}

/** The plans of every stage of each file, in their order. */
export async function judgePlans(files: readonly string[]): Promise<Plan[]> {
  return (await judge(['plan', '--all'], files)).map(line => JSON.parse(line) as Plan);
}

/** `docker build --check` of each file, in their order. */
export async function judgeLint(files: readonly string[]): Promise<Verdict[]> {
  return (await judge(['lint'], files)).map(line => verdict(line.slice(line.indexOf('\t') + 1)));
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
