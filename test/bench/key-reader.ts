import { Client, credentials, type ClientDuplexStream } from '@grpc/grpc-js'
import type { Peer } from '../../core/index.ts'
import { ChaincodeID, ChaincodeMessage, GetState, Response } from '../../core/protos/index.ts'
import type { Scope } from './scope.ts'

const Type = ChaincodeMessage.Type
const VERSION = '1.0'

/** A chaincode in this process that reads keys one after another and knows how long each took: the shim's part is left out. */
export class KeyReader {
  readonly #peer: Peer
  readonly #name: string
  readonly #stream: ClientDuplexStream<ChaincodeMessage, ChaincodeMessage>
  #keys: string[] = []
  #times: number[] = []

  private constructor(peer: Peer, name: string, stream: ClientDuplexStream<ChaincodeMessage, ChaincodeMessage>) {
    this.#peer = peer
    this.#name = name
    this.#stream = stream
  }

  static async open(scope: Scope, peer: Peer, { folder, name }: { folder: string; name: string }): Promise<KeyReader> {
    await peer.api.openChaincode({ folder, name, version: VERSION, startedBy: 'you', watch: false })
    const { listener } = peer.subscribe(() => undefined).state
    if (listener.state !== 'listening') throw new Error('the peer does not listen')
    const client = new Client(listener.address, credentials.createInsecure())
    scope.defer(() => client.close())
    const stream = client.makeBidiStreamRequest(
      '/protos.ChaincodeSupport/Register',
      (message: ChaincodeMessage) => Buffer.from(message.serializeBinary()),
      (bytes: Buffer) => ChaincodeMessage.deserializeBinary(bytes),
    )
    stream.on('error', () => stream.end())
    const reader = new KeyReader(peer, name, stream)
    await new Promise<void>((resolve) => {
      stream.on('data', (message: ChaincodeMessage) => {
        if (message.getType() === Type.READY) resolve()
        else if (message.getType() === Type.TRANSACTION) void reader.#answer(message)
      })
      const id = new ChaincodeID()
      id.setName(`${name}:${VERSION}`)
      reader.#send(Type.REGISTER, id.serializeBinary())
    })
    return reader
  }

  /** In one transaction; milliseconds of each. */
  async read(keys: string[]): Promise<number[]> {
    this.#keys = keys
    this.#times = []
    const { status, message } = await this.#peer.api.evaluate({ chaincode: this.#name, function: 'read', args: [] })
    if (status !== 200) throw new Error(message)
    return this.#times
  }

  async #answer(transaction: ChaincodeMessage): Promise<void> {
    for (const key of this.#keys) {
      const request = new GetState()
      request.setKey(key)
      const payload = request.serializeBinary()
      const at = performance.now()
      const answered = new Promise<ChaincodeMessage>((resolve) => this.#stream.once('data', resolve))
      this.#send(Type.GET_STATE, payload, transaction)
      const answer = await answered
      this.#times.push(performance.now() - at)
      if (answer.getPayload_asU8().length === 0) throw new Error(`${key} has no value`)
    }
    const response = new Response()
    response.setStatus(200)
    this.#send(Type.COMPLETED, response.serializeBinary(), transaction)
  }

  #send(type: number, payload: Uint8Array, to?: ChaincodeMessage): void {
    const message = new ChaincodeMessage()
    message.setType(type as 0)
    message.setPayload(payload)
    message.setTxid(to?.getTxid() ?? '')
    message.setChannelId(to?.getChannelId() ?? '')
    this.#stream.write(message)
  }
}
