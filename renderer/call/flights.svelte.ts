import { SvelteMap } from 'svelte/reactivity'
import { keyOfCall, type ShownCall } from './shown-call.ts'

interface Flight {
  call: ShownCall
  controller: AbortController
}

/** The calls that this window sent, until they are among the recorded ones. One that failed before it was sent never is. */
export class Flights {
  /** By the mark of their requests. */
  readonly #flights = new SvelteMap<string, Flight>()

  /** Those that haven't ended, the newest first. */
  get running(): ShownCall[] {
    return this.all.filter(({ outcome }) => outcome.state === 'running')
  }

  /** The newest first. */
  get all(): ShownCall[] {
    return [...this.#flights.values()].map(({ call }) => call).reverse()
  }

  start(call: ShownCall): AbortSignal {
    const controller = new AbortController()
    this.#flights.set(keyOfCall(call), { call, controller })
    return controller.signal
  }

  /** What is known of one by now; nothing if it has landed. */
  update(call: ShownCall): void {
    const flight = this.#flights.get(keyOfCall(call))
    if (flight !== undefined) this.#flights.set(keyOfCall(call), { ...flight, call })
  }

  cancel(call: ShownCall): void {
    this.#flights.get(keyOfCall(call))?.controller.abort()
  }

  /** Those that have ended and are recorded are shown from the record. */
  land(isRecorded: (call: ShownCall) => boolean): void {
    for (const { call } of this.#flights.values()) {
      if (call.outcome.state !== 'running' && isRecorded(call)) this.#flights.delete(keyOfCall(call))
    }
  }
}
