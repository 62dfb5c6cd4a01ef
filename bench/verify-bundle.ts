/**
 * The verifier alone, as a whole process: one bundle of one image against one trust root. `verification.ts` runs it.
 *
 *   node bench/verify-bundle.ts BUNDLE TRUSTED_ROOT DIGEST
 */
import { readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { parseDigest } = await import('../src/model/digest.ts');
const { readEvidenceFile } = await import('../src/trust/evidence/evidence-file.ts');
const { parseTrustedRoot } = await import('../src/trust/material/trusted-root.ts');
const { verifyBundle } = await import('../src/trust/sigstore/verify-bundle.ts');

const [bundle = '', trustedRoot = '', text = ''] = process.argv.slice(2);
const digest = parseDigest(text);
const [evidence] = readEvidenceFile(readFileSync(bundle), bundle, digest);
if (evidence === undefined) throw new Error('no evidence');
const root = parseTrustedRoot(readFileSync(trustedRoot), { name: 'bench', origin: 'file' });
const image = {
  digest,
  mediaType: '',
  sizeBytes: 0,
  role: 'image',
  platform: null,
  parent: null,
  bytes: null,
} as const;
const { result } = verifyBundle(evidence, {
  subjects: { all: [image], get: (one) => (one === digest ? image : undefined) },
  material: { sigstore: [root], keys: [], stores: [] },
  now: new Date(),
});
if (result !== 'holds') throw new Error(`it ${result}`);
