/**
 * The rich query that was typed: the whole of it, or its selector alone. Its text stays as it was typed. Undefined if it
 * isn't a JSON object yet.
 */
export function richQuery(typed: string): string | undefined {
  const fields = objectIn(typed)
  if (fields === undefined) return undefined
  return 'selector' in fields ? typed : `{"selector":${typed}}`
}

function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
