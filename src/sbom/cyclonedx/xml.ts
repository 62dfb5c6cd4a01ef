/**
 * CycloneDX in XML says what it says in JSON. One table holds how the elements follow from the fields, and is read in
 * both directions. ECMA-424, https://cyclonedx.org/docs/1.7/xml/.
 */
import { isObject, type JsonObject } from '../../formats/json.ts';
import { childOf, childrenOf, type XmlElement } from '../../formats/xml.ts';
import { formatXml, type XmlNode } from '../../formats/xml-text.ts';
import type { CycloneDxDocument } from './document.ts';

/** How an object stands as an element. */
interface ElementShape {
  /** Fields that are attributes. */
  readonly attributes?: readonly string[];
  /** The field that is the text between the tags. */
  readonly text?: string;
  /** Fields that are elements inside, in the order that the schema asks for. */
  readonly fields?: Readonly<Record<string, FieldShape>>;
}

/** An object, a text between tags, or a text that is the attribute `ref`. */
type ItemShape = ElementShape | 'reference' | 'text';

type FieldShape =
  | { readonly kind: 'single'; readonly of: ItemShape }
  /** A list: an element with one inside for each. */
  | { readonly kind: 'list'; readonly item: string; readonly of: ItemShape }
  /** A list without an element around it. */
  | { readonly kind: 'repeated'; readonly item: string; readonly of: ItemShape }
  /** A list of licences and expressions; the object of a licence lies one deeper than the element. */
  | { readonly kind: 'licences' }
  /** A list of components, in which there may be such a list again. */
  | { readonly kind: 'components' }
  /** Tools: a list before CycloneDX 1.5, then an object. */
  | { readonly kind: 'tools' };

const TEXT: FieldShape = { kind: 'single', of: 'text' };
const PROPERTIES: FieldShape = {
  kind: 'list',
  item: 'property',
  of: { attributes: ['name'], text: 'value' },
};
const COMPONENTS: FieldShape = { kind: 'components' };
const CONTACT: ElementShape = { fields: { name: TEXT, email: TEXT } };
const ENTITY: FieldShape = {
  kind: 'single',
  of: { fields: { name: TEXT, contact: { kind: 'repeated', item: 'contact', of: CONTACT } } },
};
const LICENCE: ElementShape = { attributes: ['acknowledgement'], fields: { id: TEXT, name: TEXT } };
const EXPRESSION: ElementShape = { attributes: ['acknowledgement'], text: 'expression' };
/** Since CycloneDX 1.7, with details of its parts, which are not read. */
const DETAILED: ElementShape = { attributes: ['acknowledgement', 'expression'] };

const TOOL: ElementShape = { fields: { vendor: TEXT, name: TEXT, version: TEXT } };
const TOOL_LIST: FieldShape = { kind: 'list', item: 'tool', of: TOOL };
const TOOL_COMPONENTS: FieldShape = { kind: 'single', of: { fields: { components: COMPONENTS } } };

const EVIDENCE: ElementShape = {
  fields: {
    identity: {
      kind: 'repeated',
      item: 'identity',
      of: {
        fields: {
          field: TEXT,
          concludedValue: TEXT,
          methods: {
            kind: 'list',
            item: 'method',
            of: { fields: { technique: TEXT, value: TEXT } },
          },
        },
      },
    },
    occurrences: {
      kind: 'list',
      item: 'occurrence',
      of: { fields: { location: TEXT, additionalContext: TEXT } },
    },
    licenses: { kind: 'licences' },
  },
};

const COMPONENT: ElementShape = {
  attributes: ['type', 'bom-ref'],
  fields: {
    supplier: ENTITY,
    manufacturer: ENTITY,
    authors: { kind: 'list', item: 'author', of: CONTACT },
    author: TEXT,
    publisher: TEXT,
    group: TEXT,
    name: TEXT,
    version: TEXT,
    description: TEXT,
    scope: TEXT,
    hashes: { kind: 'list', item: 'hash', of: { attributes: ['alg'], text: 'content' } },
    licenses: { kind: 'licences' },
    cpe: TEXT,
    purl: TEXT,
    externalReferences: {
      kind: 'list',
      item: 'reference',
      of: { attributes: ['type'], fields: { url: TEXT } },
    },
    properties: PROPERTIES,
    components: COMPONENTS,
    evidence: { kind: 'single', of: EVIDENCE },
  },
};

const METADATA: ElementShape = {
  fields: {
    timestamp: TEXT,
    lifecycles: { kind: 'list', item: 'lifecycle', of: { fields: { phase: TEXT } } },
    tools: { kind: 'tools' },
    component: { kind: 'single', of: COMPONENT },
    properties: PROPERTIES,
  },
};

const BOM: ElementShape = {
  attributes: ['serialNumber', 'version'],
  fields: {
    metadata: { kind: 'single', of: METADATA },
    components: COMPONENTS,
    dependencies: {
      kind: 'list',
      item: 'dependency',
      of: {
        attributes: ['ref'],
        fields: { dependsOn: { kind: 'repeated', item: 'dependency', of: 'reference' } },
      },
    },
    compositions: {
      kind: 'list',
      item: 'composition',
      of: {
        fields: { aggregate: TEXT, assemblies: { kind: 'list', item: 'assembly', of: 'reference' } },
      },
    },
  },
};

const NAMESPACE = 'http://cyclonedx.org/schema/bom/';

export function toXml(document: CycloneDxDocument): string {
  const { name, attributes = [], ...rest } = elementOf('bom', document, BOM);
  const xmlns = ['xmlns', NAMESPACE + document.specVersion] as const;
  return formatXml({ name, attributes: [xmlns, ...attributes], ...rest });
}

function elementOf(name: string, value: unknown, shape: ItemShape): XmlNode {
  if (shape === 'text') return { name, text: String(value) };
  if (shape === 'reference') return { name, attributes: [['ref', String(value)]] };
  const object = isObject(value) ? value : {};
  const { attributes = [], text } = shape;
  return {
    name,
    attributes: attributes.filter((key) => key in object).map((key) => [key, String(object[key])]),
    children: Object.entries(shape.fields ?? {}).flatMap(([field, of]) =>
      field in object ? nodesOf(field, object[field], of) : [],
    ),
    ...(text === undefined ? {} : { text: String(object[text]) }),
  };
}

function nodesOf(name: string, value: unknown, shape: FieldShape): readonly XmlNode[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  switch (shape.kind) {
    case 'single':
      return [elementOf(name, value, shape.of)];
    case 'list':
      return [{ name, children: list.map((item) => elementOf(shape.item, item, shape.of)) }];
    case 'repeated':
      return list.map((item) => elementOf(shape.item, item, shape.of));
    case 'components':
      return [{ name, children: list.map((item) => elementOf('component', item, COMPONENT)) }];
    case 'licences':
      return [{ name, children: list.filter(isObject).map(licenceElement) }];
    case 'tools':
      return nodesOf(name, value, Array.isArray(value) ? TOOL_LIST : TOOL_COMPONENTS);
  }
}

function licenceElement(choice: JsonObject): XmlNode {
  const { license } = choice;
  return isObject(license)
    ? elementOf('license', license, LICENCE)
    : elementOf('expression', choice, EXPRESSION);
}

export function isCycloneDxXml({ name, namespace }: XmlElement): boolean {
  return name === 'bom' && namespace.startsWith(NAMESPACE);
}

/** The document as it would be in JSON, with the fields of the table. */
export function fromXml(root: XmlElement): JsonObject {
  return { specVersion: root.namespace.slice(NAMESPACE.length), ...objectOf(root, BOM) };
}

function objectOf(element: XmlElement, { attributes = [], text, fields }: ElementShape): JsonObject {
  const known = attributes.map((key) => [key, element.attributes.get(key)] as const);
  const inside = Object.entries(fields ?? {}).map(
    ([field, shape]) => [field, fieldOf(element, field, shape)] as const,
  );
  const own = text === undefined ? [] : [[text, element.text] as const];
  return Object.fromEntries([...known, ...own, ...inside].filter(([, value]) => value !== undefined));
}

function valueOf(element: XmlElement, shape: ItemShape): unknown {
  if (shape === 'text') return element.text;
  return shape === 'reference' ? element.attributes.get('ref') : objectOf(element, shape);
}

function fieldOf(parent: XmlElement, name: string, shape: FieldShape): unknown {
  const element = childOf(parent, name);
  switch (shape.kind) {
    case 'single':
      return element && valueOf(element, shape.of);
    case 'list':
      return element && childrenOf(element, shape.item).map((item) => valueOf(item, shape.of));
    case 'repeated':
      return childrenOf(parent, shape.item).map((item) => valueOf(item, shape.of));
    case 'components':
      return element && childrenOf(element, 'component').map((item) => objectOf(item, COMPONENT));
    case 'licences':
      return element?.children.flatMap(licenceOf);
    case 'tools':
      return fieldOf(parent, name, childOf(element, 'tool') === undefined ? TOOL_COMPONENTS : TOOL_LIST);
  }
}

function licenceOf(element: XmlElement): readonly JsonObject[] {
  if (element.name === 'license') return [{ license: objectOf(element, LICENCE) }];
  if (element.name === 'expression') return [objectOf(element, EXPRESSION)];
  return element.name === 'expression-detailed' ? [objectOf(element, DETAILED)] : [];
}
