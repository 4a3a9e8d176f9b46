import { words } from '../phrases.ts';

/** A package manager or compiler as its command line is read. */
export interface ToolRow {
  programs: string[];
  /** Python's tools also run as `python -m NAME`. */
  module?: string;
  /** Another name of a command, of an option, short or long: the name that is told. */
  aliases: Record<string, string>;
  /** Commands whose next word belongs to their name: `go mod download`. */
  groups?: string[];
  /** Options that take the next word where no `=` follows. */
  valued: string[];
  /** `-yq` is `-y -q`, `-rFILE` is `-r FILE`; without it, a word after a dash is one option. */
  clusters?: boolean;
  /** The option that names the folder to work in. */
  folder?: string;
  /** What it does without a command. */
  bare?: string;
  /** Its commands, where any other word is a script of the manifest: told as `run`. */
  commands?: string[];
}

/** From each tool's own `help` and manual: npm 10, Yarn 1.22 and 4, pnpm 9, pip 25, Poetry 2, uv 0.7, pipenv 2024, Go 1.24, apt-get(8), apk-tools 2. */
export const TOOLS = {
  npm: {
    programs: ['npm'],
    aliases: {
      ...Object.fromEntries(words('i in ins inst insta instal isnt isnta isntal isntall add').map(name => [name, 'install'])),
      ...Object.fromEntries(words('clean-install ic install-clean isntall-clean').map(name => [name, 'ci'])),
      ...Object.fromEntries(words('run-script rum urn').map(name => [name, 'run'])),
      t: 'test',
      tst: 'test',
      '-C': '--prefix',
      '-g': '--global',
      '-w': '--workspace',
      '-D': '--save-dev',
      '-S': '--save',
      '-f': '--force',
      '-p': '--production',
      '-y': '--yes',
      '-s': '--silent',
    },
    groups: ['cache', 'config', 'pkg'],
    valued: words(
      `--prefix --cache --registry --loglevel --omit --include --only --workspace --tag --userconfig --globalconfig --fetch-retries
       --fetch-timeout --fetch-retry-mintimeout --fetch-retry-maxtimeout --maxsockets --script-shell --install-strategy --cpu --os --libc --location`,
    ),
    folder: '--prefix',
  },
  yarn: {
    programs: ['yarn', 'yarnpkg'],
    aliases: { '--prod': '--production', '-D': '--dev', '-s': '--silent' },
    groups: ['cache', 'config', 'global', 'plugin', 'set', 'workspaces'],
    valued: words(
      '--cwd --cache-folder --global-folder --modules-folder --network-timeout --network-concurrency --registry --mutex --prefix --use-yarnrc --mode',
    ),
    folder: '--cwd',
    bare: 'install',
    commands: words(
      `access add audit autoclean bin cache check config constraints create dedupe dlx exec explain explain-peer-requirements generate-lock-entry
       global help import info init install link list login logout node npm outdated owner pack patch patch-commit plugin policies publish
       rebuild remove run search set stage tag team unlink unplug up upgrade upgrade-interactive version versions why workspace workspaces`,
    ),
  },
  pnpm: {
    programs: ['pnpm', 'pnpx'],
    aliases: {
      i: 'install',
      '-C': '--dir',
      '-F': '--filter',
      '-P': '--prod',
      '--production': '--prod',
      '-D': '--dev',
      '-g': '--global',
      '-r': '--recursive',
    },
    groups: ['cache', 'config', 'env', 'store'],
    valued: words(
      '--dir --filter --filter-prod --store-dir --virtual-store-dir --modules-dir --reporter --network-concurrency --child-concurrency --loglevel --registry',
    ),
    folder: '--dir',
    commands: words(
      `add approve-builds audit bin cache cat-file cat-index ci config create dedupe deploy dlx doctor env exec fetch find-hash help import init
       install install-test it licenses link list ln ls outdated pack patch patch-commit patch-remove prune publish rb rebuild remove rm root run
       self-update server setup start store test un uninstall unlink up update upgrade why`,
    ),
  },
  pip: {
    programs: ['pip', 'pip2', 'pip3'],
    module: 'pip',
    aliases: {
      '-r': '--requirement',
      '-c': '--constraint',
      '-e': '--editable',
      '-i': '--index-url',
      '-f': '--find-links',
      '-t': '--target',
      '-w': '--wheel-dir',
      '-d': '--dest',
      '-C': '--config-settings',
      '-U': '--upgrade',
      '-q': '--quiet',
      '-v': '--verbose',
      // pip takes the beginning of an option for it
      '--no-cache': '--no-cache-dir',
    },
    groups: ['cache', 'config'],
    valued: words(
      `--requirement --constraint --editable --index-url --extra-index-url --find-links --target --wheel-dir --dest --config-settings --prefix
       --root --cache-dir --trusted-host --timeout --default-timeout --retries --src --platform --python-version --implementation --abi --only-binary --no-binary
       --progress-bar --upgrade-strategy --proxy --cert --client-cert --global-option --install-option --report --log --exists-action --python
       --use-feature --use-deprecated --root-user-action --keyring-provider --build --group`,
    ),
    clusters: true,
  },
  poetry: {
    programs: ['poetry'],
    module: 'poetry',
    aliases: { '-C': '--directory', '-P': '--project', '-E': '--extras', '-n': '--no-interaction', '-f': '--format', '-o': '--output' },
    groups: ['cache', 'env', 'self', 'source'],
    valued: words('--with --without --only --extras --directory --project --format --output --group'),
    folder: '--directory',
  },
  uv: {
    programs: ['uv'],
    module: 'uv',
    aliases: {
      '-r': '--requirements',
      '--requirement': '--requirements',
      '-c': '--constraints',
      '--constraint': '--constraints',
      '-e': '--editable',
      '-p': '--python',
      '-i': '--index-url',
      '-f': '--find-links',
      '-t': '--target',
      '-P': '--upgrade-package',
      '-C': '--config-setting',
      '-o': '--output-file',
      '-n': '--no-cache',
      '--no-cache-dir': '--no-cache',
    },
    groups: ['cache', 'pip', 'python', 'tool', 'self'],
    valued: words(
      `--extra --group --only-group --no-group --no-extra --python --directory --project --package --cache-dir --index-url --extra-index-url
       --index --default-index --find-links --requirements --constraints --editable --target --prefix --link-mode --index-strategy
       --keyring-provider --no-install-package --config-file --resolution --prerelease --exclude-newer --upgrade-package --reinstall-package
       --refresh-package --no-build-package --no-binary-package --config-setting --output-file --format --python-platform --python-version
       --override --overrides --build-constraints --torch-backend --allow-insecure-host --color --with --with-requirements --only-binary --no-binary`,
    ),
    clusters: true,
    folder: '--directory',
  },
  pipenv: {
    programs: ['pipenv'],
    module: 'pipenv',
    aliases: { '-r': '--requirements', '-i': '--index', '-e': '--editable', '-d': '--dev' },
    valued: words('--python --requirements --index --editable --categories --pypi-mirror --extra-pip-args'),
  },
  go: {
    programs: ['go'],
    aliases: {},
    groups: ['mod', 'work', 'tool'],
    valued: words(
      `-C -o -p -asmflags -buildmode -compiler -covermode -coverpkg -exec -gccgoflags -gcflags -installsuffix -ldflags -mod -modfile -overlay -pgo
       -pkgdir -run -tags -timeout -toolexec`,
    ),
    folder: '-C',
  },
  apt: {
    programs: ['apt-get', 'apt', 'aptitude'],
    aliases: { '-o': '--option', '-t': '--target-release', '-c': '--config-file', '-y': '--yes', '--assume-yes': '--yes', '-q': '--quiet' },
    valued: words('--option --target-release --config-file'),
    clusters: true,
  },
  apk: {
    programs: ['apk'],
    aliases: {
      '-X': '--repository',
      '-t': '--virtual',
      '-p': '--root',
      '-U': '--update-cache',
      '--update': '--update-cache',
      '-q': '--quiet',
    },
    groups: ['cache'],
    valued: words('--repository --virtual --root --cache-dir --keys-dir --repositories-file --wait --arch --progress-fd --cache-max-age'),
    clusters: true,
  },
} as const satisfies Record<string, ToolRow>;

export type ToolName = keyof typeof TOOLS;
