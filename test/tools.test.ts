import { describe, expect, test } from 'vitest';
import { parse } from '../src/dockerfile/parse.ts';
import { shellSequence } from '../src/dockerfile/shell.ts';
import { type ToolCall, toolCalls } from '../src/tools/calls.ts';

function calls(run: string): ToolCall[] {
  const [, instruction] = parse(`FROM node\nRUN ${run}\n`).instructions;
  const sequence = instruction && shellSequence(instruction, '\\', undefined);
  if (!sequence || 'reason' in sequence) throw new Error(`no plain commands: ${run}`);
  return toolCalls(sequence.commands, '/app');
}

function told(run: string): string[] {
  return calls(run).map(({ tool, verb, options, operands, folder }) => {
    const shown = options.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`));
    return [tool, verb ?? '?', ...shown, ...operands.map(({ text }) => text), `in ${folder ?? '?'}`].join(' ');
  });
}

describe('the calls of package managers in a RUN', () => {
  test.each<[run: string, ...want: string[]]>([
    ['npm ci', 'npm ci in /app'],
    ['npm i --omit=dev', 'npm install --omit=dev in /app'],
    ['npm --prefix web clean-install', 'npm ci --prefix=web in /app/web'],
    ['npm run-script build', 'npm run build in /app'],
    ['npm start', 'npm run start in /app'],
    ['npm run start', 'npm run start in /app'],
    ['npm install express --save', 'npm install --save express in /app'],
    ['cd web && npm ci && cd .. && yarn', 'npm ci in /app/web', 'yarn install in /app'],
    ['cd $WHERE && npm ci', 'npm ci in ?'],
    ['yarn', 'yarn install in /app'],
    ['yarn --frozen-lockfile --prod', 'yarn install --frozen-lockfile --production in /app'],
    ['yarn build --mode x', 'yarn run --mode=x build in /app'],
    ['yarn global add serve', 'yarn global add serve in /app'],
    ['yarn workspaces focus --production --all', 'yarn workspaces focus --production --all in /app'],
    ['corepack enable && corepack pnpm i --frozen-lockfile', 'pnpm install --frozen-lockfile in /app'],
    ['pnpm -C api build', 'pnpm run --dir=api build in /app/api'],
    ['pip install -r requirements.txt', 'pip install --requirement=requirements.txt in /app'],
    ['pip3.9 install -qrreq.txt -U', 'pip install --quiet --requirement=req.txt --upgrade in /app'],
    ['python3 -m pip --no-cache-dir install Flask gunicorn', 'pip install --no-cache-dir Flask gunicorn in /app'],
    ['/opt/venv/bin/pip install -e .', 'pip install --editable=. in /app'],
    ['poetry install --only main --no-root', 'poetry install --only=main --no-root in /app'],
    ['uv pip install --system -r requirements.txt', 'uv pip install --system --requirements=requirements.txt in /app'],
    ['uv sync --locked --no-install-project', 'uv sync --locked --no-install-project in /app'],
    ['pipenv install --system --deploy', 'pipenv install --system --deploy in /app'],
    ['go mod download', 'go mod download in /app'],
    ['CGO_ENABLED=0 go build -o /app/main -ldflags "-s -w" ./cmd/web', 'go build -o=/app/main -ldflags=-s -w ./cmd/web in /app'],
    [
      'apt-get -qq update; apt-get install -yq --no-install-recommends curl',
      'apt update --quiet --quiet in /app',
      'apt install --yes --quiet --no-install-recommends curl in /app',
    ],
    ['apk add -Ut .deps gcc', 'apk add --update-cache --virtual=.deps gcc in /app'],
    ['npm install $PACKAGES', 'npm install $PACKAGES in /app'],
    ['pip install --index-url=$INDEX flask', 'pip install --index-url flask in /app'],
    ['echo npm ci', ...[]],
    ['sudo -E env A=b npm ci', 'npm ci in /app'],
  ])('%s', (run, ...want) => {
    expect(told(run)).toEqual(want);
  });

  test('variables are told that the RUN sets', () => {
    const [call] = calls('export A=1 B=$C && D=2 env E=3 npm ci');
    expect([...(call?.environment ?? [])]).toEqual([
      ['A', '1'],
      ['B', undefined],
      ['D', '2'],
      ['E', '3'],
    ]);
  });
});
