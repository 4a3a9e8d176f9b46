import { childPath } from '../../src/context/filepath.ts';
import { words } from '../../src/phrases.ts';
import type { Exposed } from './exposed.ts';
import type { Command, Subject } from './server.ts';
import { programName } from './wrappers.ts';

/** Programs for a person or a job: what starts them serves nobody. */
const NO_SERVERS = new Set(
  words(`bash sh ash dash zsh fish tail sleep echo cat true false ls env printenv date make cmake mvn gradle ant cargo rustc gcc pytest tox phpunit rspec behat ansible
   ansible-playbook terraform kubectl helm aws gcloud az vim vi nano less top htop psql mysql mongo redis-cli irb python ipython node R julia lua perl ruby ghci
   cron crond anacron backup restic rsync rclone wget curl git pip npm yarn composer bundle rake alembic flyway liquibase k6 jmeter newman robot`),
);

/** Of package managers, the scripts that a person runs. */
const JOBS = /^(?:test|tests|build|lint|format|check|ci|install|watch:test|e2e|coverage|migrate|seed)\b/;

/** Databases that count a connection without a login as an error, and may shut its host out (https://dev.mysql.com/doc/refman/8.4/en/host-cache.html). */
const STRICT = new Set('mysqld mysqld_safe mysqld_multi mariadbd mariadbd-safe postgres pg_ctl pg_ctlcluster oracle sqlservr'.split(' '));

/** Why EXPOSE alone is no evidence that a program listens; undefined where it is. */
export function exposedProblem(command: Command, exposed: Exposed, { context, scope }: Subject): string | undefined {
  const name = programName(command) ?? '';
  const [, first, second] = command.words.map(({ literal }) => literal ?? '');
  if (command.words[0]?.text.startsWith('[')) return "starts what looks like a JSON array that isn't one";
  if (command.words.length === 2 && /^(?:--?help|--?version|-h|-v)$/.test(first ?? '')) return `only starts ${name} ${first}`;
  if (name !== '' && NO_SERVERS.has(name) && command.words.length === 1) return `starts ${name}, which is no server`;
  if (/^(?:npm|yarn|pnpm|bun)$/.test(name))
    return JOBS.test(first === 'run' ? (second ?? '') : (first ?? '')) ? `runs ${name} ${first}` : undefined;
  if (
    NO_SERVERS.has(name) &&
    !/^(?:ba|da|a|z)?sh$|^(?:python|node|perl|ruby|R|julia|lua|bundle|env|rake|mvn|gradle|cargo|make)$/.test(name)
  ) {
    return `starts ${name}, which is no server`;
  }
  if (/^(?:mvn|gradle|cargo|make|rake|go)$/.test(name) && command.words.some(({ literal }) => literal === 'test'))
    return `runs ${name} test`;
  if (STRICT.has(name)) return `starts ${name}, which counts a connection without a login as an error`;
  // https://learn.microsoft.com/dotnet/core/compatibility/containers/8.0/aspnet-port: 80 before .NET 8, 8080 after, whatever EXPOSE says
  if (name === 'dotnet' || scope.image?.family.startsWith('dotnet')) return 'starts a program of .NET, whose port hangs on ASPNETCORE_URLS';
  const port = String(exposed.ports[0]);
  for (const file of ['application.properties', 'application.yml', 'application.yaml']) {
    const text = context?.text(childPath('src/main/resources', file)) ?? '';
    const written = /^\s*(?:server\.port|port)\s*[:=]\s*(.*)$/m.exec(text)?.[1]?.trim();
    if (written !== undefined && !written.includes(port)) return `listens on ${written}, as ${file} says, though EXPOSE says ${port}`;
  }
  return undefined;
}
