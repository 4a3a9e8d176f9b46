import type { ImageFacts } from '../../src/images/images.ts';
import type { Alteration } from '../../src/transform.ts';

/** The unprivileged user of an image. */
export interface Account {
  uid: number;
  gid: number;
  /** A folder of his own to write in; undefined where there is none. */
  home: string | undefined;
  /** The command that creates him where the image doesn't have him. */
  create: string | undefined;
  /** What creating him changes beside his home. */
  alters: Alteration[];
}

/** A number that no distribution, package or official image gives away. */
const OWN = 10001;

/** Images whose programs run as anybody, and what they bring: interpreters, toolchains, distributions. Servers start as root and hand over by themselves. */
const FAMILIES: ReadonlySet<string> = new Set(['alpine', 'buildpack-deps', 'debian', 'golang', 'node', 'python', 'rust', 'ubuntu', 'uv']);

// Of shadow's useradd; --no-log-init leaves lastlog and faillog, which are as long as the number is high.
const SHADOW_FILES = ['passwd', 'group', 'shadow', 'gshadow', 'subuid', 'subgid'];
// Of BusyBox' adduser (loginutils/adduser.c).
const BUSYBOX_FILES = ['passwd', 'group', 'shadow'];

const HOME = '/home/app';

/** The user that a container on an image can run as; undefined where none is known. */
export function accountOf(image: ImageFacts): Account | undefined {
  const { family, distribution, users } = image;
  if (family === 'scratch') return existing(65532, undefined);
  if (distribution === 'distroless') return users?.nonroot === '65532' ? existing(65532, '/home/nonroot') : undefined;
  if (!FAMILIES.has(family) || !image.shell) return undefined;
  if (family === 'node') return users?.node === '1000' ? existing(1000, '/home/node') : undefined;
  if (distribution === 'debian' || distribution === 'ubuntu') {
    const group = `groupadd --gid ${OWN} app`;
    const user = `useradd --no-log-init --uid ${OWN} --gid ${OWN} --create-home --shell /usr/sbin/nologin app`;
    return created(`${group} && ${user}`, SHADOW_FILES, `${HOME}/**`);
  }
  if (distribution === 'alpine')
    return created(`addgroup -g ${OWN} app && adduser -D -u ${OWN} -G app -s /sbin/nologin app`, BUSYBOX_FILES, HOME);
  return undefined;
}

function existing(id: number, home: string | undefined): Account {
  return { uid: id, gid: id, home, create: undefined, alters: [] };
}

/** What is in /etc/skel comes to the new home; Alpine has nothing there. */
function created(create: string, files: readonly string[], added: string): Account {
  const alters = [...files.map(file => ({ changed: `/etc/${file}` })), { added }];
  return { uid: OWN, gid: OWN, home: HOME, create, alters };
}
