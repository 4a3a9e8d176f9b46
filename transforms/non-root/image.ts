import type { Dockerfile } from '../../src/dockerfile/nodes.ts';
import type { Scope, Stage } from '../../src/dockerfile/stages.ts';
import type { ImageFacts } from '../../src/images/images.ts';
import type { Facts } from '../../src/transform.ts';
import type { Account } from './account.ts';

/** The image that ships, as every part of this transform looks at it. */
export interface Shipped {
  file: Dockerfile;
  facts: Facts;
  /** The last stage. */
  stage: Stage;
  /** At its end. */
  scope: Scope;
  image: ImageFacts;
  account: Account;
  /** Where the container works. */
  workdir: string;
  /** The app's folder that a path is in, as folders.ts has it. */
  ownFolder(path: string): string | undefined;
  /** Files of the build context by their place in the image. */
  files: ReadonlyMap<string, string>;
}
