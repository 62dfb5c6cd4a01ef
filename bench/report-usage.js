/** Preloaded into a measured process: writes what it used when it ends. JavaScript, so that no time goes to types. */
import { writeFileSync } from 'node:fs';

const file = process.env['HALLMARK_BENCH_USAGE'];
if (file !== undefined)
  process.on('exit', () => writeFileSync(file, JSON.stringify(process.resourceUsage())));
