/**
 * OpenVEX, https://github.com/openvex/spec, versions 0.0.1 to 0.2.0. In the first versions a vulnerability and a product
 * are texts and `subcomponents` belong to the statement; since 0.2.0 they are objects and belong to the product.
 */
import { isObject, type JsonObject } from '../../formats/json.ts';
import { recordDate } from '../dates.ts';
import {
  type VexDocument,
  type VexProduct,
  type VexReading,
  type VexStatement,
  VEX_STATUSES,
} from './vex-statement.ts';
import {
  digestOf,
  flawNames,
  justificationNamed,
  MAX_PRODUCTS,
  MAX_STATEMENTS,
  MAX_SUBCOMPONENTS,
  noteText,
  productNames,
  shown,
} from './vex-text.ts';

const CONTEXT = 'https://openvex.dev/ns';

export function isOpenVex(value: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  const context: unknown = value['@context'];
  return typeof context === 'string' && context.startsWith(CONTEXT) && Array.isArray(value['statements']);
}

/** One bad statement is one fault, never an exception. */
export function readOpenVex(document: JsonObject, { source, now }: VexReading): VexDocument {
  const id = noteText(document['@id']) ?? 'OpenVEX document without @id';
  const author = noteText(document['author']);
  const issued = dateIn(document, now);
  const statements: VexStatement[] = [];
  const faults: string[] = [];
  const entries = document['statements'] as readonly unknown[];
  for (const [index, entry] of entries.slice(0, MAX_STATEMENTS).entries()) {
    const read = readStatement(entry);
    if (typeof read === 'string') faults.push(`statement ${index + 1}: ${read}`);
    else {
      const modified = (isObject(entry) ? dateIn(entry, now) : null) ?? issued;
      statements.push({ document: id, source, author, modified, ...read });
    }
  }
  if (entries.length > MAX_STATEMENTS) faults.push(`statements beyond ${MAX_STATEMENTS} were left out`);
  return { format: formatOf(document), id, author, statements, faults };
}

function formatOf(document: JsonObject): string {
  const version = /\/v(\d+\.\d+\.\d+)$/.exec(String(document['@context']))?.[1];
  return version === undefined ? 'OpenVEX' : `OpenVEX ${version}`;
}

/** `last_updated` is later than `timestamp` where both are there. */
function dateIn(object: JsonObject, now: Date): string | null {
  const date = (field: string) => {
    const text = object[field];
    return typeof text === 'string' ? recordDate(text, now) : null;
  };
  return date('last_updated') ?? date('timestamp');
}

/** The statement, or what is wrong with it. */
function readStatement(
  entry: unknown,
): Pick<VexStatement, 'flaws' | 'status' | 'justification' | 'note' | 'products'> | string {
  if (!isObject(entry)) return 'it is no object';
  const flaws = flawsIn(entry['vulnerability']);
  if (flaws.length === 0) return 'it names no vulnerability';
  const status = VEX_STATUSES.find((word) => word === entry['status']);
  if (status === undefined) return `${shown(entry['status'])} is no status of OpenVEX`;
  const justification = justificationNamed(entry['justification']);
  if (entry['justification'] && justification === null) {
    return `${shown(entry['justification'])} is no justification of OpenVEX`;
  }
  const products = productsIn(entry);
  if (typeof products === 'string') return products;
  const { impact_statement: impact, action_statement: action, status_notes: notes } = entry;
  return { flaws, status, justification, note: noteText(impact, action, notes), products };
}

function flawsIn(vulnerability: unknown): string[] {
  if (!isObject(vulnerability)) return flawNames([vulnerability]);
  const { name, aliases, '@id': id } = vulnerability;
  return flawNames([name, ...(Array.isArray(aliases) ? (aliases as readonly unknown[]) : []), id]);
}

function productsIn(entry: JsonObject): readonly VexProduct[] | string {
  const stated = entry['products'];
  if (!Array.isArray(stated) || stated.length === 0) return 'it names no product';
  if (stated.length > MAX_PRODUCTS) return `it names more than ${MAX_PRODUCTS} products`;
  const common = subcomponentsIn(entry);
  const products = stated.map((product: unknown) => {
    const { identifiers, digests } = componentIn(product);
    const own = isObject(product) ? subcomponentsIn(product) : [];
    return { identifiers, digests, subcomponents: own.length > 0 ? own : common };
  });
  const named = products.filter(({ identifiers, digests }) => identifiers.length + digests.length > 0);
  return named.length > 0 ? named : 'no name of its products can be read';
}

/** Something else than a list becomes a part without a name, which nothing matches: never the whole product. */
function subcomponentsIn(object: JsonObject): string[][] {
  const stated = object['subcomponents'];
  if (stated === undefined || stated === null) return [];
  if (!Array.isArray(stated)) return [[]];
  return stated.slice(0, MAX_SUBCOMPONENTS).map((component: unknown) => {
    const { identifiers, digests } = componentIn(component);
    return [...identifiers, ...digests];
  });
}

function componentIn(component: unknown): Pick<VexProduct, 'identifiers' | 'digests'> {
  if (!isObject(component)) return { identifiers: productNames([component]), digests: [] };
  const { '@id': id, identifiers, hashes } = component;
  const others = isObject(identifiers) ? Object.values(identifiers) : [];
  const digests = isObject(hashes)
    ? Object.entries(hashes).flatMap(([algorithm, hex]) => digestOf(algorithm, hex) ?? [])
    : [];
  return { identifiers: productNames([id, ...others]), digests };
}
