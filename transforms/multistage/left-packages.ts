import type { Distribution, ImageFacts } from '../../src/images/images.ts';
import type { Alteration } from '../../src/transform.ts';

/** Where a distribution's packages keep their files, without /usr/local, which they leave to others but for empty folders (Debian Policy 9.1.2). */
const FOLDERS: Readonly<Partial<Record<Distribution, readonly string[]>>> = {
  debian: ['/etc', '/usr/*bin', '/usr/include', '/usr/lib*', '/usr/local/share/fonts', '/usr/share', '/var'],
  alpine: ['/bin', '/etc', '/lib', '/sbin', '/usr/bin', '/usr/include', '/usr/lib', '/usr/libexec', '/usr/sbin', '/usr/share', '/var'],
};

/** What an image may lack that doesn't get all packages of its builder. */
export function withoutPackages({ distribution }: ImageFacts): Alteration[] {
  const folders = distribution && FOLDERS[distribution];
  return folders ? [{ unreachable: folders.map(folder => `${folder}/**`) }] : [];
}
