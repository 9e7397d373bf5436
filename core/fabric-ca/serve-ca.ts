import { createServer as createPlain, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecure } from 'node:https'
import { isIP, type AddressInfo } from 'node:net'
import { bindNextFree } from '../comm/next-free-port.ts'
import { messageOf } from '../contract/error-message.ts'
import type { KeyPair } from '../msp/make-certificates.ts'
import { CaError, caCode } from './ca-error.ts'
import { answer, type CaAnswer, type CaParts } from './endpoints.ts'
import type { RegistryFile } from './registry-file.ts'

/** The largest body that is read; a signing request takes a few kilobytes. */
const MAX_BODY_BYTES = 1024 * 1024
/** For a whole request to arrive. */
const REQUEST_TIMEOUT_MS = 30_000

export interface CaServer {
  /** `http://127.0.0.1:7054`, or `https:`. */
  readonly url: string
  /** The same with the port that was asked for. */
  readonly wanted: string
  /** Refuse new requests and end open connections. Idempotent. */
  close(): Promise<void>
}

export interface CaListening {
  /** `host:port`; the next free port is taken where that one is in use. */
  address: string
  /** Undefined: plain HTTP. */
  tls?: KeyPair | undefined
}

/** Serve a Fabric CA over HTTP. @throws PeerError PORT_UNAVAILABLE */
export async function serveCa(
  { address, tls }: CaListening,
  parts: CaParts,
  registry: RegistryFile,
): Promise<CaServer> {
  const handle = (request: IncomingMessage, response: ServerResponse) => void reply(request, response, parts, registry)
  const options = { requestTimeout: REQUEST_TIMEOUT_MS }
  const server =
    tls === undefined
      ? createPlain(options, handle)
      : createSecure({ ...options, cert: tls.certificate, key: tls.privateKey }, handle)
  const { host, port } = await bindNextFree(address, (on, wanted) =>
    listen(server, on.replace(/^\[(.*)\]$/, '$1'), wanted),
  )
  const scheme = tls === undefined ? 'http' : 'https'
  let closed: Promise<void> | undefined
  return {
    url: `${scheme}://${host}:${port}`,
    wanted: `${scheme}://${address}`,
    close: () =>
      (closed ??= new Promise((settle) => {
        server.close(() => settle())
        server.closeAllConnections()
      })),
  }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

async function reply(
  request: IncomingMessage,
  response: ServerResponse,
  parts: CaParts,
  registry: RegistryFile,
): Promise<void> {
  // Whoever hangs up is told nothing more.
  response.on('error', () => undefined)
  try {
    mustBeFromHere(request)
    const body = await bodyOf(request)
    const { method = '', url = '' } = request
    const asked = { method, url, authorization: request.headers.authorization, body }
    const answered = await registry.with((known) => answer(asked, known, parts))
    if (answered === undefined) send(response, 404, '404 page not found\n', 'text/plain; charset=utf-8')
    else sendJson(response, answered)
  } catch (error) {
    const said = error instanceof CaError ? error : new CaError(500, caCode.unknown, messageOf(error))
    sendJson(response, { status: said.status, result: '' }, said)
  }
}

/**
 * The secret of `admin` is known to everybody, so a page of another site must not get here by DNS rebinding: the host must
 * be this machine, or a name of the test network, none of which anybody else can own.
 */
function mustBeFromHere({ headers }: IncomingMessage): void {
  const host = (headers.host ?? '')
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase()
  const isKnown =
    isIP(host) !== 0 || host === 'localhost' || host === 'host.docker.internal' || /(^|\.)example\.com$/.test(host)
  if (isKnown && headers.origin === undefined) return
  throw new CaError(
    403,
    caCode.unknown,
    'Slipway answers no web page: the request comes from one, or names another host.',
  )
}

/** @throws CaError */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length
      // Read on to the end, so that the answer arrives, but keep nothing.
      if (size <= MAX_BODY_BYTES) chunks.push(chunk)
    }
  } catch (error) {
    throw new CaError(500, caCode.readingBody, `Failed reading request body: ${messageOf(error)}`)
  }
  if (size <= MAX_BODY_BYTES) return Buffer.concat(chunks)
  throw new CaError(413, caCode.readingBody, `Failed reading request body: it is larger than ${MAX_BODY_BYTES} bytes`)
}

function sendJson(response: ServerResponse, { status, result }: CaAnswer, error?: CaError): void {
  const errors = error === undefined ? [] : [{ code: error.code, message: error.message }]
  const body = { result, errors, messages: [], success: error === undefined }
  send(response, status, JSON.stringify(body), 'application/json')
}

function send(response: ServerResponse, status: number, text: string, type: string): void {
  if (response.destroyed) return
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) })
  response.end(response.req.method === 'HEAD' ? undefined : text)
}
