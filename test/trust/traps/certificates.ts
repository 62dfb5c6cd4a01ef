/** Certificates that are none for signing, and algorithms that prove nothing any more. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { BUNDLE, buildReferrer } from '../../images/evidence-builder.ts';
import { amd64 } from '../../registry/gathering.ts';
import { statementAbout } from '../evidence.ts';
import { type BundleRecipe, makeBundle } from '../services/bundles.ts';
import { USAGES } from '../services/certificate.ts';
import type { CertificateOptions } from '../services/certificate-authority.ts';
import type { Sigstore } from '../services/deployment.ts';
import type { LogBody } from '../services/transparency-log.ts';
import { base64, envelopeOf } from './changes.ts';
import { attachNotation, NOTATION_SIGNS, notationEnvelope, type NotationRecipe } from './notation.ts';
import { type Place, type Scene, setStage, verifyOn } from './scene.ts';
import { changing, doesNotHold, type TrapTable } from './trap.ts';

const certified = (options: CertificateOptions): Scene => ({
  signing: { signer: { kind: 'certificate', options } },
});

/** A bundle that a deployment made which is changed in one service. */
const madeBy =
  (
    change: (sigstore: Sigstore) => Sigstore,
    recipe: (sigstore: Sigstore) => Partial<BundleRecipe> = () => ({}),
  ) =>
  ({ sigstore }: Place) => {
    const statement = statementAbout(amd64.digest);
    const { bundle } = makeBundle(change(sigstore), { statement, ...recipe(sigstore) });
    return [buildReferrer(amd64, { layers: [{ content: bundle, mediaType: BUNDLE }] })];
  };

function intermediateOf({ authority: { chain } }: Sigstore) {
  const [intermediate] = chain;
  assert.ok(intermediate);
  return intermediate;
}

/** What the older log keeps, with the digest named or made by SHA-1. */
function withSha1(body: LogBody): LogBody {
  const text = JSON.stringify(body).replaceAll('"algorithm":"sha256"', '"algorithm":"sha1"');
  return JSON.parse(text) as LogBody;
}

const logging =
  (change: (body: LogBody) => LogBody) =>
  (sigstore: Sigstore): Sigstore => {
    const log = { ...sigstore.logs[1], append: (body: LogBody) => sigstore.logs[1].append(change(body)) };
    return { ...sigstore, logs: { ...sigstore.logs, 1: log } };
  };

const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
const strong = generateKeyPairSync('rsa', { modulusLength: 2048 });

const notation = (recipe: NotationRecipe = {}): Scene => ({
  ...NOTATION_SIGNS,
  attached: () => [attachNotation(amd64, notationEnvelope(amd64, recipe))],
});

const pem = ({ publicKey }: typeof weak): string =>
  publicKey.export({ type: 'spki', format: 'pem' }).toString();

const byKey = (keys: typeof weak): Scene => ({
  signing: { signer: { kind: 'key', keys } },
  files: { 'release.pub': pem(keys) },
  policy: `
authorities: { release: { key: release.pub } }
rules: [{ repositories: ['HOST/acme/**'], require: [{ signature: { by: release } }] }]`,
});

export const CERTIFICATES: TrapTable = {
  area: 'certificates and algorithms',
  traps: [
    {
      name: 'root certificate in the bundle chain',
      change: 'the chain that comes along ends in the root, which only the trust root may say',
      ...doesNotHold('certificate.form', /a root/),
      verify: changing(
        { signing: { version: '0.2' } },
        {
          bundle: ({ verificationMaterial: { x509CertificateChain } }, { authority: { chain } }) => {
            const root = chain.at(-1)?.certificate ?? Buffer.alloc(0);
            x509CertificateChain?.certificates.push({ rawBytes: base64(root) });
          },
        },
      ),
    },
    {
      name: 'leaf without codeSigning EKU',
      change: 'the certificate says nothing of what it is for',
      ...doesNotHold('certificate.form', /not for signing code/),
      verify: changing({}, certified({ usages: [] })),
    },
    {
      name: 'leaf without codeSigning EKU (another one)',
      change: 'the certificate is one of a web server, of the same authority',
      ...doesNotHold('certificate.form', /not for signing code/),
      verify: changing({}, certified({ usages: [USAGES.serverAuthentication] })),
    },
    {
      name: 'intermediate as leaf',
      change: "the key of the intermediate authority signed, with the authority's own certificate",
      ...doesNotHold('certificate.form', /one of an authority/),
      verify: changing(
        {},
        {
          attached: madeBy(
            (sigstore) => ({
              ...sigstore,
              authority: { ...sigstore.authority, issue: () => intermediateOf(sigstore).certificate },
            }),
            (sigstore) => ({ signer: { kind: 'certificate', keys: intermediateOf(sigstore) } }),
          ),
        },
      ),
    },
    {
      name: 'intermediate as leaf (a leaf that is an authority)',
      change: "the signer's certificate may issue others",
      ...doesNotHold('certificate.form', /one of an authority/),
      verify: changing({}, certified({ isAuthority: true })),
    },
    {
      name: 'broken algorithms (SHA-1 in a certificate)',
      change: 'the certificate was signed over a SHA-1 digest',
      ...doesNotHold('notation.chain', /./),
      verify: changing(notation(), notation({ leaf: { hash: 'sha1' } })),
    },
    {
      name: 'broken algorithms (SHA-1 in a log)',
      change: 'the log knows what was signed by a digest that it calls SHA-1',
      ...doesNotHold('log.body', /"sha1", which is not accepted/),
      verify: changing(
        { attached: madeBy(logging((same) => same)) },
        { attached: madeBy(logging(withSha1)) },
      ),
    },
    {
      name: 'broken algorithms (RSA < 2048 in a certificate)',
      change: 'the certified key has 1024 bits instead of 2048',
      ...doesNotHold('certificate.form', /RSA key of 1024 bits/),
      verify: changing(
        { signing: { signer: { kind: 'certificate', keys: strong } } },
        { signing: { signer: { kind: 'certificate', keys: weak } } },
      ),
    },
    {
      name: 'broken algorithms (RSA < 2048 as a key)',
      change: 'the key that the policy names has 1024 bits instead of 2048',
      error: 'KEY_INVALID',
      because: /1024 bits/,
      prepare: async (t) => {
        await using sound = await setStage(t, byKey(strong));
        assert.equal((await verifyOn(sound)).verdict, 'trusted');
        const trapped = await setStage(t, byKey(weak));
        t.after(() => trapped[Symbol.asyncDispose]());
        return () => verifyOn(trapped);
      },
    },
    {
      name: 'multiple DSSE signatures',
      change: 'the envelope has its signature twice',
      ...doesNotHold('evidence.readable', /dsseEnvelope\.signatures/),
      verify: changing(
        {},
        {
          bundle: (bundle) => {
            const { signatures } = envelopeOf(bundle);
            signatures.push(...structuredClone(signatures));
          },
        },
      ),
    },
  ],
};
