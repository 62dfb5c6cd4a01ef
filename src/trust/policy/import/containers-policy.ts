/** containers-policy.json(5), of skopeo, podman and buildah. */
import { z } from 'zod';
import { readYamlFile } from '../read-yaml-file.ts';
import { parseRepositoryPattern } from '../repository-pattern.ts';
import {
  type AuthorityList,
  createAuthorityList,
  type Imported,
  type Loss,
  toBeMade,
  type WrittenAuthority,
  type WrittenPolicy,
  type WrittenRule,
  writePolicy,
} from './imported.ts';

const text = z.string().max(100_000);
const texts = z.array(text).max(100);

const Identity = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('matchExact') }),
  z.strictObject({ type: z.literal('matchRepoDigestOrExact') }),
  z.strictObject({ type: z.literal('matchRepository') }),
  z.strictObject({ type: z.literal('exactReference'), dockerReference: text }),
  z.strictObject({ type: z.literal('exactRepository'), dockerRepository: text }),
  z.strictObject({ type: z.literal('remapIdentity'), prefix: text, signedPrefix: text }),
]);

const Requirement = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('insecureAcceptAnything') }),
  z.strictObject({ type: z.literal('reject') }),
  z.strictObject({
    type: z.literal('signedBy'),
    keyType: text.optional(),
    keyPath: text.optional(),
    keyPaths: texts.optional(),
    keyData: text.optional(),
    signedIdentity: Identity.optional(),
  }),
  z.strictObject({ type: z.literal('signedBaseLayer'), baseLayerIdentity: z.unknown() }),
  z.strictObject({
    type: z.literal('sigstoreSigned'),
    keyPath: text.optional(),
    keyPaths: texts.optional(),
    keyData: text.optional(),
    keyDatas: texts.optional(),
    fulcio: z
      .strictObject({
        caPath: text.optional(),
        caData: text.optional(),
        oidcIssuer: text,
        subjectEmail: text,
      })
      .optional(),
    pki: z.record(text, text).optional(),
    rekorPublicKeyPath: text.optional(),
    rekorPublicKeyPaths: texts.optional(),
    rekorPublicKeyData: text.optional(),
    rekorPublicKeyDatas: texts.optional(),
    signedIdentity: Identity.optional(),
  }),
]);
const Requirements = z.array(Requirement).min(1).max(100);

const ContainersPolicy = z.strictObject({
  default: Requirements,
  transports: z.record(text, z.record(text, Requirements)).default({}),
});

type SigstoreSigned = Extract<z.infer<typeof Requirement>, { type: 'sigstoreSigned' }>;
type SignedIdentity = z.infer<typeof Identity>;

/** Root that a policy with `fulcio` needs; its certificates are not what a trusted root is made of. */
const ROOT = 'imported';
const ROOT_FILE = 'imported-trusted-root.json';

/** @throws {TrustError} POLICY_INVALID */
export function importContainersPolicy(content: string, name: string): Imported {
  const { value } = readYamlFile(content, ContainersPolicy, { name, code: 'POLICY_INVALID' });
  const losses: Loss[] = [];
  const authorities = createAuthorityList();
  const rules: WrittenRule[] = [];
  const docker = value.transports['docker'] ?? {};
  for (const [transport, scopes] of Object.entries(value.transports)) {
    if (transport !== 'docker') losses.push(...lostTransport(transport, scopes));
  }
  for (const [scope, requirements] of Object.entries(docker)) {
    if (scope === '') continue;
    const item = `transports.docker[${JSON.stringify(scope)}]`;
    const repositories = scopePatterns(scope);
    if (repositories === null) losses.push(lostScope(item, requirements));
    else rules.push(...toRules(scope, repositories, requirements, { item, authorities, losses }));
  }
  const fallback = docker[''] ?? value.default;
  const item = docker[''] === undefined ? 'default' : 'transports.docker[""]';
  const always = alwaysOf(fallback);
  if (always === null) rules.push(...toRules('', ['**'], fallback, { item, authorities, losses }));
  const needsRoot = Object.values(authorities.all()).some(({ certificate }) => certificate?.root === ROOT);
  const policy: Omit<WrittenPolicy, 'schema'> = {
    default: always ?? 'refuse',
    roots: needsRoot ? { [ROOT]: { trustedRoot: ROOT_FILE } } : {},
    authorities: authorities.all(),
    rules,
  };
  return { yaml: writePolicy(name, policy), losses };
}

type Requirement = z.infer<typeof Requirement>;

/** What is decided without evidence: all must hold, so a reject decides, and accepting anything asks for nothing. */
function alwaysOf(requirements: readonly Requirement[]): 'allow' | 'refuse' | null {
  if (requirements.some(({ type }) => type === 'reject')) return 'refuse';
  return requirements.every(({ type }) => type === 'insecureAcceptAnything') ? 'allow' : null;
}

/** A scope is a host, `*.domain`, a namespace or a repository: whichever it is, what is below it is meant too. */
function scopePatterns(scope: string): string[] | null {
  const candidates = [scope, `${scope}/**`].filter((text) => 'path' in parseRepositoryPattern(text));
  return candidates.length === 0 ? null : candidates;
}

interface Context {
  readonly item: string;
  readonly authorities: AuthorityList;
  readonly losses: Loss[];
}

function toRules(
  scope: string,
  repositories: readonly string[],
  requirements: readonly Requirement[],
  { item, authorities, losses }: Context,
): readonly WrittenRule[] {
  const name = scope === '' ? 'everything else' : scope;
  const always = alwaysOf(requirements);
  if (always === 'allow')
    return [{ name, repositories: [...repositories], always, reason: 'insecureAcceptAnything' }];
  const refused: WrittenRule[] = [{ name, repositories: [...repositories], always: 'refuse' }];
  if (always === 'refuse') return refused;
  const require: NonNullable<WrittenRule['require']> = [];
  const identities = new Map<string, SignedIdentity>();
  for (const [index, requirement] of requirements.entries()) {
    const place = `${item}[${index}]`;
    if (requirement.type === 'insecureAcceptAnything' || requirement.type === 'reject') continue;
    const by =
      requirement.type === 'sigstoreSigned'
        ? toAuthorities(requirement, { item: place, authorities, losses })
        : null;
    if (by === null || requirement.type !== 'sigstoreSigned') {
      losses.push({
        item: place,
        reason: `${UNREADABLE[requirement.type]}; the repository is refused`,
        effect: 'stricter',
      });
      return refused;
    }
    require.push({ signature: { by } });
    const identity = requirement.signedIdentity ?? { type: 'matchRepoDigestOrExact' };
    identities.set(JSON.stringify(identity), identity);
  }
  const [identity = null, another = null] = identities.values();
  const claims =
    identity === null || another !== null ? null : toClaims(identity, scope, repositories, { item, losses });
  if (claims === null) {
    const reason =
      'what signatures name is asked for in a way that one rule cannot say; the repository is refused';
    losses.push({ item: `${item}.signedIdentity`, reason, effect: 'stricter' });
    return refused;
  }
  return claims.map((claim) => ({ name, ...claim, require }));
}

/** What is asked for and cannot be verified. */
const UNREADABLE = {
  signedBy: 'signatures of GPG are not read',
  signedBaseLayer: 'signatures of base layers are not read',
  sigstoreSigned: 'certificates of a PKI of your own are not read',
} as const;

/** Any of the keys may sign. Null for certificates that are not of Fulcio's kind. */
function toAuthorities(stated: SigstoreSigned, { item, authorities, losses }: Context): string[] | null {
  const { keyPath, keyPaths, keyData, keyDatas, fulcio } = stated;
  const log = Object.keys(stated).some((field) => field.startsWith('rekorPublicKey'))
    ? { log: 'required' as const }
    : {};
  if (fulcio !== undefined) {
    const how = 'make it with "cosign trusted-root create" of the authority and the log that are named here';
    losses.push(toBeMade(`${item}.fulcio`, ROOT_FILE, how));
    const certificate = { root: ROOT, issuer: fulcio.oidcIssuer, san: fulcio.subjectEmail };
    return [authorities.add(fulcio.subjectEmail, { certificate, ...log })];
  }
  if (log.log !== undefined) {
    const reason = 'an entry in any log of the trust roots counts, not only in the one with this key';
    losses.push({ item: `${item}.rekorPublicKey`, reason, effect: 'weaker' });
  }
  const files = [...(keyPath === undefined ? [] : [keyPath]), ...(keyPaths ?? [])];
  const data = [...(keyData === undefined ? [] : [keyData]), ...(keyDatas ?? [])];
  const keys: readonly (readonly [string, WrittenAuthority])[] = [
    ...files.map((file) => [file.slice(file.lastIndexOf('/') + 1), { key: file, ...log }] as const),
    ...data.map(
      (encoded) => ['key', { key: Buffer.from(encoded, 'base64').toString('utf8'), ...log }] as const,
    ),
  ];
  return keys.length === 0 ? null : keys.map(([name, authority]) => authorities.add(name, authority));
}

type Claims = Pick<WrittenRule, 'repositories' | 'signedAs' | 'references'>;

/** What signed bytes have to name; null for what no rule can say. */
function toClaims(
  identity: SignedIdentity,
  scope: string,
  repositories: readonly string[],
  { item, losses }: Pick<Context, 'item' | 'losses'>,
): readonly Claims[] | null {
  const own = [...repositories];
  const lose = (reason: string) => losses.push({ item: `${item}.signedIdentity`, reason, effect: 'weaker' });
  switch (identity.type) {
    case 'matchRepository':
      return [{ repositories: own, references: 'required' }];
    case 'matchRepoDigestOrExact':
      return [{ repositories: own, references: 'exact' }];
    case 'matchExact':
      lose('references by digest are accepted too: the signature must name the repository');
      return [{ repositories: own, references: 'exact' }];
    case 'exactRepository':
      return [{ repositories: own, signedAs: identity.dockerRepository, references: 'required' }];
    case 'exactReference':
      lose('the signature must name the repository; the tag that it names is not compared');
      return [
        {
          repositories: own,
          signedAs: identity.dockerReference.replace(/:[^:/]*$/, ''),
          references: 'required',
        },
      ];
    case 'remapIdentity': {
      const { prefix, signedPrefix } = identity;
      if (scope !== prefix && !scope.startsWith(`${prefix}/`)) return null;
      const signed = signedPrefix + scope.slice(prefix.length);
      return own.map((pattern) => ({
        repositories: [pattern],
        signedAs: pattern.endsWith('/**') ? `${signed}/**` : signed,
        references: 'exact' as const,
      }));
    }
  }
}

function lostScope(item: string, requirements: readonly Requirement[]): Loss {
  const reason =
    'a rule is about repositories: this scope, of a tag, a digest or a name that none has, is left out';
  return { item, reason, effect: alwaysOf(requirements) === 'allow' ? 'stricter' : 'weaker' };
}

/** Hallmark's rules are about repositories; where images lie besides has none. */
function lostTransport(
  transport: string,
  scopes: Readonly<Record<string, readonly Requirement[]>>,
): readonly Loss[] {
  return Object.entries(scopes).map(([scope, requirements]) => ({
    item: `transports[${JSON.stringify(transport)}][${JSON.stringify(scope)}]`,
    reason: 'rules are about repositories of registries, wherever their images are read from',
    effect: alwaysOf(requirements) === 'allow' ? 'stricter' : 'weaker',
  }));
}
