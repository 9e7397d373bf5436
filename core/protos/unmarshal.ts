import { isUtf8 } from 'node:buffer'
import { eachField, MALFORMED, type Span } from './wire-fields.ts'

/** A message's string fields: by field number, `true` or the string fields of an embedded message. */
export interface Texts {
  readonly [field: number]: true | Texts
}

/**
 * A reader of one kind of message that refuses what Go's protobuf refuses, in its words, which chaincode gets to see:
 * bytes that aren't a message, and strings that aren't UTF-8, which the generated code would misread.
 */
export function reader<T>(type: { deserializeBinary(bytes: Uint8Array): T }, texts: Texts): (bytes: Uint8Array) => T {
  return (bytes) => {
    checkMessage(bytes, texts)
    try {
      return type.deserializeBinary(bytes)
    } catch (error) {
      throw new Error(MALFORMED, { cause: error })
    }
  }
}

/** As MALFORMED is worded in google.golang.org/protobuf v1.36. */
const NO_UTF8 = 'string field contains invalid UTF-8'

function checkMessage(bytes: Uint8Array, texts: Texts, within?: Span): void {
  const check = (field: number, content: Span | undefined) => {
    const inside = texts[field]
    if (inside === undefined || content === undefined) return
    if (inside !== true) checkMessage(bytes, inside, content)
    else if (!isUtf8(bytes.subarray(content.start, content.end))) throw new Error(NO_UTF8)
  }
  eachField(bytes, check, within)
}
