/** Source policies of BuildKit. github.com/moby/buildkit, `sourcepolicy/pb/policy.proto` and `docs/build-repro.md`. */
import { z } from 'zod';
import { readYamlFile } from '../read-yaml-file.ts';
import { coversPattern, parseRepositoryPattern, patternsMeet } from '../repository-pattern.ts';
import { type Imported, type Loss, type WrittenRule, writePolicy } from './imported.ts';
import { referencePatterns } from './reference-patterns.ts';
import { regexToGlob } from './regex-to-glob.ts';

const text = z.string().max(5_000);

/** Protobuf's JSON has an enumeration by name or by number. */
const enumeration = <T extends string>(names: readonly [T, ...T[]]) =>
  z
    .union([
      z.enum(names),
      z
        .int()
        .min(0)
        .max(names.length - 1),
    ])
    .transform((value) => (typeof value === 'number' ? (names[value] ?? names[0]) : value));

const MatchType = enumeration(['WILDCARD', 'EXACT', 'REGEX']);

const SourcePolicy = z.strictObject({
  version: z.union([z.literal(1), z.literal('1')]).optional(),
  rules: z
    .array(
      z.strictObject({
        action: enumeration(['ALLOW', 'DENY', 'CONVERT']).default('ALLOW'),
        selector: z.strictObject({
          identifier: text,
          match_type: MatchType.optional(),
          matchType: MatchType.optional(),
          constraints: z.array(z.unknown()).max(100).optional(),
        }),
        updates: z
          .strictObject({ identifier: text.optional(), attrs: z.record(text, text).optional() })
          .optional(),
      }),
    )
    .max(10_000)
    .default([]),
});

type SourceRule = z.infer<typeof SourcePolicy>['rules'][number];

const IMAGE = 'docker-image://';

/** @throws {TrustError} POLICY_INVALID */
export function importSourcePolicy(content: string, name: string): Imported {
  const { value } = readYamlFile(content, SourcePolicy, { name, code: 'POLICY_INVALID' });
  const losses: Loss[] = [];
  const decided: Decided[] = [];
  for (const [index, rule] of value.rules.entries()) {
    const item = `rules[${index}]`;
    const patterns = patternsOf(rule, item, losses);
    for (const pattern of patterns) {
      const next = { pattern, action: rule.action === 'DENY' ? 'refuse' : 'allow', item } as const;
      losses.push(...overrule(decided, next));
      decided.push(next);
    }
  }
  const rules: readonly WrittenRule[] = decided.map(({ pattern, action, item }) => ({
    name: `${item}: ${pattern}`,
    repositories: [pattern],
    always: action,
    ...(action === 'allow' ? { reason: 'the source policy of BuildKit allows it' } : {}),
  }));
  // BuildKit allows what no rule denies
  return { yaml: writePolicy(name, { default: 'allow', rules: [...rules] }), losses };
}

interface Decided {
  readonly pattern: string;
  readonly action: 'allow' | 'refuse';
  readonly item: string;
}

/** The last rule that matches decides in BuildKit, the most specific one here: what a later rule covers goes. */
function overrule(decided: Decided[], { pattern, action, item }: Decided): readonly Loss[] {
  const later = parseRepositoryPattern(pattern);
  if ('fault' in later) return [];
  const losses: Loss[] = [];
  for (const earlier of decided.splice(0)) {
    const before = parseRepositoryPattern(earlier.pattern);
    if ('fault' in before || coversPattern(later, before)) continue;
    decided.push(earlier);
    const differs = earlier.action !== action;
    if (differs && !coversPattern(before, later) && patternsMeet(before, later)) {
      const reason = `it meets ${earlier.item} without containing it: of the two the more specific decides, not the later`;
      losses.push({ item, reason, effect: 'weaker' });
    }
  }
  return losses;
}

function patternsOf({ action, selector }: SourceRule, item: string, losses: Loss[]): readonly string[] {
  const lose = (reason: string, effect: Loss['effect']): readonly string[] => {
    losses.push({ item, reason, effect });
    return [];
  };
  const ofDenial = action === 'DENY' ? 'weaker' : 'stricter';
  if (action === 'CONVERT') {
    return lose(
      'sources are not rewritten: "hallmark pin" writes digests into the files themselves',
      'weaker',
    );
  }
  const glob = globOf(selector);
  if (glob === null) return lose('this expression cannot be written as a pattern of repositories', ofDenial);
  if (!glob.startsWith(IMAGE) && glob !== '**')
    return lose('it is about a source that is no image', ofDenial);
  const found = referencePatterns(glob === '**' ? glob : glob.slice(IMAGE.length));
  if (found === null) return lose('this cannot be written as a pattern of repositories', ofDenial);
  const isNarrow = found.isWider || (selector.constraints ?? []).length > 0;
  if (!isNarrow) return found.patterns;
  if (action === 'ALLOW')
    return lose('a rule is about a repository: one of its tags alone is not allowed', 'stricter');
  losses.push({
    item,
    reason: 'a rule is about a repository: all of its tags are refused',
    effect: 'stricter',
  });
  return found.patterns;
}

/** With `**` for any text; null for an expression that is no glob. */
function globOf({ identifier, match_type, matchType }: SourceRule['selector']): string | null {
  switch (matchType ?? match_type ?? 'WILDCARD') {
    case 'EXACT':
      return identifier.includes('*') ? null : identifier;
    case 'REGEX':
      return regexToGlob(identifier)?.glob ?? null;
    case 'WILDCARD':
      return identifier.replaceAll('*', '**');
  }
}
