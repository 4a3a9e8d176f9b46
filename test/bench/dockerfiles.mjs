import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inTemporaryFolder } from './measure.mjs';

const archive = join(resolve(process.env.DFMOD_SHARED ?? join(import.meta.dirname, '../../../shared')), 'corpus/dockerfiles.tar.gz');

/** So many Dockerfiles to measure with, and where they come from: real ones where the corpus is there, spread over all of it. */
export async function dockerfiles(count) {
  if (!existsSync(archive))
    return { from: 'generated', texts: Array.from({ length: count }, (_, index) => smallDockerfile(index, index % 3 === 0)) };
  return inTemporaryFolder(folder => {
    execFileSync('tar', ['-xzf', archive, '-C', folder, '--no-same-owner']);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .sort();
    const spread = Array.from({ length: count }, (_, index) => files[Math.floor((index * files.length) / count)]);
    return { from: 'the corpus', texts: spread.map(file => readFileSync(file, 'utf8')) };
  });
}

/** A Dockerfile as small ones are, another for each number; an old-fashioned one has something for the transforms to change. */
export function smallDockerfile(number, isOld = true) {
  const port = 3000 + (number % 1000);
  return `# service ${number}
FROM node:20-bookworm
LABEL org.example.service${isOld ? ' ' : '='}service-${number}
ENV NODE_ENV${isOld ? ' ' : '='}production
ENV PORT${isOld ? ' ' : '='}${port}
WORKDIR /srv/app-${number}
RUN apt-get update \\
    # for the native modules
    && apt-get install -y python3 make g++ \\
    && rm -rf /var/lib/apt/lists/*
${isOld ? 'ADD' : 'COPY'} app.js ./
RUN npm install express@4 && npm cache clean --force
EXPOSE ${port}
CMD ${isOld ? 'node app.js' : '["node", "app.js"]'}
`;
}
