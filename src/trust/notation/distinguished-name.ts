import { isUtf8 } from 'node:buffer';
import { type DerValue, fromDer, part } from './der.ts';

/** Short names of attribute types: RFC 4514, section 3. Others are written as numbers. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
};

const UTF8_STRING = 12;
const PRINTABLE_STRING = 19;
const IA5_STRING = 22;

/**
 * Writes a name as RFC 4514 has it, but in the order of the certificate, which is the order in which Notation's policies are
 * written: `C=US,ST=WA,O=example,CN=release`.
 *
 * @throws {NotationFault}
 */
export function formatDistinguishedName(name: DerValue): string {
  return name.subs
    .map((set) =>
      set.subs
        .map((attribute) => {
          const type = fromDer(() => part(attribute, 0, 'a name').toOID(), 'a name');
          return `${TYPE_NAMES[type] ?? type}=${formatValue(part(attribute, 1, 'a name'))}`;
        })
        .join('+'),
    )
    .join(',');
}

function formatValue(value: DerValue): string {
  const isText =
    value.tag.isUniversal() && [UTF8_STRING, PRINTABLE_STRING, IA5_STRING].includes(value.tag.number);
  // other kinds of string have several readings: written as bytes, they equal no text that a policy names
  if (!isText || !isUtf8(value.value)) return `#${value.toDER().toString('hex')}`;
  return escapeValue(value.value.toString('utf8'));
}

/** RFC 4514, section 2.4: what would end the value, or stand for something else, is escaped. */
function escapeValue(text: string): string {
  return text
    .replace(/["+,;<>\\]/g, '\\$&')
    .replace(/^[ #]/, '\\$&')
    .replace(/ $/, '\\ ')
    .replace(/\p{Cc}/gu, (character) =>
      [...Buffer.from(character)].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join(''),
    );
}
