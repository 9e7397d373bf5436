interface HintKey {
  namespace: string
  key: string
}

/** Keys worth a hint, in the order they were met. */
export class HintKeys {
  #keys: Map<string, HintKey> | undefined

  add(namespace: string, key: string): void {
    this.#keys ??= new Map<string, HintKey>()
    this.#keys.set(`${namespace}\0${key}`, { namespace, key })
  }

  remove(namespace: string, key: string): void {
    this.#keys?.delete(`${namespace}\0${key}`)
  }

  all(): HintKey[] {
    return [...(this.#keys?.values() ?? [])]
  }
}
