/** What containers of a CVE record say of the flaw as such. */
import type { ExploitationReport } from '../../../../model/finding.ts';
import type { SeverityStatement } from '../../../advisory.ts';
import { asObject } from '../../../feed.ts';
import { cvssStatement, severityWord } from '../../../severity-statements.ts';
import type { Cve5Container } from './cve5-record.ts';

/** CVSS vectors, newest version first, and words of the vendor's scale: Red Hat's, Apache's, OpenSSL's. */
export function containerSeverities({ metrics }: Cve5Container): readonly SeverityStatement[] {
  const stated = metrics ?? [];
  const vectors = (['cvssV4_0', 'cvssV3_1', 'cvssV3_0', 'cvssV2_0'] as const).flatMap((key) =>
    stated.flatMap((metric) => metric[key]?.vectorString ?? []),
  );
  const words = stated
    .flatMap(({ other }) => [other?.content['value'], other?.content['text']])
    .filter((word) => typeof word === 'string');
  return [
    ...[...new Set(vectors)].flatMap((vector) => cvssStatement(vector) ?? []),
    ...[...new Set(words)].flatMap((word) => severityWord(word) ?? []),
  ];
}

/** Numbered, or `CWE-79: …` at the beginning of the text. */
export function containerWeaknesses({ problemTypes }: Cve5Container): readonly string[] {
  return (problemTypes ?? []).flatMap(({ descriptions }) =>
    descriptions.map(({ cweId, description }) => cweId ?? description ?? ''),
  );
}

const EXPLOITATION = ['none', 'poc', 'active'] as const;

/**
 * CISA's answers to the first questions of SSVC: a list of objects with one question each. Null where exploitation is not
 * among them. https://www.cisa.gov/ssvc
 */
export function exploitationReport({ metrics }: Cve5Container): ExploitationReport | null {
  const ssvc = metrics?.find(({ other }) => other?.type === 'ssvc')?.other?.content['options'];
  if (!Array.isArray(ssvc)) return null;
  const answers = new Map(
    ssvc
      .slice(0, 20)
      .flatMap((option) =>
        Object.entries(asObject(option) ?? {}).map(
          ([key, value]) => [key, String(value).toLowerCase()] as const,
        ),
      ),
  );
  const exploitation = EXPLOITATION.find((value) => value === answers.get('Exploitation'));
  if (exploitation === undefined) return null;
  const automatable = answers.get('Automatable');
  const impact = answers.get('Technical Impact');
  return {
    exploitation,
    automatable: automatable === 'yes' ? true : automatable === 'no' ? false : null,
    technicalImpact: impact === 'partial' || impact === 'total' ? impact : null,
  };
}
