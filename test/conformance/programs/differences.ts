import type { Answer, Call } from './recorded.ts'

const SHOWN = 200

type Answers = ReadonlyMap<string, Answer>

/**
 * How the answers differ from the recorded ones, each difference in a line. Ids of transactions stand for the calls that
 * had them; everything else is compared to the byte.
 */
export function differences(calls: readonly Call[], recorded: Answers, here: Answers): string[] {
  const [before, now] = [recorded, here].map(normalForm)
  return calls.flatMap(({ id }) => {
    const [told, tells] = [before?.get(id) ?? {}, now?.get(id) ?? {}] as Record<string, string>[]
    const fields = new Set([...Object.keys(told ?? {}), ...Object.keys(tells ?? {})])
    return [...fields].flatMap((field) => {
      const [was, is] = [told?.[field] ?? '', tells?.[field] ?? '']
      if (was === is) return []
      const from = Math.max(0, firstDifference(was, is) - 40)
      const shown = (text: string) => JSON.stringify(text.slice(from, from + SHOWN))
      return [`${id}, ${field}: recorded ${shown(was)}, here ${shown(is)}`]
    })
  })
}

function normalForm(answers: Answers): Map<string, Record<string, string>> {
  // As long as an id, so that the lengths in a message stay.
  const callOf = new Map([...answers].map(([id, { txid }]) => [txid, `<the transaction of ${id}>`.padEnd(64, '.')]))
  const withCalls = (text: string) => text.replaceAll(/[0-9a-f]{64}/g, (hex) => callOf.get(hex) ?? hex)
  return new Map(
    [...answers].map(([id, { txid: _txid, ...answer }]) => {
      const fields = Object.entries(answer).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, withCalls(textOf(value))]],
      )
      return [id, Object.fromEntries(fields) as Record<string, string>]
    }),
  )
}

function textOf(value: string | number | Buffer): string {
  // Each byte a character: the text of an action may be no UTF-8. protobuf-go has a no-break space in some builds.
  return Buffer.isBuffer(value) ? value.toString('latin1') : String(value).replaceAll('\u00a0', ' ')
}

function firstDifference(a: string, b: string): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return at
}
