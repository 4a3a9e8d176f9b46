import { parseImageReference } from '../../src/dockerfile/image-reference.ts';
import type { ImageFacts, Images } from '../../src/images/images.ts';

/** What a program has to find at run time. */
export interface Needs {
  /** 'static': nothing; 'libc': the C library alone; 'libraries': those of the builder's release. */
  linkage: 'static' | 'libc' | 'libraries';
  /** No package that the program is built from uses cgo: CGO_ENABLED=0 makes it static and changes nothing else. */
  canBeStatic: boolean;
  /** A shell, a user to be created, a package: more than a base without a package manager has. */
  shell: boolean;
}

export interface ChosenBase {
  base: string;
  /** The build has to be told CGO_ENABLED=0. */
  makeStatic: boolean;
  facts: ImageFacts;
}

/** Distroless images by Debian release and the glibc in them (github.com/GoogleContainerTools/distroless, base/README.md). */
const DISTROLESS = [
  { glibc: '2.36', static: 'gcr.io/distroless/static-debian12', base: 'gcr.io/distroless/base-debian12' },
  { glibc: '2.41', static: 'gcr.io/distroless/static-debian13', base: 'gcr.io/distroless/base-debian13' },
] as const;

/** What a static program stands on where it needs a shell and the builder's own release isn't told by its tag. */
const ANY_RELEASE = { debian: 'debian:bookworm-slim', alpine: 'alpine:3' } as const;

/** The smallest base image on which a program of that builder certainly runs; undefined where none is known. */
export function chooseBase(builder: ImageFacts, needs: Needs, images: Images): ChosenBase | undefined {
  const isAlpine = builder.distribution === 'alpine';
  const distroless = DISTROLESS.find(({ glibc }) => builder.glibc !== undefined && isAtMost(builder.glibc, glibc));
  const makeStatic = needs.linkage !== 'static' && needs.canBeStatic && (isAlpine || (needs.shell ? !builder.runtime : !distroless));
  const linkage = makeStatic ? 'static' : needs.linkage;
  const chosen = (base: string | undefined) => {
    const reference = base === undefined ? undefined : parseImageReference(base);
    const facts = reference && images.about(reference);
    return base !== undefined && facts ? { base, makeStatic, facts } : undefined;
  };
  if (!needs.shell && linkage === 'static') return chosen(DISTROLESS[0].static);
  if (!needs.shell && linkage === 'libc' && !isAlpine && distroless) return chosen(distroless.base);
  if (builder.runtime) return chosen(builder.runtime);
  return linkage === 'static' ? chosen(ANY_RELEASE[isAlpine ? 'alpine' : 'debian']) : undefined;
}

/** Whether a version of numbers and dots is at most another. */
function isAtMost(version: string, limit: string): boolean {
  const [a, b] = [version, limit].map(each => each.split('.').map(Number)) as [number[], number[]];
  const differs = a.findIndex((part, index) => part !== (b[index] ?? 0));
  return differs < 0 || (a[differs] as number) < (b[differs] ?? 0);
}
