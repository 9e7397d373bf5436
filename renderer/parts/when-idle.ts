/** So long an idle moment is waited for; and as long where the browser can't tell of one, as Safari. */
const AT_MOST_MS = 200

/** Do something once the browser has drawn what is there and has nothing else to do; returns what calls that off. */
export function whenIdle(action: () => void): () => void {
  if (!('requestIdleCallback' in window)) {
    const timer = setTimeout(action, AT_MOST_MS)
    return () => clearTimeout(timer)
  }
  const idle = requestIdleCallback(action, { timeout: AT_MOST_MS })
  return () => cancelIdleCallback(idle)
}
