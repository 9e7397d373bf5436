import { untrack } from 'svelte'

/** How keys are looked for: by how they begin, by what keys or values contain, or by a rich query. */
export const findings = ['prefix', 'contains', 'query'] as const
export type FindBy = (typeof findings)[number]

/** A key, and where it lies. Without a channel, its chaincode's own; without a namespace, the chaincode's. */
export interface KeyPlace {
  channel?: string | undefined
  namespace?: string | undefined
  /** A private collection of the namespace; undefined for the public state. */
  collection?: string | undefined
  /** The organisation whose view of the collection is shown; undefined: the peer's. */
  mspId?: string | undefined
  key?: string | undefined
  /** The block after which the state is shown as it was; undefined: as it is now. */
  after?: number | undefined
}

/** What a chaincode's State page shows. It stays while its author looks at other screens. */
export class StateChoice {
  place = $state.raw<KeyPlace>({})
  by = $state<FindBy>('prefix')
  /** What is looked for, as typed. */
  text = $state('')
  /** The key comes from an address: it is looked for, should the list not begin with it. */
  sought = $state(false)

  /** Leave the key; look elsewhere if a place is given. */
  look(place: KeyPlace = this.place): void {
    this.place = { ...place, key: undefined }
    this.sought = false
  }

  /** Choose one of the keys that are listed; undefined: none. */
  choose(key: string | undefined): void {
    this.place = { ...this.place, key }
    this.sought = false
  }

  /** Lead to a key from another screen: the list holds it, whatever was looked for before. */
  lead(place: KeyPlace & { key: string }): void {
    this.place = place
    this.by = 'prefix'
    this.text = place.key
    this.sought = false
  }

  /** Show what an address says. */
  open(place: KeyPlace, by: FindBy, text: string): void {
    this.place = place
    this.by = by
    this.text = text
    this.sought = place.key !== undefined
  }
}

/** A choice per chaincode. */
export class StateChoices {
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- looked up when the State page opens, never shown
  readonly #choices = new Map<string, StateChoice>()

  of(chaincode: string): StateChoice {
    // An effect wouldn't follow state that it made itself.
    const choice = this.#choices.get(chaincode) ?? untrack(() => new StateChoice())
    this.#choices.set(chaincode, choice)
    return choice
  }
}
