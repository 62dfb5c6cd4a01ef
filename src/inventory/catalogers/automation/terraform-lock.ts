import {
  type Catalog,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { decodeText, NOTHING } from '../../evidence.ts';
import { isOwnSource } from '../../own-source.ts';
import {
  parseProviderAddress,
  providerName,
  providerPurl,
  type TerraformProvider,
} from './terraform-provider.ts';

/**
 * Providers that a project of Terraform or OpenTofu locks. Terraform itself writes the file, in one regular form; its
 * hashes are of archives for every system or of directories, and tell no one archive's. Terraform documentation,
 * "Dependency Lock File".
 */
export const terraformLockCataloger = defineCataloger<readonly TerraformProvider[]>({
  name: 'terraform-lock',
  version: 1,
  interests: [{ names: ['.terraform.lock.hcl'], accepts: isOwnSource, maxBytes: 4 * 1024 * 1024 }],
  unit: (path) => path,
  read: readLock,
  catalog: catalogProviders,
});

function readLock({ content }: EvidenceFile): ReadFile<readonly TerraformProvider[]> {
  const providers: TerraformProvider[] = [];
  let address: ReturnType<typeof parseProviderAddress> = null;
  for (const row of decodeText(content).split('\n')) {
    const opened = /^provider "([^"]*)" \{/.exec(row)?.[1];
    if (opened !== undefined) address = parseProviderAddress(opened);
    const version = /^ {1,8}version {1,20}= "([^"]{1,256})"/.exec(row)?.[1];
    if (address === null || version === undefined) continue;
    providers.push({ ...address, version });
    address = null;
  }
  return providers.length === 0 ? NOTHING : { record: providers, coverage: [] };
}

function catalogProviders(files: ReadonlyMap<string, readonly TerraformProvider[]>): Catalog {
  const packages = [...files].flatMap(([path, providers]) =>
    providers.map((provider) =>
      toCatalogedPackage({
        type: 'terraform',
        presence: 'declared',
        purl: providerPurl(provider),
        name: providerName(provider),
        version: provider.version,
        evidence: [path],
      }),
    ),
  );
  return { packages, coverage: [] };
}
