import { describe, expect, it } from 'vitest';
import { type GoProject, goProject } from '../src/context/go.ts';
import { type GoProgram, goProgram } from '../src/context/go-program.ts';
import { memoryContext } from '../src/context/memory.ts';

type Files = Record<string, string>;

const MAIN = 'package main\nfunc main() {}\n';

function project(files: Files, folder = ''): GoProject {
  const found = goProject(memoryContext(files), folder);
  if (!found || 'problem' in found) throw new Error(`no project: ${found?.problem}`);
  return found;
}

function program(files: Files, folder = '', tags: string[] = []): GoProgram {
  const context = memoryContext(files);
  return goProgram(context, project(files), folder, tags);
}

/** A main package with these imports and this body. */
function main(imports: string[], body = ''): string {
  return `package main\nimport (\n${imports.map(path => `\t${path}\n`).join('')})\nfunc main() {\n${body}\n}\n`;
}

const mod = (...requires: string[]) => `module example.com/app\n\ngo 1.22\n\nrequire (\n${requires.map(line => `\t${line}\n`).join('')})\n`;
const required = (path: string) => `${path} v1.0.0`;

describe('a go.mod', () => {
  it('is read with its blocks, comments, quotes and replacements', () => {
    const {
      mod: found,
      replaces,
      roots,
    } = project({
      'go.mod': `\uFEFF// a comment\r
module "example.com/app" // here\r
go 1.21.3
toolchain go1.22.0
godebug default=go1.21
require github.com/one/one v1.2.3 // indirect; why
require (
	github.com/two/two v2.0.0+incompatible
	\`github.com/three/three\` v0.0.0
)
exclude github.com/two/two v1.0.0
retract [v1.0.0, v1.1.0] // bad
tool github.com/two/two/cmd/x
replace (
	github.com/two/two v2.0.0+incompatible => ./libs/two
	github.com/three/three => github.com/fork/three v0.0.1
)
`,
    });
    expect(found.module).toBe('example.com/app');
    expect(found.go).toBe('1.21.3');
    expect(found.requires).toEqual([
      { path: 'github.com/one/one', version: 'v1.2.3', indirect: true },
      { path: 'github.com/two/two', version: 'v2.0.0+incompatible', indirect: false },
      { path: 'github.com/three/three', version: 'v0.0.0', indirect: false },
    ]);
    expect(replaces.map(({ path, by }) => [path, by])).toEqual([['github.com/three/three', 'github.com/fork/three']]);
    expect(roots).toContainEqual({ path: 'github.com/two/two', folder: 'libs/two' });
  });

  it.each([
    ['modul example.com/app\n', 'go.mod:1: unknown directive: modul'],
    ['go 1.22\n', 'go.mod: has no module directive'],
    ['module a\nrequire (\n', 'go.mod: the require block is not closed'],
    ['module a\nrequire x\n', 'go.mod:2: require wants a path and a version'],
    ['module a\nreplace x y\n', 'go.mod:2: replace wants old => new'],
    ['module "a\n', 'go.mod:1: a string is not closed'],
  ])('that is broken is a problem with its line: %j', (text, problem) => {
    expect(goProject(memoryContext({ 'go.mod': text }), '')).toEqual({ problem });
  });

  it('is looked for in the folder itself', () => {
    expect(goProject(memoryContext({ 'a/go.mod': 'module a\n' }), '')).toBeUndefined();
  });
});

describe("a module's programs", () => {
  it('are its main packages with a main function, and not those of tests, other systems, vendor or other modules', () => {
    const { mains } = project({
      'go.mod': mod(),
      'cmd/api/main.go': MAIN,
      'cmd/api/more.go': 'package main\n',
      'cmd/worker/worker.go': '// Command worker.\npackage main\n\nfunc main() {}\n',
      'cmd/windows/main_windows.go': MAIN,
      'cmd/old/main.go': `//go:build ignore\n\n${MAIN}`,
      'cmd/tests/main_test.go': MAIN,
      'cmd/library/library.go': 'package library\nfunc main() {}\n',
      'cmd/nomain/x.go': 'package main\nfunc (t T) main() {}\n',
      'vendor/example.com/x/main.go': MAIN,
      'testdata/x/main.go': MAIN,
      '_examples/x/main.go': MAIN,
      'tools/go.mod': 'module example.com/tools\n',
      'tools/cmd/main.go': MAIN,
    });
    expect(mains).toEqual(['cmd/api', 'cmd/worker']);
  });

  it('may lie at its root', () => {
    expect(project({ 'go.mod': mod(), 'main.go': MAIN }).mains).toEqual(['']);
  });
});

describe('the packages that a program is built from', () => {
  it('are followed through the module, a local replacement and the workspace', () => {
    const files = {
      'go.work': 'go 1.22\nuse (\n\t./app\n\t./shared\n)\n',
      'app/go.mod': 'module example.com/app\ngo 1.22\nrequire example.com/lib v0.0.0\nreplace example.com/lib => ../lib\n',
      'app/main.go': main(['"example.com/app/inner"', '"example.com/lib/deep"', 'sh "example.com/shared"']),
      'app/inner/inner.go': 'package inner\nimport "strings"\n',
      'app/other/other.go': 'package other\n',
      'lib/go.mod': 'module example.com/lib\n',
      'lib/deep/deep.go': 'package deep\nimport _ "os/user"\n',
      'shared/go.mod': 'module example.com/shared\n',
      'shared/shared.go': 'package shared\n',
    };
    const context = memoryContext(files);
    const found = goProgram(context, project(files, 'app'), 'app');
    expect(found.files).toEqual(['app/inner/inner.go', 'app/main.go', 'lib/deep/deep.go', 'shared/shared.go']);
    expect(found.cgo).toMatchObject({ kind: 'std', because: 'imports os/user, which asks the C library for names' });
    expect(found.unread).toEqual([]);
  });

  it('leave out files for other systems, and take in those for any architecture and for the tags of the build', () => {
    const files = {
      'go.mod': mod(),
      'main.go': MAIN,
      'a_linux.go': 'package main\n',
      'a_darwin.go': 'package main\n',
      'a_arm64.go': 'package main\n',
      'a_wasm.go': 'package main\n',
      'a_windows_amd64.go': 'package main\n',
      'tagged.go': '//go:build extra && !(windows || plan9)\n\npackage main\n',
      'legacy.go': '// +build linux,!cgo darwin\n\npackage main\n',
      'legacy_crlf.go': '// +build windows\r\n\r\npackage main\r\n',
      'legacy_no.go': '// +build windows\n// +build amd64\n\npackage main\n',
      'generator.go': '//go:build ignore\n\npackage main\n',
    };
    const own = ['a_arm64.go', 'a_linux.go', 'legacy.go', 'main.go'];
    expect(program(files).files).toEqual(own);
    expect(program(files, '', ['extra']).files).toEqual([...own, 'tagged.go']);
  });

  it('are not known where the context lacks one, and the reason is told', () => {
    expect(program({ 'go.mod': mod(), 'main.go': main(['"example.com/app/gen"']) }).unread).toEqual([
      "imports example.com/app/gen, which isn't in the build context",
    ]);
    expect(program({ 'go.mod': mod(), 'main.go': main(['"github.com/x/y"']) }).unread).toEqual([
      'imports github.com/x/y, which no module of go.mod provides',
    ]);
    const outside = { 'go.mod': 'module a.b/c\nreplace a.b/d => ../../d\n', 'main.go': main(['"a.b/d"']) };
    expect(program(outside).cgo).toMatchObject({
      kind: 'unknown',
      because: 'imports a.b/d, which is replaced by a folder outside the build context',
    });
  });

  it('come from vendor where that is in force', () => {
    const files = {
      'go.mod': mod(required('github.com/unheard/of')),
      'main.go': main(['"github.com/unheard/of/sub"']),
      'vendor/modules.txt': '',
      'vendor/github.com/unheard/of/sub/sub.go': 'package sub\n\n// #cgo LDFLAGS: -lfoo -lm\nimport "C"\n',
    };
    expect(program(files).cgo).toMatchObject({ kind: 'own', libraries: ['foo'] });
    const { 'vendor/modules.txt': _, ...unlisted } = files;
    expect(program(unlisted).cgo.kind).toBe('unknown');
  });
});

describe('cgo', () => {
  const withImports = (paths: string[], requires: string[] = []) =>
    program({ 'go.mod': mod(...requires), 'go.sum': '', 'main.go': main(paths) });

  it('is none for a program of strings alone', () => {
    expect(withImports(['"fmt"', '"strings"', '"os"']).cgo).toEqual({ kind: 'none', because: '', libraries: [] });
  });

  it('is the standard library behind net/http', () => {
    expect(withImports(['"net/http"']).cgo).toMatchObject({ kind: 'std', because: 'imports net/http, which asks the C library for names' });
    expect(program({ 'go.mod': mod(), 'main.go': main(['"net/http"']) }, '', ['netgo', 'osusergo']).cgo.kind).toBe('none');
  });

  it('may be the standard library behind a module that is known to be pure', () => {
    expect(withImports(['"github.com/gin-gonic/gin"'], [required('github.com/gin-gonic/gin')]).cgo.kind).toBe('std');
    expect(withImports(['"github.com/labstack/echo/v4"'], [required('github.com/labstack/echo/v4')]).cgo.kind).toBe('std');
    expect(withImports(['"gopkg.in/yaml.v3"'], [required('gopkg.in/yaml.v3')]).cgo.kind).toBe('std');
  });

  it('is a dependency, imported or brought in by another', () => {
    expect(withImports(['_ "github.com/mattn/go-sqlite3"'], [required('github.com/mattn/go-sqlite3')]).cgo).toMatchObject({
      kind: 'dependency',
      libraries: [],
    });
    const brought = withImports(
      ['"gorm.io/driver/sqlite"'],
      [required('gorm.io/driver/sqlite'), `${required('github.com/mattn/go-sqlite3')} // indirect`],
    );
    expect(brought.cgo).toMatchObject({ kind: 'dependency', because: 'is built from github.com/mattn/go-sqlite3, which uses cgo' });
    expect(withImports(['"gopkg.in/gographics/imagick.v3/imagick"'], [required('gopkg.in/gographics/imagick.v3')]).cgo.libraries).toEqual([
      'MagickWand',
    ]);
    expect(withImports(['"github.com/google/gopacket/pcap"'], [required('github.com/google/gopacket')]).cgo).toMatchObject({
      kind: 'dependency',
      libraries: ['pcap'],
    });
    expect(withImports(['"github.com/google/gopacket"'], [required('github.com/google/gopacket')]).cgo.kind).toBe('std');
  });

  it('is unknown for a module that nobody has looked at, and for a fork of a known one', () => {
    expect(withImports(['"github.com/someone/thing"'], [required('github.com/someone/thing')]).cgo).toMatchObject({
      kind: 'unknown',
      because: 'is built from github.com/someone/thing, which may use cgo',
    });
    const fork = {
      'go.mod': `${mod(required('github.com/lib/pq'))}replace github.com/lib/pq => github.com/someone/pq v1.0.0\n`,
      'main.go': main(['_ "github.com/lib/pq"']),
    };
    expect(program(fork).cgo.because).toBe('is built from github.com/someone/pq, which may use cgo');
  });

  it('is unknown for a go.mod from before 1.17 without a go.sum, and told by go.sum with one', () => {
    const files = {
      'go.mod': 'module a.b/c\ngo 1.16\nrequire gorm.io/driver/sqlite v1.0.0\n',
      'main.go': main(['"gorm.io/driver/sqlite"']),
    };
    expect(program(files).cgo.kind).toBe('unknown');
    const sum = 'github.com/mattn/go-sqlite3 v1.0.0 h1:x=\ngithub.com/none/such v1.0.0/go.mod h1:x=\n';
    expect(program({ ...files, 'go.sum': sum }).cgo.kind).toBe('dependency');
  });

  it('is unknown under a tag that a module may read', () => {
    const files = { 'go.mod': mod(required('go.mongodb.org/mongo-driver')), 'main.go': main(['"go.mongodb.org/mongo-driver/mongo"']) };
    expect(program(files, '', ['gssapi']).cgo.kind).toBe('unknown');
    expect(program(files, '', ['timetzdata']).cgo.kind).toBe('std');
  });

  it("is the context's own C code, with the libraries that it names", () => {
    const c = `package main

/*
#cgo LDFLAGS: -L/usr/lib -lsqlite3 -ldl
#cgo linux,!android pkg-config: vips --static libpng
#include <sqlite3.h>
*/
import "C"
import "fmt"
func main() { fmt.Println(C.x) }
`;
    const { cgo } = program({ 'go.mod': mod(), 'main.go': c, 'helper.cpp': '' });
    expect(cgo).toEqual({
      kind: 'own',
      because: 'has C code in its main package',
      libraries: ['pkg-config:libpng', 'pkg-config:vips', 'sqlite3', 'stdc++'],
    });
  });

  it('is needed by plugins', () => {
    expect(withImports(['"plugin"']).cgo.kind).toBe('own');
  });
});

describe('embedded files', () => {
  it('are those that the patterns take in', () => {
    const source = `package main
import "embed"
//go:embed templates all:static "with space.txt" \`raw.txt\`
var files embed.FS
//go:embed *.sql
//go:embed missing.txt
var other embed.FS
func main() {}
`;
    const found = program({
      'go.mod': mod(),
      'main.go': source,
      'templates/a.html': '',
      'templates/.hidden': '',
      'templates/sub/_b.html': '',
      'templates/sub/c.html': '',
      'static/.well-known': '',
      'static/_x/y.js': '',
      'with space.txt': '',
      'raw.txt': '',
      'one.sql': '',
      'deep/two.sql': '',
    });
    expect(found.embeds).toEqual([
      'one.sql',
      'raw.txt',
      'static/.well-known',
      'static/_x/y.js',
      'templates/a.html',
      'templates/sub/c.html',
      'with space.txt',
    ]);
    expect(found.missingEmbeds).toEqual(['missing.txt']);
    expect(found.opens).toEqual([]);
  });
});

describe('files that a program may open', () => {
  const opened = (imports: string[], body: string, requires: string[] = [], more: Files = {}) => {
    const found = program({ 'go.mod': mod(...requires), 'go.sum': '', 'main.go': main(imports, body), ...more });
    return found.opens.map(({ file, line, what, strings }) => `${file}:${line} ${what} ${strings.join(' ')}`.trim());
  };

  it('are none for a web server that only answers', () => {
    expect(
      opened(
        ['"fmt"', '"log"', '"net/http"', '"os"'],
        'http.HandleFunc("/", nil); log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), nil)); os.Exit(1)',
      ),
    ).toEqual([]);
  });

  it.each([
    ['"os"', 'os.ReadFile("config.json")', 'main.go:6 os.ReadFile config.json'],
    ['"os"', 'open := os.Open; open("x")', 'main.go:6 os.Open'],
    ['"os"', 'os . /* here */ Open("x")', 'main.go:6 os.Open x'],
    ['files "os"', 'files.DirFS("web")', 'main.go:6 files.DirFS web'],
    ['. "os"', 'ReadFile("x")', 'main.go:3 os'],
    ['"io/ioutil"', 'ioutil.ReadFile(`a`)', 'main.go:6 ioutil.ReadFile a'],
    ['"net/http"', 'http.Handle("/", http.FileServer(http.Dir("./static")))', 'main.go:6 http.Dir ./static'],
    ['"html/template"', 'template.New("x").ParseFiles("t/a.html")', 'main.go:6 .ParseFiles t/a.html'],
    ['"text/template"', 'template.Must(template.ParseGlob("t/*"))', 'main.go:6 template.ParseGlob t/*'],
    ['"crypto/tls"', 'tls.LoadX509KeyPair("a.pem", "b.pem")', 'main.go:6 tls.LoadX509KeyPair a.pem b.pem'],
    ['"syscall"', 'syscall.Open("x", 0, 0)', 'main.go:6 syscall.Open x'],
  ])('%s: %s is one', (path, body, expected) => {
    expect(opened([path], body)).toEqual([expected]);
  });

  it('are not where a comment, a string or a signal only looks like it', () => {
    expect(
      opened(
        ['"os/signal"', '"syscall"'],
        '// os.Open("x")\n/* os.Open("x") */ x := "os.Open(1)"; y := `\nos.Open("z")`; r := \'"\'; signal.Notify(c, syscall.SIGTERM)',
      ),
    ).toEqual([]);
  });

  it("may be opened by a framework's method, and by a module that isn't known for its methods", () => {
    expect(
      opened(['"github.com/gin-gonic/gin"'], 'r := gin.Default(); r.LoadHTMLGlob("templates/*")', [required('github.com/gin-gonic/gin')]),
    ).toEqual(['main.go:6 r.LoadHTMLGlob templates/*']);
    expect(opened(['"github.com/gin-gonic/gin"'], 'gin.Default().Run()', [required('github.com/gin-gonic/gin')])).toEqual([]);
    expect(opened(['"github.com/spf13/viper"'], '', [required('github.com/spf13/viper')])).toEqual([':0 github.com/spf13/viper']);
    expect(opened(['"github.com/gorilla/mux"'], '', [required('github.com/gorilla/mux'), `${required('a.b/c')} // indirect`])).toEqual([
      ':0 a.b/c',
    ]);
  });

  it('may be opened under another name, or by code in another language', () => {
    expect(opened(['_ "unsafe"'], '}\n//go:linkname open os.Open\nfunc open() {')).toEqual(['main.go:1 //go:linkname']);
    expect(opened([], '', [], { 'fast_amd64.s': '' })).toEqual(['fast_amd64.s:1 code that is not Go']);
  });

  it('are found in other packages of the module, not in its tests', () => {
    const files = {
      'config/config.go': 'package config\nimport "os"\nvar _, _ = os.ReadFile("app.yml")\n',
      'config/config_test.go': 'package config\nimport "os"\nvar _, _ = os.ReadFile("test.yml")\n',
    };
    expect(opened(['"example.com/app/config"'], '', [], files)).toEqual(['config/config.go:3 os.ReadFile app.yml']);
  });

  it('are named by string literals where the context has them', () => {
    const found = program({
      'go.mod': mod(),
      'main.go': main(['"os"'], 'os.ReadFile(dir + "/config.yml"); os.Open("../../etc/passwd"); x("web/"); y("nothing")'),
      'config.yml': '',
      'web/index.html': '',
      'etc/passwd': '',
    });
    expect(found.named).toEqual(['config.yml', 'etc/passwd', 'web']);
  });
});

describe('programs that a program may start', () => {
  const started = (imports: string[], body: string, requires: string[] = []) =>
    program({ 'go.mod': mod(...requires), 'main.go': main(imports, body) }).starts.map(({ what, strings }) =>
      `${what} ${strings.join(' ')}`.trim(),
    );

  it('are named where os/exec is told their names', () => {
    expect(started(['"os/exec"'], 'exec.Command("git", "clone")')).toEqual(['exec.Command git clone']);
    expect(started(['"os/exec"'], 'exec.Command(name)')).toEqual(['exec.Command']);
    expect(started(['"fmt"'], '')).toEqual([]);
  });

  it('may be started by a module', () => {
    expect(started(['"github.com/chromedp/chromedp"'], '', [required('github.com/chromedp/chromedp')])).toEqual([
      'github.com/chromedp/chromedp',
    ]);
    expect(started(['"github.com/lib/pq"'], '', [required('github.com/lib/pq')])).toEqual([]);
  });
});

describe('what else a program wants at run time', () => {
  it('is told: zones, certificates, the go tool', () => {
    const facts = (imports: string[], body = '') => {
      const { timezones, certificates, needsGoTool } = program({ 'go.mod': mod(), 'main.go': main(imports, body) });
      return { timezones, certificates, needsGoTool };
    };
    expect(facts(['"fmt"'])).toEqual({ timezones: false, certificates: false, needsGoTool: undefined });
    expect(facts(['"time"', '"net/http"'], 'time.LoadLocation("Europe/Berlin")')).toMatchObject({ timezones: true, certificates: true });
    expect(facts(['"time"', '_ "time/tzdata"'], 'time.LoadLocation("Europe/Berlin")').timezones).toBe(false);
    expect(facts(['"go/build"']).needsGoTool).toBe('go/build');
  });
});

describe('hostile Go', () => {
  const took = (files: Files): number => {
    const start = performance.now();
    program(files);
    return performance.now() - start;
  };

  it.each([
    ['an open comment', '/* '.repeat(300_000)],
    ['an open string', `"${'\\"'.repeat(500_000)}`],
    ['comment lines', '// x\n'.repeat(300_000)],
    ['empty lines', '\n'.repeat(2_000_000)],
    ['parentheses', '('.repeat(1_000_000)],
    ['selectors', 'a.b('.repeat(400_000)],
    ['a constraint', `//go:build ${'!(a && '.repeat(100_000)}`],
    ['embeds', '//go:embed *\n'.repeat(20_000)],
  ])('costs a bounded time: %s', (_, text) => {
    for (const source of [`${text}\n${MAIN}`, `${MAIN}\n${text}`])
      expect(took({ 'go.mod': mod(), 'main.go': MAIN, 'x.go': source })).toBeLessThan(5_000);
  });

  it('is never trusted where it ends early', () => {
    const found = program({ 'go.mod': mod(), 'main.go': MAIN, 'x.go': 'package main\nvar x = "open' });
    expect(found.opens.map(({ what }) => what)).toEqual(['a file that is too large to follow']);
    expect(program({ 'go.mod': mod(), 'main.go': MAIN, 'x.go': 'nothing' }).unread).toEqual(["is built from x.go, which can't be read"]);
  });

  it('does not follow imports out of the context or in circles', () => {
    const files = {
      'go.mod': mod(),
      'main.go': main(['"example.com/app/../../x"', '"example.com/app/a"']),
      'a/a.go': 'package a\nimport "example.com/app/a"\n',
    };
    expect(program(files).files).toEqual(['a/a.go', 'main.go']);
  });
});
