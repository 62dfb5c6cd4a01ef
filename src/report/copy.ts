/** What a copy came to, for people and for programs. */
import type { TrustReport } from '../model/trust-report.ts';
import type { CopyReport } from '../oci/copy/copy-image.ts';
import { isIndexMediaType } from '../oci/manifest.ts';
import { escapeTerminal } from './escape.ts';
import { formatBytes, plural } from './quantity.ts';
import type { Style } from './style.ts';
import { shortDigest } from './trust.ts';

/** The document behind `hallmark copy` and `hallmark pull`. */
export interface CopyOutcome {
  readonly schema: 'hallmark.copy/1';
  /** As the user wrote them. */
  readonly source: string;
  readonly destination: string;
  /** At the destination; null for the digest alone. */
  readonly tag: string | null;
  /** Null where the user asked not to verify. */
  readonly verification: TrustReport | null;
  /** Null where the verdict was not good enough: nothing was written. */
  readonly copy: CopyReport | null;
}

export function formatCopyOutcome(outcome: CopyOutcome, style: Style): string {
  const { source, destination, tag, verification, copy } = outcome;
  const named = escapeTerminal(`${source} to ${destination}${tag === null ? '' : ` as ${tag}`}`);
  if (copy === null) {
    const why = verification === null ? '' : `${verification.verdict}: ${verification.because}`;
    return (
      `${style.paint(['bold', 'red'], 'Not copied')}: ${named}\n  ${escapeTerminal(why)}\n` +
      `  Nothing was written. See "hallmark verify" for every check.\n`
    );
  }
  const kind = isIndexMediaType(copy.mediaType) ? 'index' : 'image';
  return [
    `${style.paint(['bold'], 'Copied')} ${named}\n`,
    `  ${kind} ${copy.digest}\n`,
    `  ${formatVerification(verification, style)}\n`,
    `  ${plural(copy.manifests, 'manifest')}; blobs: ${copy.blobs} sent (${formatBytes(copy.bytes)}), ` +
      `${copy.mounted} taken over, ${copy.skipped} there already\n`,
    ...copy.foreign.map((digest) => `  layer not copied, which may not be passed on: ${digest}\n`),
    formatEvidence(copy, style),
  ].join('');
}

function formatVerification(verification: TrustReport | null, style: Style): string {
  if (verification === null) return style.paint(['yellow'], 'not verified, as was asked');
  const rule = verification.policy === null ? '' : ` by rule ${JSON.stringify(verification.policy.rule)}`;
  return escapeTerminal(`${verification.verdict}${rule}: ${verification.because}`);
}

function formatEvidence({ evidence }: CopyReport, style: Style): string {
  const count = (outcome: string): number => evidence.filter((one) => one.outcome === outcome).length;
  const lost = evidence.filter(({ outcome }) => outcome === 'missing' || outcome === 'left-behind');
  const line = `  evidence: ${count('copied')} copied, ${count('present')} there already, ${lost.length} not copied\n`;
  const reasons = lost.map(
    ({ digest, about, reason, outcome }) =>
      `    ${style.paint(['yellow'], outcome)} ${escapeTerminal(
        `${digest === null ? 'evidence' : shortDigest(digest)} about ${shortDigest(about)}: ${reason ?? ''}`,
      )}\n`,
  );
  return line + reasons.join('');
}
