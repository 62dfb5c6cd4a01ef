import { z } from 'zod';
import type { SeverityStatement } from '../../advisory.ts';
import { isIdentifier, isPlainText } from '../../feed.ts';
import { cvssStatement, severityWord } from '../../severity-statements.ts';

const Identifier = z.string().trim().refine(isIdentifier, 'is not an identifier');
const Text = z.string().refine(isPlainText, 'is empty, too long or has control characters');

/** Absent, null and, from YAML read as text, empty all stand for none. */
function list<T extends z.ZodType>(item: T, most: number) {
  return z.preprocess((value) => (value === '' ? [] : (value ?? [])), z.array(item).max(most));
}

const optionalText = z
  .string()
  .max(1000)
  .nullish()
  .transform((text) => text || null);

const Severity = z.object({ type: z.string().max(40), score: z.string().max(1000) });

const Event = z.object({
  introduced: Text.optional(),
  fixed: Text.optional(),
  last_affected: Text.optional(),
  limit: Text.optional(),
});

const Events = z.array(Event).max(10_000);

const Affected = z.object({
  package: z
    .object({
      ecosystem: Text,
      name: Text,
      /** Ubuntu names the pocket only here. */
      purl: z.string().max(1000).optional().catch(undefined),
    })
    .optional(),
  ranges: list(z.object({ type: z.string().max(40), events: Events }), 1_000),
  versions: list(Text, 100_000),
  severity: list(Severity, 100),
  ecosystem_specific: z
    .object({
      /** Debian's conversion keeps the tracker's urgency here. */
      urgency: z.string().max(100).optional().catch(undefined),
      /** Go: releases that are no versions to Go. */
      custom_ranges: z
        .array(z.object({ events: Events }))
        .max(1_000)
        .catch([]),
    })
    .nullish()
    .catch(null),
  database_specific: z
    .object({
      /** RustSec: `unmaintained`, `unsound`, `notice`. */
      informational: Text.nullish().catch(null),
      /** GitHub, beside a range without an end: `< 4.0.0`. */
      last_known_affected_version_range: z.string().max(200).optional().catch(undefined),
      /** Docker Hardened Images. */
      severity: z.string().max(40).optional().catch(undefined),
    })
    .nullish()
    .catch(null),
});

/** The fields that carry facts; texts are left but for the first word of the summary. */
export const OsvRecord = z.object({
  id: Identifier,
  modified: optionalText,
  published: optionalText,
  withdrawn: optionalText,
  aliases: list(Identifier, 1_000),
  related: list(Identifier, 10_000),
  upstream: list(Identifier, 10_000),
  summary: z.string().catch(''),
  severity: list(Severity, 100),
  affected: list(Affected, 100_000),
  references: z.array(z.object({ type: z.string(), url: z.string() })).catch([]),
  database_specific: z.object({ severity: z.string().optional().catch(undefined) }).catch({}),
});

export type OsvRecord = z.infer<typeof OsvRecord>;
export type OsvAffected = z.infer<typeof Affected>;

/** CVSS vectors, and words in the scale of a vendor (`{"type": "Ubuntu", "score": "medium"}`). */
export function severityStatements(severities: OsvRecord['severity']): SeverityStatement[] {
  return severities.flatMap(({ type, score }) => {
    const statement = type.startsWith('CVSS_') ? cvssStatement(score) : severityWord(score);
    return statement === null ? [] : [statement];
  });
}
