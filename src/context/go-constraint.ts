/** Build constraints: whether a Go file is part of a build for Linux. What depends on the architecture or on cgo is 'maybe'. */
export type Included = 'yes' | 'no' | 'maybe';

// `go tool dist list` and go/build's internal/syslist, Go 1.26.
const SYSTEMS = words(
  'aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows zos',
);
const ARCHITECTURES = words(
  '386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm',
);
// Architectures that no Docker image of Linux is made for.
const NEVER = words('amd64p32 armbe arm64be mips64p32 mips64p32le ppc riscv s390 sparc sparc64 wasm');
const EXPRESSION_LIMIT = 10_000;

function words(list: string): Set<string> {
  return new Set(list.split(' '));
}

/** Whether a file's name leaves it in: no leading `_` or `.`, not a test, and no other system in its suffix. */
export function isNameIncluded(name: string): Included {
  if (!name.endsWith('.go') || name.startsWith('_') || name.startsWith('.') || name.endsWith('_test.go')) return 'no';
  const parts = name.slice(0, -3).split('_').slice(1);
  const last = parts.at(-1) ?? '';
  const before = parts.at(-2) ?? '';
  if (ARCHITECTURES.has(last)) return both(tagValue(last, []), SYSTEMS.has(before) ? tagValue(before, []) : 'yes');
  return SYSTEMS.has(last) ? tagValue(last, []) : 'yes';
}

/** Whether the constraints among the comments before a package clause leave a file in. `tags` are those of `-tags`. */
export function isConstraintMet(comments: readonly string[], tags: readonly string[]): Included {
  const modern = comments.find(comment => /^\/\/go:build\s/.test(comment));
  if (modern !== undefined) return evaluate(modern.slice('//go:build'.length), tags);
  return comments
    .flatMap(comment => /^\/\/\s*\+build\s+(.*)$/.exec(comment)?.[1] ?? [])
    .map(line => legacy(line, tags))
    .reduce(both, 'yes');
}

/** `// +build a,b !c`: spaces are "or", commas "and". */
function legacy(line: string, tags: readonly string[]): Included {
  return line
    .trim()
    .split(/\s+/)
    .map(option =>
      option
        .split(',')
        .map(term => (term.startsWith('!') ? not(tagValue(term.slice(1), tags)) : tagValue(term, tags)))
        .reduce(both, 'yes'),
    )
    .reduce(either, 'no');
}

function tagValue(tag: string, tags: readonly string[]): Included {
  if (tag === 'linux' || tag === 'unix' || tag === 'gc' || tags.includes(tag)) return 'yes';
  if (tag === 'cgo' || /^go1\.\d+$/.test(tag)) return tag === 'cgo' ? 'maybe' : 'yes';
  return ARCHITECTURES.has(tag) && !NEVER.has(tag) ? 'maybe' : 'no';
}

/** A `//go:build` expression by precedence climbing; one that can't be read is 'maybe'. */
function evaluate(text: string, tags: readonly string[]): Included {
  if (text.length > EXPRESSION_LIMIT) return 'maybe';
  const tokens = text.match(/&&|\|\||[!()]|[^\s!()&|]+/g) ?? [];
  const values: Included[] = [];
  const operators: string[] = [];
  const reduce = (until: (operator: string) => boolean): void => {
    while (operators.length > 0 && !until(operators.at(-1) ?? '')) apply(operators.pop() ?? '', values);
  };
  for (const token of tokens) {
    if (token === '(' || token === '!') operators.push(token);
    else if (token === ')') {
      reduce(operator => operator === '(');
      operators.pop();
      reduce(operator => operator !== '!');
    } else if (token === '&&' || token === '||') {
      reduce(operator => operator === '(' || (token === '&&' && operator === '||'));
      operators.push(token);
    } else {
      values.push(tagValue(token, tags));
      reduce(operator => operator !== '!');
    }
  }
  reduce(() => false);
  return values.length === 1 ? (values[0] ?? 'maybe') : 'maybe';
}

function apply(operator: string, values: Included[]): void {
  const right = values.pop() ?? 'maybe';
  if (operator === '!') values.push(not(right));
  else if (operator === '&&') values.push(both(values.pop() ?? 'maybe', right));
  else if (operator === '||') values.push(either(values.pop() ?? 'maybe', right));
  else values.push('maybe');
}

const not = (value: Included): Included => (value === 'maybe' ? value : value === 'yes' ? 'no' : 'yes');
const both = (left: Included, right: Included): Included => (left === 'no' || right === 'no' ? 'no' : left === 'maybe' ? left : right);
const either = (left: Included, right: Included): Included => (left === 'yes' || right === 'yes' ? 'yes' : left === 'maybe' ? left : right);
