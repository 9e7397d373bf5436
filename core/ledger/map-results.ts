import type { ResultsIterator } from './results.ts'

export const noResults: ResultsIterator<never> = {
  next: () => undefined,
  close: () => Promise.resolve(),
}

/** Converts results as they are taken; those at hand stay at hand. `end` is called when there are no more. */
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
