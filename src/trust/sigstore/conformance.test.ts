import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { contextOf, evidenceOf, subject, subjectsOf } from '../../../test/trust/evidence.ts';
import { builtInTrustedRoot } from '../material/built-in.ts';
import { parsePublicKey } from '../material/keys.ts';
import { parseTrustedRoot } from '../material/trusted-root.ts';
import { verifyBundle } from './verify-bundle.ts';

/* The cases of Sigstore's conformance suite, with the check at which each wrong one must fail here. */

interface Conformance {
  readonly artifact: string;
  readonly roots: readonly string[];
  readonly cases: readonly {
    readonly name: string;
    readonly bundle: string;
    readonly root?: number;
    readonly key?: string;
    readonly artifact?: string;
  }[];
}

const FIXTURE = join(import.meta.dirname, '../../../test/fixtures/sigstore/conformance.json.gz');
const { artifact, roots, cases } = JSON.parse(gunzipSync(readFileSync(FIXTURE)).toString()) as Conformance;

/** After the cases were made, and before what they trust expires. */
const NOW = new Date('2026-06-01T00:00:00Z');

const FAILS_AT: Readonly<Record<string, string>> = {
  'bundle-empty-certificate-chain_fail': 'evidence.readable',
  'bundle-from-wrong-instance_fail': 'time.log',
  'bundle-invalid-base64-signature_fail': 'evidence.readable',
  'bundle-malformed-json_fail': 'evidence.readable',
  'bundle-negative-log-index_fail': 'evidence.readable',
  'bundle-unknown-version_fail': 'evidence.readable',
  'bundle-with-root-cert_fail': 'certificate.form',
  'checkpoint-bad-keyhint_fail': 'log.checkpoint',
  'checkpoint-wrong-roothash_fail': 'log.checkpoint',
  'dsse-invalid-sig_fail': 'log.body',
  'dsse-mismatch-envelope_fail': 'log.body',
  'dsse-mismatch-sig_fail': 'log.body',
  'inclusion-proof-corrupted-hash_fail': 'log.inclusion',
  'incorrect-public-key_fail': 'time.log',
  'integrated-time-in-future_fail': 'certificate.chain',
  'intoto-expired-certificate_fail': 'certificate.chain',
  'intoto-log-entry-mismatch_fail': 'log.body',
  'intoto-missing-inclusion-proof_fail': 'evidence.readable',
  'intoto-set-outside-signing-cert-validity_fail': 'certificate.chain',
  'intoto-tsa-timestamp-outside-cert-validity_fail': 'certificate.chain',
  'invalid-checkpoint-signature_fail': 'log.checkpoint',
  'invalid-ct-key_fail': 'certificate.transparency',
  'invalid-inclusion-proof_fail': 'evidence.readable',
  'message-digest-mismatch_fail': 'subject.digest',
  'rekor2-checkpoint-missing-log-signature_fail': 'log.checkpoint',
  'rekor2-checkpoint-missing-origin_fail': 'log.checkpoint',
  'rekor2-checkpoint-missing-root-hash_fail': 'log.checkpoint',
  'rekor2-checkpoint-missing-size_fail': 'log.checkpoint',
  'rekor2-checkpoint-no-matching-signature_fail': 'log.checkpoint',
  'rekor2-dsse-invalid-sig_fail': 'log.body',
  'rekor2-dsse-mismatch-envelope_fail': 'log.body',
  'rekor2-dsse-mismatch-sig_fail': 'log.body',
  'rekor2-no-inclusion-proof_fail': 'evidence.readable',
  'rekor2-no-timestamp_fail': 'time.sources',
  'rekor2-timestamp-outside-trust-root-tsa-validity_fail': 'time.authority',
  'rekor2-timestamp-outside-tsa-cert-validity_fail': 'time.authority',
  'rekor2-timestamp-payload-mismatch_fail': 'time.authority',
  'rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail': 'time.authority',
  'rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail': 'time.authority',
  'rekor2-timestamp-with-incorrect-time_fail': 'evidence.readable',
  'set-invalid-signature_fail': 'time.log',
  'signature-mismatch_fail': 'log.body',
  'wrong-hashedrekord-artifact_fail': 'log.body',
  'wrong-hashedrekord-cert-and-sig_fail': 'log.body',
  'wrong-hashedrekord-entry_fail': 'log.body',
  'wrong-material_fail': 'subject.digest',
};

/** Files that cannot be read at all: whoever gave them is told so. */
const REFUSED: Readonly<Record<string, string>> = {
  'trust-root-tlog-missing-validity-start_fail': 'TRUSTED_ROOT_INVALID',
  'managed-key-wrong-key_fail': 'KEY_INVALID',
};

describe('conformance of bundles', () => {
  for (const one of cases) {
    const verify = () => {
      const content = Buffer.from(one.artifact ?? artifact);
      const file = one.root === undefined ? builtInTrustedRoot() : Buffer.from(roots[one.root] ?? '');
      const root = parseTrustedRoot(file, { name: 'root', origin: 'file' });
      const limits = { from: null, to: null, distrustedFrom: null, needsLog: true };
      const keys =
        one.key === undefined ? [] : [{ name: 'key', ...parsePublicKey(one.key, 'key'), ...limits }];
      const context = contextOf({ sigstore: [root], keys }, subjectsOf(subject(content)), NOW);
      return verifyBundle(evidenceOf('sigstore-bundle', one.bundle), context);
    };
    test(one.name, () => {
      const code = REFUSED[one.name];
      if (code !== undefined) {
        assert.throws(verify, { code });
        return;
      }
      const outcome = verify();
      const failed = outcome.checks.find((check) => check.outcome === 'failed');
      assert.equal(failed?.id, FAILS_AT[one.name], failed?.reason);
      // without a key nothing can be said of what a key has signed
      const expected = one.name === 'managed-key-no-key_fail' ? 'undecided' : 'holds';
      assert.equal(outcome.result, one.name in FAILS_AT ? 'fails' : expected);
      assert.equal(outcome.result === 'holds', !one.name.endsWith('_fail'));
    });
  }
});
