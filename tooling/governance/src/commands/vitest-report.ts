import { relative, sep } from 'node:path';
import { z } from 'zod';
import type { ReportReader, TestNames } from './command.ts';

const vitestJson = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ ancestorTitles: z.array(z.string()), title: z.string(), status: z.string() })),
    }),
  ),
});

/** Reads the report of vitest's (and jest's) JSON reporter. A file that could not be loaded counts as one failure. */
export const vitestReport = (path: string): ReportReader => ({
  path,
  read(text, root) {
    const passed: string[] = [];
    const failed: string[] = [];
    const skipped: string[] = [];
    for (const file of vitestJson.parse(JSON.parse(text)).testResults) {
      const at = relative(root, file.name).split(sep).join('/');
      for (const { ancestorTitles, title, status } of file.assertionResults) {
        const list = status === 'passed' ? passed : status === 'failed' ? failed : skipped;
        list.push([at, ...ancestorTitles, title].join(' > '));
      }
      if (file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed')) failed.push(at);
    }
    return counted({ passed, failed, skipped });
  },
});

/** Lists sorted, and counted. */
export const counted = (tests: TestNames): ReturnType<ReportReader['read']> => ({
  counts: { passed: tests.passed.length, failed: tests.failed.length, skipped: tests.skipped.length },
  tests: { passed: tests.passed.toSorted(), failed: tests.failed.toSorted(), skipped: tests.skipped.toSorted() },
});
