import type { TransparencyLogEntry } from '@sigstore/bundle';
import { isObject } from '../../formats/json.ts';
import { readStrictJson } from '../../formats/strict-json.ts';

const MAX_BODY_BYTES = 1024 * 1024;

/** An entry as Rekor 1 gives it, before there were bundles. sigstore/rekor, `openapi.yaml`, LogEntry */
export interface LogEntryV1 {
  readonly body: Buffer;
  /** Seconds since 1970. */
  readonly integratedTime: number;
  /** Over all trees of the log. */
  readonly logIndex: number;
  /** SHA-256 of the log's key, in lower-case hexadecimal. */
  readonly logID: string;
  /** The log's signature over the four above. */
  readonly promise: Buffer;
  readonly proof: TransparencyLogEntry['inclusionProof'] | null;
}

/** The same in the form of bundles; a text says why it is no entry. Its kind is only in the body. */
export function logEntryV1(entry: LogEntryV1): TransparencyLogEntry | string {
  if (!/^[0-9a-f]{64}$/.test(entry.logID)) return 'the log entry has no identifier of a log';
  const json = readStrictJson(entry.body, { maxBytes: MAX_BODY_BYTES, numbers: 'exact' });
  if ('problem' in json) return `the body of the log entry ${json.problem}`;
  const { kind, apiVersion } = isObject(json.value) ? json.value : {};
  if (typeof kind !== 'string' || typeof apiVersion !== 'string')
    return 'the body of the log entry has no kind';
  return {
    logIndex: String(entry.logIndex),
    logId: { keyId: Buffer.from(entry.logID, 'hex') },
    kindVersion: { kind, version: apiVersion },
    integratedTime: String(entry.integratedTime),
    inclusionPromise: { signedEntryTimestamp: entry.promise },
    inclusionProof: entry.proof ?? undefined,
    canonicalizedBody: entry.body,
  };
}
