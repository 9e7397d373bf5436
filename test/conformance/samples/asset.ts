/** What most samples of the contract API are about; its fields stand in the order of their names. */
export interface Asset {
  color: string
  id: string
  owner: string
  size: number
  value: number
}

export function asset(id: string, color: string, size: number, owner: string, value: number): Asset {
  return { color, id, owner, size, value }
}

/** As the operations that create and update take it. */
export function argumentsOf({ id, color, size, owner, value }: Asset): string[] {
  return [id, color, String(size), owner, String(value)]
}

/** As JSON, the way both languages write it. */
export function json(value: object): string {
  return JSON.stringify(value)
}

export function written(value: Asset): string {
  return `write ${value.id}=${json(value)}`
}
