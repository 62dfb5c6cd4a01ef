import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { assertRobust, catalogOf } from '../../../../test/inventory/lock-files.ts';
import { terraformInstalledCataloger } from './terraform-installed.ts';
import { terraformLockCataloger } from './terraform-lock.ts';

const LOCK = 'srv/infra/.terraform.lock.hcl';
const PROVIDERS = 'srv/infra/.terraform/providers';
const PURLS = [
  'pkg:terraform/hashicorp/null@3.2.3',
  'pkg:terraform/acme/local@1.4.0?repository_url=https:%2F%2Fterraform.example',
];
/** As `terraform init` laid them out. */
const PROGRAMS = [
  `${PROVIDERS}/registry.terraform.io/hashicorp/null/3.2.3/linux_amd64/terraform-provider-null_v3.2.3_x5`,
  `${PROVIDERS}/terraform.example/acme/local/1.4.0/linux_amd64/terraform-provider-local_v1.4.0`,
];

test('a lock file names providers', () => {
  const { packages, codes } = catalogOf(terraformLockCataloger, {
    [LOCK]: fixture('automation/terraform.lock.hcl'),
  });
  assert.deepEqual(
    packages.map(({ purl, name, presence }) => [purl, name, presence]),
    [
      [PURLS[0], 'hashicorp/null', 'declared'],
      [PURLS[1], 'terraform.example/acme/local', 'declared'],
    ],
  );
  assert.deepEqual(codes, []);
});

test('installed providers are shown by their place, and make the lock file redundant', () => {
  const program = fixture('automation/provider-elf-header.bin');
  const { packages } = inventoryOf(
    [
      {
        [LOCK]: fixture('automation/terraform.lock.hcl'),
        ...Object.fromEntries(PROGRAMS.map((path) => [path, program])),
      },
    ],
    { catalogers: [terraformInstalledCataloger, terraformLockCataloger] },
  );
  assert.deepEqual(
    packages.map(({ purl, presence, architecture }) => [purl, presence, architecture]),
    PURLS.map((purl) => [purl, 'installed', 'amd64']),
  );
});

const PLACES: readonly (readonly [path: string, isProvider: boolean])[] = [
  [
    'usr/share/terraform/plugins/registry.terraform.io/hashicorp/aws/5.0.0/linux_arm64/terraform-provider-aws_v5.0.0_x5',
    true,
  ],
  ['a/b/c/1.0.0/linux_amd64/terraform-provider-c', true],
  ['a/b/c/1.0.0/linux_amd64/terraform-provider-other_v1.0.0', false],
  ['a/b/c/1.0.0/linux_amd64/LICENSE.txt', false],
  ['a/b/c/latest/linux_amd64/terraform-provider-c', false],
];
for (const [path, isProvider] of PLACES) {
  test(`${path} is ${isProvider ? '' : 'not '}a provider`, () => {
    const { purls } = catalogOf(terraformInstalledCataloger, {
      [path]: fixture('automation/provider-elf-header.bin'),
    });
    assert.equal(purls.length, isProvider ? 1 : 0);
  });
}

test('a script in a provider’s place is none', () => {
  assert.deepEqual(catalogOf(terraformInstalledCataloger, { [PROGRAMS[0] ?? '']: '#!/bin/sh\n' }).purls, []);
});

test('what is no lock file says nothing, and no file makes it throw', () => {
  for (const text of ['', 'provider "a" {\n  version = "1"\n}', '# nothing\n']) {
    const { purls, codes } = catalogOf(terraformLockCataloger, { [LOCK]: text });
    assert.deepEqual([purls, codes], [[], []]);
  }
  const pieces = ['provider "', 'a.example/b/c', '" {\n', '  version     = "1.0.0"\n', '}\n', '"'];
  assertRobust(terraformLockCataloger, LOCK, fixture('automation/terraform.lock.hcl'), pieces);
});
