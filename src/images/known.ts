import { distributions } from './families/distributions.ts';
import { distroless } from './families/distroless.ts';
import { dotnet } from './families/dotnet.ts';
import { java } from './families/java.ts';
import { languages } from './families/languages.ts';
import { services } from './families/services.ts';
import type { Family, Settled, Variant } from './family.ts';
import type { ImageFacts, Images } from './images.ts';
import { DISTRIBUTIONS, RELEASES, type Release } from './releases.ts';
import { readTag, type Tag } from './tag.ts';

const families = new Map<string, Family>(
  [distributions, distroless, languages, java, services, dotnet]
    .flat()
    .flatMap(family => family.names.map(name => [name, family] as const)),
);

/** Copies of Docker's official images under other names: https://gallery.ecr.aws/docker, https://cloud.google.com/artifact-registry/docs/pull-cached-dockerhub-images. */
const MIRRORS = ['public.ecr.aws/docker/library/', 'mirror.gcr.io/library/'];

/** What the built-in table knows of an image by its name and tag. Its digest, where it has one, is taken to be that tag's; alone it may be any tag's. */
export const knownImages: Images = {
  about(image) {
    if (image.digest !== undefined && image.tag === undefined) return undefined;
    const mirror = MIRRORS.find(prefix => image.name.startsWith(prefix)) ?? '';
    const family = families.get(image.name.slice(mirror.length));
    const tag = family && readTag(image.tag ?? '', family.releaseNumbers);
    const variant =
      tag && family.variants.find(({ words }) => words.length === tag.words.length && words.every(word => tag.words.includes(word)));
    return variant && facts(family, variant, tag, mirror);
  },
};

function facts(family: Family, variant: Variant, tag: Tag, mirror: string): ImageFacts {
  const told = { ...family.told, ...variant.told };
  const name = releaseName(family, tag, told.distribution);
  const release = name === undefined ? undefined : findRelease(name, told.distribution);
  const distribution = told.distribution === 'distroless' ? told.distribution : (release?.distribution ?? told.distribution);
  const suite = release?.release ?? name;
  const glibc = glibcOf(release, told);
  return {
    ...(distribution && DISTRIBUTIONS[distribution]),
    ...told,
    family: family.family,
    ...(distribution && { distribution }),
    ...(suite !== undefined && { release: suite }),
    ...(tag.version !== undefined && { version: tag.version }),
    ...(glibc !== undefined && { glibc }),
    ...sibling('slim', variant.slim, tag, suite, mirror),
    ...sibling('runtime', variant.runtime, tag, suite, mirror),
  };
}

/** By a code name, which is one distribution's alone, or by a number of the distribution in question. */
function findRelease(name: string, distribution: string | undefined): Release | undefined {
  const isNumber = /^\d/.test(name);
  return RELEASES.find(
    known => (known.release === name || known.names.includes(name)) && (!isNumber || known.distribution === distribution),
  );
}

const glibcOf = (release: Release | undefined, told: Partial<ImageFacts>): string | undefined =>
  told.libc === 'none' || told.libc === 'musl' ? undefined : release?.glibc;

/** The tag's own release; without one, what the family's row is sure of. A tag of Alpine's without a number is of no known release. */
function releaseName(family: Family, tag: Tag, distribution: string | undefined): string | undefined {
  if (family.standsOn) return family.standsOn;
  if (tag.release !== undefined || distribution === 'alpine' || !tag.version) return tag.release;
  return family.settled?.find(row => isWithin(tag.version ?? '', row))?.[2];
}

function isWithin(version: string, [from, to]: Settled): boolean {
  return (
    compare(numbers(from, 0), numbers(version, Number.POSITIVE_INFINITY)) <= 0 &&
    compare(numbers(version, Number.POSITIVE_INFINITY), numbers(to, Number.POSITIVE_INFINITY)) <= 0
  );
}

/** Three numbers; those that aren't written are `open`, since `1.22` stands for its last patch. */
function numbers(version: string, open: number): number[] {
  const written = version.split('.').map(Number);
  return [0, 1, 2].map(at => written[at] ?? open);
}

function compare(left: number[], right: number[]): number {
  const at = left.findIndex((number, index) => number !== right[index]);
  return at < 0 ? 0 : (left[at] ?? 0) < (right[at] ?? 0) ? -1 : 1;
}

function sibling(
  kind: 'slim' | 'runtime',
  template: string | undefined,
  tag: Tag,
  suite: string | undefined,
  mirror: string,
): Partial<ImageFacts> {
  if (template === undefined) return {};
  const colon = template.lastIndexOf(':');
  const minor = /^\d+\.\d+$/.test(tag.version ?? '') ? tag.version : undefined;
  const parts: Record<string, string | undefined> = {
    version: tag.version,
    minor,
    release: tag.written,
    suite,
    date: tag.date,
    rest: tag.rest,
  };
  const filled = template
    .slice(colon + 1)
    .split('-')
    .map(part =>
      part.startsWith('{')
        ? { text: parts[part.replace(/[{}+]/g, '')] ?? '', needed: part.startsWith('{+') }
        : { text: part, needed: false },
    );
  if (filled.some(part => part.needed && part.text === '')) return {};
  const image = `${mirror}${template.slice(0, colon)}:${filled.flatMap(part => part.text || []).join('-')}`;
  return { [kind]: image };
}
