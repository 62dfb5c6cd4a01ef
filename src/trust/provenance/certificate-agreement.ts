/**
 * Whether provenance and the certificate that signed it say the same. A workflow writes its provenance itself; what the
 * authority wrote into the certificate it cannot choose. Where the two differ, the provenance is of something else, or false.
 */
import type { CertificateIdentity, Check, Endorsement } from '../../model/trust.ts';
import { check, type CheckId } from '../checks/checks.ts';
import { parseWorkflowUri } from '../identity/workflow-uri.ts';
import { commitOf } from './materials.ts';
import type { Provenance } from './provenance.ts';
import { isSameRun } from './slsa-builders.ts';
import { canonicalRepository } from './source-address.ts';

/** A source as provenance names it: the one that was built, or one of those that went into it. */
interface NamedSource {
  readonly repository: string;
  readonly commit: string | null;
  readonly ref: string | null;
}

/** Compares source repository, commit, ref, builder and run; each that differs is a failed check. */
export function agreeWithCertificate(
  { signer, evidence }: Pick<Endorsement, 'signer' | 'evidence'>,
  provenance: Provenance,
): readonly Check[] {
  const answer = (id: CheckId, outcome: Check['outcome'], reason: string) =>
    check(id, outcome, evidence, reason);
  if (signer.kind !== 'certificate') {
    const reason = 'it is signed with a key or certificate that says nothing of how anything was built';
    return [answer('provenance.certificate-source', 'not-checked', reason)];
  }
  const { extensions, subject } = signer.identity;
  return [
    ...agreeOnSource(extensions, namedSources(provenance), answer),
    agreeOnBuilder(extensions.buildSignerUri ?? subject.value, extensions, provenance, answer),
    ...agreeOnRun(extensions, provenance, answer),
  ];
}

type Answer = (id: CheckId, outcome: Check['outcome'], reason: string) => Check;

function agreeOnSource(
  extensions: CertificateIdentity['extensions'],
  named: readonly NamedSource[],
  answer: Answer,
): readonly Check[] {
  const { sourceRepositoryUri: uri, sourceRepositoryDigest: digest, sourceRepositoryRef: ref } = extensions;
  if (uri === undefined) {
    const reason = 'the certificate names no source repository';
    return [answer('provenance.certificate-source', 'not-checked', reason)];
  }
  if (named.length === 0) {
    const reason = `the certificate names ${uri}, and the provenance names no source`;
    return [answer('provenance.certificate-source', 'not-checked', reason)];
  }
  const repository = canonicalRepository(uri);
  const sources = named.filter((one) => one.repository === repository);
  if (sources.length === 0) {
    const others = listed(named.map((one) => one.repository));
    const reason = `expected the certificate's source repository ${repository}, got ${others}`;
    return [answer('provenance.certificate-source', 'failed', reason)];
  }
  const [built] = named;
  const reason =
    built === undefined || built.repository === repository
      ? `both name ${repository}`
      : `${repository} is among what was used; what was built is ${built.repository}`;
  const passed = answer('provenance.certificate-source', 'passed', reason);
  return [passed, agreeOnCommit(digest, sources, answer), agreeOnRef(ref, digest, sources, answer)];
}

function agreeOnCommit(digest: string | undefined, sources: readonly NamedSource[], answer: Answer): Check {
  const id = 'provenance.certificate-commit';
  const commits = sources.flatMap(({ commit }) => commit ?? []);
  if (digest === undefined) return answer(id, 'not-checked', 'the certificate names no commit');
  if (commits.length === 0) return answer(id, 'not-checked', 'the provenance names no commit of the source');
  // all of them: a true one beside a false one would let the false one through
  return commits.every((commit) => commit === digest)
    ? answer(id, 'passed', `both name the commit ${digest}`)
    : answer(id, 'failed', `expected the certificate's commit ${digest}, got ${listed(commits)}`);
}

function agreeOnRef(
  ref: string | undefined,
  digest: string | undefined,
  sources: readonly NamedSource[],
  answer: Answer,
): Check {
  const id = 'provenance.certificate-ref';
  const refs = sources.flatMap((source) => source.ref ?? []).filter((one) => !isShortCommit(one, digest));
  if (ref === undefined) return answer(id, 'not-checked', 'the certificate names no ref');
  if (refs.length === 0) return answer(id, 'not-checked', 'the provenance names no ref of the source');
  return refs.every((one) => isRef(one, ref))
    ? answer(id, 'passed', `both name ${ref}`)
    : answer(id, 'failed', `expected the certificate's ref ${ref}, got ${listed(refs)}`);
}

/** BuildKit keeps what the user wrote: `main` for `refs/heads/main`. */
function isRef(named: string, ref: string): boolean {
  return named === ref || ref === `refs/heads/${named}` || ref === `refs/tags/${named}`;
}

const isShortCommit = (ref: string, commit: string | undefined): boolean =>
  /^[0-9a-f]{7,}$/.test(ref) && commit !== undefined && commit.startsWith(ref);

function agreeOnBuilder(
  workflow: string,
  { runInvocationUri }: CertificateIdentity['extensions'],
  { builderId }: Provenance,
  answer: Answer,
): Check {
  const id = 'provenance.certificate-builder';
  if (builderId === null) return answer(id, 'not-checked', 'the provenance names no builder');
  if (builderId === workflow || isSameRun(builderId, runInvocationUri))
    return answer(id, 'passed', `both name ${builderId}`);
  if (parseWorkflowUri(builderId) !== null)
    return answer(id, 'failed', `expected the workflow that signed, ${workflow}, got ${builderId}`);
  if (isRun(builderId)) {
    const expected = runInvocationUri ?? 'a run, of which the certificate names none';
    return answer(id, 'failed', `expected the certificate's run ${expected}, got ${builderId}`);
  }
  return answer(id, 'not-checked', `the certificate says nothing about the builder ${builderId}`);
}

function agreeOnRun(
  { runInvocationUri }: CertificateIdentity['extensions'],
  { invocationId }: Provenance,
  answer: Answer,
): readonly Check[] {
  if (invocationId === null || runInvocationUri === undefined || !isRun(invocationId)) return [];
  const id = 'provenance.certificate-run';
  return isSameRun(invocationId, runInvocationUri)
    ? [answer(id, 'passed', `both name ${invocationId}`)]
    : [answer(id, 'failed', `expected the certificate's run ${runInvocationUri}, got ${invocationId}`)];
}

/** The address of a run of GitHub Actions. */
const isRun = (text: string): boolean => /^https:\/\/[^/]+\/[^/]+\/[^/]+\/actions\/runs\/\d+/.test(text);

/** The source that was built, then those that went into it. */
function namedSources({ source, dependencies }: Provenance): readonly NamedSource[] {
  const built =
    source === null || source.uri === null
      ? []
      : [{ repository: source.uri, commit: source.commit, ref: source.ref }];
  const used = dependencies
    .filter(({ kind }) => kind === 'source')
    .map(({ name, digests, ref }) => ({ repository: name, commit: commitOf(digests), ref }));
  return [...built, ...used];
}

const listed = (texts: readonly string[]): string => [...new Set(texts)].slice(0, 5).join(', ');
