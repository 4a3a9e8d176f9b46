/** Names of routes that people make for health checks, the best first. */
const HEALTH = [
  '/healthz',
  '/health',
  '/livez',
  '/live',
  '/liveness',
  '/ping',
  '/api/healthz',
  '/api/health',
  '/api/health-check',
  '/api/ping',
  '/healthcheck',
  '/health-check',
  '/health_check',
  '/api/healthcheck',
  '/_health',
  '/up',
  '/alive',
  '/readyz',
  '/ready',
  '/status',
  '/api/status',
];

/** Of routes that answer a plain GET, the one to ask: one made for it, else the root. */
export function healthRoute(routes: readonly string[]): string | undefined {
  const paths = routes.filter(path => /^\/[\w./~-]*$/.test(path));
  const named = HEALTH.flatMap(name => paths.find(path => path === name || path === `${name}/`) ?? []);
  const versioned = paths.find(path => /^(?:\/api)?\/v\d+\/(?:health|healthz|ping)\/?$/.test(path));
  return named[0] ?? versioned ?? paths.find(path => path === '/');
}
