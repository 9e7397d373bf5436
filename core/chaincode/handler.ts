import { MAX_MESSAGE_BYTES } from '../comm/chaincode-stream.ts'
import { PeerError } from '../contract/error.ts'
import {
  ChaincodeID,
  ChaincodeMessage,
  type ChaincodeEvent,
  type ChaincodeInput,
  type Response,
} from '../protos/index.ts'
import { namesOf } from '../protos/enum-names.ts'
import { readResponse } from '../protos/shim-requests.ts'
import type { ChaincodeStream } from '../comm/chaincode-stream.ts'
import { now } from '../facts/clock.ts'
import { waitFor } from '../facts/wait.ts'
import type { RequestHandler } from './request-handler.ts'
import { TransactionContexts } from './transaction-contexts.ts'
import type { TransactionContext } from './transaction-context.ts'
import type { TransactionParams } from './transaction-params.ts'

const Type = ChaincodeMessage.Type
type MessageType = ReturnType<ChaincodeMessage['getType']>

/** created: nothing but REGISTER is taken. established: REGISTERED was sent. ready: READY was sent. ended: the stream is gone. */
export type HandlerState = 'created' | 'established' | 'ready' | 'ended'

/** What a Handler is given of the peer. It knows neither the registry nor the launcher. */
export interface Gate {
  /** A REGISTER came with this name. Throws a PeerError to turn it away. */
  claim(canonicalName: string, handler: Handler): void
  /** READY was sent: the name is served by this handler from now on. */
  ready(handler: Handler): void
  /** The stream has ended, for this reason; called once for every handler. */
  release(handler: Handler, reason: PeerError): void
}

export interface ExecuteOptions {
  timeoutMs: number
  signal?: AbortSignal | undefined
}

/** What a chaincode answered. */
export interface Execution {
  response: Response
  event: ChaincodeEvent | undefined
  /** When it was sent to the chaincode, milliseconds since the epoch. */
  executedAt: number
  /** Time in the chaincode, without the peer's answers to its requests. */
  chaincodeMs: number
}

interface InFlight {
  context: TransactionContext
  settle(outcome: { message: ChaincodeMessage } | { error: PeerError }): void
}

/**
 * One stream's conversation with a chaincode (Fabric core/chaincode/handler.go):
 * created → established → ready. READY follows REGISTERED at once, and only when it was sent is the chaincode
 * launched: a transaction sent in between would end the stream of an old peer.
 */
export class Handler {
  readonly #stream: ChaincodeStream
  readonly #gate: Gate
  readonly #requests: ReadonlyMap<number, RequestHandler>
  readonly #ready: Uint8Array
  readonly #contexts = new TransactionContexts()
  readonly #inFlight = new Map<TransactionContext, InFlight>()
  readonly createdAt = now()
  establishedAt: number | undefined
  readyAt: number | undefined
  #state: HandlerState = 'created'
  #name = ''

  /** `ready`: the payload of READY. */
  constructor(
    stream: ChaincodeStream,
    gate: Gate,
    { requests, ready }: { requests: ReadonlyMap<number, RequestHandler>; ready: Uint8Array },
  ) {
    this.#stream = stream
    this.#gate = gate
    this.#requests = requests
    this.#ready = ready
  }

  get state(): HandlerState {
    return this.#state
  }

  /** `name:version`, as registered; '' before. */
  get canonicalName(): string {
    return this.#name
  }

  /** Where the stream comes from, for a person. */
  get from(): string {
    return this.#stream.from
  }

  /** Read the stream to its end. Never rejects: how it ended is told to the gate. */
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
      const reason = error instanceof Error ? error.message : String(error)
      this.#finish(error instanceof PeerError ? PeerError.from(error) : this.#terminated(reason, error))
    }
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
    if (this.#state !== 'ready') throw this.#terminated('chaincode stream terminated')
    if (options.signal?.aborted === true) throw new PeerError('ABORTED', { what: 'The call' })
    const message = new ChaincodeMessage()
    message.setType(params.isInit ? Type.INIT : Type.TRANSACTION)
    message.setPayload(input.serializeBinary())
    message.setTxid(params.txId)
    message.setChannelId(params.channelId)
    message.setProposal(params.signedProposal)
    this.#refuseTooLarge(message)

    const context = this.#contexts.create(params)
    const executedAt = now()
    try {
      const answer = await this.#exchange(context, message, options)
      const chaincodeMs = Math.max(0, now() - executedAt - context.peerMs)
      return { ...this.#read(answer), executedAt, chaincodeMs }
    } finally {
      this.#contexts.delete(params.channelId, params.txId)
      await context.end()
    }
  }

  async #exchange(
    context: TransactionContext,
    message: ChaincodeMessage,
    { timeoutMs, signal }: ExecuteOptions,
  ): Promise<ChaincodeMessage> {
    const answer = new Promise<ChaincodeMessage>((resolve, reject) => {
      const settle: InFlight['settle'] = (outcome) =>
        'error' in outcome ? reject(outcome.error) : resolve(outcome.message)
      this.#inFlight.set(context, { context, settle })
      this.#stream.send(message)
    })
    try {
      return await waitFor(answer, {
        signal,
        deadlineMs: timeoutMs,
        onDeadline: () => new PeerError('EXECUTE_TIMEOUT', { canonicalName: this.#name, seconds: timeoutMs / 1000 }),
        onAbort: () => new PeerError('ABORTED', { what: 'The call' }, { cause: signal?.reason }),
      })
    } finally {
      this.#inFlight.delete(context)
    }
  }

  #handleMessage(message: ChaincodeMessage): void {
    // Never required, never punished: Go and Node shims echo a peer's KEEPALIVE.
    if (message.getType() === Type.KEEPALIVE) return
    switch (this.#state) {
      case 'created':
        if (message.getType() === Type.REGISTER) this.#register(message)
        else throw this.#unexpected(message)
        return
      case 'ready':
        this.#handleReady(message)
        return
      case 'established':
      case 'ended':
        throw this.#unexpected(message)
    }
  }

  #register(message: ChaincodeMessage): void {
    const name = registeredName(message)
    this.#gate.claim(name, this)
    this.#name = name
    this.#send(Type.REGISTERED)
    this.#state = 'established'
    this.establishedAt = now()
    this.#send(Type.READY, { payload: this.#ready })
    this.#state = 'ready'
    this.readyAt = now()
    this.#gate.ready(this)
  }

  #handleReady(message: ChaincodeMessage): void {
    const type = message.getType()
    if (type === Type.COMPLETED || type === Type.ERROR) {
      const context = this.#contexts.get(message.getChannelId(), message.getTxid())
      // Late answers, after a timeout or an abort, are nobody's any more.
      if (context !== undefined) this.#inFlight.get(context)?.settle({ message })
      return
    }
    const handle = this.#requests.get(type)
    if (handle === undefined) throw this.#unexpected(message)
    const context = this.#contexts.get(message.getChannelId(), message.getTxid())
    if (context === undefined) {
      const what = type === Type.INVOKE_CHAINCODE ? 'could not get valid transaction' : 'no ledger context'
      this.#refuse(message, what)
      return
    }
    context.enqueue(message)
    this.#answer(context)
  }

  /** Answer the transaction's requests in turn, each exactly once: a stray answer ends a Go chaincode. */
  #answer(context: TransactionContext): void {
    for (let request = context.next(); request !== undefined; request = context.next()) {
      const asked = request
      const handle = this.#requests.get(asked.getType())
      try {
        const payload = handle?.(asked, context)
        if (payload instanceof Promise) {
          payload
            .then((bytes) => this.#respond(asked, bytes))
            .catch((error: unknown) => this.#refuse(asked, textOf(error)))
            .finally(() => {
              context.answered()
              this.#answer(context)
            })
          return
        }
        this.#respond(asked, payload ?? new Uint8Array())
      } catch (error) {
        this.#refuse(asked, textOf(error))
      }
      context.answered()
    }
  }

  #respond(request: ChaincodeMessage, payload: Uint8Array): void {
    this.#send(Type.RESPONSE, { payload, to: request })
  }

  #refuse(request: ChaincodeMessage, text: string): void {
    const told = `${typeName(request.getType())} failed: transaction ID: ${request.getTxid()}: ${text}`
    this.#send(Type.ERROR, { payload: Buffer.from(told), to: request })
  }

  #send(type: MessageType, content?: { payload: Uint8Array; to?: ChaincodeMessage }): void {
    const message = new ChaincodeMessage()
    message.setType(type)
    if (content !== undefined) message.setPayload(content.payload)
    if (content?.to !== undefined) {
      message.setTxid(content.to.getTxid())
      message.setChannelId(content.to.getChannelId())
    }
    this.#stream.send(message)
  }

  #read(answer: ChaincodeMessage): Pick<Execution, 'response' | 'event'> {
    if (answer.getType() === Type.ERROR) {
      const message = Buffer.from(answer.getPayload_asU8()).toString()
      throw new PeerError('TRANSACTION_FAILED', { canonicalName: this.#name, message })
    }
    try {
      return { response: readResponse(answer.getPayload_asU8()), event: answer.getChaincodeEvent() }
    } catch (error) {
      throw new PeerError('RESPONSE_MALFORMED', { canonicalName: this.#name, message: textOf(error) }, { cause: error })
    }
  }

  /** A real peer loses the chaincode here: the send fails and its stream with it. The call fails instead. */
  #refuseTooLarge(message: ChaincodeMessage): void {
    const bytes = message.getPayload_asU8().length + (message.getProposal()?.getProposalBytes_asU8().length ?? 0) + 1024
    if (bytes <= MAX_MESSAGE_BYTES) return
    throw new PeerError('MESSAGE_TOO_LARGE', { canonicalName: this.#name, bytes, limit: MAX_MESSAGE_BYTES })
  }

  /** `status`: what the chaincode reads; by default nothing where its stream just ended, else the reason. */
  #finish(reason: PeerError, status = statusText(reason)): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    for (const { settle } of [...this.#inFlight.values()]) settle({ error: reason })
    this.#stream.end(status === undefined ? undefined : new Error(status, { cause: reason }))
    this.#gate.release(this, reason)
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

/** @throws PeerError REGISTER_MALFORMED. A real peer only logs it and leaves the stream open, and the process hangs. */
function registeredName(message: ChaincodeMessage): string {
  let name: string
  try {
    name = ChaincodeID.deserializeBinary(message.getPayload_asU8()).getName()
  } catch (error) {
    throw new PeerError(
      'REGISTER_MALFORMED',
      { reason: `Its payload is no ChaincodeID: ${textOf(error)}` },
      { cause: error },
    )
  }
  if (name === '') {
    throw new PeerError('REGISTER_MALFORMED', {
      reason: 'error in handling register chaincode, chaincodeID name is empty',
    })
  }
  return name
}

/** What the chaincode is told as the status of its stream: one line, Fabric's own where it has one. */
function statusText(reason: PeerError): string | undefined {
  if (reason.code === 'STREAM_TERMINATED') return undefined
  return reason.code === 'STREAM_PROTOCOL' && reason.cause instanceof Error ? reason.cause.message : reason.message
}

/** `GET_STATE`. */
const typeName = namesOf(Type)

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
