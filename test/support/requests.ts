import {
  ChaincodeID,
  ChaincodeInput,
  ChaincodeSpec,
  GetHistoryForKey,
  GetQueryResult,
  GetState,
  GetStateByRange,
  PutState,
  PutStateMetadata,
  QueryMetadata,
  QueryStateNext,
  StateMetadata,
} from '../../core/protos/index.ts'
import { GetStateMultiple, WriteBatchState, WriteRecord } from '../../core/protos/shim-requests.ts'

/** One record of a write batch; `type` as ChaincodeMessage numbers it, or any other number. */
export interface BatchRecord {
  type: number
  key: string
  value?: string
  collection?: string
  metadata?: [name: string, value: string]
}

/** The payloads of a shim's requests, for a chaincode that a test plays by hand. */
export const requests = {
  /** GET_STATE; DEL_STATE, GET_STATE_METADATA, GET_PRIVATE_DATA_HASH and PURGE_PRIVATE_DATA have the same form. */
  get(key: string, collection = ''): Uint8Array {
    const message = new GetState()
    message.setKey(key)
    message.setCollection(collection)
    return message.serializeBinary()
  },

  put(key: string, value: string, collection = ''): Uint8Array {
    const message = new PutState()
    message.setKey(key)
    message.setCollection(collection)
    message.setValue(Buffer.from(value))
    return message.serializeBinary()
  },

  /** PUT_STATE_METADATA. */
  putMetadata(key: string, name: string, value: string | Uint8Array, collection = ''): Uint8Array {
    const message = new PutStateMetadata()
    message.setKey(key)
    message.setCollection(collection)
    message.setMetadata(metadataEntry(name, value))
    return message.serializeBinary()
  },

  /** WRITE_BATCH_STATE. */
  batch(...records: BatchRecord[]): Uint8Array {
    const message = new WriteBatchState()
    for (const { type, key, value = '', collection = '', metadata } of records) {
      const record = new WriteRecord()
      record.setType(type as 0)
      record.setKey(key)
      record.setValue(Buffer.from(value))
      record.setCollection(collection)
      if (metadata !== undefined) record.setMetadata(metadataEntry(...metadata))
      message.addRec(record)
    }
    return message.serializeBinary()
  },

  /** GET_STATE_MULTIPLE. */
  multiple(keys: string[], collection = ''): Uint8Array {
    const message = new GetStateMultiple()
    message.setKeysList(keys)
    message.setCollection(collection)
    return message.serializeBinary()
  },

  /** GET_QUERY_RESULT. */
  richQuery(query: string, page?: { size: number; bookmark?: string }): Uint8Array {
    const message = new GetQueryResult()
    message.setQuery(query)
    if (page !== undefined) message.setMetadata(pageMetadata(page))
    return message.serializeBinary()
  },

  range(start: string, end: string, page?: { size: number; bookmark?: string }, collection = ''): Uint8Array {
    const message = new GetStateByRange()
    message.setCollection(collection)
    message.setStartkey(start)
    message.setEndkey(end)
    if (page !== undefined) message.setMetadata(pageMetadata(page))
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

function metadataEntry(name: string, value: string | Uint8Array): StateMetadata {
  const entry = new StateMetadata()
  entry.setMetakey(name)
  entry.setValue(Buffer.from(value))
  return entry
}

function pageMetadata({ size, bookmark = '' }: { size: number; bookmark?: string }): Uint8Array {
  const metadata = new QueryMetadata()
  metadata.setPagesize(size)
  metadata.setBookmark(bookmark)
  return metadata.serializeBinary()
}
