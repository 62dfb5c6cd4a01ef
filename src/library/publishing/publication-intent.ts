import { canonicalJson } from '../../formats/canonical-json.ts';
import { digestOf } from '../../model/digest.ts';
import type { LedgerEvent } from '../ledger/entry.ts';
import type { PublicationIntent } from '../state/programme-state.ts';

/** @param index the bytes to be put behind the tags; empty for a retirement */
export function toIntent(event: LedgerEvent, index: Uint8Array, at: string): PublicationIntent {
  const { kind, repository, tags, digest } = event;
  const id = digestOf(canonicalJson({ kind, repository, tags, digest }));
  return { id, event, index: Buffer.from(index).toString('base64'), at };
}
