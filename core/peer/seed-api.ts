import { isAbsolute } from 'node:path'
import type { PeerConfig } from '../config/peer-config.ts'
import type { ApiOf } from '../contract/command.ts'
import { PeerError } from '../contract/error.ts'
import type { seedCommands } from '../contract/seed.ts'
import { now } from '../facts/clock.ts'
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
    async exportState({ channel, file, chaincode, point, force }, signal) {
      mustBeAbsolute(file)
      const ledger = channels.get(channel)
      return writeState({ channel, begin: () => ledger.wholeState(point, signal) }, file, { force, chaincode })
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

/** @throws PeerError ARGUMENT_INVALID */
function mustBeAbsolute(file: string): void {
  if (isAbsolute(file) && !file.includes('\0')) return
  throw new PeerError('ARGUMENT_INVALID', { argument: 'The path', message: 'It must be absolute.' })
}
