import { RELEASES } from './releases.ts';

/** A tag, taken apart at its dashes. */
export interface Tag {
  /** The family's own version: 1.22. */
  version: string | undefined;
  /** bookworm, 22.04, 3.19: as the tag has it. */
  release: string | undefined;
  /** The whole part that told the release: alpine3.19. */
  written: string | undefined;
  /** A build's date: 20240101. */
  date: string | undefined;
  /** The parts that are neither: slim, alpine, jre. */
  words: string[];
  /** All after the version, as written. */
  rest: string | undefined;
}

const suites = new Set(RELEASES.flatMap(({ release, names }) => [release, ...names]).filter(name => /^[a-z]/.test(name)));
const NUMBER = /^v?\d[\dA-Za-z._]*$/;

/** Words that a bare number follows, which tells a version that nobody asks for. */
const NUMBERED = ['jdk', 'jre', 'openjdk', 'temurin', 'corretto', 'otp'];

/**
 * Takes a tag apart; an absent one and 'latest' have no parts. `releaseNumbers` tells that the number at its start is a release of so many parts,
 * else it is a version.
 */
export function readTag(text: string, releaseNumbers: 1 | 2 | undefined): Tag {
  const tag: Tag = { version: undefined, release: undefined, written: undefined, date: undefined, words: [], rest: undefined };
  if (text === '' || text === 'latest') return tag;
  const parts = text.split('-');
  const [first = ''] = parts;
  if (!NUMBER.test(first)) readPart(tag, first, undefined);
  else if (releaseNumbers === undefined) tag.version = first;
  else Object.assign(tag, { written: first, release: leading(first, releaseNumbers) });
  for (let at = 1; at < parts.length; at++) readPart(tag, parts[at] ?? '', parts[at - 1]);
  if (parts.length > 1) tag.rest = parts.slice(1).join('-');
  return tag;
}

function readPart(tag: Tag, part: string, before: string | undefined): void {
  const [, word, number] = /^(alpine|jdk|python)(\d[\d.]*)$/.exec(part) ?? [];
  if (suites.has(part) && tag.release === undefined) Object.assign(tag, { written: part, release: part });
  else if (part === 'alpine') Object.assign(tag, { written: part, words: [...tag.words, part] });
  else if (word === 'alpine') Object.assign(tag, { written: part, release: leading(number ?? '', 2), words: [...tag.words, word] });
  else if (/^20\d{6}(\.\d+)?$/.test(part)) tag.date = part;
  else if (!/^\d+$/.test(part) || !NUMBERED.includes(before ?? '')) tag.words.push(word ?? part);
}

/** 12 of 12.5, 3.19 of 3.19.1; undefined for fewer parts than a release has. */
function leading(number: string, parts: 1 | 2): string | undefined {
  const all = number.split('.');
  return all.length < parts ? undefined : all.slice(0, parts).join('.');
}
