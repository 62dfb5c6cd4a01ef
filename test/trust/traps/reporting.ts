/** What is said of it: absent is not failing, skipped is not passed, and every failure has a reason. */
import assert from 'node:assert/strict';
import type { TrustReport } from '../../../src/model/trust-report.ts';
import { formatTrustReport } from '../../../src/report/trust.ts';
import { type Intercept, sendError } from '../../registry/fake-registry.ts';
import { amd64 } from '../../registry/gathering.ts';
import { statementAbout } from '../evidence.ts';
import { ANN } from '../services/bundles.ts';
import type { Identity } from '../services/certificate-authority.ts';
import { ecKeyPair } from '../services/certificate.ts';
import { envelopeOf } from './changes.ts';
import { ANN_SIGNS, type Attached, bundleOf, type Place, type Scene, setStage, verifyOn } from './scene.ts';
import { changing, doesNotHold, type ImageTrap, type TrapTable } from './trap.ts';

const keys = ecKeyPair();

const byKey = (logs: readonly 1[]): Scene => ({
  signing: { signer: { kind: 'key', keys }, logs },
  files: { 'release.pub': keys.publicKey.export({ type: 'spki', format: 'pem' }).toString() },
  policy: `
authorities: { release: { key: release.pub } }
rules: [{ repositories: ['HOST/acme/**'], require: [{ signature: { by: release } }] }]`,
});

const ofLogs = (checks: TrustReport['checks']) =>
  checks.filter(({ id }) => id.startsWith('log.') || id === 'time.log').map(({ id }) => id);

/** Nothing of a log passed, all of it is said not to have been checked, and no line on the terminal says otherwise. */
function saysNothingOfLogs(report: TrustReport, sound: TrustReport): void {
  assert.ok(ofLogs(sound.checks).includes('log.inclusion'), 'as it is, the log is checked');
  assert.deepEqual(ofLogs(report.checks), []);
  assert.ok(ofLogs(report.notChecked).includes('log.inclusion'));
  const style = { width: 1_000, isColoured: false, paint: (_codes: unknown, text: string) => text };
  const lines = formatTrustReport(report, style, { all: true }).split('\n');
  const told = lines.filter((line) => /transparency log|\blog\./.test(line));
  assert.ok(told.length > 0 && told.every((line) => !/passed|verified/.test(line)), told.join('\n'));
}

const basesOfSource = ({ claims }: TrustReport): readonly string[] =>
  claims.filter(({ topic }) => topic === 'source').map(({ basis }) => basis);

const refusing =
  (status: number): Intercept =>
  (request, response) => {
    if (!request.url.includes('/referrers/')) return false;
    sendError(response, status, 'DENIED');
    return true;
  };

/** The registry keeps other bytes of the same length under the digest of the bundle. */
const otherBytes: ImageTrap['verify'] = async (t) => {
  await using stage = await setStage(t, {});
  const sound = await verifyOn(stage);
  const { blobs } = stage.registry.repository('acme/app');
  const [bundle] = [...blobs.values()].filter(({ mediaType }) => mediaType.includes('sigstore.bundle'));
  assert.ok(bundle !== undefined);
  blobs.set(bundle.digest, { ...bundle, bytes: Buffer.alloc(bundle.bytes.length, ' ') });
  return { sound, trapped: await verifyOn(stage) };
};

/** Ann's signature, and provenance by somebody of whom the policy says nothing, who has only signed in somewhere. */
const beside =
  (author: Identity) =>
  ({ sigstore }: Place): readonly Attached[] => {
    const statement = statementAbout(amd64.digest, 'https://slsa.dev/provenance/v1', PROVENANCE);
    const signer = { kind: 'certificate', identity: author } as const;
    return [bundleOf(sigstore, {}), bundleOf(sigstore, { signing: { signer, statement } })];
  };

const MALLORY: Identity = { ...ANN, subject: { kind: 'email', value: 'mallory@example.com' } };

const signedFirst = ({ sigstore }: Place): readonly Attached[] =>
  [MALLORY, ANN].map((identity) =>
    bundleOf(sigstore, { signing: { signer: { kind: 'certificate', identity } } }),
  );

const PROVENANCE = {
  buildDefinition: {
    buildType: 'https://actions.github.io/buildtypes/workflow/v1',
    externalParameters: { workflow: { repository: 'https://github.com/acme/app', ref: 'refs/heads/main' } },
    resolvedDependencies: [],
  },
  runDetails: { builder: { id: 'https://builder.example' } },
};

export const REPORTING: TrapTable = {
  area: 'reporting',
  traps: [
    {
      name: '"no signatures" and "signatures but none valid" confused (none)',
      change: 'nothing is attached',
      verdict: 'unknown',
      code: 'NO_EVIDENCE',
      shows: null,
      because: /nothing that is signed speaks for this image/,
      verify: changing({}, { attached: () => [] }),
    },
    {
      name: '"no signatures" and "signatures but none valid" confused (none valid)',
      change: 'the signature does not fit what was signed',
      ...doesNotHold('signature.value', /the signature fits none of the trusted keys \(release\)/),
      verify: changing(byKey([]), {
        bundle: (bundle) => void (envelopeOf(bundle).payload = Buffer.from('{}').toString('base64')),
      }),
    },
    {
      name: '"no signatures" and "signatures but none valid" confused (none matching)',
      change: 'the signature is sound, and the rule asks for somebody else',
      verdict: 'untrusted',
      code: 'REQUIREMENT_NOT_MET',
      shows: null,
      because: /nearest: signature by ann@example\.com.*: it is not ann: /,
      verify: changing({}, { policy: ANN_SIGNS.replace('ann@example.com', 'bob@example.com') }),
    },
    {
      name: '"no signatures" and "signatures but none valid" confused (the registry does not say)',
      change: 'the registry refuses to list what is attached',
      verdict: 'error',
      code: 'EVIDENCE_UNREADABLE',
      shows: 'EVIDENCE_MISSING',
      because: /403/,
      verify: changing({}, { registry: { intercept: refusing(403) } }),
    },
    {
      name: 'insecure flag still printing success lines (no log asked for)',
      change: 'the deployment asks for no log, and the signature has no entry in one',
      verdict: 'trusted',
      code: 'REQUIREMENTS_MET',
      shows: null,
      because: /everything that the rule/,
      verify: changing(
        { signing: { timestamps: [{}] }, thresholds: { logs: 0 } },
        { signing: { timestamps: [{}], logs: [] } },
      ),
      also: saysNothingOfLogs,
    },
    {
      name: 'insecure flag still printing success lines (key)',
      change: 'a key signed, and nothing was logged',
      verdict: 'trusted',
      code: 'REQUIREMENTS_MET',
      shows: null,
      because: /everything that the rule/,
      verify: changing(byKey([1]), byKey([])),
      also: saysNothingOfLogs,
    },
    {
      name: 'what a stranger attests told as verified',
      change:
        'the provenance beside the good signature is one that somebody else signed: it is declared, and by whom is said',
      verdict: 'trusted',
      code: 'REQUIREMENTS_MET',
      shows: null,
      because: /everything that the rule/,
      verify: changing({ attached: beside(ANN) }, { attached: beside(MALLORY) }),
      also: (report, sound) => {
        assert.deepEqual(basesOfSource(sound), ['verified']);
        assert.deepEqual(basesOfSource(report), ['declared']);
        const said = report.claims.filter(({ statement }) => statement.includes('mallory'));
        assert.ok(
          said.length > 0 && said.every(({ statement }) => /whom the rule does not name/.test(statement)),
        );
      },
    },
    {
      name: 'what a stranger attests told as verified (publisher)',
      change: 'somebody else signed the image first: the publisher is still the one whom the rule names',
      verdict: 'trusted',
      code: 'REQUIREMENTS_MET',
      shows: null,
      because: /everything that the rule/,
      verify: changing({}, { attached: signedFirst }),
      also: (report, sound) => assert.equal(report.publisher.because, sound.publisher.because),
    },
    {
      name: 'wrapping a nil error',
      change:
        'the registry sends other bytes of the same length: no empty content, and no error without a reason',
      ...doesNotHold('EVIDENCE_MISMATCH', /has the digest sha256:[0-9a-f]{64}, expected sha256:/),
      verify: otherBytes,
      also: ({ gaps, evidence }) => {
        assert.deepEqual(evidence, []);
        assert.ok(gaps.every(({ message }) => message.length > 20));
      },
    },
  ],
};
