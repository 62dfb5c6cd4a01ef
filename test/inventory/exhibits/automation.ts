import { fixture } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'GitHub Actions',
    cataloger: 'github-actions',
    evidence: ['.github/workflows/*.yml', 'action.yml'],
    origin: 'a workflow of dario.cat/mergo 1.0.2 and an action of github.com/anchore/syft 1.52.0',
    files: () => ({
      'srv/app/.github/workflows/codeql.yml': fixture('automation/codeql-analysis.yml'),
      'srv/app/.github/actions/bootstrap/action.yaml': fixture('automation/bootstrap-action.yaml'),
    }),
  },
  {
    ecosystem: 'Terraform',
    cataloger: 'terraform-lock',
    evidence: ['.terraform.lock.hcl'],
    origin: 'written by Terraform 1.11.4',
    files: () => ({ 'srv/infra/.terraform.lock.hcl': fixture('automation/terraform.lock.hcl') }),
  },
  {
    ecosystem: 'Terraform',
    cataloger: 'terraform-installed',
    evidence: ['HOST/NAMESPACE/TYPE/VERSION/OS_ARCH/terraform-provider-TYPE*'],
    origin: 'the place that Terraform 1.11.4 gave a provider, and a program that stands in for it',
    files: () => ({
      'srv/infra/.terraform/providers/registry.terraform.io/hashicorp/null/3.2.3/linux_amd64/terraform-provider-null_v3.2.3_x5':
        fixture('automation/provider-elf-header.bin'),
    }),
  },
];
