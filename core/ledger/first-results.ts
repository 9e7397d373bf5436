import type { ResultsIterator } from './results.ts'

/** Takes results until there are `count` of them or no more. Doesn't ask beyond the last one it takes. */
export async function firstResults<T>(
  iterator: ResultsIterator<T>,
  count: number,
): Promise<{ results: T[]; isExhausted: boolean }> {
  const results: T[] = []
  while (results.length < count) {
    const result = await iterator.next()
    if (result === undefined) return { results, isExhausted: true }
    results.push(result)
  }
  return { results, isExhausted: false }
}
