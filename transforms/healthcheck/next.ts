import { posix } from 'node:path';
import { nodeModule } from './node-source.ts';
import { healthRoute } from './paths.ts';
import type { Subject } from './server.ts';

/** What a page may hold without asking anybody: no data of a request, no database. */
const ASKING = /\b(?:await|fetch|redirect|getServerSideProps|getInitialProps|cookies|headers|useSession|prisma|notFound|auth)\b/;
/** What a next.config may say that gives pages another place or another answer. */
const MOVING = /\b(?:basePath|redirects|rewrites|i18n|assetPrefix|distDir|pageExtensions|export)\b/;
const ENDINGS = ['.ts', '.tsx', '.js', '.jsx'];

/** A route of a Next app whose folder in the image is named: one of its API for health checks, else a static home page. */
export function nextRoute({ context, files, stage }: Subject, folder: string | undefined): string | undefined {
  if (!context || folder === undefined) return undefined;
  const path = (name: string) => {
    const origin = files.origin(stage, posix.join(folder || '/', name));
    return 'context' in origin && context.kind(origin.context) === 'file' ? origin.context : undefined;
  };
  const text = (name: string) => {
    const found = path(name);
    return found === undefined ? undefined : context.text(found);
  };
  const some = (base: string) => ENDINGS.map(ending => base + ending).find(name => path(name) !== undefined);
  const config = ['next.config.js', 'next.config.mjs', 'next.config.ts'].map(text).find(each => each !== undefined);
  if (config !== undefined && MOVING.test(config)) return undefined;
  if (['', 'src/'].some(top => some(`${top}middleware`) || some(`${top}proxy`))) return undefined;
  const found: string[] = [];
  for (const top of ['', 'src/']) {
    for (const name of ['health', 'healthz', 'ping', 'health-check', 'healthcheck', 'status']) {
      const route = some(`${top}app/api/${name}/route`);
      const source = route && path(route);
      const module = source ? nodeModule(context, source) : undefined;
      const isPlain = module?.tokens.every(({ kind, text: word }) => !(kind === 'name' && ASKING.test(word)) && !/^[3-5]\d\d$/.test(word));
      if (
        module &&
        isPlain &&
        !module.sources.some(each => /^[.@~]\/|^\.\./.test(each)) &&
        module.tokens.some(({ text: word }) => word === 'GET')
      ) {
        found.push(`/api/${name}`);
      }
    }
    const page = some(`${top}app/page`) ?? some(`${top}pages/index`);
    const around = [some(`${top}app/layout`), some(`${top}pages/_app`)].flatMap(name => name ?? []);
    if (page && [page, ...around].every(name => !ASKING.test(text(name) ?? ''))) found.push('/');
  }
  return healthRoute(found);
}
