import type { LedgerEntry } from '../ledger/entry.ts';

/** Media type of one event as JSON. CloudEvents 1.0, JSON format, section 3; HTTP binding, section 3.2. */
export const CLOUD_EVENT_TYPE = 'application/cloudevents+json; charset=utf-8';

/**
 * An entry of the ledger as an event: CloudEvents 1.0 in its JSON form. Source and id tell a repeated delivery from a new event.
 *
 * @param source address or other URI of the programme
 */
export function formatCloudEvent(entry: LedgerEntry, source: string): string {
  const { event, at, sequence } = entry;
  return JSON.stringify({
    specversion: '1.0',
    type: `hallmark.ledger.${event.kind}.v1`,
    source,
    id: String(sequence),
    time: at,
    subject: event.repository,
    datacontenttype: 'application/json',
    data: entry,
  });
}
