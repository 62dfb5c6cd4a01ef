/** The file `.hallmark.yaml`. Its JSON Schema is made from this one: docs/schema/configuration-1.schema.json. */
import { z } from 'zod';
import { VEX_JUSTIFICATIONS } from '../../advisories/vex/vex-statement.ts';
import { VersionError } from '../../versions/scheme.ts';
import { canonicalVers, parseVers } from '../../versions/vers.ts';
import { readPurl } from '../vex/purl-agreement.ts';

const Words = z.string().trim().min(1).max(2_000);
const Vulnerability = z
  .string()
  .regex(/^[\x21-\x7e]{3,200}$/, 'an identifier such as CVE-2024-12345')
  .describe('any name of the flaw: CVE, GHSA, or what an advisory calls it');
const DATE_OR_NEVER = 'a date such as 2027-01-31, or never';
const Expires = z
  .union([z.iso.date(DATE_OR_NEVER), z.literal('never')], { error: DATE_OR_NEVER })
  .describe('the last day on which it holds; never must be written out');

const PackageUrl = z
  .string()
  .max(2_000)
  .refine((text) => readPurl(text) !== null, 'a package URL such as pkg:npm/lodash or pkg:npm/%40acme/*');

const Interval = z
  .strictObject({
    introduced: z.string().min(1).max(200).optional().describe('the first version; left out: every one'),
    fixed: z.string().min(1).max(200).optional().describe('the first version that is not meant any more'),
    lastAffected: z.string().min(1).max(200).optional().describe('the last version that is meant'),
  })
  .refine(({ fixed, lastAffected }) => fixed === undefined || lastAffected === undefined, {
    error: 'fixed and lastAffected exclude each other',
  });

const RANGE = 'a range such as vers:npm/<1.2.6, or a list of { introduced, fixed, lastAffected }';
const Versions = z
  .union([z.string().max(2_000).refine(isVers, RANGE), z.array(Interval).min(1).max(1_000)], {
    error: RANGE,
  })
  .describe('a range of VERS, or a list of intervals');

function isVers(text: string): boolean {
  try {
    parseVers(canonicalVers(text));
    return true;
  } catch (error) {
    if (error instanceof VersionError) return false;
    throw error;
  }
}

const PackagePattern = z.union(
  [
    PackageUrl.describe('a package URL; * stands for any part of a name or version'),
    z.strictObject({ purl: PackageUrl, versions: Versions }),
  ],
  { error: 'a package URL such as pkg:npm/lodash, or { purl, versions }' },
);

const Decision = {
  reason: Words.describe('why, for whoever reads the report'),
  owner: Words.describe('who answers for it'),
  expires: Expires,
};

const Exception = z
  .strictObject({
    vulnerability: Vulnerability.optional(),
    vulnerabilities: z.array(Vulnerability).min(1).max(1_000).optional(),
    packages: z.array(PackagePattern).min(1).max(1_000).optional().describe('left out: every package'),
    paths: z
      .array(z.string().min(1).max(2_000))
      .min(1)
      .max(1_000)
      .optional()
      .describe('where the package was found, without a leading slash; * and ** as in a shell'),
    images: z
      .array(z.string().min(1).max(1_000))
      .min(1)
      .max(1_000)
      .optional()
      .describe('repository[:tag] with * and **, or a digest; left out: every image'),
    status: z.enum(['accepted-risk', 'false-positive', 'not-affected']),
    justification: z.enum(VEX_JUSTIFICATIONS).optional().describe('required for not-affected'),
    ...Decision,
  })
  .refine((exception) => exception.vulnerability !== undefined || exception.vulnerabilities !== undefined, {
    error: 'vulnerability is missing',
  })
  .refine(({ status, justification }) => (status === 'not-affected') === (justification !== undefined), {
    error: 'justification belongs to the status not-affected, which needs one',
  });

const Override = z
  .strictObject({
    vulnerability: Vulnerability,
    package: z.union([PackageUrl, z.strictObject({ ecosystem: Words, name: Words })], {
      error: 'a package URL, or { ecosystem, name } as the advisory has them',
    }),
    affected: Versions.optional().describe('the affected versions, in place of what the advisory says'),
    withdrawn: z.literal(true).optional().describe('the advisory does not hold for this package'),
    ...Decision,
  })
  .refine(({ affected, withdrawn }) => (affected === undefined) !== (withdrawn === undefined), {
    error: 'either affected or withdrawn must be given',
  });

export const ConfigurationFile = z
  .strictObject({
    schema: z.literal('hallmark.configuration/1'),
    vex: z
      .strictObject({
        author: Words.describe('who stands for the exported document'),
        id: z.url().optional().describe('its identifier; left out: made from its content'),
      })
      .optional()
      .describe('for "hallmark vex export"'),
    exceptions: z.array(Exception).max(10_000).default([]),
    overrides: z.array(Override).max(10_000).default([]),
  })
  .describe('Exceptions and overrides of Hallmark, version 1');

export type ConfigurationFile = z.infer<typeof ConfigurationFile>;

/** The published JSON Schema, draft 2020-12. */
export function configurationJsonSchema(): object {
  return { $id: 'hallmark.configuration/1', ...z.toJSONSchema(ConfigurationFile, { io: 'input' }) };
}
