import type { PeerSettings } from '../config/peer-config.ts'
import type { Language } from '../contract/language.ts'
import type { Mode, StartedBy } from '../contract/mode.ts'
import { readCheckedYaml } from './checked-yaml.ts'
import type { CollectionsConfig } from './collections-file.ts'
import { findMistakes } from './config-mistakes.ts'
import type { NetworkYaml } from './network-yaml.ts'
import { peerSettings, type PeerYaml } from './peer-yaml.ts'

/** What slipway.yaml can say about a chaincode. Each key overrides what detection finds. */
export interface ChaincodeConfig {
  /** Relative to slipway.yaml. */
  folder?: string
  name?: string
  version?: string
  language?: Language
  mode?: Mode
  startedBy?: StartedBy
  debug?: boolean | { port: number }
  initRequired?: boolean
  define?: boolean
  /** Channels beside the chaincode's own. */
  channels?: string[]
  /** A policy in Fabric's policy language, or the path of one of the channel's policies. */
  endorsementPolicy?: string
  collections?: CollectionsConfig
  server?: string
  servers?: Record<string, string>
  build?: string
  start?: string
  image?: string
  env?: Record<string, string>
  watch?: string[]
  ignore?: string[]
}

/** The whole file: either one chaincode at its top level or a list of several. */
export interface SlipwayYaml extends Omit<ChaincodeConfig, 'folder'> {
  channel?: string | undefined
  peer?: Omit<PeerSettings, 'dataDir'> | undefined
  chaincodes?: ChaincodeConfig[]
  /** Real networks, by the author's names for them. */
  networks?: Record<string, NetworkYaml>
}

/** Read slipway.yaml. Throws CONFIG_SYNTAX with every fault, or else CONFIG_INVALID with every mistake. */
export function parseSlipwayYaml(file: string, text: string): SlipwayYaml {
  const { content } = readCheckedYaml(file, text, findMistakes)
  const { peer, ...rest } = content as Omit<SlipwayYaml, 'peer'> & { peer?: PeerYaml }
  return { ...rest, peer: peer && peerSettings(peer) }
}
