import type { Invocable } from '../chaincode/check-invocation.ts'
import type { SystemChaincode } from '../chaincode/opened-chaincode.ts'
import type { PeerConfig } from '../config/peer-config.ts'
import { PeerError } from '../contract/error.ts'
import type { Custodians } from '../custodian/custodians.ts'
import type { ChaincodeDefinition } from '../endorser/endorser.ts'
import type { Project } from '../project/project.ts'
import type { HandDefinitions } from '../scc/lifecycle/hand-definitions.ts'
import { definedVersion } from '../seeds/defined-version.ts'
import type { Channels } from './channels.ts'

/** Which chaincode a call reaches: one that runs inside the peer, or one that is open on the channel. */
export interface Definitions {
  /**
   * Undefined if the channel does not have the chaincode.
   * @param has whether the ledger that the call reads has its definition; default: the channel's own ledger is asked
   */
  find(name: string, channel: string, has?: () => boolean): Invocable | undefined
  /**
   * Without a channel: on the chaincode's own. `has`: as for `find`.
   * @throws PeerError CHANNEL_UNKNOWN, CHAINCODE_UNKNOWN, CHAINCODE_NOT_ON_CHANNEL, CHAINCODE_AWAITS_DEFINITION, LSCC_GONE
   */
  get(name: string, channel: string | undefined, has?: () => boolean): ChaincodeDefinition
}

/** Whether Slipway leaves it to somebody else to define this chaincode. */
export function isLeftUndefined({ definesAll }: Pick<PeerConfig, 'definesAll'>, { define }: Project): boolean {
  return define === false && !definesAll
}

export function chaincodeDefinitions(
  config: PeerConfig,
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
  const isDefined = (project: Project, channel: string, has?: () => boolean) => {
    if (!isLeftUndefined(config, project)) return true
    if (has !== undefined) return has()
    const ledger = channels.find(channel)
    return ledger !== undefined && definedVersion(ledger.state, project.name) !== undefined
  }
  return {
    find(name, channel, has) {
      const system = systemChaincodes.get(name)
      if (system !== undefined) return { ...system.cc, initRequired: false }
      const custodian = custodians.find(name)
      if (custodian?.project.channels.includes(channel) !== true) return undefined
      if (!isDefined(custodian.project, channel, has)) return undefined
      return defined(channel, custodian)
    },
    get(name, channel, has) {
      if (channel !== undefined) channels.get(channel)
      const system = systemChaincodes.get(name)
      if (system !== undefined) return { ...system.cc, channel: channel ?? '', initRequired: false }
      if (name === 'lscc') throw new PeerError('LSCC_GONE', { name })
      const custodian = custodians.get(name)
      const { cc, project } = custodian
      if (channel !== undefined && !project.channels.includes(channel))
        throw new PeerError('CHAINCODE_NOT_ON_CHANNEL', { name, channel, channels: project.channels })
      const on = channel ?? cc.channel
      if (!isDefined(project, on, has)) throw new PeerError('CHAINCODE_AWAITS_DEFINITION', { name, channel: on })
      return { ...defined(on, custodian), channel: on }
    },
  }
}
