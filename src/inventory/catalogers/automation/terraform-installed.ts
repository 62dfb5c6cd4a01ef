import { type Catalog, defineCataloger, type ReadFile, toCatalogedPackage } from '../../cataloger.ts';
import { NOTHING } from '../../evidence.ts';
import {
  parseProviderAddress,
  providerName,
  providerPurl,
  type TerraformProvider,
} from './terraform-provider.ts';

/** `HOST/NAMESPACE/TYPE/VERSION/OS_ARCH/terraform-provider-TYPE_vVERSION`. */
const PLACE =
  /(?:^|\/)([^/]+\/[^/]+\/([^/]+))\/(\d[^/]*)\/[a-z\d]+_([a-z\d]+)\/terraform-provider-([^/]+?)(?:_v[^/]*)?$/;

/**
 * Installed providers of Terraform and OpenTofu: programs, whose path in a project's `.terraform/providers`, a plug-in
 * cache or a mirror says which they are, as Terraform itself takes them. What they are made of is read from the program
 * itself, where it is written in Go. Terraform documentation, "Provider Installation", "Implied Local Mirrors".
 */
export const terraformInstalledCataloger = defineCataloger<TerraformProvider>({
  name: 'terraform-installed',
  version: 1,
  interests: [
    {
      parents: ['linux_amd64', 'linux_arm64', 'linux_arm', 'linux_386'].map((name) => ({ name })),
      magic: ['elf'],
      accepts: (path) => providerAt(path) !== null,
      maxBytes: 256 * 1024 * 1024,
    },
  ],
  unit: (path) => path,
  read: ({ path }): ReadFile<TerraformProvider> => {
    const provider = providerAt(path);
    return provider === null ? NOTHING : { record: provider, coverage: [] };
  },
  catalog: catalogProviders,
});

function providerAt(path: string): TerraformProvider | null {
  const [, address = '', type, version = '', , program] = PLACE.exec(path) ?? [];
  const parsed = parseProviderAddress(address);
  return parsed === null || program !== type ? null : { ...parsed, version };
}

/** Go's names of machines, which are those of the directories. */
function architectureOf(path: string): string | null {
  return PLACE.exec(path)?.[4] ?? null;
}

function catalogProviders(files: ReadonlyMap<string, TerraformProvider>): Catalog {
  const packages = [...files].map(([path, provider]) =>
    toCatalogedPackage({
      type: 'terraform',
      purl: providerPurl(provider),
      name: providerName(provider),
      version: provider.version,
      architecture: architectureOf(path),
      evidence: [path],
    }),
  );
  return { packages, coverage: [] };
}
