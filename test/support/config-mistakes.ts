import { expect } from 'vitest'
import { PeerError } from '../../core/contract/error.ts'

/** The error with which a file's text is refused. */
export function refusalOf(parse: () => unknown): PeerError {
  try {
    parse()
  } catch (error) {
    if (error instanceof PeerError) return error
    throw error
  }
  throw new Error('it was accepted')
}

/** `3:5 ignore[0]` for each mistake of a CONFIG_INVALID, in the order in which they are reported. */
export function mistakesOf(error: PeerError): string[] {
  expect(error.code).toBe('CONFIG_INVALID')
  const { others, ...first } = error.details as PeerError<'CONFIG_INVALID'>['details']
  return [first, ...(others ?? [])].map(({ line, column, path }) => `${line}:${column} ${path}`)
}
