/** `Ann Author <ann@example.org> (@ann)`. docker-library/bashbrew, `manifest/rfc2822.go`, `MaintainersRegex`. */
import type { Maintainer } from './definition.ts';

export const MAINTAINER_FORMAT =
  'Full Name <contact-email-or-url> (@github-handle) OR Full Name (@github-handle)';

/** `\s` of Go's regular expressions. */
const SPACE = /[\t\n\f\r ]/;

/**
 * Null for anything else. The expression of upstream by hand: it takes quadratic time on long runs of spaces in JavaScript.
 * A name keeps all but the last of the spaces behind it.
 */
export function parseMaintainer(text: string): Maintainer | null {
  const bracket = text.search(/[<>()]/);
  const name = text.slice(0, Math.max(bracket - 1, 0));
  if (name === '' || SPACE.test(name.charAt(0)) || !SPACE.test(text.charAt(bracket - 1))) return null;
  const match = /^(?:<(?<contact>[^\t\n\f\r <>()]+)>[\t\n\f\r ]+)?\(@(?<handle>[^\t\n\f\r <>()]+)\)$/.exec(
    text.slice(bracket),
  );
  const { contact = null, handle } = match?.groups ?? {};
  return handle === undefined ? null : { name, contact, handle };
}

export function formatMaintainer({ name, contact, handle }: Maintainer): string {
  return contact === null ? `${name} (@${handle})` : `${name} <${contact}> (@${handle})`;
}
