import type { Transform } from '../src/transform.ts';
import copyNotAdd from './copy-not-add.ts';
import execForm from './exec-form/index.ts';
import keyValue from './key-value.ts';
import multistage from './multistage/index.ts';

/** Every transform, in the order in which a migration applies them. */
export const transforms: readonly Transform[] = [keyValue, execForm, copyNotAdd, multistage];
