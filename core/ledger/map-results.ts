import type { ResultsIterator } from './results.ts'

/** The same results as something else; one that is at hand stays so. `end` is told when there are no more. */
export function mapResults<T, U>(
  results: ResultsIterator<T>,
  convert: (result: T) => U,
  end?: () => void,
): ResultsIterator<U> {
  const converted = (result: T | undefined) => {
    if (result !== undefined) return convert(result)
    end?.()
    return undefined
  }
  return {
    next() {
      const result = results.next()
      return result instanceof Promise ? result.then(converted) : converted(result)
    },
    close: () => results.close(),
  }
}
