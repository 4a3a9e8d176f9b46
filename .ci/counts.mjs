import { readFileSync } from 'node:fs';

// The passed, failed and skipped tests of a run of vitest, from its JSON report and its exit status.
const [report, status] = process.argv.slice(2);
const { numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
const unloaded = testResults.filter(
  ({ status: of, assertionResults }) => of === 'failed' && !assertionResults.some(test => test.status === 'failed'),
);
const told = numFailedTests + unloaded.length;
const silent = told === 0 && (status !== '0' || passed === 0);
console.log(passed, told + (silent ? 1 : 0), numPendingTests + numTodoTests);
