import { join } from 'node:path'
import type { PeerConfig } from '../config/peer-config.ts'
import type { PeerApi } from '../contract/api.ts'
import type { ApiOf } from '../contract/command.ts'
import { PeerError } from '../contract/error.ts'
import type { replayCommands, ScenarioChoice } from '../contract/replay.ts'
import { openKeptSources } from '../replay/kept-source.ts'
import { newReplays, type Replays } from '../replay/replays.ts'
import { scenarioFiles, readScenario, type ScenarioFile } from '../scenarios/find-scenarios.ts'
import { recordCall } from '../scenarios/record-call.ts'
import { readCallLines } from './call-lines.ts'
import type { ChaincodeSide } from './chaincode-side.ts'
import type { Channels } from './channels.ts'
import type { Disposers } from './disposers.ts'
import { setIndexes } from './index-setup.ts'
import type { Storage } from './storage.ts'

interface ReplayStages {
  storage: Storage
  channels: Channels
  chaincodeSide: ChaincodeSide
}

/** The replays of a peer's chaincodes. */
export function startReplays(
  config: PeerConfig,
  { storage, channels, chaincodeSide }: ReplayStages,
  disposers: Disposers,
): Replays {
  const { calls, facts, identities, ledgers, logs } = storage
  const replays = newReplays(
    {
      store: ledgers.store,
      ledgersIn: storage.ledgersIn,
      identities,
      facts,
      // A copy has the definitions below, whatever the ledger has.
      definition: (name, channel) => chaincodeSide.definitions.get(name, channel, () => true),
      execute: chaincodeSide.execute,
      between: (channel, work) => channels.orderer(channel).between(work),
      async setIndexes(copied, channel) {
        const { custodians } = chaincodeSide
        for (const name of custodians.names()) {
          const project = custodians.find(name)?.project
          if (project?.channels.includes(channel) === true) await setIndexes(copied, project)
        }
      },
      definitionsOnCopy: chaincodeSide.definitionsOnCopy,
      pinned: (chaincode) =>
        calls
          .pinned()
          .flatMap((id) => calls.readOne(id) ?? [])
          .filter(({ request, outcome }) => request.chaincode === chaincode && outcome.state !== 'running'),
      blockOf: (channel, txId) => channels.get(channel).blocks.place(txId)?.block,
      linesOf: (copy, id) => readCallLines({ calls: copy.calls, logs, facts }, id),
    },
    openKeptSources(join(config.dataDir, 'replay.json')),
  )
  disposers.defer(() => replays.close())
  return replays
}

export function replayApi(
  replays: Replays,
  { storage: { calls, facts }, chaincodeSide: { custodians } }: Pick<ReplayStages, 'storage' | 'chaincodeSide'>,
): ApiOf<typeof replayCommands> & Pick<PeerApi, 'pinCall'> {
  return {
    async pinCall({ id, pinned }) {
      calls.pin(id, pinned)
      const chaincode = calls.readOne(id)?.request.chaincode
      if (chaincode !== undefined && custodians.find(chaincode) !== undefined) replays.pinsChanged(chaincode)
    },
    async setReplay({ name, scenario }) {
      custodians.get(name)
      replays.choose(name, scenario === undefined ? { kind: 'pins' } : { kind: 'scenario', name: scenario })
    },
    async replay({ name }) {
      custodians.get(name)
      replays.again(name)
    },
    async readScenarios({ name }) {
      const files = await scenarioFiles(custodians.get(name).project.folder)
      return Promise.all(files.filter((file, i) => file.name !== files[i - 1]?.name).map(choiceOf))
    },
    async recordCall({ id, scenario }) {
      const call = calls.readOne(id)
      if (call === undefined) throw new PeerError('CALL_UNKNOWN', { id })
      const { chaincode } = call.request
      const folder = facts.state().chaincodes[chaincode]?.folder ?? custodians.get(chaincode).project.folder
      return { file: await recordCall(folder, scenario, chaincode, call) }
    },
  }
}

/** One that can't be read can be chosen too: it says then what is wrong. */
async function choiceOf(file: ScenarioFile): Promise<ScenarioChoice> {
  const title = await readScenario(file).then(
    (scenario) => scenario.title,
    () => file.name,
  )
  return { name: file.name, title }
}
