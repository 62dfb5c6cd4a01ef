/** An element to be written: with children, or with text. */
export interface XmlNode {
  readonly name: string;
  readonly attributes?: readonly (readonly [name: string, value: string])[];
  readonly children?: readonly XmlNode[];
  readonly text?: string;
}

/** Writes a document, one element a line. Characters that XML 1.0 cannot hold become U+FFFD. */
export function formatXml(root: XmlNode): string {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>'];
  const write = ({ name, attributes = [], children = [], text = '' }: XmlNode, indent: string) => {
    const given = attributes.map(([key, value]) => ` ${key}="${escapeXml(value)}"`).join('');
    if (children.length > 0) {
      lines.push(`${indent}<${name}${given}>`);
      for (const child of children) write(child, `${indent}  `);
      lines.push(`${indent}</${name}>`);
    } else if (text !== '') lines.push(`${indent}<${name}${given}>${escapeXml(text)}</${name}>`);
    else lines.push(`${indent}<${name}${given}/>`);
  };
  write(root, '');
  return `${lines.join('\n')}\n`;
}

/** What may not stand in an XML document. XML 1.0, section 2.2, "Char". */
const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // readers would make spaces or line feeds of these. XML 1.0, sections 2.11 and 3.3.3
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

function escapeXml(text: string): string {
  return text
    .replaceAll(NOT_XML, '\uFFFD')
    .replaceAll(/[&<>"\t\n\r]/g, (character) => ENTITIES[character] ?? character);
}
