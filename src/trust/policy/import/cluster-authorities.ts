import { VSA_TYPE } from '../../statements/vsa.ts';
import type { ClusterAuthority, ClusterImagePolicy } from './cluster-image-policy-schema.ts';
import {
  type AuthorityList,
  type Loss,
  toBeMade,
  type WrittenPattern,
  type WrittenRule,
} from './imported.ts';
import { regexToGlob } from './regex-to-glob.ts';

type Asks = Pick<WrittenRule, 'require' | 'always' | 'reason'>;
type Require = NonNullable<WrittenRule['require']>;

interface Context {
  readonly item: string;
  readonly authorities: AuthorityList;
  readonly losses: Loss[];
}

/** Any one authority is enough; of one with attestations all of them. */
export function toClusterRule({ authorities: stated }: ClusterImagePolicy['spec'], context: Context): Asks {
  const { item, losses } = context;
  if (stated.some((authority) => authority.static?.action === 'pass')) {
    return { always: 'allow', reason: `static: pass in the policy ${item}` };
  }
  const speaking = stated.filter((authority) => authority.static === undefined);
  const each = speaking.map((authority, index) => {
    const place = { ...context, item: `${item}.authorities[${index}]` };
    losses.push(...lostOfAuthority(authority, place.item));
    return { by: toAuthorities(authority, place), attestations: attestationsOf(authority, place) };
  });
  const able = each.filter(({ by, attestations }) => by.length > 0 && attestations !== null);
  if (able.length === 0) return { always: 'refuse' };
  const direct = [
    ...new Set(able.filter(({ attestations }) => attestations?.length === 0).flatMap(({ by }) => by)),
  ];
  const require: Require = [
    ...(direct.length === 0 ? [] : [{ signature: { by: direct } }]),
    ...able.flatMap(({ by, attestations }) =>
      (attestations ?? []).map((type) => ({ attestation: { type, by } })),
    ),
  ];
  const alternatives =
    (direct.length === 0 ? 0 : 1) + able.filter(({ attestations }) => attestations?.length !== 0).length;
  if (alternatives > 1) {
    losses.push({
      item: `${item}.authorities`,
      reason: 'of signatures and attestations all are asked for, not any',
      effect: 'stricter',
    });
  }
  return { require };
}

function toAuthorities(authority: ClusterAuthority, context: Context): string[] {
  const { item, authorities, losses } = context;
  const log = authority.ctlog === undefined ? {} : { log: 'required' as const };
  const name = authority.name ?? item.replace(/\.authorities\[\d+\]$/, '');
  const { key, keyless } = authority;
  if (key !== undefined) {
    if (key.data !== undefined) return [authorities.add(name, { key: key.data, ...log })];
    const file = `${name.replaceAll(/[^a-zA-Z0-9.-]+/g, '-')}.pub`;
    const where = key.kms ?? 'the secret of the cluster';
    losses.push(toBeMade(`${item}.key`, file, `export the public key of ${where} there`));
    return [authorities.add(name, { key: file, ...log })];
  }
  if (keyless === undefined) return [];
  const root = rootOf(authority, item, losses);
  return keyless.identities.flatMap((identity, index) => {
    const place = `${item}.keyless.identities[${index}]`;
    const issuer = toPattern(identity.issuer, identity.issuerRegExp, `${place}.issuer`, losses);
    const san = toPattern(identity.subject, identity.subjectRegExp, `${place}.subject`, losses);
    return issuer === null || san === null
      ? []
      : [authorities.add(name, { certificate: { root, issuer, san }, ...log })];
  });
}

const PUBLIC = new Set(['https://fulcio.sigstore.dev', 'https://rekor.sigstore.dev']);

/** The public deployment, or one whose root is to be made. */
function rootOf({ keyless, ctlog }: ClusterAuthority, item: string, losses: Loss[]): string {
  const addresses = [keyless?.url, ctlog?.url].filter((url) => url !== undefined);
  const isOwn = keyless?.trustRootRef !== undefined || keyless?.['ca-cert'] !== undefined;
  if (!isOwn && addresses.every((url) => PUBLIC.has(url.replace(/\/$/, '')))) return 'public-good';
  const how = 'make it with "cosign trusted-root create", or take the TrustRoot of the cluster';
  losses.push(toBeMade(`${item}.keyless`, 'imported-trusted-root.json', how));
  return 'imported';
}

/** Null, with a loss, for what no pattern says: then the identity admits nobody. */
function toPattern(
  exact: string | undefined,
  expression: string | undefined,
  item: string,
  losses: Loss[],
): WrittenPattern | null {
  const lose = (reason: string): null => {
    losses.push({ item, reason: `${reason}; the identity is left out`, effect: 'stricter' });
    return null;
  };
  if (exact !== undefined && exact !== '')
    return exact.includes('*') ? lose('a star cannot be written as a text') : exact;
  if (expression === undefined) return { glob: '**' };
  const converted = regexToGlob(expression);
  if (converted === null) return lose(`the expression ${expression} cannot be written as a pattern`);
  if (converted.isStricter) {
    losses.push({ item, reason: 'a dot in the expression stands for a dot only', effect: 'stricter' });
  }
  return { glob: converted.glob };
}

/** Addresses by the controller's short names. policy-controller, `docs/api-types/index.md`. */
const PREDICATES: Readonly<Record<string, string>> = {
  custom: 'https://cosign.sigstore.dev/attestation/v1',
  slsaprovenance: 'https://slsa.dev/provenance/v0.2',
  slsaprovenance02: 'https://slsa.dev/provenance/v0.2',
  slsaprovenance1: 'https://slsa.dev/provenance/v1',
  spdx: 'https://spdx.dev/Document',
  spdxjson: 'https://spdx.dev/Document',
  cyclonedx: 'https://cyclonedx.org/bom',
  link: 'https://in-toto.io/Link/v1',
  vuln: 'https://cosign.sigstore.dev/attestation/vuln/v1',
  openvex: 'https://openvex.dev/ns',
};

/** Their types; null where one cannot be asked for. */
function attestationsOf(
  { attestations }: ClusterAuthority,
  { item, losses }: Context,
): readonly string[] | null {
  const types = attestations.map(({ predicateType, policy }, index) => {
    const type = Object.hasOwn(PREDICATES, predicateType) ? (PREDICATES[predicateType] ?? '') : predicateType;
    const place = `${item}.attestations[${index}]`;
    if (policy !== undefined && !onlyNamesType(policy.data, type)) {
      losses.push({
        item: `${place}.policy`,
        reason: 'conditions in CUE or Rego are not carried over',
        effect: 'weaker',
      });
    }
    return type;
  });
  const wrong = types.find((type) => type === VSA_TYPE || !/^https?:\/\//.test(type));
  if (wrong === undefined) return types;
  losses.push({
    item: `${item}.attestations`,
    reason: `${wrong} cannot be asked for; the authority is left out`,
    effect: 'stricter',
  });
  return null;
}

/** A condition in CUE that says no more than the type, which is compared anyway. */
const onlyNamesType = (data: string | undefined, type: string): boolean =>
  data !== undefined && data.trim() === `predicateType: ${JSON.stringify(type)}`;

function lostOfAuthority(authority: ClusterAuthority, item: string): readonly Loss[] {
  const losses: Loss[] = [];
  if (authority.source !== undefined) {
    const reason = 'evidence is looked for beside the image: name other places with verify --evidence-from';
    losses.push({ item: `${item}.source`, reason, effect: 'stricter' });
  }
  if (authority.rfc3161timestamp !== undefined) {
    const reason = 'a timestamp is verified where there is one and not asked for; maxAge asks for one';
    losses.push({ item: `${item}.rfc3161timestamp`, reason, effect: 'weaker' });
  }
  if (authority.keyless?.insecureIgnoreSCT === true) {
    losses.push({
      item: `${item}.keyless.insecureIgnoreSCT`,
      reason: 'Hallmark asks for it',
      effect: 'stricter',
    });
  }
  if (authority.key?.hashAlgorithm !== undefined && authority.key.hashAlgorithm !== 'sha256') {
    losses.push({
      item: `${item}.key.hashAlgorithm`,
      reason: 'the algorithm that goes with the key is used',
      effect: 'stricter',
    });
  }
  if (authority.signatureFormat !== undefined) {
    losses.push({ item: `${item}.signatureFormat`, reason: 'every format is read', effect: 'same' });
  }
  return losses;
}
