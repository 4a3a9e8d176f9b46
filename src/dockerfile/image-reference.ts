/** An image reference by the distribution grammar (github.com/distribution/reference), normalised as Docker does. */
export interface ImageReference {
  /** docker.io where none is written. */
  registry: string;
  /** library/node for node. */
  repository: string;
  tag: string | undefined;
  digest: string | undefined;
  /** As Docker's own users write it: node, gcr.io/distroless/static-debian12; without tag and digest. */
  name: string;
}
