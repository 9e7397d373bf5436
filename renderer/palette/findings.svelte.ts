import type { CallRecord } from '../../core/contract/call.ts'
import type { ContractMetadata } from '../../core/contract/contract-metadata.ts'
import type { IdentityDescription } from '../../core/contract/identity.ts'
import type { LogLine } from '../../core/contract/log.ts'
import type { StateEntry } from '../../core/contract/world-state.ts'
import { latest } from '../parts/latest.ts'
import type { PeerView } from '../view/peer-view.svelte.ts'

/** The chaincode whose things are found. */
export interface Place {
  chaincode: string
  channel: string
}

const MOST_CALLS = 200
const MOST_LINES = 8
/** Keys that hold the text, and don't begin with it, are looked for among so many. */
const MOST_KEYS = 1_000

/**
 * What the palette finds in the peer: read when it opens, and keys and lines with every change of the text. A read that
 * fails finds nothing; the screen of its kind shows why.
 */
export class Findings {
  readonly #peer: PeerView
  #place: Place | undefined
  #typed = ''
  contract = $state.raw<ContractMetadata | undefined>()
  calls = $state.raw<CallRecord[]>([])
  identities = $state.raw<IdentityDescription[]>([])
  keys = $state.raw<StateEntry[]>([])
  lines = $state.raw<LogLine[]>([])

  constructor(peer: PeerView) {
    this.#peer = peer
  }

  /** The palette was opened on this chaincode. */
  open(place: Place): void {
    if (place.chaincode !== this.#place?.chaincode) this.contract = undefined
    this.#place = place
    this.keys = []
    this.lines = []
    const { chaincode } = place
    const isHere = (): boolean => this.#place === place
    void this.#read(this.#peer.call('readContract', { name: chaincode }), isHere, (found) => (this.contract = found))
    void this.#read(this.#peer.call('readCalls', { limit: MOST_CALLS }), isHere, (found) => (this.calls = found))
    void this.#read(this.#peer.call('readIdentities', {}), isHere, (found) => {
      this.identities = found.flatMap(({ identities }) => identities)
    })
  }

  /** The text changed. */
  search(typed: string): void {
    this.#typed = typed.trim()
    if (this.#typed !== '') this.#searchPeer()
    else this.keys = this.lines = []
  }

  readonly #searchPeer = latest(async () => {
    const [typed, place] = [this.#typed, this.#place]
    if (typed === '' || place === undefined) return
    const isAsked = (): boolean => this.#typed === typed && this.#place === place
    const state = { channel: place.channel, namespace: place.chaincode }
    await Promise.all([
      this.#read(
        Promise.all([
          this.#peer.call('readState', { ...state, prefix: typed, limit: MOST_LINES }),
          this.#peer.call('readState', { ...state, limit: MOST_KEYS }),
        ]),
        isAsked,
        ([begin, all]) => {
          const lower = typed.toLowerCase()
          const hold = all.entries.filter(({ key }) => !key.startsWith(typed) && key.toLowerCase().includes(lower))
          this.keys = [...begin.entries, ...hold]
        },
      ),
      this.#read(
        this.#peer.call('readLogs', { filter: { search: typed }, from: -MOST_LINES, limit: MOST_LINES }),
        isAsked,
        (page) => (this.lines = page.lines.toReversed()),
      ),
    ])
  }, 60)

  async #read<T>(answer: Promise<T>, isAsked: () => boolean, take: (found: T) => void): Promise<void> {
    try {
      const found = await answer
      if (isAsked()) take(found)
    } catch (thrown) {
      console.warn('slipway: the palette could not read', thrown)
    }
  }
}
