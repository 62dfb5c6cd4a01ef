/** seek-bzip 2.0.0 has no types of its own. */
declare module 'seek-bzip' {
  interface OutputStream {
    writeByte(byte: number): void;
  }

  /** @throws {TypeError} for data that is damaged: every block and every stream carries a checksum */
  export function decode(input: Uint8Array, output: OutputStream, multistream: boolean): void;
}
