import { insertAfter, removeInstruction } from '../../src/edit.ts';
import type { Step } from '../../src/step.ts';
import { change, type Transform, transform } from '../../src/transform.ts';

const promising = (name: string, run: Transform['run']) => transform({ name, summary: '', keeps: 'image', settles: [], run });

/** Promises that the image stays the same, and drops the variable MODE. */
export const withoutMode = promising('without-mode', function* (file) {
  const mode = file.instructions.find(({ pairs }) => pairs.some(({ name }) => name.text === 'MODE'));
  if (mode) yield change({ at: mode, title: 'drop MODE', keeps: 'image', edits: removeInstruction(file, mode) });
});

/** Promises that the image stays the same, and adds a step that fails. */
export const failingStep = promising('failing-step', function* (file) {
  const last = file.instructions.at(-1);
  const isThere = file.instructions.some(({ name }) => name === 'RUN');
  if (last && !isThere) yield change({ at: last, title: 'fail', keeps: 'image', edits: insertAfter(file, last, ['RUN exit 3']) });
});

/** Each transform, by itself and with all that it proposes. */
export function stepsOf(...transforms: Transform[]): Step[] {
  return transforms.map(each => ({ transform: each, options: {}, keeps: 'intent', preset: false }));
}

/** Two real transforms change it, and both of the above. */
export const BLAMED = [
  'FROM busybox',
  'ENV MODE=production',
  'ENV GREETING hello',
  'ADD index.html /www/',
  'CMD ["cat", "/www/index.html"]',
  '',
].join('\n');
