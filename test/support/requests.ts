import {
  ChaincodeID,
  ChaincodeInput,
  ChaincodeSpec,
  GetHistoryForKey,
  GetState,
  GetStateByRange,
  PutState,
  QueryStateNext,
} from '../../core/protos/index.ts'

/** The payloads of a shim's requests, for a chaincode that a test plays by hand. */
export const requests = {
  /** GET_STATE; DEL_STATE has the same form. */
  get(key: string): Uint8Array {
    const message = new GetState()
    message.setKey(key)
    return message.serializeBinary()
  },

  put(key: string, value: string): Uint8Array {
    const message = new PutState()
    message.setKey(key)
    message.setValue(Buffer.from(value))
    return message.serializeBinary()
  },

  range(start: string, end: string): Uint8Array {
    const message = new GetStateByRange()
    message.setStartkey(start)
    message.setEndkey(end)
    return message.serializeBinary()
  },

  history(key: string): Uint8Array {
    const message = new GetHistoryForKey()
    message.setKey(key)
    return message.serializeBinary()
  },

  /** QUERY_STATE_NEXT; QUERY_STATE_CLOSE has the same form. */
  query(id: string): Uint8Array {
    const message = new QueryStateNext()
    message.setId(id)
    return message.serializeBinary()
  },

  /** INVOKE_CHAINCODE of `name` or `name/channel`. */
  invoke(name: string, ...args: string[]): Uint8Array {
    const id = new ChaincodeID()
    id.setName(name)
    const input = new ChaincodeInput()
    input.setArgsList(args.map((arg) => Buffer.from(arg)))
    const spec = new ChaincodeSpec()
    spec.setChaincodeId(id)
    spec.setInput(input)
    return spec.serializeBinary()
  },
}
