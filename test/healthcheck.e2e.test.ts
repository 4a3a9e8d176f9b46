import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { memoryContext } from '../src/context/memory.ts';
import healthcheck from '../transforms/healthcheck/index.ts';
import { dockerEngine, localised } from './support/engine.ts';
import { appliedChanges, migrated } from './support/invariants.ts';
import { describeWith, temporaryFolder } from './support/shared.ts';

interface Server {
  name: string;
  files: Record<string, string>;
  /** What the change says. */
  title: string;
  /** Options of `docker run`. */
  run?: string[];
  /** A check that one might write without looking: it never turns healthy here. */
  naive?: string;
}

const python = (install: string, last: string) =>
  `FROM python:3.12-slim\nWORKDIR /app\nRUN pip install --no-cache-dir ${install}\nCOPY . .\nEXPOSE 8000\n${last}\n`;
const ask = (path: string) =>
  `HEALTHCHECK CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000${path}')"]\n`;

const FLASK = 'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route("/")\ndef index():\n    return "Hello"\n';
const GUNICORN = 'CMD ["gunicorn", "-w", "4", "-b", "0.0.0.0:8000", "app:app"]';
const GO = `package main

import (
	"fmt"
	"net/http"
)

func main() {
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "ok")
	})
	http.ListenAndServe(":8080", nil)
}
`;
const go = (runtime: string) => ({
  Dockerfile: `FROM golang:1.26 AS build\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /server .\n\nFROM ${runtime}\nCOPY --from=build /server /server\nEXPOSE 8080\nCMD ["/server"]\n`,
  'go.mod': 'module example.com/hello\n\ngo 1.22\n',
  'main.go': GO,
});
const DJANGO = `from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

settings.configure(
    DEBUG=False,
    SECRET_KEY="x",
    ALLOWED_HOSTS=["shop.example.com"],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    ROOT_URLCONF=__name__,
)
urlpatterns = [path("", lambda request: HttpResponse("hello"))]
application = get_wsgi_application()
`;

const SERVERS: Server[] = [
  {
    name: 'Flask under gunicorn',
    files: { Dockerfile: python('Flask gunicorn', GUNICORN), 'app.py': FLASK },
    title: 'check that GET / on port 8000 is answered',
  },
  {
    name: 'Flask behind a proxy of the environment, beside a module that hides one of the standard library',
    files: { Dockerfile: python('Flask gunicorn', GUNICORN), 'app.py': FLASK, 'socket.py': '' },
    title: 'check that GET / on port 8000 is answered',
    run: ['--env', 'http_proxy=http://127.0.0.1:9'],
    naive: ask('/'),
  },
  {
    name: 'FastAPI under uvicorn',
    files: {
      Dockerfile: python('fastapi uvicorn', 'CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]'),
      'main.py':
        'from fastapi import FastAPI\n\nfrom health import router\n\napp = FastAPI()\napp.include_router(router, prefix="/api")\n\n\n@app.get("/items")\ndef items():\n    raise RuntimeError("no database")\n',
      'health.py':
        'from fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n@router.get("/health")\nasync def health():\n    return {"status": "ok"}\n',
    },
    title: 'check that GET /api/health on port 8000 is answered',
  },
  {
    name: 'Django, which refuses requests for other hosts',
    files: { Dockerfile: python('Django gunicorn', 'CMD ["gunicorn", "-b", "0.0.0.0:8000", "wsgi"]'), 'wsgi.py': DJANGO },
    title: 'check that port 8000 takes connections',
    naive: ask('/'),
  },
  {
    name: 'Flask whose routes need what is not there',
    files: {
      Dockerfile: python('Flask gunicorn redis', GUNICORN),
      'app.py':
        'import redis\nfrom flask import Flask\n\napp = Flask(__name__)\ncache = redis.Redis(host="127.0.0.1")\n\n\n@app.route("/health")\ndef health():\n    cache.ping()\n    return "ok"\n',
    },
    title: 'check that port 8000 takes connections',
    naive: ask('/health'),
  },
  {
    name: 'Express, on the port that it is told',
    files: {
      Dockerfile:
        'FROM node:20-slim\nWORKDIR /app\nCOPY package.json ./\nRUN npm install\nCOPY . .\nENV PORT=8080\nEXPOSE 8080\nUSER node\nCMD ["npm", "start"]\n',
      'package.json':
        '{ "name": "app", "version": "1.0.0", "dependencies": { "express": "^4.19.0" }, "scripts": { "start": "node server.js" } }',
      'server.js':
        "const express = require('express');\nconst app = express();\nconst port = Number(process.env.PORT) || 3000;\napp.get('/healthz', (req, res) => res.json({ status: 'ok' }));\napp.listen(port);\n",
    },
    title: 'check that GET /healthz on port 8080 is answered',
    run: ['--env', 'PORT=5000'],
    naive: `HEALTHCHECK CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]\n`,
  },
  {
    name: 'Express that wants a login, on another port than EXPOSE says',
    files: {
      Dockerfile:
        'FROM node:14-slim\nWORKDIR /app\nCOPY package.json ./\nRUN npm install\nCOPY . .\nEXPOSE 3000\nCMD ["node", "server.js"]\n',
      'package.json': '{ "name": "app", "version": "1.0.0", "dependencies": { "express": "^4.19.0" } }',
      'server.js':
        "const app = require('express')();\napp.use((req, res) => res.sendStatus(401));\napp.get('/', (req, res) => res.send('hello'));\napp.listen(8080);\n",
    },
    title: 'check that port 8080 takes connections',
    naive: `HEALTHCHECK CMD ["node", "-e", "require('http').get('http://127.0.0.1:8080/', r => process.exit(r.statusCode < 400 ? 0 : 1))"]\n`,
  },
  {
    name: "Node's own server",
    files: {
      Dockerfile: 'FROM node:14-slim\nCOPY server.js .\nCMD node server.js\n',
      'server.js': "require('http').createServer((req, res) => res.end('hello')).listen(3000);\n",
    },
    title: 'check that port 3000 takes connections',
  },
  { name: 'Go without a client', files: go('debian:bookworm-slim'), title: 'check that port 8080 takes connections' },
  {
    name: 'Go with curl',
    files: go('debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*'),
    title: 'check that GET /healthz on port 8080 is answered',
    run: ['--env', 'http_proxy=http://127.0.0.1:9'],
  },
];

describeWith('e2e', 'a health check on a real engine', () => {
  const temporary = temporaryFolder();
  const engine = dockerEngine();
  afterAll(() => engine.cleanUp(), 120_000);

  /** The image of a Dockerfile with its files. */
  async function built(folder: string, dockerfile: string, files: Record<string, string>): Promise<string> {
    for (const [path, text] of Object.entries({ ...files, Dockerfile: dockerfile })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return engine.build(folder);
  }

  /** What the engine comes to say of a container's health. */
  async function health(image: string, options: readonly string[]): Promise<string> {
    const often = ['--health-interval=1s', '--health-start-period=0s', '--health-retries=20'];
    const container = (await engine.docker(['run', '--detach', ...engine.label, ...often, ...options, image])).trim();
    try {
      for (let state = 'starting'; ; await setTimeout(500)) {
        state = (await engine.docker(['inspect', '--format', '{{.State.Status}} {{.State.Health.Status}}', container])).trim();
        if (state !== 'running starting') return state;
      }
    } finally {
      await engine.docker(['rm', '--force', container]);
    }
  }

  test.each(SERVERS)('$name turns healthy', { timeout: 15 * 60_000 }, async ({ name, files, title, run = [], naive }) => {
    const folder = join(temporary.path, name.replace(/\W+/g, '-'));
    mkdirSync(folder);
    writeFileSync(join(folder, 'original'), files.Dockerfile as string);
    const source = await localised(join(folder, 'original'));
    const result = migrated(healthcheck, source, memoryContext(files));
    expect(appliedChanges(result).map(change => change.title)).toEqual([title]);
    expect(await health(await built(join(folder, 'ours'), result.text, files), run)).toBe('running healthy');
    if (naive === undefined) return;
    expect(await health(await built(join(folder, 'naive'), source + naive, files), run)).toBe('running unhealthy');
  });
});
