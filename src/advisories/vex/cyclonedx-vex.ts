/**
 * VEX in CycloneDX, versions 1.4 to 1.7: `vulnerabilities[].analysis`, in a document of its own that refers to a bill of
 * materials by BOM-Link, or in the bill itself. https://cyclonedx.org/docs/1.6/json/, "vulnerabilities".
 */
import { isObject, type JsonObject, objectsIn, textIn } from '../../formats/json.ts';
import { ModelError } from '../../model/errors.ts';
import { formatPurl, parsePurl } from '../../model/purl.ts';
import { recordDate } from '../dates.ts';
import type {
  VexDocument,
  VexJustification,
  VexProduct,
  VexReading,
  VexStatement,
  VexStatus,
} from './vex-statement.ts';
import {
  digestOf,
  flawNames,
  MAX_PRODUCTS,
  MAX_STATEMENTS,
  noteText,
  productNames,
  shown,
} from './vex-text.ts';

const STATES: ReadonlyMap<unknown, VexStatus> = new Map<unknown, VexStatus>([
  ['resolved', 'fixed'],
  ['resolved_with_pedigree', 'fixed'],
  ['exploitable', 'affected'],
  ['in_triage', 'under_investigation'],
  ['false_positive', 'not_affected'],
  ['not_affected', 'not_affected'],
]);

/** CycloneDX has nine justifications for OpenVEX's five. */
const JUSTIFICATIONS: ReadonlyMap<unknown, VexJustification> = new Map<unknown, VexJustification>([
  ['code_not_present', 'vulnerable_code_not_present'],
  ['code_not_reachable', 'vulnerable_code_not_in_execute_path'],
  ['requires_configuration', 'vulnerable_code_not_in_execute_path'],
  ['requires_dependency', 'vulnerable_code_not_in_execute_path'],
  ['requires_environment', 'vulnerable_code_cannot_be_controlled_by_adversary'],
  ['protected_by_compiler', 'inline_mitigations_already_exist'],
  ['protected_at_runtime', 'inline_mitigations_already_exist'],
  ['protected_at_perimeter', 'inline_mitigations_already_exist'],
  ['protected_by_mitigating_control', 'inline_mitigations_already_exist'],
]);

/** Real bills nest components some five levels deep. */
const MAX_DEPTH = 64;

export function isCycloneDxVex(value: unknown): value is JsonObject {
  return isObject(value) && value['bomFormat'] === 'CycloneDX' && Array.isArray(value['vulnerabilities']);
}

export function readCycloneDxVex(bom: JsonObject, { source, now }: VexReading): VexDocument {
  const metadata = isObject(bom['metadata']) ? bom['metadata'] : {};
  const id = noteText(bom['serialNumber']) ?? 'CycloneDX document without serialNumber';
  const author = authorIn(metadata);
  const issued = dateIn(metadata, 'timestamp', now);
  const components = componentsIn(bom, metadata);
  const statements: VexStatement[] = [];
  const faults: string[] = [];
  const entries = objectsIn(bom['vulnerabilities']);
  for (const [index, entry] of entries.slice(0, MAX_STATEMENTS).entries()) {
    const read = readVulnerability(entry, components);
    const name = flawsIn(entry)[0] ?? `vulnerability ${index + 1}`;
    if (read === null) continue; // a bill also lists vulnerabilities that nobody analysed
    if (typeof read === 'string') faults.push(`${name}: ${read}`);
    else {
      const { statement, faults: partly } = read;
      faults.push(...partly.map((fault) => `${name}: ${fault}`));
      statements.push({
        document: id,
        source,
        author,
        modified: analysed(entry, now) ?? issued,
        ...statement,
      });
    }
  }
  if (entries.length > MAX_STATEMENTS) faults.push(`vulnerabilities beyond ${MAX_STATEMENTS} were left out`);
  const version = noteText(bom['specVersion']);
  return { format: version === null ? 'CycloneDX' : `CycloneDX ${version}`, id, author, statements, faults };
}

function authorIn(metadata: JsonObject): string | null {
  const [first] = objectsIn(metadata['authors']);
  const makers = [first, metadata['manufacturer'], metadata['manufacture'], metadata['supplier']];
  const named = makers.find((maker) => isObject(maker) && typeof maker['name'] === 'string');
  return isObject(named) ? noteText(named['name']) : null;
}

function dateIn(object: JsonObject, field: string, now: Date): string | null {
  return recordDate(textIn(object, field) || null, now);
}

/** `firstIssued` and `lastUpdated` are of 1.5 and later. */
function analysed(entry: JsonObject, now: Date): string | null {
  const analysis = isObject(entry['analysis']) ? entry['analysis'] : {};
  return (
    dateIn(analysis, 'lastUpdated', now) ??
    dateIn(analysis, 'firstIssued', now) ??
    dateIn(entry, 'updated', now)
  );
}

function flawsIn(entry: JsonObject): string[] {
  return flawNames([entry['id'], ...objectsIn(entry['references']).map(({ id }) => id)]);
}

type Names = Pick<VexProduct, 'identifiers' | 'digests'>;

interface Components {
  /** What the bill as a whole is about; null where nothing identifies it. */
  readonly subject: Names | null;
  readonly subjectRef: string;
  readonly byRef: ReadonlyMap<string, Names>;
}

function componentsIn(bom: JsonObject, metadata: JsonObject): Components {
  const subject = isObject(metadata['component']) ? metadata['component'] : {};
  const byRef = new Map<string, Names>();
  const add = (component: JsonObject, depth: number) => {
    if (depth > MAX_DEPTH) return;
    const ref = textIn(component, 'bom-ref');
    if (ref !== '') byRef.set(ref, namesOf(component));
    for (const inner of objectsIn(component['components'])) add(inner, depth + 1);
  };
  add(subject, 0);
  for (const component of objectsIn(bom['components'])) add(component, 0);
  const names = namesOf(subject);
  const isNamed = names.identifiers.length + names.digests.length > 0;
  return { subject: isNamed ? names : null, subjectRef: textIn(subject, 'bom-ref'), byRef };
}

/** The version of an image is its digest in many tools' bills. */
function namesOf(component: JsonObject): Names {
  const hashes = objectsIn(component['hashes']).flatMap(({ alg, content }) => digestOf(alg, content) ?? []);
  const [algorithm, hex] = textIn(component, 'version').split(':');
  const version = component['type'] === 'container' ? digestOf(algorithm, hex) : null;
  return {
    identifiers: productNames([component['purl'], component['cpe']]),
    digests: version === null ? hashes : [...hashes, version],
  };
}

type ReadStatement = Pick<VexStatement, 'flaws' | 'status' | 'justification' | 'note' | 'products'>;

/** Null for a vulnerability without analysis; a text tells what is wrong with it. */
function readVulnerability(
  entry: JsonObject,
  components: Components,
): { readonly statement: ReadStatement; readonly faults: readonly string[] } | string | null {
  const { analysis } = entry;
  if (!isObject(analysis)) return null;
  const { state, justification, detail } = analysis;
  const flaws = flawsIn(entry);
  if (flaws.length === 0) return 'it has no identifier';
  const status = STATES.get(state);
  if (status === undefined) return `${shown(state)} is no state of an analysis`;
  const faults: string[] = [];
  const products: VexProduct[] = [];
  for (const target of objectsIn(entry['affects']).slice(0, MAX_PRODUCTS)) {
    const product = productOf(target, status, components);
    if (typeof product === 'string') faults.push(product);
    else products.push(product);
  }
  if (products.length === 0) return faults[0] ?? 'it affects no component';
  const falsePositive = state === 'false_positive' ? 'False positive.' : null;
  const statement = {
    flaws,
    status,
    justification: JUSTIFICATIONS.get(justification) ?? null,
    note: noteText(falsePositive, detail),
    products,
  };
  return { statement, faults };
}

function productOf(target: JsonObject, status: VexStatus, components: Components): VexProduct | string {
  const ref = textIn(target, 'ref');
  const names = components.byRef.get(ref) ?? components.byRef.get(linkedRef(ref)) ?? namesOfRef(ref);
  if (names.identifiers.length + names.digests.length === 0) {
    return `nothing identifies the component ${shown(ref)}`;
  }
  const limited = limitVersions(names, target['versions'], status);
  if (typeof limited === 'string') return limited;
  const { subject, subjectRef } = components;
  if (subject === null || ref === subjectRef) return { ...limited, subcomponents: [] };
  return { ...subject, subcomponents: [[...limited.identifiers, ...limited.digests]] };
}

/** The reference in a BOM-Link, `urn:cdx:serial/version#ref`; empty for another text. https://cyclonedx.org/capabilities/bomlink/ */
function linkedRef(ref: string): string {
  const encoded = /^urn:cdx:[^#]{1,200}#(.+)$/.exec(ref)?.[1];
  if (encoded === undefined) return '';
  try {
    return decodeURIComponent(encoded);
  } catch {
    return ''; // not percent-encoded: it names nothing
  }
}

/** Most tools take the purl itself for the reference, also in a bill that this document only links to. */
function namesOfRef(ref: string): Names {
  const name = ref.startsWith('urn:cdx:') ? linkedRef(ref) : ref;
  return { identifiers: productNames(/^(?:pkg|cpe):/.test(name) ? [name] : []), digests: [] };
}

/**
 * Keeps to the versions that the entry lists. A statement that clears a component holds for those listed as unaffected,
 * any other for the rest; ranges are not read, and so nothing is cleared by one.
 */
function limitVersions(names: Names, versions: unknown, status: VexStatus): Names | string {
  const listed = objectsIn(versions);
  if (listed.length === 0) return names;
  const clears = status === 'not_affected' || status === 'fixed';
  const exact = listed.flatMap(({ version, status: stated }) =>
    typeof version === 'string' && (stated === 'unaffected') === clears ? [version] : [],
  );
  const identifiers = names.identifiers.flatMap((name) =>
    exact.flatMap((version) => withVersion(name, version) ?? []),
  );
  return identifiers.length > 0
    ? { identifiers, digests: [] }
    : 'the versions that it lists do not say which component is meant';
}

/** Null for a name that is no package URL. */
function withVersion(identifier: string, version: string): string | null {
  try {
    return formatPurl({ ...parsePurl(identifier), version });
  } catch (error) {
    if (error instanceof ModelError) return null;
    throw error;
  }
}
