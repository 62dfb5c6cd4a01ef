/** What a reviewer has said is meant: `tags.lost`, or `tags.lost:mongo:latest` for that one alone. */
import { REVIEW_CHECKS, type ReviewCheckId, type ReviewFinding } from './checks/checks.ts';

export interface Acknowledgement {
  readonly check: ReviewCheckId;
  /** A finding's subject, or a repository; null for every finding of the check. */
  readonly subject: string | null;
}

/** Null for a text that names no check. */
export function parseAcknowledgement(text: string): Acknowledgement | null {
  const colon = text.indexOf(':');
  const check = colon === -1 ? text : text.slice(0, colon);
  if (!isReviewCheck(check)) return null;
  return { check, subject: colon === -1 ? null : text.slice(colon + 1) };
}

function isReviewCheck(text: string): text is ReviewCheckId {
  return Object.hasOwn(REVIEW_CHECKS, text);
}

export function acknowledges({ check, subject }: Acknowledgement, finding: ReviewFinding): boolean {
  return (
    check === finding.check &&
    (subject === null || subject === finding.subject || subject === finding.repository)
  );
}
