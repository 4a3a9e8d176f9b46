import type { ImageFacts } from './images.ts';

/** Facts that a row tells of its images; what hangs on a tag's release or version is worked out from the tag. */
export type Told = Omit<ImageFacts, 'family' | 'release' | 'version' | 'slim' | 'runtime' | 'glibc'>;

/** Versions from and to (both included), and the release that an unsuffixed tag of them stands on. `1.18` as an end stands for its last patch. */
export type Settled = readonly [from: string, to: string, release: string];

/** A kind of tag: the words that it holds, and what they change. */
export interface Variant {
  words: string[];
  told?: Told;
  /** Siblings, as templates: `{version}`, `{release}` and `{date}` stand for the tag's own parts, and take their dash along when they are empty. */
  slim?: string;
  runtime?: string;
}

/** What is known of one family of images: a row of the table. */
export interface Family {
  family: string;
  /** As ImageReference.name has them. */
  names: string[];
  told: Told;
  /** A tag's number is not the version of a program but the distribution's release, which has one part or two. */
  releaseNumbers?: 1 | 2;
  /** The first that fits the words of a tag; a tag with words that fit none is not understood, and nothing is known of it. */
  variants: Variant[];
  settled?: Settled[];
  /** The release that all of its images stand on, by a name of it. */
  standsOn?: string;
}

export const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The users that Debian's base-passwd and Alpine's baselayout make beside root, of those that Dockerfiles name. */
export const DEBIAN_USERS = { daemon: '1', bin: '2', mail: '8', 'www-data': '33', nobody: '65534' };
export const ALPINE_USERS = { bin: '1', daemon: '2', mail: '8', guest: '405', nobody: '65534' };
