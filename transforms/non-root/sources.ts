import { posix } from 'node:path';
import type { BuildContext } from '../../src/context/context.ts';
import { childPath } from '../../src/context/filepath.ts';
import { FIRST_FREE_PORT, lowPort } from './arguments.ts';
import { isOpen, isSystem, isWithin } from './folders.ts';

/** What the app's own source says against a user who isn't root. */
export interface SourceSigns {
  /** The first thing that needs root. */
  problem: { code: string; reason: string } | undefined;
  /** Something that writes files, wherever: `server.js:12`. */
  writes: string | undefined;
  /** There is source to look at. */
  isRead: boolean;
}

const CODE = /\.(?:[cm]?[jt]s|[jt]sx|py|go|rs|rb|java|kt|php|cfg|conf|ini|toml)$/;

/** Files of settings that an app reads: by their names, as other JSON and YAML is a tool's. */
const SETTINGS =
  /(?:^|\/)(?:\.env(?:\.(?:local|prod|production|docker))?|(?:config|conf|settings|logging|log4js|application|app|default|production|prod)[\w.-]*\.(?:json|ya?ml)|config\/[\w.-]+\.(?:json|ya?ml))$/;

/** Folders whose code isn't the app's, or isn't run in production. */
const SKIPPED =
  /(?:^|\/)(?:node_modules|bower_components|vendor|\.git|\.github|\.venv|venv|__pycache__|tests?|__tests__|__mocks__|spec|e2e|cypress|docs?|examples?|fixtures?|coverage|\.next|dist|build|public|static|assets|charts|deploy|k8s|terraform)(?:\/|$)/;
const SKIPPED_FILE = /\.(?:test|spec|min|d|stories|config\.test)\.[a-z]+$|_test\.(?:go|py)$|(?:^|\/)(?:test_[^/]*|conftest|setup)\.py$/;

const MOST_FILES = 3000;
const LONGEST_FILE = 512 * 1024;
const LONGEST_LINE = 1000;

/** Reads the sources at some paths of the context, and below them. `own` are the folders of the image that the user may write to. */
export function sourceSigns(context: BuildContext, paths: readonly string[], own: ReadonlySet<string>): SourceSigns {
  const found: SourceSigns = { problem: undefined, writes: undefined, isRead: false };
  for (const path of codeFiles(context, paths)) {
    const text = context.text(path);
    if (text === undefined || text.length > LONGEST_FILE) continue;
    const isSettings = SETTINGS.test(path);
    found.isRead ||= !isSettings;
    let line = 0;
    for (const source of text.split('\n')) {
      line++;
      if (source.length > LONGEST_LINE) continue;
      found.problem ??= lineProblem(source, own, path, line) ?? (isSettings ? settingProblem(source, own, path, line) : undefined);
      if (found.writes === undefined && WRITES.test(source)) found.writes = `${path}:${line}`;
    }
  }
  return found;
}

function* codeFiles(context: BuildContext, paths: readonly string[]): Iterable<string> {
  let left = MOST_FILES;
  const open = [...paths];
  for (let path = open.pop(); path !== undefined && left > 0; path = open.pop()) {
    const kind = context.kind(path);
    if (kind === 'folder') for (const name of context.list(path)) if (!SKIPPED.test(name)) open.push(childPath(path, name));
    if (kind !== 'file' || !(CODE.test(path) || SETTINGS.test(path)) || SKIPPED_FILE.test(path)) continue;
    left--;
    yield path;
  }
}

// each is linear: no repetition of what another repetition beside it takes too
const PORTS: readonly RegExp[] = [
  // app.listen(80), listen({ port: 80 })
  /\blisten\(\s*(?:\{\s*port\s*:\s*)?['"]?(\d{1,4})\b/,
  // const port = process.env.PORT || 80, PORT = int(os.environ.get("PORT", 80)), app.run(port=80)
  /\bport\b\s*(?::\s*\w+\s*)?=(?![=>])\s*['"]?(\d{1,4})['"]?\s*(?:[,;)\s#]|\/\/|$)/i,
  /\bPORT['"]?\]?\)?\s*(?:\|\||\?\?|\bor\b|,)\s*['"]?(\d{1,4})\b/,
  // http.ListenAndServe(":80", nil), ("0.0.0.0", 80), bind = "0.0.0.0:80"
  /["'`](?:0\.0\.0\.0|\[::\]|\*)?:(\d{1,4})["'`]/,
  /["'](?:0\.0\.0\.0|::)?["']\s*,\s*(\d{1,4})\s*\)/,
];

const NEEDS_ROOT: readonly [pattern: RegExp, what: string][] = [
  [
    /docker\.sock|\bdocker\.(?:from_env|DockerClient|APIClient)\b|["']dockerode["']|["']github\.com\/docker\/docker\/client["']/,
    "uses the engine's socket",
  ],
  [/\bset(?:e|re|res)?[ug]id\(/i, 'changes the user itself'],
  [/\bget(?:e)?uid\(\)\s*(?:[!=]==?)\s*0/i, 'asks for root'],
  [/\bSOCK_RAW\b|\braw-socket\b/, 'opens raw sockets'],
  [/["'`\s]sudo\s/, 'starts sudo'],
  [/["'`\s]iptables["'`\s]/, 'starts iptables'],
  [/\bapt-get install\b|\bapk add\b/, 'installs packages'],
  [/\bos\.chown\(|\bchownSync\(|\bfs\.chown\(|\bos\.Chown\(/, 'gives files away'],
  [/\b(?:user|uid)\s*=\s*["']?(?:www-data|nobody|nginx|daemon)\b/, 'changes the user itself'],
];

/** Calls that write a file or a folder. */
const WRITES =
  /\b(?:(?:writeFile|appendFile|mkdir|mkdirp|mkdtemp|ensureDir|ensureFile|copyFile|outputFile|outputJson|writeJson)(?:Sync)?|createWriteStream|transports\.File|DailyRotateFile|makedirs|FileHandler|RotatingFileHandler|TimedRotatingFileHandler|FileSystemStorage|MEDIA_ROOT|STATIC_ROOT|to_csv|to_excel|savefig|to_pickle|sqlite3?|Database|lowdb|nedb|WriteFile|OpenFile|MkdirAll|Mkdir|os\.Create|write_text|write_bytes|basicConfig\([^)]{0,80}filename|upload_folder|UPLOAD_FOLDER|multer|shelve\.open|joblib\.dump|extractall|File::create|fs::write|create_dir_all|File\.write|FileOutputStream|FileWriter|Files\.write)\b|\bopen\([^)]{0,120}['"][wax]b?\+?['"]/;

/** Absolute paths in quotes. */
const QUOTED = /["'`](\/[A-Za-z0-9_.@-][^"'`\s$%{}]{0,200})["'`]|sqlite:\/{3}(\/[^"'`\s]{1,200})/g;

/** Places that are always files, whatever the line does with them. */
const FILES = /^\/(?:root|run|mnt|srv|var\/(?:log|lib|run|spool|db|local|data|opt))\/.|\.(?:log|db|sqlite3?|pid)$/;

/** Names of what an app writes to: UPLOAD_DIR, dataFolder, log_path. */
const KEPT =
  /(?:data|uploads?|logs?|db|database|storage|media|cache|output|saves?|backups?|downloads?|temp|tmp|state)_?(?:dir|directory|folder|path|file|root|location)\b/i;

/** Values of settings without quotes: OUT=/var/lib/x, file: /data/x.db. */
const BARE = /[=:]\s*(\/[\w.@-][^"'`\s$%{}#,]{0,200})/g;

/** Sockets and secrets that an orchestrator mounts for anybody to read. */
const MOUNTED = /^\/(?:var\/)?run\/secrets(?:\/|$)/;

function lineProblem(source: string, own: ReadonlySet<string>, path: string, line: number): SourceSigns['problem'] {
  for (const pattern of PORTS) {
    const port = Number(pattern.exec(source)?.[1] ?? 0);
    if (port > 0 && port < FIRST_FREE_PORT && (port >= 80 || /listen/i.test(source)) && !isClient(port)) {
      return { code: 'port', reason: `may listen on port ${lowPort(port)} (${path}:${line})` };
    }
  }
  for (const [pattern, what] of NEEDS_ROOT) if (pattern.test(source)) return { code: 'needs-root', reason: `${what} (${path}:${line})` };
  for (const match of source.matchAll(QUOTED)) {
    const written = posix.normalize(match[1] ?? match[2] ?? '/');
    if (isOpen(written) || MOUNTED.test(written) || isWithin(written, own)) continue;
    if (FILES.test(written) || match[2] !== undefined || ((WRITES.test(source) || KEPT.test(source)) && !isSystem(written))) {
      return { code: 'writes', reason: `may write ${written}, which is not in the app's folder (${path}:${line})` };
    }
  }
  return undefined;
}

function settingProblem(source: string, own: ReadonlySet<string>, path: string, line: number): SourceSigns['problem'] {
  const port = Number(/^(?:\w+_)?PORT=["']?(\d{1,4})\b/.exec(source)?.[1] ?? 0);
  if (port >= 80 && port < FIRST_FREE_PORT && !isClient(port)) {
    return { code: 'port', reason: `may listen on port ${lowPort(port)} (${path}:${line})` };
  }
  for (const [, text = '/'] of source.matchAll(BARE)) {
    const written = posix.normalize(text);
    if (isOpen(written) || MOUNTED.test(written) || isWithin(written, own)) continue;
    if (FILES.test(written) || (KEPT.test(source) && !isSystem(written))) {
      return { code: 'writes', reason: `may write ${written}, which is not in the app's folder (${path}:${line})` };
    }
  }
  return undefined;
}

/** Ports of mail, directories and name servers, which an app connects to. */
function isClient(port: number): boolean {
  return [110, 123, 143, 389, 465, 514, 587, 636, 993, 995].includes(port);
}
