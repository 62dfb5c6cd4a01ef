import { childOf, childText, childrenOf, type XmlElement } from '../../../formats/xml.ts';

/** A condition on one property of an installed package. OVAL 5.11, EntityStateType. */
export interface Entity {
  /** `less than`, `equals`, `pattern match` and others, see OVAL 5.11, OperationEnumeration. */
  readonly operation: string;
  readonly value: string;
}

/** Conditions on one installed package; signatures are left out: an image is not told by who signed its packages. */
export interface PackageState {
  /** Epoch, version and release. */
  readonly evr: Entity | null;
  readonly version: Entity | null;
  readonly release: Entity | null;
  readonly arch: Entity | null;
}

/** A test of installed packages, rpm's or dpkg's. */
export interface PackageTest {
  /** A package of any of these names. */
  readonly names: readonly string[];
  readonly states: readonly PackageState[];
  /** The test holds when no such package is there. */
  readonly negated: boolean;
}

/** The parts of a document that definitions refer to. */
export interface OvalTests {
  /** Keeps an element that is a test, object, state or variable; others are passed over. */
  add(element: XmlElement): void;
  /** `other` for a test of something else than packages; null for one that the document does not have whole. */
  find(id: string): PackageTest | 'other' | null;
}

interface TestReferences {
  readonly object: string;
  readonly states: readonly string[];
  readonly negated: boolean;
}

/** The name of an object stands in it, or is any value of a variable. A pattern names none. */
type ObjectName = { readonly names: readonly string[] } | { readonly variable: string };

const PACKAGE_PARTS = /^(?:rpm|dpkg)info_(test|object|state)$/;

export function createOvalTests(): OvalTests {
  const tests = new Map<string, TestReferences | 'other'>();
  const objects = new Map<string, ObjectName>();
  const states = new Map<string, PackageState>();
  const variables = new Map<string, readonly string[]>();

  return {
    add(element) {
      const id = element.attributes.get('id') ?? '';
      const part = PACKAGE_PARTS.exec(element.name)?.[1];
      if (part === 'test') tests.set(id, referencesOf(element));
      else if (part === 'object') objects.set(id, objectNameOf(element));
      else if (part === 'state') states.set(id, stateOf(element));
      else if (element.name.endsWith('_test')) tests.set(id, 'other');
      else if (element.name === 'constant_variable') {
        variables.set(
          id,
          childrenOf(element, 'value').map(({ text }) => text.trim()),
        );
      }
    },
    find(id) {
      const test = tests.get(id);
      if (test === undefined || test === 'other') return test ?? null;
      const object = objects.get(test.object);
      if (object === undefined) return null;
      const found = test.states.map((state) => states.get(state));
      if (!found.every((state) => state !== undefined)) return null;
      const names = 'variable' in object ? (variables.get(object.variable) ?? []) : object.names;
      return { names, states: found, negated: test.negated };
    },
  };
}

function referencesOf(test: XmlElement): TestReferences {
  const { attributes } = test;
  return {
    object: childOf(test, 'object')?.attributes.get('object_ref') ?? '',
    states: childrenOf(test, 'state').map((state) => state.attributes.get('state_ref') ?? ''),
    negated: attributes.get('check') === 'none satisfy' || attributes.get('check_existence') === 'none_exist',
  };
}

function objectNameOf(object: XmlElement): ObjectName {
  const name = childOf(object, 'name');
  const variable = name?.attributes.get('var_ref');
  if (variable !== undefined) return { variable };
  const text = name?.text.trim() ?? '';
  return { names: text === '' || name?.attributes.get('operation') === 'pattern match' ? [] : [text] };
}

function stateOf(state: XmlElement): PackageState {
  return {
    evr: entityOf(state, 'evr'),
    version: entityOf(state, 'version'),
    release: entityOf(state, 'release'),
    arch: entityOf(state, 'arch'),
  };
}

function entityOf(state: XmlElement, name: string): Entity | null {
  const value = childText(state, name);
  if (value === null) return null;
  return {
    operation: childOf(state, name)?.attributes.get('operation') ?? 'equals',
    value: plainValue(value),
  };
}

/**
 * Two slips of publishers: Debian writes epoch 0 before versions that have another (`0:1:4.14-1.1+deb7u1` of a2ps,
 * CVE-2001-1593), and CBL-Mariner a space behind it (`0: 1.57.0-1.cm2` of nghttp2, CVE-2023-44487).
 */
function plainValue(value: string): string {
  return value.replaceAll(/\s+/g, '').replace(/^0:(?=\d+:)/, '');
}
