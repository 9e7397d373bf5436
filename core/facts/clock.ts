/** Milliseconds since the epoch, finer than Date.now(): steps of a launch may take less than one. */
export function now(): number {
  return performance.timeOrigin + performance.now()
}
