import { createRequire } from 'node:module';
import type * as Saxes from 'saxes';

/** Loaded when the first file needs it. */
const require = createRequire(import.meta.url);

/** An element with its children; namespaces are left out of names, comments and processing instructions altogether. */
export interface XmlElement {
  /** Local name. */
  readonly name: string;
  /** Namespace URI; empty when there is none. */
  readonly namespace: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The text directly inside, entities resolved, white space as written. */
  readonly text: string;
}

interface OpenElement extends XmlElement {
  readonly children: XmlElement[];
  text: string;
}

const MAX_DEPTH = 500;
const MAX_ELEMENTS = 5_000_000;

/**
 * The root element of an XML document; null for text that is not well-formed, or nested too deep. A document type is
 * not read: no entities are defined, and nothing is fetched. XML 1.0, Namespaces in XML 1.0.
 */
export function parseXml(text: string): XmlElement | null {
  const [root = null, ...more] = xmlElements(text, 0);
  return more.length === 0 ? root : null;
}

/**
 * The elements that lie `depth` levels below the root, one after the other, each with all that is in it: a document of
 * any size is read in the memory of one of them. The last one is null when the text turns out not to be well-formed.
 */
export function* xmlElements(text: string, depth: number): Generator<XmlElement | null> {
  const { SaxesParser } = require('saxes') as typeof Saxes;
  const parser = new SaxesParser({ xmlns: true });
  const open: OpenElement[] = [];
  const state = { failed: false, elements: 0 };
  let complete: XmlElement[] = [];
  parser.on('error', () => {
    state.failed = true;
  });
  parser.on('opentag', ({ local, uri, attributes }) => {
    state.elements += 1;
    if (open.length >= MAX_DEPTH || state.elements > MAX_ELEMENTS) state.failed = true;
    if (state.failed) return;
    const element: OpenElement = {
      name: local,
      namespace: uri,
      attributes: new Map(Object.values(attributes).map((attribute) => [attribute.local, attribute.value])),
      children: [],
      text: '',
    };
    if (open.length > depth) open.at(-1)?.children.push(element);
    open.push(element);
  });
  const append = (piece: string) => {
    const element = open.at(-1);
    if (element !== undefined && open.length > depth) element.text += piece;
  };
  parser.on('text', append);
  parser.on('cdata', append);
  parser.on('closetag', () => {
    const element = open.pop();
    if (element === undefined || open.length !== depth || state.failed) return;
    complete.push(element);
    state.elements = 0;
  });
  // in small pieces: behind an error saxes goes on, and takes time that grows with the square of an endless nesting
  for (let at = 0; at < text.length && !state.failed; at += PIECE) {
    parser.write(text.slice(at, at + PIECE));
    yield* complete;
    complete = [];
  }
  if (!state.failed) parser.close();
  yield* complete;
  if (state.failed) yield null;
}

const PIECE = 4 * 1024;

/** The first child of that name. */
export function childOf(element: XmlElement | null | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name);
}

/** All children of that name. */
export function childrenOf(element: XmlElement | null | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** The text of the first child of that name without the white space around it; null when it is not there or empty. */
export function childText(element: XmlElement | null | undefined, name: string): string | null {
  return childOf(element, name)?.text.trim() || null;
}
