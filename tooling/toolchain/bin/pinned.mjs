// For `node --import`: another Node would stop at the first TypeScript file with a message that helps nobody.
import { checkNode } from '../src/pins/check.mjs';
import { isAsPinned } from '../src/pins/report.mjs';

if (!isAsPinned(checkNode)) process.exit(1);
