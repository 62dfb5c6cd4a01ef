/** Does something after so many seconds. @returns takes it back */
export type Schedule = (seconds: number, action: () => void) => () => void;

/** By a timer of this process. */
export const afterSeconds: Schedule = (seconds, action) => {
  const timer = setTimeout(action, seconds * 1000);
  return () => clearTimeout(timer);
};
