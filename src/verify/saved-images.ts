import { ExecaError } from 'execa';
import { type Engine, EngineError } from './engine.ts';
import { imageSnapshots } from './image-archive.ts';
import type { LayerCache } from './layer-cache.ts';
import { checkSize } from './read-limit.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * What images of the engine show, in the order in which they are named: read from one `docker save`, which shares their common layers.
 * Throws an EngineError where one is missing or takes over 10 GB.
 */
export async function snapshotsOfImages(engine: Engine, images: readonly string[], cache: LayerCache): Promise<Snapshot[]> {
  const ids = await identities(engine, images);
  const save = engine.start(['image', 'save', ...new Set(ids)], { buffer: { stdout: false } });
  const reading = imageSnapshots(save.stdout, { cache, images: images.length }).finally(() => save.kill());
  const [saved, read] = await Promise.allSettled([save, reading]);
  // an archive that ends too early is the lesser news where docker says why
  if (saved.status === 'rejected' && (saved.reason.isCanceled || !saved.reason.isTerminated)) throw failure(saved.reason);
  if (read.status === 'rejected') throw read.reason;
  return ids.map((id, index) => {
    const snapshot = read.value.get(id);
    if (!snapshot) throw new EngineError(`docker save writes no image ${images[index]}`);
    return snapshot;
  });
}

/** The images' ids. Docker is asked for their size before it writes a copy of a huge one. */
async function identities(engine: Engine, images: readonly string[]): Promise<string[]> {
  const listed = await engine.docker(['image', 'inspect', '--format', '{{.Id}} {{.Size}}', ...images]).catch(error => {
    throw failure(error);
  });
  return listed.split('\n').map(line => {
    const [id = '', size] = line.split(' ');
    checkSize(Number(size));
    return id;
  });
}

function failure(error: unknown): unknown {
  if (!(error instanceof ExecaError) || error.isCanceled) return error;
  const reason = String(error.stderr ?? '')
    .trim()
    .split('\n')
    .at(-1);
  return new EngineError(`docker can't give the image: ${reason || error.shortMessage}`);
}
