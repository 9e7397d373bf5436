import { isAbsolute } from 'node:path'
import type { PeerConfig } from '../config/peer-config.ts'
import type { ApiOf } from '../contract/command.ts'
import { PeerError } from '../contract/error.ts'
import type { seedCommands } from '../contract/seed.ts'
import { now } from '../facts/clock.ts'
import type { StateRow } from '../ledger/whole-state.ts'
import { LIFECYCLE_NAMESPACE, LSCC_NAMESPACE } from '../privdata/definition-keys.ts'
import { writeState } from '../seeds/export-state.ts'
import { importState } from '../seeds/import-state.ts'
import { seedSigners } from '../seeds/seed-transaction.ts'
import type { Channels } from './channels.ts'
import { copyData } from './data-copy.ts'
import type { Storage } from './storage.ts'

/** The state of a channel as a file, and back. */
export function seedApi(
  { dataDir }: Pick<PeerConfig, 'dataDir'>,
  { facts: { emit }, identities, ledgers }: Pick<Storage, 'facts' | 'identities' | 'ledgers'>,
  channels: Channels,
): ApiOf<typeof seedCommands> {
  return {
    async exportState({ channel, file, chaincode, force }) {
      mustBeAbsolute(file)
      const ledger = channels.get(channel)
      const begin = () => {
        const { height, rows } = ledger.wholeState()
        return { height, rows: chaincodeRows(rows, chaincode) }
      }
      return writeState({ channel, begin }, file, { force })
    },
    async copyData({ folder }) {
      mustBeAbsolute(folder)
      await copyData({ store: ledgers.store, dataDir }, folder)
    },
    async importState({ channel, file }) {
      mustBeAbsolute(file)
      const ledger = channels.get(channel)
      const committer = channels.committer(channel)
      return channels.orderer(channel).between(async () => {
        const moves = ledger.undo.moves()
        const signers = seedSigners(identities)
        const committed = (height: number) => emit({ type: 'channel.height', channel, height, at: now() })
        try {
          return await importState(file, { ledger, committer, signers, committed })
        } finally {
          const after = ledger.undo.moves()
          if (after !== moves) emit({ type: 'channel.height', channel, height: ledger.height(), moves: after })
        }
      })
    },
  }
}

/** Definitions belong to the chaincodes' folders: who imports the state has defined them already. */
async function* chaincodeRows(rows: AsyncIterable<StateRow>, chaincode: string | undefined): AsyncGenerator<StateRow> {
  for await (const row of rows) {
    const { namespace } = row
    if (namespace === LIFECYCLE_NAMESPACE || namespace === LSCC_NAMESPACE || namespace === '') continue
    if (chaincode === undefined || chaincode === namespace) yield row
  }
}

/** @throws PeerError ARGUMENT_INVALID */
function mustBeAbsolute(file: string): void {
  if (isAbsolute(file) && !file.includes('\0')) return
  throw new PeerError('ARGUMENT_INVALID', { argument: 'The path', message: 'It must be absolute.' })
}
