import { formatPurl, type Purl } from '../../../model/purl.ts';

/** Where providers come from whose address names no host. */
const DEFAULT_HOST = 'registry.terraform.io';

/** A provider of Terraform or OpenTofu. */
export type TerraformProvider = {
  readonly host: string;
  readonly namespace: string;
  readonly type: string;
  readonly version: string;
};

/** `registry.terraform.io/hashicorp/null`; null for what is none. Terraform documentation, "Provider Requirements". */
export function parseProviderAddress(address: string): Omit<TerraformProvider, 'version'> | null {
  const [, host, namespace, type] = /^([\w.:-]{1,255})\/([\w-]{1,255})\/([\w-]{1,255})$/.exec(address) ?? [];
  if (host === undefined || namespace === undefined || type === undefined) return null;
  return { host, namespace, type };
}

/** As people write it: without the host that is meant when none is named. */
export function providerName({ host, namespace, type }: TerraformProvider): string {
  return host === DEFAULT_HOST ? `${namespace}/${type}` : `${host}/${namespace}/${type}`;
}

/** `pkg:terraform/hashicorp/null@3.2.3`, with the registry where it is another. */
export function providerPurl({ host, namespace, type, version }: TerraformProvider): Purl {
  const repository_url = host === DEFAULT_HOST ? null : `https://${host}`;
  return formatPurl({ type: 'terraform', namespace, name: type, version, qualifiers: { repository_url } });
}
