import type { Alteration } from '../../src/transform.ts';
import { withoutPackages } from '../../transforms/multistage/left-packages.ts';

/**
 * The cases of each transform that its promise is tried on, of those that build on the stand-ins of public images: one at least for each kind of
 * difference that the transform makes. Others are named in DFMOD_FIXTURES: `all`, or some with
 * commas between; of all, those that can't be built here are skipped.
 */
export const BUILDING: Record<string, readonly string[]> = {
  'key-value': ['example', 'has-no-final-newline'],
  'syntax-line': ['adds-a-line-for-a-heredoc', 'example'],
  'copy-not-add': [
    'copies-a-folder-of-archives-and-an-empty-file',
    'example',
    'keeps-flags-and-case',
    'leaves-what-a-build-argument-names-alone',
  ],
  'exec-form': [
    'example',
    'quotes-as-the-shell-does',
    'runs-under-an-init-process',
    'runs-under-an-init-process-and-a-script',
    'starts-a-command-under-an-entrypoint-that-hands-over',
    'starts-a-script-with-an-interpreter',
    'tells-a-wrapper-of-a-known-program-from-a-link',
    'wraps-variables-when-asked',
  ],
  'cache-mounts': ['example', 'leaves-a-cache-that-the-environment-turns-off-alone', 'sets-docker-clean-aside'],
  'clean-packages': [
    'changes-builders-though-it-gains-nothing',
    'cleans-after-lists-that-were-removed-before',
    'cleans-where-a-stage-copies-all-of-another',
    'cleans-where-the-entrypoint-updates-first',
    'keeps-windows-line-ends',
    'pip-of-a-user',
  ],
  'deps-first': [
    'flask-packages-that-are-named-read-nothing-of-the-context',
    'modules-of-go-fetched-in-the-image-itself',
    'requirements-are-copied-first',
  ],
  'non-root': [
    'example',
    'follows-an-entrypoint-that-starts-what-it-is-given',
    'gives-a-folder-away-that-a-heredoc-fills',
    'gives-node-on-alpine-its-own-user',
    'hands-over-what-a-build-makes',
    'leaves-a-service-of-compose-that-mounts-its-folder',
    'never-gives-a-folder-away-twice',
    'runs-gunicorn-as-a-user',
  ],
  healthcheck: ['example'],
  multistage: [
    'finds-an-installed-program-in-the-path',
    'keeps-certificates-of-its-own',
    'makes-a-plain-net-http-build-static-where-the-release-is-unknown',
    'node-promises-that-npm-keeps-yarns-lock-in-step',
    'node-ships-a-server-on-the-slim-image',
    'node-takes-development-dependencies-away',
    'node-takes-development-dependencies-away-with-npm-6',
    'python-installs-flask-and-gunicorn',
    'python-stays-where-the-app-compiles',
    'python-syncs-with-uv',
    'python-takes-a-virtual-environment-over',
    'python-takes-pipenvs-environment',
  ],
};

/**
 * What the stand-ins have already that the public images don't, or older: the go tool was run while golang's was made, and the compilers of node's and python's
 * are as new as those that apt installs.
 */
export const IN_STAND_INS: readonly Alteration[] = [
  { unreachable: '/root/.config/go/**' },
  ...withoutPackages({ family: 'debian', distribution: 'debian' }),
];
