/** Attaches what was signed: from the images to the index, so that what is found at the index means that all is there. */
import { digestOf, type Digest } from '../model/digest.ts';
import { HallmarkError } from '../model/errors.ts';
import type { ImageWriter } from '../oci/store/image-store.ts';
import { attachCosignTag, cosignTag } from './attach-cosign-tag.ts';
import { type AttachedContent, attachContents, toAttached } from './attached-manifest.ts';
import { attachedBundle } from './bundle.ts';
import { SigningError } from './errors.ts';
import { predicateTypeOf, type SignedTarget } from './sign-targets.ts';
import type { Form, Meaning } from './signing-plan.ts';

export interface AttachOptions {
  readonly writer: ImageWriter;
  readonly form: Form;
  /** RFC 3339: when it is said to have been attached. */
  readonly created: string;
  readonly signal?: AbortSignal | undefined;
}

/** Where a signature lies. */
export interface AttachedTarget {
  readonly subject: Digest;
  /** The bundle or layer. */
  readonly evidence: Digest;
  /** The manifest that attaches it. */
  readonly manifest: Digest;
  /** Cosign's; null for referrers. */
  readonly tag: string | null;
}

/**
 * Nothing that was attached is taken back when a later one fails: others may have seen it.
 *
 * @throws {SigningError} ATTACHING_INCOMPLETE, which says what is there
 */
export async function attachTargets(
  signed: readonly SignedTarget[],
  options: AttachOptions,
): Promise<readonly AttachedTarget[]> {
  const attached: AttachedTarget[] = [];
  for (const one of signed.toReversed()) {
    try {
      attached.push(await attachOne(one, options));
    } catch (cause) {
      options.signal?.throwIfAborted();
      if (!(cause instanceof HallmarkError)) throw cause;
      // a store that shows nothing before it is complete has nothing
      throw incomplete(options.writer.complete === undefined ? attached : [], signed.length, one, cause);
    }
  }
  await options.writer.complete?.();
  return attached.reverse();
}

async function attachOne(
  one: SignedTarget,
  { writer, form, created, signal }: AttachOptions,
): Promise<AttachedTarget> {
  const { target, layer } = one;
  const { subject, meaning } = target;
  const told = { subject: subject.digest, evidence: digestOf(layer.content) };
  if (form === 'cosign-tag') {
    const tag = cosignTag(subject.digest, meaning.kind === 'signature' ? 'sig' : 'att');
    return { ...told, manifest: await attachCosignTag(layer, tag, writer, signal), tag };
  }
  const content =
    form === 'bundle'
      ? bundleOf(one, created)
      : toAttached({ subject, layers: [layer], annotations: {}, ...cosignArtifact(meaning) });
  await attachContents([content], writer, signal);
  return { ...told, manifest: content.digest, tag: null };
}

/** A signature in a bundle, as it is attached. @param created RFC 3339 */
export function bundleOf({ target, layer, signed }: SignedTarget, created: string): AttachedContent {
  const { subject, meaning } = target;
  return attachedBundle(layer.content, predicateTypeOf(signed.content, meaning), created, subject);
}

/** What cosign calls its older formats as referrers. */
function cosignArtifact(meaning: Meaning): Pick<Parameters<typeof toAttached>[0], 'artifactType' | 'config'> {
  if (meaning.kind === 'attestation') return { artifactType: 'application/vnd.in-toto+json' };
  const artifactType = 'application/vnd.dev.cosign.artifact.sig.v1+json';
  return { artifactType, config: { mediaType: artifactType, content: Buffer.from('{}') } };
}

function incomplete(
  attached: readonly AttachedTarget[],
  all: number,
  failed: SignedTarget,
  cause: HallmarkError,
): SigningError {
  const there = attached.length === 0 ? '' : `: ${attached.map(({ subject }) => subject).join(', ')}`;
  const message = `${attached.length} of ${all} signatures are attached${there}; the one for ${failed.target.subject.digest} is not: ${cause.message}`;
  return new SigningError('ATTACHING_INCOMPLETE', message, { subject: failed.target.subject.digest, cause });
}
