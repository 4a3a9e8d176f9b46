import { type Frontend, featuresOf, frontendOf, isOlder } from '../src/dockerfile/frontend.ts';
import type { Dockerfile } from '../src/dockerfile/nodes.ts';
import { firstLineAbove, replace } from '../src/edit.ts';
import { type Change, change, type Refusal, refuse, transform } from '../src/transform.ts';

export default transform({
  name: 'syntax-line',
  summary: 'ask for a frontend that has what the file uses with # syntax=',
  keeps: 'image',
  settles: [],
  *run(file) {
    const frontend = frontendOf(file);
    if (frontend === 'other') return;
    const user = file.instructions.find(instruction => featuresOf(instruction).some(feature => !frontend || isOlder(frontend, feature)));
    if (user) yield frontend ? raised(file, frontend) : added(file, user);
  },
});

/** The newest of version 1, which Docker keeps compatible: docs.docker.com/build/buildkit/frontend. */
const NEWEST = 'docker/dockerfile:1';

function added(file: Dockerfile, user: Dockerfile['instructions'][number]): Change | Refusal {
  const [first] = file.comments;
  // a directive above it would take its meaning from it, and one below isn't read by every builder
  if (first && first.start <= 1 && first.text.startsWith('!'))
    return refuse(first, 'shebang', 'begins with a line for the shell, which has to stay the first');
  const [name] = featuresOf(user);
  return change({
    at: user,
    title: `ask for a frontend that has ${name === 'heredoc' ? 'heredocs' : `${user.trigger?.name ?? user.name} --${name === 'mount-env' ? 'mount with env' : name}`}`,
    keeps: 'image',
    edits: [firstLineAbove(file, `# syntax=${NEWEST}`)],
  });
}

function raised(file: Dockerfile, { channel }: Frontend): Change {
  const directive = file.directives.find(({ name }) => name === 'syntax') as Dockerfile['directives'][number];
  return change({
    at: directive,
    title: 'ask for a frontend that has what the file uses',
    keeps: 'image',
    edits: [replace(directive.valueSpan, channel === 'labs' ? `${NEWEST}-labs` : NEWEST)],
  });
}
