/** Who signed: compared as exact texts or anchored patterns, each field with its own. */
import { buildReferrer } from '../../images/evidence-builder.ts';
import { amd64, tagOf } from '../../registry/gathering.ts';
import { cosignSignature } from '../services/cosign-layers.ts';
import { ANN, WORKFLOW } from '../services/bundles.ts';
import type { Identity } from '../services/certificate-authority.ts';
import { ANN_SIGNS, type Attached, type Place, type Scene } from './scene.ts';
import { changing, type ImageTrap, type TrapTable } from './trap.ts';

const by = (identity: Identity): Scene => ({ signing: { signer: { kind: 'certificate', identity } } });

/** A workflow of GitHub Actions in which some texts are replaced, wherever they stand. */
function workflow(extensions: Identity['extensions'] = {}, subject = WORKFLOW.subject.value): Identity {
  return {
    ...WORKFLOW,
    subject: { kind: 'uri', value: subject },
    extensions: { ...WORKFLOW.extensions, ...extensions },
  };
}

const ACTIONS = WORKFLOW.issuer;
const policyFor = (certificate: string): string => `
authorities: { ci: { certificate: { issuer: '${ACTIONS}', ${certificate} } } }
rules: [{ repositories: ['HOST/acme/**'], require: [{ signature: { by: ci } }] }]`;

/** Anything that a workflow of the repository signs. */
const BY_PATTERN = policyFor(`san: { glob: 'https://github.com/acme/app/**' }`);
/** One called workflow, for one calling repository. */
const BY_BOTH = policyFor(
  `workflow: https://github.com/acme/app/.github/workflows/release.yml, repository: https://github.com/acme/app`,
);
const RELEASE = '/.github/workflows/release.yml@refs/tags/v1.2.3';

const notThem = (name: string): Pick<ImageTrap, 'verdict' | 'code' | 'shows' | 'because'> => ({
  verdict: 'untrusted',
  code: 'REQUIREMENT_NOT_MET',
  shows: null,
  because: new RegExp(`it is not ${name}: `),
});

/** A rule about a name of images that a mirror serves. */
const MIRRORED: Scene = {
  repository: 'mirror/app',
  policy: ANN_SIGNS.replace(
    `repositories: ['HOST/acme/**']`,
    `repositories: ['HOST/mirror/**'], signedAs: 'registry.example/library/**', references: required`,
  ),
  attached: naming('registry.example/library/app'),
};

function naming(reference: string): (place: Place) => readonly Attached[] {
  return ({ sigstore }) => {
    const layer = cosignSignature(sigstore, { digest: amd64.digest, reference });
    const recipe = { layers: [layer], artifactType: null, subject: null };
    return [[buildReferrer(amd64, recipe), tagOf(amd64, '.sig')]];
  };
}

const otherName: Pick<ImageTrap, 'verdict' | 'code' | 'shows'> = {
  verdict: 'untrusted',
  code: 'REQUIREMENT_NOT_MET',
  shows: null,
};

export const IDENTITY: TrapTable = {
  area: 'identity',
  traps: [
    {
      name: 'unanchored identity regex (end)',
      change: "the signer's repository has the name that is asked for, and more behind it",
      ...notThem('ci'),
      verify: changing(
        { policy: BY_PATTERN, ...by(WORKFLOW) },
        by(workflow({}, `https://github.com/acme/app-evil${RELEASE}`)),
      ),
    },
    {
      name: 'unanchored identity regex (beginning)',
      change: 'the address that is asked for stands inside of another one',
      ...notThem('ci'),
      verify: changing(
        { policy: BY_PATTERN, ...by(WORKFLOW) },
        by(workflow({}, `https://evil.example/?https://github.com/acme/app${RELEASE}`)),
      ),
    },
    {
      name: 'unanchored identity regex (dot)',
      change: 'another letter stands where the pattern has a dot',
      ...notThem('ci'),
      verify: changing(
        { policy: BY_PATTERN, ...by(WORKFLOW) },
        by(workflow({}, `https://githubxcom/acme/app${RELEASE}`)),
      ),
    },
    {
      name: 'unanchored identity regex (mail)',
      change: 'the address of the signer begins with that of Ann',
      ...notThem('ann'),
      verify: changing({}, by({ ...ANN, subject: { kind: 'email', value: 'ann@example.com.evil.example' } })),
    },
    {
      name: 'issuer not checked',
      change: 'another issuer vouches for the same name',
      ...notThem('ann'),
      verify: changing({}, by({ ...ANN, issuer: 'https://accounts.evil.example' })),
    },
    {
      name: 'SAN, BuildSignerURI and source repository confused (caller)',
      change: 'another repository calls the workflow that is asked for',
      ...notThem('ci'),
      verify: changing(
        { policy: BY_BOTH, ...by(WORKFLOW) },
        by(workflow({ sourceRepositoryUri: 'https://github.com/evil/app' })),
      ),
    },
    {
      name: 'SAN, BuildSignerURI and source repository confused (called)',
      change: 'another workflow signs for the repository that is asked for',
      ...notThem('ci'),
      verify: changing(
        { policy: BY_BOTH, ...by(WORKFLOW) },
        by(workflow({}, `https://github.com/evil/app${RELEASE}`)),
      ),
    },
    {
      name: 'SAN, BuildSignerURI and source repository confused (every field but one)',
      change:
        'only the subject is that of another workflow; BuildSignerURI and BuildConfigURI name the right one',
      ...notThem('ci'),
      verify: changing(
        {
          policy: policyFor('workflow: https://github.com/acme/app/.github/workflows/release.yml'),
          ...by(WORKFLOW),
        },
        by(workflow({}, `https://github.com/acme/app/.github/workflows/pull-request.yml@refs/pull/7/merge`)),
      ),
    },
    {
      name: 'policy scope prefix without a / boundary',
      change: 'the repository lies beside the folder that the rule speaks of: no rule admits it',
      verdict: 'unknown',
      code: 'NO_RULE',
      shows: null,
      because: /no rule says whom to believe/,
      verify: changing({}, { repository: 'acme-evil/app' }),
    },
    {
      name: 'mirror rewrite rules with sloppy regex',
      change: 'the evidence names a repository that begins as the mirrored one does',
      ...otherName,
      because:
        /expected it to name registry\.example\/library\/app, got registry\.example\/library-evil\/app/,
      verify: changing(MIRRORED, { attached: naming('registry.example/library-evil/app') }),
    },
    {
      name: 'mirror rewrite rules with sloppy regex (where it is served)',
      change: "the image is served beside the mirror's folder",
      verdict: 'unknown',
      code: 'NO_RULE',
      shows: null,
      because: /no rule says whom to believe/,
      verify: changing(MIRRORED, { repository: 'mirror-evil/app' }),
    },
    {
      name: 'case, Unicode and IDN host tricks (case)',
      change: 'the owner is written with a capital',
      ...notThem('ci'),
      verify: changing(
        { policy: BY_PATTERN, ...by(WORKFLOW) },
        by(workflow({}, `https://github.com/Acme/app${RELEASE}`)),
      ),
    },
    {
      name: 'case, Unicode and IDN host tricks (Unicode)',
      change: 'a Cyrillic letter stands where a Latin one is expected',
      verdict: 'untrusted',
      code: 'EVIDENCE_DOES_NOT_HOLD',
      shows: 'certificate.form',
      because: /characters beyond ASCII/,
      verify: changing(
        { policy: BY_PATTERN, ...by(WORKFLOW) },
        by(workflow({}, `https://github.com/\u0430cme/app${RELEASE}`)),
      ),
    },
    {
      name: 'case, Unicode and IDN host tricks (host)',
      change: 'the host that the evidence names has a Cyrillic letter',
      ...otherName,
      because: /which is no repository/,
      verify: changing(MIRRORED, { attached: naming('registry.ex\u0430mple/library/app') }),
    },
    {
      name: 'case, Unicode and IDN host tricks (IDN)',
      change: 'the host that the evidence names is the same in Punycode',
      ...otherName,
      because: /got registry\.xn--exmple-4nf\/library\/app/,
      verify: changing(MIRRORED, { attached: naming('registry.xn--exmple-4nf/library/app') }),
    },
    {
      name: 'case, Unicode and IDN host tricks (repository)',
      change: 'the repository that the evidence names is written with a capital',
      ...otherName,
      because: /which is no repository/,
      verify: changing(MIRRORED, { attached: naming('registry.example/library/App') }),
    },
  ],
};
