import { Object as DataType, Property } from 'fabric-contract-api'

/** One asset as it stands on the ledger, as JSON under its id. */
@DataType()
export class Asset {
  @Property()
  id: string = ''

  @Property()
  color: string = ''

  @Property()
  size: number = 0

  @Property()
  owner: string = ''

  @Property()
  appraisedValue: number = 0
}

/**
 * The bytes an asset is stored as. The fields are named one by one, so that every peer that executes the
 * transaction writes them in the same order.
 */
export function toBytes({ id, color, size, owner, appraisedValue }: Asset): Uint8Array {
  return Buffer.from(JSON.stringify({ id, color, size, owner, appraisedValue }))
}

export function fromBytes(bytes: Uint8Array): Asset {
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as Asset
}
