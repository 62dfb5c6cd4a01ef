/** When a signature was made, as others than the signer vouch for it. Sigstore client specification, "Establishing a Time". */
import type { TransparencyLogEntry } from '@sigstore/bundle';
import type { VerifiedTime } from '../../model/trust.ts';
import { CheckFailure, type CheckRecord } from '../checks/check-failure.ts';
import { isFuture } from '../clock-skew.ts';
import type { SigstoreRoot } from '../material/material.ts';
import { objectionToPromise, objectionToToken } from './library.ts';
import { findLog, operatorOf } from './logs.ts';
import type { SignedEvidence } from './signed-evidence.ts';
import { certificateProblem, readToken, type TimestampToken } from './timestamp-token.ts';

/** The verified times of a signature, in order. Every token and every promise must hold: none is passed over. */
export function verifyTimes(
  evidence: SignedEvidence,
  root: SigstoreRoot,
  now: Date,
  record: CheckRecord,
): readonly VerifiedTime[] {
  const tokens = evidence.tokens.map((token) => verifyToken(token, evidence.timestamped, root, now));
  if (tokens.length === 0) record.skipped('time.authority', 'there is no token of a timestamp authority');
  else record.passed('time.authority', `${listTimes(tokens)} over this signature`);
  const promised = evidence.entries.flatMap((entry) => verifyPromise(entry, root, now));
  if (promised.length > 0) record.passed('time.log', `${listTimes(promised)}, which the log promised`);
  else record.skipped('time.log', 'no log promised a time: an entry without a promise says nothing of when');
  return [...tokens, ...promised].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Whether a root names the authority that a token says it is by. */
export function knowsToken(der: Buffer, root: SigstoreRoot): boolean {
  const token = readToken(der);
  return typeof token !== 'string' && authoritiesOf(token, root).length > 0;
}

/** How many parties say when: one that speaks twice, or in two roles, is one. */
export function countSources(times: readonly VerifiedTime[]): number {
  return new Set(times.map(({ by }) => by)).size;
}

function verifyToken(
  der: Buffer,
  timestamped: readonly Uint8Array[],
  root: SigstoreRoot,
  now: Date,
): VerifiedTime {
  const token = readToken(der);
  if (typeof token === 'string') throw badToken(token);
  const at = token.time.toISOString();
  if (isFuture(token.time.getTime(), now.getTime())) throw badToken(`is of ${at}, which is in the future`);
  const authorities = authoritiesOf(token, root);
  if (authorities.length === 0) {
    // a certificate inside of the token proves nothing: whoever made the token put it there
    throw badToken(`is by an authority that the trust root ${root.name} does not name`);
  }
  const covered = timestamped.find((bytes) => token.covers(bytes));
  if (covered === undefined) throw badToken('is over other bytes than this signature');
  const problems = authorities.map(({ by, problem }) => ({ by, problem: problem(covered) }));
  const sound = problems.find(({ problem }) => problem === null);
  if (sound === undefined) throw badToken(problems.map(({ problem }) => problem).join('; '));
  return { source: 'timestamp-authority', at, by: sound.by };
}

/** Authorities whose certificate the token names by issuer and serial number. */
function authoritiesOf(token: TimestampToken, { root, parsed }: SigstoreRoot) {
  return parsed.timestampAuthorities.flatMap((authority, index) => {
    const [leaf] = authority.certChain;
    const described = root.timestampAuthorities[index];
    const der = described?.certChain?.certificates[0]?.rawBytes;
    if (leaf === undefined || described === undefined || der === undefined) return [];
    if (!leaf.issuer.equals(token.issuer) || !leaf.serialNumber.equals(token.serialNumber)) return [];
    const problem = (covered: Uint8Array): string | null => {
      const { start, end } = authority.validFor;
      if (token.time < start || token.time > end) {
        return `is of ${token.time.toISOString()}, when the authority was not trusted`;
      }
      const unfit = certificateProblem(token, der);
      if (unfit !== null) return `is by a certificate that ${unfit}`;
      const objection = objectionToToken(token.timestamp, covered, authority);
      return objection === null ? null : `does not hold: ${objection.reason}`;
    };
    return [{ by: operatorOf(described.operator, described.uri), problem }];
  });
}

/** The time that a log promised. Rekor 2 promises none, and a time without a promise is anybody's word. */
function verifyPromise(entry: TransparencyLogEntry, root: SigstoreRoot, now: Date): readonly VerifiedTime[] {
  if (entry.inclusionPromise === undefined || entry.integratedTime === '0') return [];
  const log = findLog(entry, root);
  if (log === null)
    throw badPromise(`the log entry is of a log that the trust root ${root.name} does not name`);
  const time = new Date(Number(entry.integratedTime) * 1000);
  if (isFuture(time.getTime(), now.getTime())) {
    throw badPromise(`the log entry is of ${formatTime(time)}, which is in the future`);
  }
  const objection = objectionToPromise(entry, log.authority);
  if (objection !== null) throw badPromise(`the log's promise does not hold: ${objection.reason}`);
  return [{ source: 'log', at: time.toISOString(), by: log.operator }];
}

const badToken = (problem: string) => new CheckFailure('time.authority', `the timestamp token ${problem}`);

const badPromise = (problem: string) => new CheckFailure('time.log', problem);

const formatTime = (time: Date): string => (Number.isNaN(time.getTime()) ? 'no time' : time.toISOString());

const listTimes = (times: readonly VerifiedTime[]): string =>
  times.map(({ at, by }) => `${at} by ${by}`).join(', ');
