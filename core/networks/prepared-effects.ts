import type { CallEvent, ReadWriteSet } from '../contract/call.ts'
import { describeReadWriteSet } from '../ledger/described-set.ts'
import { encodeBytes } from '../ledger/encoded-bytes.ts'
import { unmarshalReadWriteSet } from '../ledger/rwset-proto.ts'
import {
  ChaincodeAction,
  ChaincodeActionPayload,
  ChaincodeEvent,
  Payload,
  ProposalResponsePayload,
  SerializedIdentity,
  Transaction,
  type Envelope,
  type Response,
} from '../protos/index.ts'

/** What an endorsed transaction will do. */
export interface PreparedEffects {
  response: Response | undefined
  described: {
    endorsers: string[]
    /** Without private data: a transaction has its hashes alone. And without the values before. */
    readWriteSet: ReadWriteSet
    events: CallEvent[]
  }
}

/** Read what the peers endorsed, before it is signed and ordered. */
export function preparedEffects(envelope: Envelope | undefined): PreparedEffects {
  const payload = Payload.deserializeBinary(envelope?.getPayload_asU8() ?? new Uint8Array())
  const [first] = Transaction.deserializeBinary(payload.getData_asU8()).getActionsList()
  const endorsed = ChaincodeActionPayload.deserializeBinary(first?.getPayload_asU8() ?? new Uint8Array()).getAction()
  const agreed = ProposalResponsePayload.deserializeBinary(
    endorsed?.getProposalResponsePayload_asU8() ?? new Uint8Array(),
  )
  const action = ChaincodeAction.deserializeBinary(agreed.getExtension_asU8())
  const { namespaces } = describeReadWriteSet(unmarshalReadWriteSet(action.getResults_asU8()), [], [], () => undefined)
  const endorsers = (endorsed?.getEndorsementsList() ?? []).map((endorsement) =>
    SerializedIdentity.deserializeBinary(endorsement.getEndorser_asU8()).getMspid(),
  )
  return {
    response: action.getResponse(),
    described: {
      endorsers,
      readWriteSet: { namespaces: namespaces.map((namespace) => ({ ...namespace, collections: undefined })) },
      events: eventsIn(action.getEvents_asU8()),
    },
  }
}

function eventsIn(bytes: Uint8Array): CallEvent[] {
  if (bytes.length === 0) return []
  const event = ChaincodeEvent.deserializeBinary(bytes)
  const payload = encodeBytes(event.getPayload_asU8())
  return [{ name: event.getEventName(), payload: payload.text, payloadEncoding: payload.encoding }]
}
