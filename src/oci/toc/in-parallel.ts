/**
 * Does something with each of many things, several at a time, in their order. The first failure is thrown when those
 * under way have ended; no other is begun then.
 */
export async function inParallel<T>(
  things: Iterable<T>,
  atATime: number,
  action: (thing: T) => Promise<void>,
): Promise<void> {
  const waiting = things[Symbol.iterator]();
  let failed = false;
  const work = async () => {
    for (let next = waiting.next(); !failed && next.done !== true; next = waiting.next()) {
      try {
        await action(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: atATime }, work));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
