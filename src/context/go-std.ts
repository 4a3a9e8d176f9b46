/** What is known of Go's standard library, Go 1.26. */

// for p in $(go list std | grep -v -e internal -e vendor); do CGO_ENABLED=1 go list -deps $p | grep -qxE 'net|os/user|runtime/cgo' && echo $p; done
const USES_CGO = new Set(
  `archive/tar crypto/tls crypto/x509 expvar log/syslog mime/multipart net net/http net/http/cgi net/http/cookiejar net/http/fcgi
   net/http/httptest net/http/httptrace net/http/httputil net/http/pprof net/mail net/rpc net/rpc/jsonrpc net/smtp net/textproto
   os/user plugin runtime/cgo`.split(/\s+/),
);

/** Whether a package of the standard library is built with cgo where that is on: net or os/user is among its dependencies. */
export function usesCgo(path: string): boolean {
  return USES_CGO.has(path);
}

/** Packages that call the go tool or read its sources when they run. */
export const GO_TOOL_PACKAGES: ReadonlySet<string> = new Set([
  'go/build',
  'go/importer',
  'golang.org/x/tools/go/packages',
  'golang.org/x/tools/go/buildutil',
]);

/** What of os and syscall opens no file by name and starts nothing; all else of the two is taken to. */
const HARMLESS: Record<string, ReadonlySet<string>> = {
  os: new Set(
    `Args Clearenv DevNull DirEntry Environ ErrClosed ErrDeadlineExceeded ErrExist ErrInvalid ErrNoDeadline ErrNotExist ErrPermission ErrProcessDone
     Exit Expand ExpandEnv File FileInfo FileMode FindProcess Getegid Getenv Geteuid Getgid Getgroups Getpagesize Getpid Getppid Getuid Hostname
     Interrupt IsExist IsNotExist IsPathSeparator IsPermission IsTimeout Kill LinkError LookupEnv ModeAppend ModeCharDevice ModeDevice ModeDir
     ModeExclusive ModeIrregular ModeNamedPipe ModePerm ModeSetgid ModeSetuid ModeSocket ModeSticky ModeSymlink ModeTemporary ModeType
     NewSyscallError O_APPEND O_CREATE O_EXCL O_RDONLY O_RDWR O_SYNC O_TRUNC O_WRONLY PathError PathListSeparator PathSeparator Pipe ProcAttr
     Process ProcessState SEEK_CUR SEEK_END SEEK_SET SameFile Setenv Signal Stderr Stdin Stdout SyscallError TempDir Unsetenv
     UserCacheDir UserConfigDir UserHomeDir`.split(/\s+/),
  ),
  syscall: new Set(
    'Signal Errno Kill Getpid Getppid Getuid Geteuid Getgid Getegid SysProcAttr WaitStatus Rlimit Getrlimit Setrlimit Stdin Stdout Stderr'.split(
      ' ',
    ),
  ),
};

// grep -rlE 'os\.(Open|OpenFile|ReadFile|Stat|Lstat|ReadDir|DirFS|Create|StartProcess)\(' in $(go env GOROOT)/src, and the exported functions above those.
const OPENING: Record<string, ReadonlySet<string>> = {
  'archive/zip': new Set(['OpenReader']),
  'crypto/tls': new Set(['LoadX509KeyPair']),
  'debug/buildinfo': new Set(['ReadFile']),
  'debug/elf': new Set(['Open']),
  'debug/macho': new Set(['Open', 'OpenFat']),
  'debug/pe': new Set(['Open']),
  'debug/plan9obj': new Set(['Open']),
  'go/build': new Set(['Import', 'ImportDir', 'Default', 'Context']),
  'go/parser': new Set(['ParseFile', 'ParseDir']),
  'html/template': new Set(['ParseFiles', 'ParseGlob']),
  'io/ioutil': new Set(['ReadFile', 'ReadDir', 'WriteFile', 'TempFile', 'TempDir']),
  'net/http': new Set(['Dir', 'ServeFile', 'ListenAndServeTLS', 'ServeTLS', 'NewFileTransport']),
  'path/filepath': new Set(['EvalSymlinks', 'Glob', 'Walk', 'WalkDir']),
  plugin: new Set(['Open']),
  'text/template': new Set(['ParseFiles', 'ParseGlob']),
};

/** Methods of the standard library's types that open files by name, whatever the value is called. */
const OPENING_METHODS: ReadonlySet<string> = new Set(['ListenAndServeTLS', 'ParseFiles', 'ParseGlob', 'ServeTLS']);

const STARTING: Record<string, ReadonlySet<string> | 'all'> = {
  'golang.org/x/sys/execabs': 'all',
  'golang.org/x/sys/unix': new Set(['Exec']),
  'net/http/cgi': 'all',
  os: new Set(['StartProcess']),
  'os/exec': 'all',
  syscall: new Set(['Exec', 'ForkExec', 'StartProcess', 'RawSyscall', 'RawSyscall6', 'Syscall', 'Syscall6']),
};

const row = <Value>(table: Record<string, Value>, path: string): Value | undefined =>
  Object.hasOwn(table, path) ? table[path] : undefined;

/** Whether a name of a package of the standard library may open a file by its path, or make one. */
export function opensFiles(path: string, name: string): boolean {
  const harmless = row(HARMLESS, path);
  if (harmless) return !harmless.has(name) && !(path === 'syscall' && /^(?:SIG|E|O_|S_|AF_|SO)[A-Z0-9_]+$/.test(name));
  return row(OPENING, path)?.has(name) ?? false;
}

/** Whether a method of this name may open a file by its path. */
export function opensFilesAsMethod(name: string): boolean {
  return OPENING_METHODS.has(name);
}

/** Whether a name of a package of the standard library, or of golang.org/x/sys, starts programs. */
export function startsPrograms(path: string, name: string): boolean {
  const found = row(STARTING, path);
  return found === 'all' || (found?.has(name) ?? false);
}

/** Whether every use of a package has to be looked at: it can't be imported with a dot unseen. */
export function isWatched(path: string): boolean {
  return Object.hasOwn(HARMLESS, path) || Object.hasOwn(OPENING, path) || Object.hasOwn(STARTING, path);
}
