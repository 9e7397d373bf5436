import type { Invocable } from '../chaincode/check-invocation.ts'
import type { SystemChaincode } from '../chaincode/opened-chaincode.ts'
import { PeerError } from '../contract/error.ts'
import type { Custodians } from '../custodian/custodians.ts'
import type { ChaincodeDefinition } from '../endorser/endorser.ts'
import type { Project } from '../project/project.ts'
import type { HandDefinitions } from '../scc/lifecycle/hand-definitions.ts'
import { definedVersion } from '../seeds/defined-version.ts'
import type { Channels } from './channels.ts'

/** Which chaincode a call reaches: one that runs inside the peer, or one that is open on the channel. */
export interface Definitions {
  /** Undefined if the channel does not have the chaincode. */
  find(name: string, channel: string): Invocable | undefined
  /**
   * Without a channel: on the chaincode's own.
   * @throws PeerError CHANNEL_UNKNOWN, CHAINCODE_UNKNOWN, CHAINCODE_NOT_ON_CHANNEL, CHAINCODE_AWAITS_DEFINITION, LSCC_GONE
   */
  get(name: string, channel: string | undefined): ChaincodeDefinition
}

export function chaincodeDefinitions(
  systemChaincodes: ReadonlyMap<string, SystemChaincode>,
  custodians: Custodians,
  channels: Channels,
  hands: HandDefinitions,
): Definitions {
  // What somebody committed decides over what the folder says.
  const defined = (channel: string, { cc, project }: ReturnType<Custodians['get']>) => {
    const { version, initRequired } = hands.find(channel, cc.name) ?? { ...project, version: cc.version }
    return { ...cc, version, initRequired }
  }
  /** With `define: false` a channel has it only once its author has committed its definition. */
  const isDefined = ({ name, define }: Project, channel: string) => {
    const ledger = define === false ? channels.find(channel) : undefined
    return define !== false || (ledger !== undefined && definedVersion(ledger.state, name) !== undefined)
  }
  return {
    find(name, channel) {
      const system = systemChaincodes.get(name)
      if (system !== undefined) return { ...system.cc, initRequired: false }
      const custodian = custodians.find(name)
      if (custodian?.project.channels.includes(channel) !== true) return undefined
      if (!isDefined(custodian.project, channel)) return undefined
      return defined(channel, custodian)
    },
    get(name, channel) {
      if (channel !== undefined) channels.get(channel)
      const system = systemChaincodes.get(name)
      if (system !== undefined) return { ...system.cc, channel: channel ?? '', initRequired: false }
      if (name === 'lscc') throw new PeerError('LSCC_GONE', { name })
      const custodian = custodians.get(name)
      const { cc, project } = custodian
      if (channel !== undefined && !project.channels.includes(channel))
        throw new PeerError('CHAINCODE_NOT_ON_CHANNEL', { name, channel, channels: project.channels })
      const on = channel ?? cc.channel
      if (!isDefined(project, on)) throw new PeerError('CHAINCODE_AWAITS_DEFINITION', { name, channel: on })
      return { ...defined(on, custodian), channel: on }
    },
  }
}
