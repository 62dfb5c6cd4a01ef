/** `docs/programme-settings.md`: every setting of a programme, from the schema that reads them. */
import { z } from 'zod';
import { DEFAULT_RULES, programmeJsonSchema } from './settings-schema.ts';

/** As much of JSON Schema as zod writes for settings. */
interface Node {
  readonly type?: string | undefined;
  readonly const?: string | undefined;
  readonly enum?: readonly string[] | undefined;
  readonly format?: string | undefined;
  readonly pattern?: string | undefined;
  readonly default?: unknown;
  readonly description?: string | undefined;
  readonly properties?: Readonly<Record<string, Node>> | undefined;
  readonly propertyNames?: Node | undefined;
  readonly additionalProperties?: Node | false | undefined;
  readonly items?: Node | undefined;
  readonly anyOf?: readonly Node[] | undefined;
  readonly oneOf?: readonly Node[] | undefined;
  readonly required?: readonly string[] | undefined;
}

const Node: z.ZodType<Node> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    const: z.string().optional(),
    enum: z.array(z.string()).optional(),
    format: z.string().optional(),
    pattern: z.string().optional(),
    default: z.unknown().optional(),
    description: z.string().optional(),
    properties: z.record(z.string(), Node).optional(),
    propertyNames: Node.optional(),
    additionalProperties: z.union([Node, z.literal(false)]).optional(),
    items: Node.optional(),
    anyOf: z.array(Node).optional(),
    oneOf: z.array(Node).optional(),
    required: z.array(z.string()).optional(),
  }),
);

interface Setting {
  readonly path: string;
  readonly value: string;
  readonly otherwise: string;
  readonly meaning: string;
}

export function formatSettingsDocumentation(): string {
  const rows = settingsOf(Node.parse(programmeJsonSchema()), '', new Map()).map(
    ({ path, value, otherwise, meaning }) => `| \`${path}\` | ${value} | ${otherwise} | ${meaning} |`,
  );
  return `# Settings of a programme

Every field of \`programme.yaml\`. The file is read strictly: an unknown field is an error, with line, column and the name that is probably
meant. Its JSON Schema is [programme-1.schema.json](schema/programme-1.schema.json). Times are numbers with \`s\`, \`m\`, \`h\`, \`d\` or \`w\`: \`90s\`,
\`24h\`, \`30d\`. Folders and files of keys are relative to \`programme.yaml\`. A folder \`library\` of definitions without a \`programme.yaml\` is a
programme too, with these defaults.

This page is made by \`npm run make:docs\` from the schema in the code.

| field | value | when left out | meaning |
|---|---|---|---|
${rows.join('\n')}
`;
}

/** @param seen where a part of the schema was first, by what is in it */
function settingsOf(node: Node, path: string, seen: Map<string, string>): readonly Setting[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, field]) => {
    const here = path === '' ? name : `${path}.${name}`;
    const isRequired = node.required?.includes(name) === true;
    return settingRows(field, here, isRequired, seen);
  });
}

function settingRows(
  field: Node,
  path: string,
  isRequired: boolean,
  seen: Map<string, string>,
): readonly Setting[] {
  const inner = notNull(field);
  const own: Setting = {
    path,
    value: valueOf(inner),
    otherwise: isRequired ? 'must be there' : defaultOf(field, path),
    meaning: field.description ?? inner.description ?? '',
  };
  const [below, place] = partsOf(inner, path);
  if (below === null) return [own];
  const known = seen.get(JSON.stringify(below));
  if (known !== undefined) return [{ ...own, value: `as \`${known}\`` }];
  seen.set(JSON.stringify(below), place);
  const parts = (below.oneOf ?? [below]).flatMap((variant) => settingsOf(variant, place, seen));
  const isOnlyGroup = own.meaning === '' && place === path;
  return [...(isOnlyGroup ? [] : [own]), ...parts];
}

/** What has fields of its own, and how these are called. */
function partsOf(node: Node, path: string): readonly [Node | null, string] {
  if (node.properties !== undefined) return [node, path];
  if (node.items?.properties !== undefined) return [node.items, `${path}[]`];
  const { additionalProperties: every } = node;
  if (every === undefined || every === false) return [null, path];
  const isGroup = every.properties !== undefined || every.oneOf !== undefined;
  return isGroup ? [every, `${path}.${keyOf(node)}`] : [null, path];
}

const keyOf = ({ propertyNames }: Node): string =>
  propertyNames?.enum?.includes('amd64') === true ? 'ARCHITECTURE' : 'NAME';

/** Of what may be null, the rest. */
function notNull(node: Node): Node {
  const others = node.anyOf?.filter(({ type }) => type !== 'null') ?? [];
  const [only] = others;
  return others.length === 1 && only !== undefined ? only : node;
}

function valueOf(node: Node): string {
  const { type, anyOf, format, pattern, items, additionalProperties: every } = node;
  if (anyOf !== undefined) return anyOf.map(valueOf).join(' or ');
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.enum !== undefined) {
    return node.enum.includes('amd64') ? 'architecture' : node.enum.map((name) => `\`${name}\``).join(', ');
  }
  if (type === 'array') return items === undefined ? 'list' : `list of ${valueOf(items)}`;
  if (type === 'object')
    return every === undefined || every === false ? 'fields' : `${keysOf(node)}: ${valueOf(every)}`;
  if (node.properties !== undefined || node.oneOf !== undefined) return 'fields';
  if (type === 'boolean') return '`true` or `false`';
  if (type === 'integer') return 'number';
  if (pattern?.includes('smhdw') === true) return 'time';
  return format === 'uri' ? 'address' : 'text';
}

function keysOf({ propertyNames }: Node): string {
  return propertyNames === undefined || propertyNames.enum === undefined ? 'name' : valueOf(propertyNames);
}

function defaultOf({ default: value }: Node, path: string): string {
  const rule = Object.entries(DEFAULT_RULES).find(([name]) => path === `rules.${name}`);
  if (rule !== undefined) return ruleDefault(rule[1]);
  if (value === null) return 'none';
  if (typeof value === 'object') {
    const fields = Object.entries(value).filter(([, each]) => typeof each !== 'object');
    return fields.length === 0 ? '' : `\`${fields.map(([name, each]) => `${name}: ${each}`).join(', ')}\``;
  }
  return value === undefined ? '' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function ruleDefault(value: number | string | null | readonly never[]): string {
  if (value === null) return '`never`';
  if (typeof value === 'string') return `\`${value}\``;
  if (typeof value !== 'number') return 'none';
  return value > 0 && value % 3_600 === 0 ? `\`${value / 3_600}h\`` : `\`${value}s\``;
}
