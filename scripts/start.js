// `npm start` alone assesses the bundled sample image; with arguments it is `hallmark`.
import process from 'node:process';
import { fileURLToPath } from 'node:url';

if (process.argv.length === 2) {
  process.argv.push(
    'inspect',
    `oci-dir:${fileURLToPath(new URL('../examples/sample-image', import.meta.url))}`,
  );
}
await import('../bin/hallmark.js');
