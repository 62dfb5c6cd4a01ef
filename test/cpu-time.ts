/**
 * What hostile input costs, in time of the processor: other work of the machine lengthens a clock's time, and not this. Code that goes back
 * over what it has read costs minutes on the inputs of these tests, where it should cost a fraction of a second.
 */

/** Milliseconds that no input of some hundred kilobytes may cost. */
export const LITTLE = 10_000;

/** @returns how many milliseconds of the processor have been used since */
export function startCpuTime(): () => number {
  const begin = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(begin);
    return (user + system) / 1000;
  };
}
