import { documentOf, isAttachment, valueOf } from './document.ts'
import { pickFields } from './field-path.ts'
import type { FindRequest } from './find-request.ts'
import type { JsonObject } from './json.ts'

/** A document as it is stored; parsed and written anew once, however many queries find it. `V`: what else is kept of it. */
export class ReadDocument<V> {
  readonly id: string
  readonly value: Uint8Array
  readonly version: V
  #document: JsonObject | undefined
  #given: Uint8Array | undefined

  constructor(id: string, value: Uint8Array, version: V) {
    this.id = id
    this.value = value
    this.version = version
  }

  get isParsed(): boolean {
    return this.#document !== undefined
  }

  /** To save room; it is parsed again when it is asked for. */
  forgetParsed(): void {
    this.#document = undefined
    this.#given = undefined
  }

  /** Not to be changed: others read it too. */
  get document(): JsonObject {
    return (this.#document ??= documentOf(this.id, this.value))
  }

  /** As Fabric gives it on: written anew by Go, but an attachment as it was put. */
  given(fields: FindRequest['fields']): Uint8Array {
    if (fields !== undefined) return valueOf(pickFields(this.document, fields))
    return (this.#given ??= isAttachment(this.document) ? this.value : valueOf(this.document))
  }
}
