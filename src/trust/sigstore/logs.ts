/** Entries of transparency logs. Sigstore client specification, "Transparency Log Entry". */
import type { TransparencyLogEntry } from '@sigstore/bundle';
import { CheckFailure, type CheckRecord } from '../checks/check-failure.ts';
import type { SigstoreRoot } from '../material/material.ts';
import type { VerifiedTime } from '../../model/trust.ts';
import { isCheckpointOf, parseCheckpoint } from './checkpoint.ts';
import { type Log, type Objection, objectionToPromise, objectionToProof } from './library.ts';
import { bodyDifference, type LoggedSigner } from './log-body.ts';
import type { SignedEvidence } from './signed-evidence.ts';

interface FoundLog {
  readonly authority: Log;
  /** Four bytes, by which its checkpoints name its key. C2SP, `signed-note.md` */
  readonly keyHint: Buffer;
  readonly baseUrl: string;
  readonly operator: string;
}

/** Who runs a service: two of one operator are one witness. Where the trust root does not say, the address stands for it. */
export function operatorOf(operator: string, address: string): string {
  return operator === '' ? address : operator;
}

/** The log that an entry names by its key; null where the root has none. */
export function findLog(
  { logId: { keyId } }: TransparencyLogEntry,
  { root, parsed }: SigstoreRoot,
): FoundLog | null {
  const index = parsed.tlogs.findIndex(({ logID }) => keyId.equals(logID));
  const authority = parsed.tlogs[index];
  const described = root.tlogs[index];
  if (authority === undefined || described === undefined) return null;
  const { baseUrl, operator, checkpointKeyId } = described;
  const keyHint = (checkpointKeyId?.keyId ?? authority.logID).subarray(0, 4);
  return { authority, keyHint, baseUrl, operator: operatorOf(operator, baseUrl) };
}

/**
 * Every entry must be in a trusted log and about this signature.
 *
 * @param times verified ones: the log's key must have been valid then
 * @param needed how many operators must have it
 * @returns whether it is logged
 */
export function verifyEntries(
  evidence: SignedEvidence,
  signer: LoggedSigner,
  root: SigstoreRoot,
  context: { readonly times: readonly VerifiedTime[]; readonly needed: number },
  record: CheckRecord,
): boolean {
  const entries = evidence.entries.map((entry) => ({ entry, log: knownLog(entry, root) }));
  const isProven = entries.filter(({ entry, log }) => verifyCheckpoint(entry, log, context.times)).length > 0;
  const objections = entries.flatMap(({ entry, log }) => objectionToInclusion(entry, log) ?? []);
  const ofCheckpoint = objections.find(({ reason }) => reason.includes('checkpoint'));
  if (ofCheckpoint !== undefined) throw new CheckFailure('log.checkpoint', ofCheckpoint.reason);
  if (isProven) record.passed('log.checkpoint', 'the log signed the root that the proof leads to');
  else record.skipped('log.checkpoint', withoutProof(entries.length));
  const [objection] = objections;
  if (objection !== undefined) throw new CheckFailure('log.inclusion', objection.reason);
  if (entries.length > 0) record.passed('log.inclusion', `the entry is in the log ${names(entries)}`);
  else record.skipped('log.inclusion', 'there is no log entry');
  for (const { entry } of entries) verifyBody(entry, evidence, signer);
  if (entries.length > 0) {
    record.passed('log.body', `the entry has this signature, this digest and this ${signer.kind}`);
  } else record.skipped('log.body', 'there is no log entry');
  const operators = new Set(entries.map(({ log }) => log.operator)).size;
  if (operators < context.needed) {
    throw new CheckFailure(
      'log.sources',
      `expected entries in logs of ${context.needed} operators, got ${operators}`,
    );
  }
  if (context.needed > 0) record.passed('log.sources', `${operators} of ${context.needed} operators have it`);
  else record.skipped('log.sources', `no log is asked for by ${root.name}`);
  return entries.length > 0;
}

function knownLog(entry: TransparencyLogEntry, root: SigstoreRoot): FoundLog {
  const log = findLog(entry, root);
  if (log !== null) return log;
  throw new CheckFailure(
    'log.checkpoint',
    `the entry is of a log that the trust root ${root.name} does not name`,
  );
}

/** What of a checkpoint the library does not compare. @returns false for an entry that has none */
function verifyCheckpoint(
  entry: TransparencyLogEntry,
  { authority, keyHint, baseUrl }: FoundLog,
  times: readonly VerifiedTime[],
): boolean {
  const { inclusionProof: proof, logIndex, kindVersion } = entry;
  if (proof?.checkpoint === undefined) return false;
  const checkpoint = parseCheckpoint(proof.checkpoint.envelope);
  if (checkpoint === null)
    throw badCheckpoint('the checkpoint is not a signed note of origin, size and root');
  // by name and key: a log must not speak for another one that has its key, nor one name for two keys
  if (!isCheckpointOf(checkpoint, baseUrl, keyHint)) {
    const signers = checkpoint.signatures.map(({ name }) => name).join(', ');
    const got = `${JSON.stringify(checkpoint.origin)}, signed by ${JSON.stringify(signers)}`;
    throw badCheckpoint(`expected a checkpoint of ${baseUrl} with its key, got one of ${got}`);
  }
  if (checkpoint.size !== proof.treeSize || !checkpoint.rootHash.equals(proof.rootHash)) {
    throw badCheckpoint('the checkpoint is of another tree than the proof: size or root differ');
  }
  // Rekor 1 counts over all of its trees, Rekor 2 has one tree and one count
  if (isSecondGeneration(kindVersion) && logIndex !== proof.logIndex) {
    throw badCheckpoint(`the entry is number ${logIndex}, and its proof is for number ${proof.logIndex}`);
  }
  const { start, end } = authority.validFor;
  const outside = times.find(({ at }) => new Date(at) < start || new Date(at) > end);
  if (outside !== undefined) throw badCheckpoint(`the log's key was not trusted at ${outside.at}`);
  return true;
}

const badCheckpoint = (problem: string) => new CheckFailure('log.checkpoint', problem);

const isSecondGeneration = ({ kind, version }: TransparencyLogEntry['kindVersion']): boolean =>
  kind !== 'intoto' && version === '0.0.2';

/** A promise and a proof must both hold where both are there; one of them must be. */
function objectionToInclusion(
  entry: TransparencyLogEntry,
  { authority, keyHint }: FoundLog,
): Objection | null {
  const { inclusionPromise, inclusionProof } = entry;
  const toPromise = inclusionPromise === undefined ? null : objectionToPromise(entry, authority);
  if (toPromise !== null || (inclusionPromise !== undefined && inclusionProof === undefined))
    return toPromise;
  return objectionToProof(entry, authority, keyHint);
}

function verifyBody(entry: TransparencyLogEntry, evidence: SignedEvidence, signer: LoggedSigner): void {
  const difference = bodyDifference(entry.canonicalizedBody, entry.kindVersion, evidence, signer);
  if (difference !== null) throw new CheckFailure('log.body', difference);
}

const withoutProof = (entries: number): string =>
  entries === 0 ? 'there is no log entry' : 'the log gave a promise and no proof';

const names = (entries: readonly { readonly log: FoundLog }[]): string =>
  [...new Set(entries.map(({ log }) => log.baseUrl))].join(', ');
