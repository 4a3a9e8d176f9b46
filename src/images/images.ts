import type { ImageReference } from '../dockerfile/image-reference.ts';

/** What is known of a base image without asking a registry. A missing field is unknown. */
export interface ImageFacts {
  /** The name that the facts go by: golang, node, debian, … */
  family: string;
  distribution?: 'debian' | 'ubuntu' | 'alpine' | 'fedora' | 'rhel' | 'distroless' | 'scratch' | 'busybox' | 'wolfi';
  /** bookworm, 22.04, 3.19, … where the tag tells. */
  release?: string;
  /** Of the family's program: 1.22, 20, … where the tag tells. */
  version?: string;
  libc?: 'glibc' | 'musl' | 'none';
  packageManager?: 'apt' | 'apk' | 'dnf' | 'yum' | 'microdnf' | 'zypper' | 'none';
  /** It has /bin/sh. */
  shell?: boolean;
  /** The user of its configuration, as a number where it has one: '0', '65532'. */
  user?: string;
  workdir?: string;
  /** The variables of its configuration that are the same for each of its versions, and the names of those that aren't (undefined). */
  env?: Record<string, string | undefined>;
  /** Its ENTRYPOINT: none; 'passes': executes whatever command it is given, unless its first word starts with `-`; 'branches': looks at the command's name. */
  entrypoint?: 'none' | 'passes' | 'branches';
  /** Its CMD; empty where it has none. */
  cmd?: string[];
  /** The same image in small: same distribution, release and program. */
  slim?: string;
  /** Without the toolchain, same distribution and release: what a program compiled here can run on. */
  runtime?: string;
}

export interface Images {
  /** Facts of an image; undefined where nothing is known of it. */
  about(image: ImageReference): ImageFacts | undefined;
}
