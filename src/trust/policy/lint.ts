/** What a policy lets through that whoever wrote it hardly meant, each with an example. */
import { patternExample } from './pattern-example.ts';
import type { Authority, IdentityPattern, TextPattern, TrustPolicy, TrustRule } from './policy.ts';
import { stableAuthority } from './stable-authority.ts';
import { ruleOfTag } from './tag-rules.ts';
import { isAboutTag } from '../statements/predicate-types.ts';

export interface Looseness {
  /** `rule`, `authority` or the policy as a whole. */
  readonly where: string;
  /** `warning`: a stranger gets in. `hint`: it could be tighter. */
  readonly severity: 'warning' | 'hint';
  readonly message: string;
  /** Something that is admitted. */
  readonly admits: string;
}

/** Looks for loose authorities and rules; the warnings come first. */
export function lintPolicy(policy: TrustPolicy): readonly Looseness[] {
  const found = [
    ...(policy.fallback === 'allow' ? [OPEN_POLICY] : []),
    ...Object.entries(policy.authorities).flatMap(([name, authority]) =>
      lintAuthority(authority).map((each) => ({ where: `authority ${name}`, ...each })),
    ),
    ...unusedAuthorities(policy),
    ...policy.rules
      .filter(isOwn)
      .flatMap((rule) => lintRule(rule, policy).map((each) => ({ where: `rule ${rule.name}`, ...each }))),
  ];
  return found.toSorted((a, b) => Number(a.severity === 'hint') - Number(b.severity === 'hint'));
}

/** What Hallmark brings along is not the user's to mend. */
const isOwn = ({ place }: TrustRule): boolean => place !== null;

type Found = Omit<Looseness, 'where'>;

const warning = (message: string, admits: string): Found => ({ severity: 'warning', message, admits });
const hint = (message: string, admits: string): Found => ({ severity: 'hint', message, admits });

const OPEN_POLICY: Looseness = {
  where: 'policy',
  ...warning('default: allow lets every repository without a rule through', 'docker.io/stranger/anything'),
};

function lintAuthority(authority: Authority): readonly Found[] {
  switch (authority.kind) {
    case 'key':
      return [];
    case 'x509':
      return Object.keys(authority.subject).length > 0
        ? []
        : [warning('any certificate of the store counts', `CN=stranger, issued under ${authority.store}`)];
    case 'certificate':
      return lintIdentity(authority);
  }
}

function lintIdentity({ issuer, subject, extensions }: IdentityPattern): readonly Found[] {
  const { sourceRepositoryUri, sourceRepositoryId, sourceRepositoryOwnerUri, sourceRepositoryOwnerId } =
    extensions;
  const found: Found[] = [];
  if (issuer.kind === 'glob') {
    found.push(warning('the issuer is a pattern: who may say who somebody is?', patternExample(issuer.glob)));
  }
  const places = [
    ['subject', subject],
    ['repository', sourceRepositoryUri ?? null],
    ['owner', sourceRepositoryOwnerUri ?? null],
  ] as const;
  const pinned = [sourceRepositoryId, sourceRepositoryOwnerId].some((each) => each?.kind === 'exact');
  const closed = places.filter(([, pattern]) => pattern !== null && !leavesOwnerOpen(pattern));
  for (const [name, pattern] of places) {
    // one closed field is enough: an open one beside it admits nobody else
    if (pattern?.kind === 'glob' && leavesOwnerOpen(pattern) && closed.length === 0 && !pinned) {
      found.push(warning(`the ${name} may be that of another owner`, patternExample(pattern.glob)));
    }
  }
  const isNamed = sourceRepositoryUri !== undefined || sourceRepositoryOwnerUri !== undefined;
  if (subject !== null && isWorkflow(subject) && !isNamed && !pinned) {
    const admits = `${patternExample(textOf(subject))}, called by https://github.com/stranger/anything`;
    found.push(
      warning(
        'a workflow that may be called signs for whoever calls it: name the repository or its owner',
        admits,
      ),
    );
  }
  if (subject === null && !isWorkflowNamed(extensions)) {
    found.push(
      hint('any workflow of the repository counts', 'a workflow of a pull request that may get a token'),
    );
  }
  if (isNamed && !pinned) {
    found.push(
      hint('names can be taken over: add repositoryId or ownerId', 'a new repository of the same name'),
    );
  }
  if (isOpenRef(subject) && extensions.sourceRepositoryRef === undefined) {
    found.push(hint('any branch counts: add ref', 'a run on refs/heads/anything'));
  }
  return found;
}

const textOf = (pattern: TextPattern): string => (pattern.kind === 'exact' ? pattern.text : pattern.glob);

const isWorkflow = (subject: TextPattern): boolean =>
  /^https:\/\/[^@]*\/\.github\/workflows\//.test(textOf(subject));
const isWorkflowNamed = ({ buildConfigUri, buildSignerUri }: IdentityPattern['extensions']): boolean =>
  buildConfigUri !== undefined || buildSignerUri !== undefined;
const isOpenRef = (subject: TextPattern | null): boolean =>
  subject === null || (subject.kind === 'glob' && isWorkflow(subject));

/** A star within `https://HOST/OWNER`, or in a text that is no address before its `@`. */
function leavesOwnerOpen(pattern: TextPattern): boolean {
  if (pattern.kind === 'exact') return false;
  const star = pattern.glob.search(/[*?]/);
  const before = pattern.glob.slice(0, star);
  if (!pattern.glob.includes('://')) return star >= 0;
  return star >= 0 && !/^https?:\/\/[^/]+\/[^/]+\//.test(before);
}

function unusedAuthorities({ authorities, rules }: TrustPolicy): readonly Looseness[] {
  const used = new Set(rules.flatMap(({ requirements }) => requirements.flatMap(({ by }) => by)));
  return Object.keys(authorities)
    .filter((name) => !used.has(name))
    .map((name) => ({ where: `authority ${name}`, ...hint('no rule asks for it', 'nothing') }));
}

function lintRule(rule: TrustRule, { authorities }: TrustPolicy): readonly Found[] {
  const example = patternExample(rule.repositories[0] ?? '');
  const found: Found[] = [];
  if (rule.always === 'allow') {
    if (rule.expires === null)
      found.push(warning('an exemption without an end: add expires', `${example}, for ever`));
    else found.push(hint('an exemption: nothing is verified until it expires', example));
  }
  if (rule.always !== null) return found;
  if (rule.references === 'ignored') {
    found.push(
      warning(
        'evidence of another repository counts',
        `a signature for docker.io/stranger/anything on ${example}`,
      ),
    );
  }
  if (
    rule.signedAs !== null &&
    !rule.signedAs.endsWith('/**') &&
    rule.repositories.some((each) => each.includes('*'))
  ) {
    found.push(warning('everything is taken for one repository', `${rule.signedAs}, served as ${example}`));
  }
  for (const { by, threshold, meaning, predicateTypes, provenance } of rule.requirements) {
    if (threshold === 1 && by.length > 2)
      found.push(
        hint(`any one of ${by.length} is enough: is a threshold meant?`, `${by.at(-1) ?? ''} alone`),
      );
    const different = new Set(by.map((name) => stableAuthority(authorities[name])));
    if (different.size < threshold) {
      found.push(warning(`${threshold} have to agree, but some are the same: it cannot be met`, 'nothing'));
    }
    const isByKey = by.some((name) => authorities[name]?.kind === 'key');
    const isProvenance =
      meaning === 'attestation' &&
      predicateTypes.some((type) => type.startsWith('https://slsa.dev/provenance/'));
    if (isProvenance && isByKey && (provenance === null || provenance.source === null)) {
      found.push(
        hint(
          'provenance of any source counts: add provenance.source',
          'a build of https://github.com/stranger/anything',
        ),
      );
    }
  }
  const version = ['1.2.3', 'v1.2.3'].find((tag) => ruleOfTag(rule, tag)?.movement === 'floating');
  if (version !== undefined) {
    found.push(hint('tags of one version may move: say so of those that are made to', `another ${version}`));
  }
  if (
    rule.requirements.every((each) => each.maxAgeSeconds === null && !isAboutTag(each)) &&
    rule.tags.every(({ ref }) => ref === null)
  ) {
    found.push(
      hint(
        'an old image that was once signed counts under any tag: ask for an attestation of the type tag, or add maxAge or tags',
        `last year's ${example}:latest`,
      ),
    );
  }
  return found;
}
