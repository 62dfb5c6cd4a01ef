// `npm start` alone assesses the bundled sample image; with arguments it is `hallmark`. npm runs it in the project's root.
import process from 'node:process';

if (process.argv.length === 2) process.argv.push('inspect', 'oci-dir:examples/sample-image');
await import('../bin/hallmark.js');
