/** A chaincode's definition on a channel that somebody committed with `_lifecycle`: Slipway leaves it as it is. */
export interface HandDefinition {
  channel: string
  version: string
  sequence: number
  initRequired: boolean
}
