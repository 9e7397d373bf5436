import { documentOf, isAttachment, valueOf } from './document.ts'
import { pickFields } from './field-path.ts'
import type { FindRequest } from './find-request.ts'
import type { JsonObject } from './json.ts'

/** A stored document; parsed and rewritten once, however many queries find it. `V`: what else is kept of it. */
export class ReadDocument<V> {
  readonly id: string
  readonly value: Uint8Array
  readonly version: V
  #document: JsonObject | undefined
  #rewritten: Uint8Array | undefined

  constructor(id: string, value: Uint8Array, version: V) {
    this.id = id
    this.value = value
    this.version = version
  }

  get isParsed(): boolean {
    return this.#document !== undefined
  }

  /** Frees memory; the document is parsed again when needed. */
  forgetParsed(): void {
    this.#document = undefined
    this.#rewritten = undefined
  }

  /** Must not be changed: it is shared. */
  get document(): JsonObject {
    return (this.#document ??= documentOf(this.id, this.value))
  }

  /** The value that Fabric passes on: a document as Go rewrites it, an attachment unchanged. */
  output(fields: FindRequest['fields']): Uint8Array {
    const shown = fields === undefined ? this.document : pickFields(this.document, fields)
    // Fabric looks an attachment up (statecouchdb/couchdb.go, queryDocuments).
    if (isAttachment(shown)) return this.value
    return fields === undefined ? (this.#rewritten ??= valueOf(shown)) : valueOf(shown)
  }
}
