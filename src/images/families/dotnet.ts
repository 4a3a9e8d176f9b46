import { ALPINE_USERS, DEBIAN_USERS, type Family, PATH, type Told, type Variant } from '../family.ts';

// https://github.com/dotnet/dotnet-docker: Debian until 9, Ubuntu from 10 on; chiseled images have no shell. APP_UID and the user app came with 8.
const told: Told = {
  user: '0',
  workdir: '/',
  env: { PATH, APP_UID: undefined, ASPNETCORE_HTTP_PORTS: undefined, DOTNET_VERSION: undefined, DOTNET_RUNNING_IN_CONTAINER: 'true' },
  entrypoint: 'none',
  certificates: true,
  distribution: 'debian',
  users: DEBIAN_USERS,
};
const settled = [
  ['6.0', '7.0', 'bullseye'],
  ['8.0', '9.0', 'bookworm'],
  ['10.0', '10.0', 'noble'],
] as const;

const variants = (runtime?: string): Variant[] => {
  const kinds: Variant[] = [
    { words: [] },
    { words: ['slim'] },
    { words: ['alpine'], told: { distribution: 'alpine', users: ALPINE_USERS } },
    { words: ['chiseled'], told: { distribution: 'ubuntu', shell: false, packageManager: 'none' } },
    { words: ['chiseled', 'extra'], told: { distribution: 'ubuntu', shell: false, packageManager: 'none' } },
  ];
  return runtime ? kinds.map(kind => ({ ...kind, runtime: `${runtime}:{+minor}-{rest}` })) : kinds;
};

/** .NET. An SDK's runtime sibling is aspnet, which runs every program that runtime runs. */
export const dotnet: Family[] = [
  {
    family: 'dotnet/sdk',
    names: ['mcr.microsoft.com/dotnet/sdk'],
    told,
    variants: variants('mcr.microsoft.com/dotnet/aspnet'),
    settled: [...settled],
  },
  { family: 'dotnet/aspnet', names: ['mcr.microsoft.com/dotnet/aspnet'], told, variants: variants(), settled: [...settled] },
  { family: 'dotnet/runtime', names: ['mcr.microsoft.com/dotnet/runtime'], told, variants: variants(), settled: [...settled] },
  { family: 'dotnet/runtime-deps', names: ['mcr.microsoft.com/dotnet/runtime-deps'], told, variants: variants(), settled: [...settled] },
];
