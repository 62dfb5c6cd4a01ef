#!/usr/bin/env node
// Runs on every Node there is, so that an old one gets a sentence instead of a syntax error.
import process from 'node:process';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  process.stderr.write(
    `hallmark needs Node.js 24.15 or newer; this is ${process.versions.node}. ` +
      'In a checkout, `npm ci` brings one along: use `npm start -- …`.\n',
  );
  process.exit(1);
}

const { enableCompileCache } = await import('node:module');
enableCompileCache();

const { main } = await import('../src/cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
