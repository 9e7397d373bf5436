import type { ContractMetadata } from '../contract/contract-metadata.ts'

/**
 * Whether a contract API says that it has no such function: fabric-contract-api's "You've asked to invoke a function that
 * does not exist", contractapi's "Function F not found in contract C", the Java shim's "Undefined contract method called".
 */
export function isUnknownFunction({ status, message }: { status: number; message: string }): boolean {
  return status >= 400 && /function that does not exist|Function \S+ not found|Undefined contract method/i.test(message)
}

/** The function whose name is nearest to this one, as it is called; undefined if none is near. Pure. */
export function nearestFunction({ contracts }: ContractMetadata, called: string): string | undefined {
  const names = contracts.flatMap(({ name, isDefault, functions }) =>
    functions.map((fn) => (isDefault ? fn.name : `${name}:${fn.name}`)),
  )
  const near = names.map((name) => ({ name, distance: distance(name.toLowerCase(), called.toLowerCase()) }))
  const [best] = near.sort((a, b) => a.distance - b.distance)
  return best !== undefined && best.distance <= Math.max(1, Math.floor(called.length / 3)) ? best.name : undefined
}

/** How many letters to add, remove or change (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1]
    for (const [j, other] of Array.from(b).entries()) {
      const change = (row[j] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
