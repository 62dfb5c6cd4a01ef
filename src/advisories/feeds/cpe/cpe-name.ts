import { isPlainText } from '../../feed.ts';

/** The parts of a CPE 2.3 formatted string that tell what a statement is about; unquoted, lower case. */
export interface CpeName {
  /** `a` application, `o` operating system, `h` hardware. */
  readonly part: string;
  /** `haxx:curl` */
  readonly product: string;
  /** `*` any, `-` none; likewise the others. */
  readonly version: string;
  readonly update: string;
  readonly edition: string;
  readonly softwareEdition: string;
  readonly targetSoftware: string;
  readonly targetHardware: string;
}

const PREFIX = 'cpe:2.3:';
const ATTRIBUTES = 11;

/** NIST IR 7695, section 6.2. Null for what is no formatted string, or leaves its vendor or product open. */
export function parseCpe(text: string): CpeName | null {
  if (!isPlainText(text) || !text.startsWith(PREFIX)) return null;
  const attributes = splitAttributes(text.slice(PREFIX.length).toLowerCase());
  if (attributes.length !== ATTRIBUTES) return null;
  const [part = '', vendor = '', name = '', version = '', update = '', edition = ''] = attributes;
  const [softwareEdition = '', targetSoftware = '', targetHardware = ''] = attributes.slice(7);
  if ([vendor, name].some((attribute) => attribute === '' || attribute === '*' || attribute === '-')) {
    return null;
  }
  const product = `${vendor}:${name}`;
  return { part, product, version, update, edition, softwareEdition, targetSoftware, targetHardware };
}

/** Colons that are not quoted divide; a backslash makes the next character plain. */
function splitAttributes(text: string): readonly string[] {
  if (!text.includes('\\')) return text.split(':');
  const attributes: string[] = [];
  let attribute = '';
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === ':') {
      attributes.push(attribute);
      attribute = '';
    } else {
      attribute += character === '\\' ? text.charAt(++at) : character;
    }
  }
  return [...attributes, attribute];
}
