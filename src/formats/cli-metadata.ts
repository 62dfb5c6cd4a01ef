/**
 * The identity of a .NET assembly: name, version, culture and public key, as its own metadata state them.
 *
 * The CLI header of a portable executable leads to a root with named streams. The stream of tables says how many rows
 * each table has, and these numbers decide how wide the columns are that refer to it; so the row of the Assembly table
 * is found by adding up the tables before it. ECMA-335, partition II, sections 22 to 25.
 */
import { utf8Text, viewOf, withinBounds } from './bytes.ts';
import { PE_DIRECTORY, type PeFile } from './pe.ts';

export interface AssemblyIdentity {
  readonly name: string;
  /** Four numbers: `13.0.0.0`. Many packages keep it the same over all releases of a major version. */
  readonly version: string;
  /** `de`, `zh-Hans` for an assembly that holds translations only; null for all others. */
  readonly culture: string | null;
}

/** True for .NET assemblies and modules: all that has a CLI header. */
export function isManaged(file: PeFile): boolean {
  return file.directory(PE_DIRECTORY.cliHeader).length > 0;
}

/** Null for native code, for a module that is no assembly, and for metadata that cannot be read. */
export function readAssemblyIdentity(file: PeFile): AssemblyIdentity | null {
  return withinBounds(() => {
    const header = file.directory(PE_DIRECTORY.cliHeader);
    if (header.length === 0) return null;
    const view = viewOf(header);
    const metadata = file.at(view.getUint32(8, true)).subarray(0, view.getUint32(12, true));
    const streams = streamsOf(metadata);
    const tables = streams?.get('#~') ?? streams?.get('#-');
    const strings = streams?.get('#Strings');
    return tables && strings ? assemblyRow(viewOf(tables), strings) : null;
  });
}

const METADATA_SIGNATURE = 0x424a5342;

function streamsOf(metadata: Uint8Array): ReadonlyMap<string, Uint8Array> | null {
  const view = viewOf(metadata);
  if (view.getUint32(0, true) !== METADATA_SIGNATURE) return null;
  let at = 16 + view.getUint32(12, true);
  const count = view.getUint16(at + 2, true);
  at += 4;
  const streams = new Map<string, Uint8Array>();
  for (let index = 0; index < count; index += 1) {
    const start = view.getUint32(at, true);
    const name = utf8Text(metadata.subarray(at + 8, at + 8 + MAX_STREAM_NAME));
    streams.set(name, metadata.subarray(start, start + view.getUint32(at + 4, true)));
    at += 8 + ((name.length + 4) & ~3);
  }
  return streams;
}

const MAX_STREAM_NAME = 32;

/** Table numbers. */
const ASSEMBLY = 0x20;
const LAST_TABLE = 0x2c;

/**
 * A column is a number of bytes, an index into a heap, an index into one table, or into one of several with a tag of so
 * many bits.
 */
type Column =
  | 2
  | 4
  | 'string'
  | 'guid'
  | 'blob'
  | { readonly tables: readonly number[]; readonly tag: number };

const row = (table: number): Column => ({ tables: [table], tag: 0 });
const TYPE_DEF = row(2);
const FIELD = row(4);
const METHOD = row(6);
const PARAM = row(8);
const EVENT = row(0x14);
const PROPERTY = row(0x17);
const MODULE_REF = row(0x1a);
const TYPE_DEF_OR_REF: Column = { tables: [2, 1, 0x1b], tag: 2 };
const METHOD_DEF_OR_REF: Column = { tables: [6, 0x0a], tag: 1 };

/** Columns of the tables before Assembly, by table number. ECMA-335 II.22; the pointer tables are of edit-and-continue. */
const TABLES: readonly (readonly Column[])[] = [
  /* Module */ [2, 'string', 'guid', 'guid', 'guid'],
  /* TypeRef */ [{ tables: [0, 0x1a, 0x23, 1], tag: 2 }, 'string', 'string'],
  /* TypeDef */ [4, 'string', 'string', TYPE_DEF_OR_REF, FIELD, METHOD],
  /* FieldPtr */ [FIELD],
  /* Field */ [2, 'string', 'blob'],
  /* MethodPtr */ [METHOD],
  /* MethodDef */ [4, 2, 2, 'string', 'blob', PARAM],
  /* ParamPtr */ [PARAM],
  /* Param */ [2, 2, 'string'],
  /* InterfaceImpl */ [TYPE_DEF, TYPE_DEF_OR_REF],
  /* MemberRef */ [{ tables: [2, 1, 0x1a, 6, 0x1b], tag: 3 }, 'string', 'blob'],
  /* Constant */ [2, { tables: [4, 8, 0x17], tag: 2 }, 'blob'],
  /* CustomAttribute */ [
    {
      tables: [
        6, 4, 1, 2, 8, 9, 0x0a, 0, 0x0e, 0x17, 0x14, 0x11, 0x1a, 0x1b, 0x20, 0x23, 0x26, 0x27, 0x28, 0x2a,
        0x2c, 0x2b,
      ],
      tag: 5,
    },
    { tables: [6, 0x0a], tag: 3 },
    'blob',
  ],
  /* FieldMarshal */ [{ tables: [4, 8], tag: 1 }, 'blob'],
  /* DeclSecurity */ [2, { tables: [2, 6, 0x20], tag: 2 }, 'blob'],
  /* ClassLayout */ [2, 4, TYPE_DEF],
  /* FieldLayout */ [4, FIELD],
  /* StandAloneSig */ ['blob'],
  /* EventMap */ [TYPE_DEF, EVENT],
  /* EventPtr */ [EVENT],
  /* Event */ [2, 'string', TYPE_DEF_OR_REF],
  /* PropertyMap */ [TYPE_DEF, PROPERTY],
  /* PropertyPtr */ [PROPERTY],
  /* Property */ [2, 'string', 'blob'],
  /* MethodSemantics */ [2, METHOD, { tables: [0x14, 0x17], tag: 1 }],
  /* MethodImpl */ [TYPE_DEF, METHOD_DEF_OR_REF, METHOD_DEF_OR_REF],
  /* ModuleRef */ ['string'],
  /* TypeSpec */ ['blob'],
  /* ImplMap */ [2, { tables: [4, 6], tag: 1 }, 'string', MODULE_REF],
  /* FieldRVA */ [4, FIELD],
  /* EncLog */ [4, 4],
  /* EncMap */ [4],
];

function assemblyRow(view: DataView, strings: Uint8Array): AssemblyIdentity | null {
  const heapSizes = view.getUint8(6);
  const present = view.getBigUint64(8, true);
  const rows: number[] = [];
  let at = 24;
  for (let table = 0; table < 64; table += 1) {
    const isPresent = (present >> BigInt(table)) & 1n;
    if (table <= LAST_TABLE) rows.push(isPresent ? view.getUint32(at, true) : 0);
    if (isPresent) at += 4;
  }
  if (!rows[ASSEMBLY]) return null;

  const heapIndex = (bit: number) => (heapSizes & bit ? 4 : 2);
  const width = (column: Column): number => {
    if (typeof column === 'number') return column;
    if (column === 'string') return heapIndex(1);
    if (column === 'guid') return heapIndex(2);
    if (column === 'blob') return heapIndex(4);
    const most = Math.max(...column.tables.map((table) => rows[table] ?? 0));
    return most < 2 ** (16 - column.tag) ? 2 : 4;
  };
  for (const [table, columns] of TABLES.entries()) {
    at += (rows[table] ?? 0) * columns.reduce((sum, column) => sum + width(column), 0);
  }

  const version = [4, 6, 8, 10].map((part) => view.getUint16(at + part, true)).join('.');
  at += 16 + heapIndex(4);
  const text = (place: number) => {
    const start = heapIndex(1) === 4 ? view.getUint32(place, true) : view.getUint16(place, true);
    return utf8Text(strings.subarray(start, start + MAX_NAME_BYTES));
  };
  const name = text(at);
  return name === '' ? null : { name, version, culture: text(at + heapIndex(1)) || null };
}

/** Longer than any assembly's file name can be. */
const MAX_NAME_BYTES = 1024;
