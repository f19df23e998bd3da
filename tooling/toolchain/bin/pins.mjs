// JavaScript: this runs before the pinned Node is known to be the one in charge.
import { checkPins } from '../src/pins/check.mjs';
import { isAsPinned } from '../src/pins/report.mjs';

if (isAsPinned(checkPins)) console.log(`toolchain: as pinned, on Node ${process.versions.node}`);
else process.exitCode = 1;
