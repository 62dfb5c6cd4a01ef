import { parseReference } from '../../oci/reference.ts';
import { policyName } from '../../trust/policy/repository-pattern.ts';

/** A public repository as policies and statements name it. @param path of public repositories, `registry/path` */
export function publicName(path: string, name: string): string {
  const { registry, repository } = parseReference(`${path}/${name}`);
  return policyName(registry, repository);
}
