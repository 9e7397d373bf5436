/** A place where two JSON values differ, with what each has there as text; undefined: nothing. */
export interface JsonDifference {
  field: string
  texts: [string | undefined, string | undefined]
}

/**
 * Where two texts differ that are both JSON objects or arrays; undefined if they aren't. An array that has the same
 * elements in another order is one difference. Pure.
 */
export function jsonDifferences(a: string, b: string): JsonDifference[] | undefined {
  const [x, y] = [parsed(a), parsed(b)]
  if (x === undefined || y === undefined || Array.isArray(x) !== Array.isArray(y)) return undefined
  return [...differing(x, y, '')]
}

function parsed(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text) as object
  } catch {
    return undefined
  }
}

function* differing(a: unknown, b: unknown, path: string): Generator<JsonDifference> {
  if (JSON.stringify(a) === JSON.stringify(b)) return
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b) || isShuffled(a, b)) {
    yield { field: path, texts: [shown(a), shown(b)] }
    return
  }
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const place = Array.isArray(a) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
    yield* differing(own(a, key), own(b, key), place)
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isShuffled(a: object, b: object): boolean {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
  const texts = (all: unknown[]) => all.map((each) => JSON.stringify(each)).sort()
  return texts(a).join('\n') === texts(b).join('\n')
}

function own(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
}

function shown(value: unknown): string | undefined {
  return typeof value === 'string' || value === undefined ? value : JSON.stringify(value)
}
