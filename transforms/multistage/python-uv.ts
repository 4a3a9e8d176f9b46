import { posix } from 'node:path';
import type { BuildContext } from '../../src/context/context.ts';
import { contextFolder } from '../../src/context/copied.ts';
import { pythonProject } from '../../src/context/python.ts';
import type { Scope, Stage } from '../../src/dockerfile/stages.ts';
import { hasOption, optionValue } from '../../src/tools/calls.ts';
import { type Refusal, refuse } from '../../src/transform.ts';
import { minorOf } from './python-base.ts';
import type { PythonBuild } from './python-walk.ts';

/** Why uv may make an environment on a Python of its own, which the runtime stage wouldn't have; undefined where it takes the image's. */
export function uvProblem(stage: Stage, scope: Scope, build: PythonBuild, context: BuildContext): Refusal | undefined {
  const { before, installs, copied } = build;
  if (neverDownloads(scope)) return undefined;
  const calls = installs.filter(({ call }) => call.tool === 'uv' && call.verb === 'sync');
  const made = before.find(({ doings }) => doings.some(each => each.kind === 'environment' && each.by === 'uv'));
  if (calls.length === 0 && !made) return undefined;
  const minor = scope.image && stage.base.kind === 'image' && !stage.base.settable ? minorOf(scope.image) : undefined;
  const refusal = (reason: string) => refuse(made?.by ?? build.last, 'python', reason);
  if (minor === undefined) return refusal('makes an environment with uv for a Python whose version the tag does not tell');
  for (const { call, projects } of calls) {
    if (hasOption(call, '--no-python-downloads', '--no-managed-python')) continue;
    const asked = optionValue(call, '--python');
    if (asked !== undefined && asked !== minor) return refusal("makes an environment with uv for another Python than the image's");
    const folder = projects[0] as string;
    const pin = copied.files.get(posix.join(folder, '.python-version'));
    const pinned: string | undefined = pin === undefined ? minor : context.text(pin)?.trim();
    if (pinned !== minor) return refusal(`has a .python-version that may be another than the image's Python ${minor}`);
    const sent = contextFolder(copied, folder, 'pyproject.toml');
    const project = sent === undefined ? undefined : pythonProject(context, sent);
    const required = project && 'pyproject' in project ? project.pyproject?.project?.requiresPython : undefined;
    if (required !== undefined && !allows(required, minor)) return refusal(`requires Python ${required}, which the image's may not be`);
  }
  return undefined;
}

function neverDownloads({ variable }: Scope): boolean {
  const text = (name: string) => {
    const found = variable(name);
    return typeof found?.text === 'string' && !found.settable ? found.text.toLowerCase() : '';
  };
  return (
    ['never', '0', 'false', 'manual'].includes(text('UV_PYTHON_DOWNLOADS')) ||
    text('UV_PYTHON_PREFERENCE') === 'only-system' ||
    ['1', 'true'].includes(text('UV_NO_MANAGED_PYTHON'))
  );
}

/** Whether a simple requirement holds for every patch of a minor version. */
function allows(required: string, minor: string): boolean {
  const at = Number(minor.split('.')[1]);
  return required.split(',').every(part => {
    const [, operator, number] = /^\s*(>=|<|==|~=)\s*3\.(\d+)(?:\.0|\.\*)?\s*$/.exec(part) ?? [];
    if (operator === '>=') return at >= Number(number);
    if (operator === '<') return at < Number(number);
    if (operator === '==') return at === Number(number) && part.includes('*');
    return operator === undefined && /^\s*<\s*4(?:\.0)?\s*$/.test(part);
  });
}
