import type { HandDefinition } from '../../contract/hand-definition.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { Version } from '../../ledger/results.ts'
import { definitionKey, type DefinitionField } from '../../privdata/definition-keys.ts'
import {
  ChaincodeActionPayload,
  ChaincodeInvocationSpec,
  ChaincodeProposalPayload,
  Envelope,
  Payload,
  Transaction,
} from '../../protos/index.ts'
import { ChaincodeEndorsementInfo, ChaincodeValidationInfo, StateData } from '../../protos/lifecycle.ts'
import { DEFINE } from './define.ts'
import type { Definition } from './lifecycle-client.ts'

/** Which definitions somebody committed with `_lifecycle`, as the `peer` command line does. */
export interface HandDefinitions {
  /** Undefined if the channel's newest definition of that chaincode is Slipway's own, or if it has none. */
  find(channel: string, name: string): HandDefinition | undefined
  /** The same with its policy and collections. */
  whole(channel: string, name: string): Definition | undefined
  /** Read again what is known of the channel: its blocks aren't the ones that they were. */
  forget(channel: string): void
}

/**
 * Who defined it last is read from the transaction that wrote its sequence, so that it is true whatever became of the
 * ledger: after a restart, and after it was taken back to an earlier height.
 */
export function handDefinitions(find: (channel: string) => Ledger | undefined): HandDefinitions {
  const known = new Map<string, { version: Version; moves: number; definition: HandDefinition | undefined }>()
  const hands: HandDefinitions = {
    find(channel, name) {
      const ledger = find(channel)
      const { namespace, key } = definitionKey(name, 'Sequence')
      const sequence = ledger?.state.get(namespace, key)
      if (ledger === undefined || sequence === undefined) return undefined
      const id = `${channel}\0${name}`
      const before = known.get(id)
      const { version } = sequence
      // After a rewind another transaction may stand in its place.
      const moves = ledger.undo.moves()
      const isSame = before?.version.block === version.block && before.version.tx === version.tx
      if (isSame && before.moves === moves) return before.definition
      // Its block is being written: what was there counts until the channel has that height, which is told.
      if (version.block >= ledger.height()) return before?.definition
      const definition = calledIn(ledger, version) === DEFINE ? undefined : read(ledger, name)
      known.set(id, { version, moves, definition })
      return definition
    },
    whole(channel, name) {
      const definition = hands.find(channel, name)
      const ledger = find(channel)
      if (definition === undefined || ledger === undefined) return undefined
      const validation = ChaincodeValidationInfo.deserializeBinary(
        fieldIn(ledger, name, 'ValidationInfo').getBytes_asU8(),
      )
      return {
        ...definition,
        name,
        endorsementPolicy: validation.getValidationParameter_asU8(),
        collections: fieldIn(ledger, name, 'Collections').getBytes_asU8(),
      }
    },
    forget(channel) {
      for (const id of known.keys()) if (id.startsWith(`${channel}\0`)) known.delete(id)
    },
  }
  return hands
}

function read(ledger: Ledger, name: string): HandDefinition {
  const info = ChaincodeEndorsementInfo.deserializeBinary(fieldIn(ledger, name, 'EndorsementInfo').getBytes_asU8())
  const { channel } = ledger
  const sequence = fieldIn(ledger, name, 'Sequence').getInt64()
  return { channel, version: info.getVersion(), sequence, initRequired: info.getInitRequired() }
}

function fieldIn(ledger: Ledger, name: string, field: DefinitionField) {
  const { namespace, key } = definitionKey(name, field)
  return StateData.deserializeBinary(ledger.state.get(namespace, key)?.value ?? new Uint8Array())
}

/** The function that a transaction called. */
function calledIn(ledger: Ledger, { block, tx }: Version): string {
  const envelope = ledger.blocks.byNumber(BigInt(block)).getData()?.getDataList_asU8()[tx] ?? new Uint8Array()
  const payload = Payload.deserializeBinary(Envelope.deserializeBinary(envelope).getPayload_asU8())
  const [action] = Transaction.deserializeBinary(payload.getData_asU8()).getActionsList()
  const proposal = ChaincodeProposalPayload.deserializeBinary(
    ChaincodeActionPayload.deserializeBinary(
      action?.getPayload_asU8() ?? new Uint8Array(),
    ).getChaincodeProposalPayload_asU8(),
  )
  const spec = ChaincodeInvocationSpec.deserializeBinary(proposal.getInput_asU8()).getChaincodeSpec()
  return Buffer.from(spec?.getInput()?.getArgsList_asU8()[0] ?? new Uint8Array()).toString()
}
