/** A method of a contract as its source declares it. */
export interface Signature {
  /** The class or, in Go, the receiver's type. */
  type: string
  name: string
  /** Its parameters in order, the transaction's context included; undefined where one has no name. */
  parameters: (string | undefined)[]
}
