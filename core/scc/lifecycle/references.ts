import type { Ledger, TxSimulator } from '../../ledger/ledger.ts'
import { implicitCollectionName } from '../../privdata/collection.ts'
import { queryApproved } from './approvals.ts'
import { readDefinition } from './definition.ts'
import type { References } from './installed.ts'
import { readAllMetadata, type State } from './serializer.ts'

const NAMESPACE = '_lifecycle'

/**
 * The committed definitions on these channels that an organisation approved for a package (Fabric's lifecycle cache).
 */
export function packageReferences(channels: () => string[], ledger: (channel: string) => Ledger): References {
  return async (packageId, mspId) => {
    const references = new Map<string, { name: string; version: string }[]>()
    for (const channel of channels()) {
      const simulator = ledger(channel).newTxSimulator('', mspId)
      try {
        const chaincodes = await approvedFor(packageId, channel, simulator, implicitCollectionName(mspId))
        if (chaincodes.length > 0) references.set(channel, chaincodes)
      } finally {
        simulator.done()
      }
    }
    return references
  }
}

async function approvedFor(packageId: string, channel: string, simulator: TxSimulator, collection: string) {
  const state = publicState(simulator)
  const organisation: Pick<State, 'get'> = {
    get: (key) => Promise.resolve(simulator.getPrivateData(NAMESPACE, collection, key) ?? new Uint8Array()),
  }
  const chaincodes: { name: string; version: string }[] = []
  for (const { name } of await readAllMetadata('namespaces', state)) {
    const definition = await readDefinition(name, state)
    if (definition === undefined) continue
    const { sequence, version } = definition
    const approved = await queryApproved(name, sequence, { channel, state, organisation }).catch(() => undefined)
    if (approved?.packageId === packageId) chaincodes.push({ name, version })
  }
  return chaincodes
}

function publicState(simulator: TxSimulator): Pick<State, 'get' | 'range'> {
  return {
    get: (key) => Promise.resolve(simulator.getState(NAMESPACE, key) ?? new Uint8Array()),
    async range(start, end) {
      const iterator = simulator.getStateRange(NAMESPACE, start, end)
      const entries: { key: string; value: Uint8Array }[] = []
      try {
        for (let entry = await iterator.next(); entry !== undefined; entry = await iterator.next()) entries.push(entry)
        return entries
      } finally {
        await iterator.close()
      }
    },
  }
}
