/** Trust policies of the Notary Project, version 1.0. notaryproject/specifications, `trust-store-trust-policy.md`. */
import { z } from 'zod';
import { parseDistinguishedName } from '../../identity/distinguished-name.ts';
import { readYamlFile } from '../read-yaml-file.ts';
import {
  createAuthorityList,
  type Imported,
  type Loss,
  toBeMade,
  type WrittenRule,
  writePolicy,
} from './imported.ts';

const text = z.string().max(2_000);

const NotationPolicy = z.strictObject({
  version: z.literal('1.0'),
  trustPolicies: z
    .array(
      z.strictObject({
        name: text.min(1),
        registryScopes: z.array(text).min(1).max(1_000),
        signatureVerification: z.strictObject({
          level: z.enum(['strict', 'permissive', 'audit', 'skip']),
          override: z.record(text, z.enum(['enforce', 'log', 'skip'])).default({}),
          verifyTimestamp: z.enum(['always', 'afterCertExpiry']).optional(),
        }),
        trustStores: z
          .array(z.string().regex(/^(?:ca|signingAuthority|tsa):[\w.-]+$/))
          .max(100)
          .default([]),
        trustedIdentities: z.array(text).max(100).default([]),
      }),
    )
    .min(1)
    .max(1_000),
});

type Statement = z.infer<typeof NotationPolicy>['trustPolicies'][number];

/** @throws {TrustError} POLICY_INVALID */
export function importNotationPolicy(content: string, name: string): Imported {
  const { value, refuse } = readYamlFile(content, NotationPolicy, { name, code: 'POLICY_INVALID' });
  const losses: Loss[] = [];
  const authorities = createAuthorityList();
  const stores = new Map<string, string[]>();
  const rules: WrittenRule[] = [];
  for (const [index, statement] of value.trustPolicies.entries()) {
    const item = `trustPolicies[${index}]`;
    const common = { name: statement.name, repositories: statement.registryScopes.map(toPattern) };
    if (statement.signatureVerification.level === 'skip') {
      rules.push({ ...common, always: 'allow', reason: 'the level skip of the trust policy of notation' });
      continue;
    }
    losses.push(...lostOfLevel(statement, item));
    const subjects = statement.trustedIdentities.map((identity) => toSubject(identity));
    const bad = subjects.indexOf(null);
    if (bad >= 0) {
      const path = ['trustPolicies', index, 'trustedIdentities', bad];
      throw refuse([{ path, message: 'expected * or x509.subject: and a distinguished name' }]);
    }
    for (const store of statement.trustStores) {
      const [kind = '', called = ''] = store.split(':');
      const file = `truststore/x509/${kind}/${called}.pem`;
      if (!stores.has(store))
        losses.push(
          toBeMade(
            `${item}.trustStores`,
            file,
            "put the certificates of notation's store of that name there, in PEM",
          ),
        );
      stores.set(store, [file]);
    }
    const by = statement.trustStores
      .filter((store) => !store.startsWith('tsa:'))
      .flatMap((store) =>
        subjects.map((subject) => {
          const named = Object.keys(subject ?? {}).length === 0 ? {} : { subject: subject ?? {} };
          return authorities.add(store.replace(':', '-'), { x509: { store, ...named } });
        }),
      );
    if (by.length === 0)
      throw refuse([{ path: ['trustPolicies', index], message: 'names no trust store or no identity' }]);
    rules.push({ ...common, require: [{ signature: { by } }] });
  }
  const policy = {
    default: 'refuse' as const,
    stores: Object.fromEntries(stores),
    authorities: authorities.all(),
    rules,
  };
  return { yaml: writePolicy(name, policy), losses };
}

const toPattern = (scope: string): string => (scope === '*' ? '**' : scope);

/** Empty for `*`; null for what is no identity. */
function toSubject(identity: string): Record<string, string> | null {
  if (identity === '*') return {};
  const prefix = 'x509.subject:';
  const attributes = identity.startsWith(prefix)
    ? parseDistinguishedName(identity.slice(prefix.length).trim())
    : null;
  return attributes === null ? null : Object.fromEntries(attributes.map(({ type, value }) => [type, value]));
}

/** What each level enforces. Hallmark enforces all but revocation, which takes a network. */
function lostOfLevel({ signatureVerification, trustStores }: Statement, item: string): readonly Loss[] {
  const { level, override, verifyTimestamp } = signatureVerification;
  const place = `${item}.signatureVerification`;
  const losses: Loss[] = [];
  if (level !== 'strict') {
    losses.push({
      item: `${place}.level`,
      reason: `${level} only logs what Hallmark enforces`,
      effect: 'stricter',
    });
  }
  for (const [what, action] of Object.entries(override)) {
    if (action !== 'enforce' && what !== 'revocation') {
      losses.push({ item: `${place}.override.${what}`, reason: 'Hallmark enforces it', effect: 'stricter' });
    }
  }
  const revocation = override['revocation'] ?? (level === 'strict' ? 'enforce' : 'log');
  if (revocation === 'enforce') {
    const reason =
      'whether a certificate was revoked is not asked over the network; distrust an authority instead';
    losses.push({ item: `${place}.revocation`, reason, effect: 'weaker' });
  }
  if (verifyTimestamp !== undefined && trustStores.some((store) => store.startsWith('tsa:'))) {
    const reason = 'a timestamp that is there always counts, and is needed once a certificate has expired';
    losses.push({
      item: `${place}.verifyTimestamp`,
      reason,
      effect: verifyTimestamp === 'always' ? 'weaker' : 'same',
    });
  }
  return losses;
}
