/** Reads a stream of chunks in pieces of the size that the reader asks for. */
export interface ByteReader {
  /** The next bytes without consuming them; fewer at the end. */
  peek(count: number): Promise<Uint8Array>;
  /** The next bytes; fewer at the end. */
  read(count: number): Promise<Uint8Array>;
  /** Leaves bytes out; false when the stream ended before. */
  skip(count: number): Promise<boolean>;
  /** Lets go of the stream, wherever it is. */
  close(): Promise<void>;
}

export function createByteReader(chunks: AsyncIterable<Uint8Array>): ByteReader {
  const source = chunks[Symbol.asyncIterator]();
  let pending: Uint8Array[] = [];
  let available = 0;

  async function fill(count: number): Promise<void> {
    while (available < count) {
      const next = await source.next();
      if (next.done === true) return;
      pending.push(next.value);
      available += next.value.length;
    }
  }

  function gather(count: number): Uint8Array {
    const all = pending.length === 1 ? pending[0] : Buffer.concat(pending);
    pending = all === undefined ? [] : [all];
    return pending[0]?.subarray(0, count) ?? new Uint8Array(0);
  }

  function drop(count: number): void {
    const rest = pending[0]?.subarray(count);
    pending = rest === undefined || rest.length === 0 ? [] : [rest];
    available = rest?.length ?? 0;
  }

  return {
    async peek(count) {
      await fill(count);
      return gather(count);
    },
    async read(count) {
      await fill(count);
      const bytes = gather(count);
      drop(bytes.length);
      return bytes;
    },
    async skip(count) {
      let left = count;
      while (left > 0) {
        await fill(1);
        if (available === 0) return false;
        const step = Math.min(left, available);
        gather(step);
        drop(step);
        left -= step;
      }
      return true;
    },
    async close() {
      await source.return?.();
    },
  };
}
