import type { HandlerRegistry } from '../chaincode/handler-registry.ts'
import type { RuntimeLauncher } from '../chaincode/runtime-launcher.ts'
import type { ChaincodeStream } from '../comm/chaincode-stream.ts'
import type { PeerConfig } from '../config/peer-config.ts'
import type { PeerFact } from '../contract/events.ts'
import type { LogStore } from '../logs/log-store.ts'
import type { Project } from '../project/project.ts'
import type { Launchables } from './launchables.ts'
import type { ProjectBuilds } from './project-builds.ts'
import type { UsualModes } from './usual-modes.ts'
import type { UsualTimes } from './usual-times.ts'

/** What the peer lends every custodian. */
export interface CustodianWorld {
  config: Pick<PeerConfig, 'dataDir' | 'mspId' | 'chaincode'>
  /** Where chaincode connects that its author starts. */
  address: string
  /** The same for another organisation's peer. @throws PeerError PORT_UNAVAILABLE */
  addressOf: (mspId: string) => Promise<string>
  /** MSP ids of the organisations beside the peer's own. */
  organisations: () => readonly string[]
  emit: (fact: PeerFact) => void
  logs: Pick<LogStore, 'append'>
  registry: HandlerRegistry
  launcher: RuntimeLauncher
  launchables: Launchables
  builds: ProjectBuilds
  usualModes: UsualModes
  usualTimes: UsualTimes
  handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>
  /** Define it on its channels, wherever its definition is new. */
  deploy: (project: Project) => Promise<void>
}
