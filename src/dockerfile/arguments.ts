import { isSeparator, trimmed } from './characters.ts';
import { sourceSpan } from './lines.ts';
import type { Dockerfile, Instruction, LogicalLine, Pair, Word } from './nodes.ts';
import { jsonWords, plainWords, quotedWords, type Token } from './words.ts';

/** Where a token of the instruction stands in the source. */
type WordOf = (token: Token) => Word;

/**
 * Splits an instruction's arguments the way BuildKit does for it (its dispatch table and line_parsers.go): into its words and pairs. What BuildKit
 * refuses comes to the file's problems.
 */
export function readArguments(file: Dockerfile, node: Instruction, argument: Word, word: WordOf): void {
  const { text } = node.logical;
  const { from, to } = argument;
  switch (node.name) {
    case 'ADD':
    case 'COPY':
    case 'VOLUME':
      if (!readJson(file, node, argument, word)) node.words = plainWords(text, from, to).map(word);
      break;
    case 'CMD':
    case 'ENTRYPOINT':
    case 'RUN':
    case 'SHELL':
      if (!readJson(file, node, argument, word)) node.words = [argument];
      break;
    case 'HEALTHCHECK':
      readHealthcheck(file, node, argument, word);
      break;
    case 'ENV':
    case 'LABEL':
      readPairs(file, node, argument, word);
      break;
    case 'ARG':
      node.words = quotedWords(text, from, to, file.escape).map(word);
      node.pairs = node.words.map(each => pair(node.logical, each));
      break;
    case 'EXPOSE':
    case 'FROM':
      node.words = plainWords(text, from, to).map(word);
      break;
    case 'MAINTAINER':
    case 'STOPSIGNAL':
    case 'USER':
    case 'WORKDIR':
      node.words = [argument];
  }
}

/** Whether a JSON array stands there; its strings become the instruction's words. */
function readJson({ problems }: Dockerfile, node: Instruction, { from, to }: Pick<Word, 'from' | 'to'>, word: WordOf): boolean {
  const members = jsonWords(node.logical.text, from, to);
  if (members === 'no') return false;
  if (members === 'mixed') {
    problems.push({ span: sourceSpan(node.logical, from, to), message: 'a JSON array may hold strings only' });
    return true;
  }
  node.words.push(...members.map(word));
  node.json = true;
  return true;
}

function readHealthcheck(file: Dockerfile, node: Instruction, { from, to }: Word, word: WordOf): void {
  const { text } = node.logical;
  let at = from;
  while (at < to && !isSeparator(text.charCodeAt(at))) at++;
  node.words.push(word({ from, to: at, text: text.slice(from, at) }));
  while (at < to && isSeparator(text.charCodeAt(at))) at++;
  if (at === to) return;
  if (!readJson(file, node, trimmed(text, at, to), word)) node.words.push(word({ from: at, to, text: text.slice(at, to) }));
}

function readPairs({ escape, problems }: Dockerfile, node: Instruction, argument: Word, word: WordOf): void {
  const { text } = node.logical;
  const tokens = quotedWords(text, argument.from, argument.to, escape);
  if (tokens.length === 0) return;
  if ((tokens[0] as Token).text.includes('=')) {
    const odd = tokens.find(token => !token.text.includes('='));
    if (odd) {
      const { start, end } = word(odd);
      problems.push({ span: { start, end }, message: `can't find = in ${JSON.stringify(odd.text)}: ${node.name} takes name=value` });
    } else node.pairs = tokens.map(token => pair(node.logical, word(token)));
    return;
  }
  const [name] = plainWords(text, argument.from, argument.to) as [Token, ...Token[]];
  let value = name.to;
  while (value < argument.to && isSeparator(text.charCodeAt(value))) value++;
  if (value === argument.to) {
    problems.push({ span: { start: argument.start, end: argument.end }, message: `${node.name} must have two arguments` });
    return;
  }
  node.pairs = [{ name: word(name), value: word({ from: value, to: argument.to, text: text.slice(value, argument.to) }), equals: false }];
}

function pair(logical: LogicalLine, word: Word): Pair {
  const equals = word.text.indexOf('=');
  const part = (from: number, to: number, text: string): Word => {
    const { start, end } = sourceSpan(logical, from, to);
    return { start, end, text, from, to };
  };
  if (equals < 0) return { name: word, value: undefined, equals: true };
  const at = word.from + equals;
  return {
    name: part(word.from, at, word.text.slice(0, equals)),
    value: part(at + 1, word.to, word.text.slice(equals + 1)),
    equals: true,
  };
}
