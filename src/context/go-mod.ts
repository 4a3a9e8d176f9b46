/** go.mod, go.work and go.sum, by the grammar of https://go.dev/ref/mod#go-mod-file-grammar. */

export interface GoRequire {
  path: string;
  version: string;
  indirect: boolean;
}

export interface GoReplace {
  path: string;
  /** undefined: every version. */
  version: string | undefined;
  /** A module path, or a folder (`./` or `../`, or absolute). */
  by: string;
  isFolder: boolean;
}

export interface GoMod {
  module: string;
  /** 1.22, as the go directive says; undefined where there is none. */
  go: string | undefined;
  requires: GoRequire[];
  replaces: GoReplace[];
}

export interface GoWork {
  /** Folders, as written. */
  uses: string[];
  replaces: GoReplace[];
}

export interface GoBroken {
  problem: string;
}

interface Line {
  number: number;
  directive: string;
  words: string[];
  comment: string;
}

const MOD_DIRECTIVES = ['module', 'go', 'toolchain', 'godebug', 'require', 'exclude', 'replace', 'retract', 'tool', 'ignore'];
const WORK_DIRECTIVES = ['go', 'toolchain', 'godebug', 'use', 'replace'];

/** Reads go.mod. The problem is a clause about the file: "go.mod:3: …". */
export function readGoMod(text: string): GoMod | GoBroken {
  const lines = readLines(text, 'go.mod', MOD_DIRECTIVES);
  if ('problem' in lines) return lines;
  const mod: GoMod = { module: '', go: undefined, requires: [], replaces: [] };
  for (const line of lines) {
    const [first = '', second] = line.words;
    if (line.directive === 'module') mod.module = first;
    else if (line.directive === 'go') mod.go = first;
    else if (line.directive === 'require') {
      if (line.words.length !== 2 || second === undefined) return broken('go.mod', line, 'require wants a path and a version');
      mod.requires.push({ path: first, version: second, indirect: /^\/\/\s*indirect(?:;|$|\s)/.test(line.comment) });
    } else if (line.directive === 'replace') {
      const replace = readReplace(line);
      if (!replace) return broken('go.mod', line, 'replace wants old => new');
      mod.replaces.push(replace);
    }
  }
  return mod.module === '' ? { problem: 'go.mod: has no module directive' } : mod;
}

/** Reads go.work. */
export function readGoWork(text: string): GoWork | GoBroken {
  const lines = readLines(text, 'go.work', WORK_DIRECTIVES);
  if ('problem' in lines) return lines;
  const work: GoWork = { uses: [], replaces: [] };
  for (const line of lines) {
    if (line.directive === 'use') work.uses.push(line.words[0] ?? '.');
    const replace = line.directive === 'replace' ? readReplace(line) : undefined;
    if (replace) work.replaces.push(replace);
  }
  return work;
}

/** The modules whose content go.sum names; those of which only go.mod was read are not among them. */
export function readGoSum(text: string): string[] {
  const modules = new Set<string>();
  for (const line of text.split('\n')) {
    const [path, version] = line.trim().split(/\s+/);
    if (path && version && !version.endsWith('/go.mod')) modules.add(path);
  }
  return [...modules];
}

/** Whether a go directive is at least 1.`minor`. */
export function isGoAtLeast(version: string | undefined, minor: number): boolean {
  const [, major, own] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  return Number(major) > 1 || (Number(major) === 1 && Number(own) >= minor);
}

function readReplace({ words }: Line): GoReplace | undefined {
  const arrow = words.indexOf('=>');
  const [path, version] = words.slice(0, Math.max(arrow, 0));
  const [by] = words.slice(arrow + 1);
  return path === undefined || by === undefined ? undefined : { path, version, by, isFolder: /^(?:\.{1,2}(?:\/|$)|\/)/.test(by) };
}

function readLines(text: string, file: string, directives: string[]): Line[] | GoBroken {
  const lines: Line[] = [];
  let block: string | undefined;
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = { number: index + 1, directive: block ?? '', ...readWords(raw) };
    if (line.words === undefined) return broken(file, line, 'a string is not closed');
    const words = line.words;
    if (words.length === 0) continue;
    if (block !== undefined && words[0] === ')') block = undefined;
    else if (block !== undefined) lines.push({ ...line, words });
    else {
      const [directive = '', ...rest] = words;
      if (!directives.includes(directive)) return broken(file, line, `unknown directive: ${directive.slice(0, 40)}`);
      if (rest[0] !== '(') lines.push({ ...line, directive, words: rest });
      else if (rest[1] !== ')') block = directive;
    }
  }
  return block === undefined ? lines : { problem: `${file}: the ${block} block is not closed` };
}

/** The words of a line; undefined where a string isn't closed. Brackets of `retract` stay with their words: nothing reads those. */
function readWords(raw: string): { words: string[] | undefined; comment: string } {
  const words: string[] = [];
  const pattern = /\s+|(\/\/.*$)|"((?:[^"\\]|\\.)*)"|`([^`]*)`|([()])|(["`])|((?:(?!\/\/)[^\s()"`])+)/g;
  for (const [, comment, quoted, plain, bracket, open, word] of raw.matchAll(pattern)) {
    if (comment !== undefined) return { words, comment: comment.trim() };
    if (open !== undefined) return { words: undefined, comment: '' };
    const found = quoted ?? plain ?? bracket ?? word;
    if (found !== undefined) words.push(found);
  }
  return { words, comment: '' };
}

function broken(file: string, { number }: { number: number }, what: string): GoBroken {
  return { problem: `${file}:${number}: ${what}` };
}
