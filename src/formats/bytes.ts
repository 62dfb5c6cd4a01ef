/** Reading binary formats without a bounds check before each access. */

/**
 * What a reader makes of bytes, null where it runs over their end. A DataView throws a RangeError then, so that no
 * offset or length of a hostile file needs a check of its own.
 */
export function withinBounds<T>(read: () => T | null): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** A view on the same memory. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The text up to the first NUL, or all of it; one character a byte. */
export function latin1Text(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(upToNul(bytes));
}

/** The text up to the first NUL, or all of it. */
export function utf8Text(bytes: Uint8Array): string {
  return new TextDecoder().decode(upToNul(bytes));
}

function upToNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
