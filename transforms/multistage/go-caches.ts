import { isIn } from '../../src/context/copied.ts';
import type { Dockerfile } from '../../src/dockerfile/nodes.ts';
import type { ImageFacts, Images } from '../../src/images/images.ts';
import { CACHES, type ToolCache } from '../../src/tools/caches.ts';
import type { GoOutput } from './go-outputs.ts';
import { cachesAt, leftCaches } from './left-caches.ts';

const [MODULES, BUILDS] = CACHES.go.caches as [ToolCache, ToolCache];

/** Counters of the go tool's own runs: os.UserConfigDir and go.dev/doc/telemetry, since Go 1.23. */
const TELEMETRY: ToolCache = {
  places: [
    { base: '$XDG_CONFIG_HOME', below: 'go' },
    { base: '$HOME', below: '.config/go' },
  ],
  filledBy: BUILDS.filledBy,
};

/** The folders that the go tool fills while it builds some programs. */
export function goCaches(file: Dockerfile, images: Images, builder: ImageFacts, outputs: readonly GoOutput[]): string[] {
  const hasTelemetry = !/^1\.(?:\d|1\d|2[0-2])(?:\D|$)/.test(builder.version ?? '');
  const uses = outputs.map(({ command, project }) => {
    const hasModules = project.mod.requires.length > 0 && !project.vendored;
    const call = { verb: command.words[0]?.literal, options: [], environment: command.environment };
    const caches = [BUILDS, ...(hasModules ? [MODULES] : []), ...(hasTelemetry ? [TELEMETRY] : [])];
    return { by: command.instruction, call, cache: cachesAt(caches) };
  });
  // what else the go tool fetches and installs lies beside the modules
  return leftCaches(file, images, uses).map(folder => (isIn(folder, '/go') ? '/go' : folder));
}
