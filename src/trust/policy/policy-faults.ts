import {
  type PolicyFile,
  type StatedAuthority,
  type StatedRequirement,
  type StatedRule,
} from './policy-schema.ts';
import { isAboutTag, predicateNameOf, predicateTypesOf } from '../statements/predicate-types.ts';
import { VSA_TYPE } from '../statements/vsa.ts';
import { PUBLIC_GOOD } from '../material/built-in.ts';
import { BUILT_IN_POLICIES } from './built-in.ts';
import type { Fault } from './read-yaml-file.ts';
import { isAddress } from './to-policy.ts';

/** What is wrong between the parts of a policy of which each has its shape. */
export function faultsOf(file: PolicyFile): readonly Fault[] {
  return [
    ...Object.entries(file.authorities).flatMap(([name, authority]) =>
      within(['authorities', name], authorityFaults(authority, file)),
    ),
    ...file.rules.flatMap((rule, index) => within(['rules', index], ruleFaults(rule, file))),
  ];
}

const within = (path: readonly PropertyKey[], faults: readonly Fault[]): readonly Fault[] =>
  faults.map((fault) => ({ ...fault, path: [...path, ...fault.path] }));

function authorityFaults(
  { certificate, x509, from, to }: StatedAuthority,
  file: PolicyFile,
): readonly Fault[] {
  const faults: Fault[] = [];
  if (from !== undefined && to !== undefined && Date.parse(from) >= Date.parse(to)) {
    faults.push({ path: ['to'], message: 'must be later than from' });
  }
  const { workflow, repository, root } = certificate ?? {};
  if (workflow !== undefined && !isAddress(workflow) && typeof repository !== 'string') {
    faults.push({
      path: ['certificate', 'workflow'],
      message: 'a path needs an exact repository beside it; or write the address, https://github.com/…',
    });
  }
  if (root !== undefined && root !== PUBLIC_GOOD && !Object.hasOwn(file.roots, root)) {
    faults.push({ path: ['certificate', 'root'], message: `is neither ${PUBLIC_GOOD} nor one of roots` });
  }
  if (x509 !== undefined && !Object.hasOwn(file.stores, x509.store)) {
    faults.push({ path: ['x509', 'store'], message: 'is not one of stores' });
  }
  return faults;
}

function ruleFaults(rule: StatedRule, file: PolicyFile): readonly Fault[] {
  const faults: Fault[] = (rule.require ?? []).flatMap((requirement, index) =>
    within(['require', index], requirementFaults(requirement, file)),
  );
  const isOpen = rule.signedAs?.endsWith('/**') === true;
  const { signedAs } = rule;
  if (signedAs !== undefined && signedAs.replace(/\/\*\*$/, '').includes('*')) {
    faults.push({ path: ['signedAs'], message: 'has no * but ** at its end' });
  }
  if (isOpen && !rule.repositories.every((pattern) => pattern.endsWith('/**'))) {
    faults.push({ path: ['signedAs'], message: 'ends in /** only where all repositories do' });
  }
  if (rule.definition !== undefined && rule.repositories.some((pattern) => pattern.includes('*'))) {
    faults.push({
      path: ['definition'],
      message: 'is of one repository: name it, and its mirrors, without *',
    });
  }
  if (
    rule.require?.every(
      ({ attestation }) => attestation !== undefined && isAboutTag({ predicateTypes: typesOf(attestation) }),
    )
  ) {
    faults.push({
      path: ['require'],
      message:
        'asks for signed tags alone, which say nothing of an image that is named by its digest: ask for a signature too',
    });
  }
  return faults;
}

type StatedAttestation = NonNullable<StatedRequirement['attestation']>;

const typesOf = ({ type }: StatedAttestation): readonly string[] =>
  type.flatMap((each) => predicateTypesOf(each) ?? []);

function requirementFaults(
  { signature, attestation }: StatedRequirement,
  file: PolicyFile,
): readonly Fault[] {
  const [field, asked] = signature === undefined ? ['attestation', attestation] : ['signature', signature];
  if (asked === undefined) return [];
  const faults: Fault[] = [];
  for (const [index, name] of asked.by.entries()) {
    if (!isKnown(name, file))
      faults.push({ path: ['by', index], message: `${name} is not one of authorities` });
    if (asked.by.indexOf(name) < index)
      faults.push({ path: ['by', index], message: `${name} is named twice` });
  }
  if (asked.threshold > asked.by.length) {
    faults.push({
      path: ['threshold'],
      message: `asks for ${asked.threshold} of ${asked.by.length} authorities`,
    });
  }
  const types = attestation === undefined ? [] : typesOf(attestation);
  if (
    attestation?.provenance !== undefined &&
    types.some((type) => predicateNameOf(type) !== 'slsa-provenance')
  ) {
    faults.push({ path: ['provenance'], message: 'is for attestations of the type slsa-provenance only' });
  }
  // a summary may say that the verification failed, or be about something else
  if (types.includes(VSA_TYPE) !== (attestation?.summary !== undefined)) {
    faults.push({ path: ['summary'], message: 'belongs to attestations of the type vsa, which need one' });
  }
  return within([field], faults);
}

/** Built-in policies name their authority as themselves. */
const isKnown = (name: string, { authorities, use }: PolicyFile): boolean =>
  Object.hasOwn(authorities, name) ||
  (use.some((used) => used === name) && Object.hasOwn(BUILT_IN_POLICIES, name));
