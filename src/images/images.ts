import type { ImageReference } from '../dockerfile/image-reference.ts';

export type Distribution =
  | 'debian'
  | 'ubuntu'
  | 'alpine'
  | 'fedora'
  | 'rhel'
  | 'suse'
  | 'distroless'
  | 'scratch'
  | 'busybox'
  | 'wolfi'
  | 'azurelinux';

/** What is known of a base image without asking a registry. A missing field is unknown. */
export interface ImageFacts {
  /** The name that the facts go by: golang, node, debian, … */
  family: string;
  distribution?: Distribution;
  /** bookworm, 22.04, 3.19, … where the tag tells. */
  release?: string;
  /** Of the family's program: 1.22, 20, … where the tag tells. */
  version?: string;
  libc?: 'glibc' | 'musl' | 'none';
  packageManager?: 'apt' | 'apk' | 'dnf' | 'yum' | 'microdnf' | 'tdnf' | 'zypper' | 'none';
  /** It has /bin/sh. */
  shell?: boolean;
  /** The user of its configuration, as a number where it has one: '0', '65532'. */
  user?: string;
  workdir?: string;
  /** The variables of its configuration that are the same for each of its versions, and the names of those that aren't (undefined). */
  env?: Record<string, string | undefined>;
  /** Its ENTRYPOINT: none; 'passes': executes whatever program it is given, and treats only a first word that starts with `-` or is no program in another way; 'branches': looks at the command's name. */
  entrypoint?: 'none' | 'passes' | 'branches';
  /** Its CMD; empty where it has none. */
  cmd?: string[];
  /** The same image in small: same distribution, release and program. */
  slim?: string;
  /** Without the toolchain, same distribution and release: what a program compiled here can run on. */
  runtime?: string;
  /** Of the release's C library where that is glibc: a program built against it runs on this version or a later one. */
  glibc?: string;
  /** It has a bundle of CA certificates where programs look for one. */
  certificates?: boolean;
  /** It has the time zone database in /usr/share/zoneinfo. */
  timezones?: boolean;
  /** Programs that it has beyond a shell and coreutils (BusyBox on Alpine); [] for none, and only where it is certain. */
  programs?: string[];
  /** The names of its users beside root, with their numbers. */
  users?: Record<string, string>;
}

export interface Images {
  /** Facts of an image; undefined where nothing is known of it. */
  about(image: ImageReference): ImageFacts | undefined;
}
