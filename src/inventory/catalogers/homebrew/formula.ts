import { boundedText } from '../../evidence.ts';

/** What a formula says of its package, apart from how to build it. */
export type Formula = {
  readonly description: string | null;
  readonly homepage: string | null;
  readonly licence: string | null;
};

/** Where these stand in a formula: in the class, whose body `brew style` indents by two blanks. */
const DESCRIPTION = /^ {2}desc "((?:[^"\\]|\\.){1,500})"$/m;
const HOMEPAGE = /^ {2}homepage "([^"\\\s]{1,500})"$/m;
const LICENCE = /^ {2}license (?=["[:a-z])/m;

/** Longer than the licences of any formula. */
const MAX_LICENCE_LENGTH = 4000;

/** Reads the Ruby of a formula without running it. Homebrew, "Formula Cookbook". */
export function parseFormula(text: string): Formula {
  const licence = LICENCE.exec(text);
  const start = licence === null ? 0 : licence.index + licence[0].length;
  return {
    description: boundedText(DESCRIPTION.exec(text)?.[1]?.replaceAll(/\\(.)/g, '$1')),
    homepage: boundedText(HOMEPAGE.exec(text)?.[1]),
    licence: licence === null ? null : readLicence(text.slice(start, start + MAX_LICENCE_LENGTH)),
  };
}

const TOKEN = /\s*(?:"([A-Za-z0-9.+-]{1,100})"|(any_of:|all_of:|with:)|(=>|[[\]{},]))/y;
const MAX_DEPTH = 8;

/**
 * `"MIT"`, `any_of: ["MIT", "Apache-2.0"]`, `"GPL-2.0-only" => { with: "Classpath-exception-2.0" }` as an SPDX expression;
 * null for what is none, such as `:public_domain`. Homebrew, "License Guidelines".
 */
function readLicence(text: string): string | null {
  let at = 0;
  /** The next token, which is taken when it is the one that is asked for, or any. */
  function take(expected?: string): { readonly quoted: string | undefined; readonly word: string } | null {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    const word = found?.[2] ?? found?.[3] ?? '';
    if (found === null || (expected !== undefined && word !== expected)) return null;
    at = TOKEN.lastIndex;
    return { quoted: found[1], word };
  }

  function readTerm(depth: number): string | null {
    const token = take();
    if (token?.quoted !== undefined) return readException(token.quoted);
    const joined = token?.word === 'any_of:' ? ' OR ' : token?.word === 'all_of:' ? ' AND ' : null;
    if (joined === null || depth >= MAX_DEPTH || take('[') === null) return null;
    const terms: string[] = [];
    while (take(']') === null) {
      const term = readTerm(depth + 1);
      if (term === null) return null;
      terms.push(term);
      take(',');
    }
    return terms.length > 1 ? `(${terms.join(joined)})` : (terms[0] ?? null);
  }

  function readException(licence: string): string | null {
    if (take('=>') === null) return licence;
    const exception = take('{') && take('with:') && take();
    return exception?.quoted !== undefined && take('}') !== null
      ? `${licence} WITH ${exception.quoted}`
      : null;
  }

  return readTerm(0)?.replace(/^\((.*)\)$/s, '$1') ?? null;
}
