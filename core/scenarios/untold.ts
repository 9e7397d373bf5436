import type { Answer } from './answer.ts'
import type { Expectation } from './scenario.ts'

/** What can be compared of an expectation, and the names of what can't, because a network doesn't tell its clients. */
export function comparable(expect: Expectation, answer: Answer): { expect: Expectation; notCompared: string[] } {
  const untold = new Set('result' in answer ? answer.result.untold : [])
  if (untold.size === 0) return { expect, notCompared: [] }
  const hidden: string[] = (['event', 'reads', 'writes', 'printed'] as const).filter(
    (part) => expect[part] !== undefined && untold.has(part),
  )
  const rest: Expectation = Object.fromEntries(Object.entries(expect).filter(([part]) => !hidden.includes(part)))
  const notCompared = [...hidden]
  if (!untold.has('private data')) return { expect: rest, notCompared }
  // A key of a collection is `collection/key`. One of the public state may look like that too, and is left out with them.
  const { reads, writes } = rest
  if (writes instanceof Map) {
    rest.writes = new Map([...writes].filter(([key]) => !key.includes('/')))
    notCompared.push(...[...writes.keys()].filter((key) => key.includes('/')).map((key) => `writes.${key}`))
  }
  if (reads !== undefined) {
    rest.reads = reads.filter((key) => !key.includes('/'))
    notCompared.push(...reads.filter((key) => key.includes('/')).map((key) => `reads ${key}`))
  }
  return { expect: rest, notCompared }
}
