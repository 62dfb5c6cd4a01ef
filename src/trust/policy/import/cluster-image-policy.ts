/** ClusterImagePolicy of Sigstore's policy-controller. docs.sigstore.dev/policy-controller; `pkg/apis/policy/v1beta1`. */
import { TrustError } from '../../errors.ts';
import { readYamlFile } from '../read-yaml-file.ts';
import {
  coversPattern,
  parseRepositoryPattern,
  patternsMeet,
  type RepositoryPattern,
} from '../repository-pattern.ts';
import { toClusterRule } from './cluster-authorities.ts';
import { type ClusterImagePolicy, ClusterImagePolicySchema } from './cluster-image-policy-schema.ts';
import { createAuthorityList, type Imported, type Loss, type WrittenRule, writePolicy } from './imported.ts';
import { referencePatterns } from './reference-patterns.ts';

/** One policy of a cluster: what it asks, and of which repositories. */
interface ClusterRule {
  readonly name: string;
  readonly item: string;
  readonly patterns: readonly RepositoryPattern[];
  readonly asks: Pick<WrittenRule, 'require' | 'always' | 'reason'>;
}

const MAX_DOCUMENTS = 500;
/** Root for authorities and logs other than the public ones. */
const ROOT_FILE = 'imported-trusted-root.json';

/**
 * @param content documents of YAML, parted by `---`
 * @throws {TrustError} POLICY_INVALID
 */
export function importClusterImagePolicy(content: string, name: string): Imported {
  const losses: Loss[] = [];
  const authorities = createAuthorityList();
  const documents = splitDocuments(content, name);
  const rules = documents.map(({ text, number }): ClusterRule => {
    const { value } = readYamlFile(text, ClusterImagePolicySchema, {
      name: `${name}, document ${number}`,
      code: 'POLICY_INVALID',
    });
    const item = value.metadata.name;
    losses.push(...lostOfPolicy(value));
    const patterns = value.spec.images.flatMap(({ glob }, index) =>
      patternsOf(glob, `${item}.images[${index}]`, losses, documents.length === 1),
    );
    return { name: item, item, patterns, asks: toClusterRule(value.spec, { item, authorities, losses }) };
  });
  const needsRoot = Object.values(authorities.all()).some(
    ({ certificate }) => certificate?.root === 'imported',
  );
  losses.push({
    item: 'images without a policy',
    reason: 'what happens to them is a setting of the controller; here they are refused',
    effect: 'stricter',
  });
  const policy = {
    default: 'refuse' as const,
    roots: needsRoot ? { imported: { trustedRoot: ROOT_FILE } } : {},
    authorities: authorities.all(),
    rules: [...combine(rules, losses)],
  };
  return { yaml: writePolicy(name, policy), losses };
}

/** A line of three dashes parts documents wherever it stands, within block texts too. YAML 1.2.2, 9.1.2. */
function splitDocuments(
  content: string,
  name: string,
): readonly { readonly text: string; readonly number: number }[] {
  const documents = content
    .split(/^---[ \t]*(?:#.*)?$/m)
    .filter((text) =>
      text.split('\n').some((line) => line.trim() !== '' && !line.trimStart().startsWith('#')),
    )
    .map((text, index) => ({ text, number: index + 1 }));
  if (documents.length > 0 && documents.length <= MAX_DOCUMENTS) return documents;
  throw new TrustError(
    'POLICY_INVALID',
    `${name} has ${documents.length} documents; 1 to ${MAX_DOCUMENTS} are read`,
    { subject: name },
  );
}

/** @param isAlone whether no other policy speaks of images: then what none speaks of is refused */
function patternsOf(
  glob: string,
  item: string,
  losses: Loss[],
  isAlone: boolean,
): readonly RepositoryPattern[] {
  // the controller's own reading of the two short forms
  const full = glob === '*' ? 'index.docker.io/library/*' : glob === '*/*' ? 'index.docker.io/*/*' : glob;
  const found = referencePatterns(full);
  if (found === null) {
    const reason = `${glob} cannot be written as a pattern of repositories; no rule speaks of its images`;
    losses.push({ item, reason, effect: isAlone ? 'stricter' : 'weaker' });
    return [];
  }
  if (found.isWider) {
    losses.push({
      item,
      reason: 'a rule is about a repository: all of its tags and digests are meant',
      effect: 'stricter',
    });
  }
  return found.patterns.map(parseRepositoryPattern).filter((pattern) => 'path' in pattern);
}

/** All policies that match an image hold there; of Hallmark's rules only the most specific, which takes in what the others ask. */
function combine(policies: readonly ClusterRule[], losses: Loss[]): readonly WrittenRule[] {
  const rules = new Map<string, { readonly holding: readonly ClusterRule[]; readonly patterns: string[] }>();
  for (const [index, policy] of policies.entries()) {
    for (const pattern of policy.patterns) {
      const holding = policies.filter((other) =>
        other.patterns.some((wider) => coversPattern(wider, pattern)),
      );
      const key = holding.map(({ name }) => name).join(' and ');
      const rule = rules.get(key) ?? { holding, patterns: [] };
      if (![...rules.values()].some(({ patterns }) => patterns.includes(pattern.text)))
        rule.patterns.push(pattern.text);
      if (rule.patterns.length > 0) rules.set(key, rule);
      for (const other of policies.slice(index + 1)) {
        if (other.patterns.some((each) => crosses(each, pattern))) {
          const reason = `its images are also some of ${other.name}: for those only one of the two holds`;
          losses.push({ item: `${policy.item}.images`, reason, effect: 'weaker' });
        }
      }
    }
  }
  return [...rules].map(([name, { holding, patterns }]) => ({
    name,
    repositories: patterns,
    ...allOf(holding),
  }));
}

const crosses = (a: RepositoryPattern, b: RepositoryPattern): boolean =>
  patternsMeet(a, b) && !coversPattern(a, b) && !coversPattern(b, a);

function allOf(policies: readonly ClusterRule[]): ClusterRule['asks'] {
  const refusal = policies.find(({ asks }) => asks.always === 'refuse');
  if (refusal !== undefined) return refusal.asks;
  const require = policies.flatMap(({ asks }) => asks.require ?? []);
  return require.length > 0 ? { require } : (policies[0]?.asks ?? { always: 'refuse' });
}

function lostOfPolicy({ metadata, spec }: ClusterImagePolicy): readonly Loss[] {
  const item = metadata.name;
  const losses: Loss[] = [];
  if (spec.policy !== undefined) {
    losses.push({
      item: `${item}.policy`,
      reason: 'conditions in CUE or Rego are not carried over',
      effect: 'weaker',
    });
  }
  if (spec.mode === 'warn') {
    losses.push({
      item: `${item}.mode`,
      reason: 'Hallmark refuses where this only warns',
      effect: 'stricter',
    });
  }
  if (spec.match !== undefined) {
    losses.push({
      item: `${item}.match`,
      reason: 'Hallmark knows of no resources: the rule holds for all',
      effect: 'stricter',
    });
  }
  return losses;
}
