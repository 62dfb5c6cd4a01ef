import type { Signer } from '../../model/trust.ts';
import { parseWorkflowUri } from './workflow-uri.ts';

/**
 * A signer without what changes from release to release: a workflow without its branch or tag. Equal for two signatures of the
 * same signer, and different for any two that a person would call different. It names the trust root too: the same address
 * under another root is somebody else.
 */
export function stableIdentity(signer: Signer): string {
  switch (signer.kind) {
    case 'key':
      return `key ${signer.keyId}`;
    case 'x509':
      return `certificate ${signer.subject} of ${signer.store}`;
    case 'certificate': {
      const { issuer, subject, extensions } = signer.identity;
      const { sourceRepositoryUri, sourceRepositoryId, sourceRepositoryOwnerId } = extensions;
      const workflow = subject.kind === 'uri' ? parseWorkflowUri(subject.value) : null;
      const name =
        workflow === null ? subject.value : subject.value.slice(0, -workflow.ref.length - '@'.length);
      // numbers beat names: a repository that was given up and taken by another has another number
      const numbers = [sourceRepositoryOwnerId, sourceRepositoryId].filter((id) => id !== undefined);
      const source = sourceRepositoryUri === undefined ? '' : ` for ${sourceRepositoryUri}`;
      const numbered = numbers.length === 0 ? '' : ` (${numbers.join('/')})`;
      return `${name} of ${issuer ?? 'no issuer'}${source}${numbered} under ${signer.root}`;
    }
  }
}
