import type { Flaw, SeverityStatement } from '../../../advisory.ts';
import { advisoryItem } from '../../advisory-item.ts';
import { recordDate } from '../../../dates.ts';
import { faultsOf, type FeedItem } from '../../../feed.ts';
import { cvssStatement } from '../../../severity-statements.ts';
import { Configurations, readConfigurations } from '../../cpe/configurations.ts';
import { weaknessesOf } from '../../../weaknesses.ts';

/** What NVD says of one CVE, whichever of its forms it came in. */
export interface NvdRecord {
  readonly id: string;
  readonly published: string | null;
  readonly modified: string | null;
  readonly isRejected: boolean;
  /** NVD's own before those of others. */
  readonly vectors: readonly string[];
  readonly weaknesses: readonly string[];
  /** In the form of API 2.0, not checked yet. */
  readonly configurations: unknown;
}

/** The flaw, and what its configurations say of programs that are known by a CPE. */
export function* nvdItems(record: NvdRecord, path: string, now: Date): Iterable<FeedItem> {
  const { id } = record;
  const published = recordDate(record.published, now);
  const modified = recordDate(record.modified, now);
  yield { kind: 'flaw', flaw: toFlaw(record, published, modified, now) };
  if (record.isRejected) return;
  const configurations = Configurations.safeParse(record.configurations);
  if (!configurations.success) {
    yield { kind: 'rejected', record: `${path}: ${id}`, reason: faultsOf(configurations.error) };
    return;
  }
  const { affected, skipped } = readConfigurations(configurations.data);
  for (const reason of skipped) yield { kind: 'skipped', reason };
  if (affected.length === 0) return;
  // the flaw has the severities
  yield advisoryItem({ id, source: 'nvd', published, modified, affected });
}

function toFlaw(
  { id, isRejected, vectors, weaknesses }: NvdRecord,
  published: string | null,
  modified: string | null,
  now: Date,
): Flaw {
  return {
    id,
    source: 'nvd',
    published,
    modified,
    rejected: isRejected ? (modified ?? published ?? recordDate(now.toISOString(), now)) : null,
    severities: isRejected ? [] : severitiesOf(vectors),
    weaknesses: weaknessesOf(weaknesses),
    report: null,
  };
}

/** Each vector once, in the given order. */
export function severitiesOf(vectors: readonly string[]): readonly SeverityStatement[] {
  return [...new Set(vectors)].flatMap((vector) => cvssStatement(vector) ?? []);
}
