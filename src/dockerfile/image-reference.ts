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

const DOMAIN = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::\d+)?$/;
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
/** The algorithms of opencontainers/go-digest. */
const DIGEST = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;
/** RepositoryNameTotalLengthMax. */
const LONGEST_REPOSITORY = 255;

/** Reads a reference as Docker does; undefined for what is none (upper case in the name, an identifier of 64 hex digits, a variable, …). */
export function parseImageReference(text: string): ImageReference | undefined {
  if (text.length > 4 * LONGEST_REPOSITORY || /^[a-f0-9]{64}$/.test(text)) return undefined;
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const rest = at < 0 ? text : text.slice(0, at);
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  const tag = colon < 0 ? undefined : rest.slice(colon + 1);
  const { registry, repository } = splitName(colon < 0 ? rest : rest.slice(0, colon));
  if (digest !== undefined && !DIGEST.test(digest)) return undefined;
  if (tag !== undefined && !TAG.test(tag)) return undefined;
  if (!DOMAIN.test(registry) || repository.length > LONGEST_REPOSITORY) return undefined;
  if (!repository.split('/').every(component => COMPONENT.test(component))) return undefined;
  return { registry, repository, tag, digest, name: familiarName(registry, repository) };
}

/** The first part is a registry where it has a dot, a port or an upper-case letter, or is localhost (splitDockerDomain). */
function splitName(name: string): { registry: string; repository: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(0, slash));
  const isRegistry = slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const registry = isRegistry && first !== 'index.docker.io' ? first : 'docker.io';
  const path = isRegistry ? name.slice(slash + 1) : name;
  return { registry, repository: registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path };
}

function familiarName(registry: string, repository: string): string {
  return registry === 'docker.io' ? repository.replace(/^library\//, '') : `${registry}/${repository}`;
}
