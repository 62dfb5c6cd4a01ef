import { ARCHITECTURES, type Architecture } from '../../definitions/architectures.ts';
import type { Definition } from '../../definitions/definition.ts';
import { escapeAddress } from './source-link.ts';

/**
 * All architectures of a repository in one line, sorted as text, each with the page of its own images. docker-library/docs,
 * `.template-helpers/arches.sh`.
 *
 * @param address with the fields `%%NAMESPACE%%` and `%%REPO%%`; empty for no links
 */
export function formatArchitectures(definition: Definition, repository: string, address: string): string {
  const names = new Set(definition.entries.flatMap((entry) => entry.architectures));
  return [...names]
    .map((name) => {
      const link = linkOf(name, repository, address);
      return link === '' ? `\`${name}\`` : `[\`${name}\`](${link})`;
    })
    .sort()
    .join(', ');
}

function linkOf(name: Architecture, repository: string, address: string): string {
  const { namespace } = ARCHITECTURES[name];
  return escapeAddress(address.replaceAll('%%NAMESPACE%%', namespace).replaceAll('%%REPO%%', repository));
}
