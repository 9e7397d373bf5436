import { MAX_MESSAGE_BYTES } from '../comm/chaincode-stream.ts'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { ChaincodeMessage, type ChaincodeInput } from '../protos/index.ts'
import type { ChaincodeStream } from '../comm/chaincode-stream.ts'
import { now } from '../facts/clock.ts'
import { messageWith, registeredName, statusText } from './handler-messages.ts'
import { Exchanges, type ExecuteOptions } from './exchanges.ts'
import { readAnswer, type Execution } from './execution.ts'
import type { RequestHandler } from './request-handler.ts'
import { RequestTurns, typeName } from './request-turns.ts'
import { TransactionContexts } from './transaction-contexts.ts'
import type { TransactionParams } from './transaction-params.ts'

const Type = ChaincodeMessage.Type

/**
 * created: only REGISTER is accepted. established: REGISTERED was sent. ready: READY was sent. draining: it takes no new
 * call, those in flight are answered. ended: the stream is gone.
 */
export type HandlerState = 'created' | 'established' | 'ready' | 'draining' | 'ended'

/** What a Handler knows of the peer: neither the registry nor the launcher. */
export interface Gate {
  /** A REGISTER came with this name. Throws a PeerError to turn it away. Nothing is sent before it has resolved. */
  claim(canonicalName: string, handler: Handler): void | Promise<void>
  /** READY was sent: the name is served by this handler from now on. */
  ready(handler: Handler): void
  /** It serves no longer, for this reason: its stream has ended, or drains. Called once for every handler. */
  release(handler: Handler, reason: PeerError): void
}

/**
 * One stream's conversation with a chaincode (Fabric core/chaincode/handler.go):
 * created → established → ready. READY follows REGISTERED at once. Only then is the chaincode launched: on an old peer,
 * a transaction sent in between would end the stream.
 */
export class Handler {
  readonly #stream: ChaincodeStream
  readonly #gate: Gate
  readonly #requests: RequestTurns
  readonly #ready: Uint8Array
  readonly #contexts = new TransactionContexts()
  readonly #exchanges = new Exchanges()
  readonly createdAt = now()
  establishedAt: number | undefined
  readyAt: number | undefined
  /** Resolves when the stream has ended. */
  readonly ended: Promise<void>
  #markEnded: () => void = () => undefined
  #state: HandlerState = 'created'
  /** Its REGISTER has come. */
  #claiming = false
  #name = ''

  /** `ready`: the payload of READY. */
  constructor(
    stream: ChaincodeStream,
    gate: Gate,
    { requests, ready }: { requests: ReadonlyMap<number, RequestHandler>; ready: Uint8Array },
  ) {
    this.#stream = stream
    this.#gate = gate
    this.#requests = new RequestTurns(requests, (message) => stream.send(message))
    this.#ready = ready
    this.ended = new Promise((resolve) => (this.#markEnded = resolve))
  }

  get state(): HandlerState {
    return this.#state
  }

  /** Whether it has not sent its REGISTER. */
  get isSilent(): boolean {
    return this.#state === 'created' && !this.#claiming
  }

  /** `name:version`, as registered; '' before. */
  get canonicalName(): string {
    return this.#name
  }

  /** Whether its author started it: its stream wasn't made for it. */
  get isAttached(): boolean {
    const { from, registersAs, admission } = this.#stream
    return from !== 'in-process' && registersAs === undefined && admission === undefined
  }

  /** MSP id of the organisation whose peer it serves; undefined: the peer's own. */
  get organisation(): string | undefined {
    return this.#stream.organisation
  }

  /** Where the stream comes from, for a person. */
  get from(): string {
    return this.#stream.from
  }

  /** Read the stream to its end. Never rejects: the gate learns how it ended. */
  async run(): Promise<void> {
    try {
      for await (const message of this.#stream.incoming) {
        if (this.#state === 'ended') break
        this.#handleMessage(message)
      }
      // Recorded: half-close. Fabric ends the stream with the error of having read to its end.
      const reason = this.#terminated('It closed its side of the stream: the process ended or called stop.')
      this.#finish(reason, 'EOF')
    } catch (error) {
      this.#finish(error instanceof PeerError ? PeerError.from(error) : this.#terminated(messageOf(error), error))
    }
  }

  /**
   * Take no new call, and end the conversation once the last one in flight is answered; each has a deadline of its own.
   * The stream stays open until then, because no shim answers after its stream has ended (seen with Go, Node, Java).
   */
  drain(reason: PeerError): void {
    if (this.#state !== 'ready') return
    this.#state = 'draining'
    this.#gate.release(this, reason)
    void this.#exchanges.idle().then(() => this.#finish(reason))
  }

  /** End the conversation from the peer's side. Calls in flight fail at once with the reason. */
  end(reason: PeerError): void {
    this.#finish(reason)
  }

  /**
   * Send INIT or TRANSACTION and wait for the answer.
   * @throws PeerError TXID_EXISTS, MESSAGE_TOO_LARGE, TRANSACTION_FAILED, RESPONSE_MALFORMED, EXECUTE_TIMEOUT,
   * ABORTED, or the reason for which the stream ended.
   */
  async execute(params: TransactionParams, input: ChaincodeInput, options: ExecuteOptions): Promise<Execution> {
    // Undefined at once in all but a few calls, which cost no turn of the event loop then.
    for (let other = this.#contexts.other(params); other; other = this.#contexts.other(params)) await other.ended
    if (this.#state !== 'ready') throw this.#terminated('chaincode stream terminated')
    if (options.signal?.aborted === true) throw new PeerError('ABORTED', { what: 'The call' })
    const message = messageWith(params.isInit ? Type.INIT : Type.TRANSACTION, input.serializeBinary())
    message.setTxid(params.txId)
    message.setChannelId(params.channelId)
    message.setProposal(params.signedProposal)
    this.#refuseTooLarge(message)

    const context = this.#contexts.create(params)
    const executedAt = now()
    try {
      const answer = await this.#exchanges.start(context, this.#name, options, () => this.#stream.send(message))
      const chaincodeMs = Math.max(0, now() - executedAt - context.peerMs)
      return { ...readAnswer(answer, this.#name), executedAt, chaincodeMs }
    } finally {
      this.#contexts.delete(params.channelId, params.txId)
      await context.end()
    }
  }

  #handleMessage(message: ChaincodeMessage): void {
    // Never required, never punished: Go and Node shims echo a peer's KEEPALIVE.
    if (message.getType() === Type.KEEPALIVE) return
    switch (this.#state) {
      case 'created':
        if (message.getType() === Type.REGISTER && !this.#claiming) this.#register(message)
        else throw this.#unexpected(message)
        return
      case 'ready':
      case 'draining':
        this.#handleReady(message)
        return
      case 'established':
      case 'ended':
        throw this.#unexpected(message)
    }
  }

  #register(message: ChaincodeMessage): void {
    const name = registeredName(message)
    this.#claiming = true
    const claimed = this.#gate.claim(name, this)
    if (claimed === undefined) return this.#established(name)
    claimed.then(
      () => this.#established(name),
      (error: unknown) => this.#finish(PeerError.from(error)),
    )
  }

  #established(name: string): void {
    if (this.#state === 'ended') return
    this.#name = name
    this.#stream.send(messageWith(Type.REGISTERED))
    this.#state = 'established'
    this.establishedAt = now()
    this.#stream.send(messageWith(Type.READY, this.#ready))
    this.#state = 'ready'
    this.readyAt = now()
    this.#gate.ready(this)
  }

  #handleReady(message: ChaincodeMessage): void {
    const type = message.getType()
    const context = this.#contexts.get(message.getChannelId(), message.getTxid())
    if (type === Type.COMPLETED || type === Type.ERROR) return this.#exchanges.answered(context, message)
    if (!this.#requests.knows(type)) throw this.#unexpected(message)
    if (context !== undefined) return this.#requests.take(message, context)
    const isCall = type === Type.INVOKE_CHAINCODE
    this.#requests.refuse(message, isCall ? 'could not get valid transaction' : 'no ledger context')
  }

  /** On a real peer the send fails and ends the stream, so the chaincode is lost. Here only the call fails. */
  #refuseTooLarge(message: ChaincodeMessage): void {
    const bytes = message.getPayload_asU8().length + (message.getProposal()?.getProposalBytes_asU8().length ?? 0) + 1024
    if (bytes <= MAX_MESSAGE_BYTES) return
    throw new PeerError('MESSAGE_TOO_LARGE', { canonicalName: this.#name, bytes, limit: MAX_MESSAGE_BYTES })
  }

  /** `status`: what the chaincode reads; by default nothing if its stream just ended, else the reason. */
  #finish(reason: PeerError, status = statusText(reason)): void {
    if (this.#state === 'ended') return
    const drained = this.#state === 'draining'
    this.#state = 'ended'
    this.#exchanges.failAll(reason)
    this.#stream.end(status === undefined ? undefined : new Error(status, { cause: reason }))
    if (!drained) this.#gate.release(this, reason)
    this.#markEnded()
  }

  #terminated(reason: string, cause?: unknown): PeerError {
    const canonicalName = this.#name === '' ? this.#stream.from : this.#name
    return new PeerError('STREAM_TERMINATED', { canonicalName, reason }, cause === undefined ? {} : { cause })
  }

  /** Fabric's own text is the cause, and what the chaincode reads as the status of its stream. */
  #unexpected(message: ChaincodeMessage): PeerError {
    const type = typeName(message.getType())
    const text = `[${message.getTxid().slice(0, 8)}] Fabric side handler cannot handle message (${type}) while in ${this.#state} state`
    const canonicalName = this.#name === '' ? this.#stream.from : this.#name
    const cause = new Error(`error handling message, ending stream: ${text}`)
    return new PeerError('STREAM_PROTOCOL', { canonicalName, type, state: this.#state }, { cause })
  }
}
