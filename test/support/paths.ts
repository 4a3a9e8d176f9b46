import { join, resolve } from 'node:path';

/** The project's own folder. */
export const projectRoot = resolve(import.meta.dirname, '../..');

/** The folder with the oracle, the corpus and the judge: DFMOD_SHARED, else `../shared`. It isn't part of the project and may be missing. */
export const sharedFolder = resolve(process.env.DFMOD_SHARED ?? join(projectRoot, '../shared'));
