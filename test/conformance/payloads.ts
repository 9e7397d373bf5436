import type { ChaincodeMessage } from '../../core/protos/index.ts'
import { ChaincodeEvent } from '../../core/protos/index.ts'
import { responseOf } from '../support/attached.ts'
import { registerPayload } from '../support/raw-chaincode.ts'
import { requests } from '../support/requests.ts'
import type { RecordedEvent } from './experiment.ts'

const GARBAGE = Buffer.from([0xff, 0xff, 0xff])

/** The name that the chaincode of an experiment registers under; the recorded one, or one as long. */
export const REGISTERED: Record<string, string> = {
  'reg-empty-name': '',
  'reg-no-version': 'ghost',
  'reg-other-version': 'ghost:2.0',
  'reg-syscc': 'qscc.syscc',
  'reg-unknown': 'unknown:1.0',
}

/** What the payloads were is told by the descriptions and their lengths; this says it again for each message sent. */
export function payloadOf(
  experiment: string,
  { type = '', payload = '' }: RecordedEvent,
  name: string,
  nth: number,
): Uint8Array {
  if (payload === '') return new Uint8Array()
  switch (type) {
    case 'REGISTER':
      return experiment === 'reg-garbage' ? GARBAGE : registerPayload(name)
    case 'GET_STATE':
      return experiment === 'tx-get-garbage' ? GARBAGE.subarray(1) : requests.get('k')
    case 'PUT_STATE':
      return requests.put('k', 'v')
    case 'GET_STATE_BY_RANGE':
      return requests.range('z', 'a')
    case 'QUERY_STATE_NEXT':
    case 'QUERY_STATE_CLOSE':
      return requests.query(payload === '<6b>' ? 'nope' : 'q')
    case 'INVOKE_CHAINCODE':
      return experiment === 'tx-invoke-garbage' ? GARBAGE.subarray(1) : requests.get('k')
    case 'ERROR':
      return Buffer.from('raw error text')
    case 'COMPLETED':
      return completed(experiment, nth)
    default:
      return requests.get('k')
  }
}

function completed(experiment: string, nth: number): Uint8Array {
  switch (experiment) {
    case 'tx-completed-garbage':
      return GARBAGE.subarray(1)
    case 'tx-completed-twice':
      return responseOf(nth === 0 ? 'one' : 'two')
    case 'tx-put-reply-late':
      return responseOf('early')
    case 'tx-event-mismatch':
      return responseOf('e')
    case 'unknown-tx':
      return requests.get('k')
    default:
      return responseOf('fin')
  }
}

/** tx-event-mismatch: an event in the name of another chaincode and transaction. */
export function withForeignEvent(message: ChaincodeMessage): ChaincodeMessage {
  const event = new ChaincodeEvent()
  event.setChaincodeId('other')
  event.setTxId('other')
  event.setEventName('ev')
  message.setChaincodeEvent(event)
  return message
}
