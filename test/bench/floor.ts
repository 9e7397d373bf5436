import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js'
import { buildProposal } from '../../core/endorser/proposal.ts'
import type { SigningIdentity } from '../../core/msp/identity.ts'
import {
  ChaincodeInput,
  ChaincodeMessage,
  ChaincodeSupportService,
  DelState,
  GetState,
  GetStateByRange,
  KV,
  PutState,
  QueryResponse,
  QueryStateNext,
  QueryResultBytes,
  Response,
} from '../../core/protos/index.ts'

const Type = ChaincodeMessage.Type
const LIMIT = 100 * 1024 * 1024
const PAGE = 100

/**
 * The floor: the least that can answer a real chaincode. A gRPC server with the state in a Map, one proposal signed
 * once, and no registry, simulation, read/write set, record or ledger. Nothing that keeps the shim's protocol can be
 * much faster, so what the peer adds to it is the price of being a peer.
 */
export class Floor {
  readonly address: string
  readonly port: number
  readonly #server: Server
  readonly #state = new Map<string, Uint8Array>()
  readonly #identity: SigningIdentity
  readonly #waiting = new Map<string, (answer: Response) => void>()
  #stream: ServerDuplexStream<ChaincodeMessage, ChaincodeMessage> | undefined
  #registered: () => void = () => undefined
  #proposal: ReturnType<typeof buildProposal>['signedProposal'] | undefined
  #txId = 0
  #sorted: [key: string, value: Uint8Array][] | undefined
  readonly #queries = new Map<string, { at: number; end: number }>()

  private constructor(server: Server, bound: { host: string; port: number }, identity: SigningIdentity) {
    this.#server = server
    this.port = bound.port
    this.address = `${bound.host}:${bound.port}`
    this.#identity = identity
  }

  /** `host`: the address it listens on. */
  static async start(identity: SigningIdentity, host = '127.0.0.1'): Promise<Floor> {
    const server = new Server({ 'grpc.max_receive_message_length': LIMIT, 'grpc.max_send_message_length': LIMIT })
    server.addService(ChaincodeSupportService, {
      register: (stream: ServerDuplexStream<ChaincodeMessage, ChaincodeMessage>) => floor.#take(stream),
    })
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`${host}:0`, ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound)
        else reject(error)
      })
    })
    const floor = new Floor(server, { host, port }, identity)
    return floor
  }

  /** Resolves at the next REGISTER. */
  registered(): Promise<void> {
    return new Promise((resolve) => (this.#registered = resolve))
  }

  /** Put these into the state, without a chaincode. */
  fill(entries: Iterable<[key: string, value: Uint8Array]>): void {
    for (const [key, value] of entries) this.#state.set(key, value)
    this.#sorted = undefined
  }

  /** One transaction; its payload as text. Rejects where the chaincode answers an error. */
  async call(fn: string, args: string[]): Promise<string> {
    const input = new ChaincodeInput()
    input.setArgsList([fn, ...args].map((arg) => Buffer.from(arg)))
    this.#proposal ??= buildProposal(
      { channel: 'floor', chaincode: 'floor', input, transient: new Map() },
      this.#identity,
    ).signedProposal
    const message = new ChaincodeMessage()
    message.setType(Type.TRANSACTION)
    message.setPayload(input.serializeBinary())
    message.setTxid(String((this.#txId += 1)))
    message.setChannelId('floor')
    message.setProposal(this.#proposal)
    const answer = await new Promise<Response>((resolve) => {
      this.#waiting.set(message.getTxid(), resolve)
      this.#stream?.write(message)
    })
    if (answer.getStatus() >= 400) throw new Error(`the floor's chaincode answered: ${answer.getMessage()}`)
    return Buffer.from(answer.getPayload_asU8()).toString()
  }

  close(): void {
    this.#server.forceShutdown()
  }

  #take(stream: ServerDuplexStream<ChaincodeMessage, ChaincodeMessage>): void {
    const send = (type: number, payload: Uint8Array, to?: ChaincodeMessage) => {
      const message = new ChaincodeMessage()
      message.setType(type as 0)
      message.setPayload(payload)
      message.setTxid(to?.getTxid() ?? '')
      message.setChannelId(to?.getChannelId() ?? '')
      stream.write(message)
    }
    const nothing = new Uint8Array()
    // A chaincode that the bench has ended breaks its stream off.
    stream.on('error', () => stream.end())
    stream.on('data', (message: ChaincodeMessage) => {
      switch (message.getType()) {
        case Type.REGISTER:
          this.#stream = stream
          send(Type.REGISTERED, nothing)
          send(Type.READY, nothing)
          return this.#registered()
        case Type.COMPLETED:
        case Type.ERROR:
          this.#waiting.get(message.getTxid())?.(Response.deserializeBinary(message.getPayload_asU8()))
          this.#waiting.delete(message.getTxid())
          return
        default:
          return send(Type.RESPONSE, this.#answer(message) ?? nothing, message)
      }
    })
  }

  #answer(request: ChaincodeMessage): Uint8Array | undefined {
    const payload = request.getPayload_asU8()
    switch (request.getType()) {
      case Type.GET_STATE:
        return this.#state.get(GetState.deserializeBinary(payload).getKey())
      case Type.PUT_STATE: {
        const put = PutState.deserializeBinary(payload)
        this.fill([[put.getKey(), put.getValue_asU8()]])
        return undefined
      }
      case Type.DEL_STATE:
        this.#state.delete(DelState.deserializeBinary(payload).getKey())
        this.#sorted = undefined
        return undefined
      case Type.GET_STATE_BY_RANGE:
        return this.#range(GetStateByRange.deserializeBinary(payload))
      case Type.QUERY_STATE_NEXT:
        return this.#page(QueryStateNext.deserializeBinary(payload).getId())
      default:
        return new QueryResponse().serializeBinary()
    }
  }

  #range(query: GetStateByRange): Uint8Array {
    const entries = (this.#sorted ??= [...this.#state].sort(([a], [b]) => (a < b ? -1 : 1)))
    const end = query.getEndkey()
    const id = String(this.#queries.size)
    const behind = end === '' ? -1 : entries.findIndex(([key]) => key >= end)
    const first = entries.findIndex(([key]) => key >= query.getStartkey())
    this.#queries.set(id, {
      at: first === -1 ? entries.length : first,
      end: behind === -1 ? entries.length : behind,
    })
    return this.#page(id)
  }

  /** The next of a query's results, of which Fabric sends a hundred at a time. */
  #page(id: string): Uint8Array {
    const response = new QueryResponse()
    response.setId(id)
    const query = this.#queries.get(id)
    if (query === undefined) return response.serializeBinary()
    const from = query.at
    query.at = Math.min(query.end, from + PAGE)
    for (const [key, value] of this.#sorted?.slice(from, query.at) ?? []) {
      const kv = new KV()
      kv.setKey(key)
      kv.setValue(value)
      const result = new QueryResultBytes()
      result.setResultbytes(kv.serializeBinary())
      response.addResults(result)
    }
    response.setHasMore(query.at < query.end)
    return response.serializeBinary()
  }
}
