import { addAffiliation, readAffiliations } from './affiliations.ts'
import { CaError, caCode } from './ca-error.ts'
import { enroll, type SigningKeys } from './enroll.ts'
import { crlOf, genCRL } from './gen-crl.ts'
import { findIdentity, type IssuedCertificate, type Registry } from './registry.ts'
import { bySecret, byToken, fieldsOf, type Caller, type CaRequest, type TokenCaller } from './request.ts'
import { identityInfo, listIdentities, modifyIdentity, readIdentity } from './identities.ts'
import { register } from './register.ts'
import { revoke } from './revoke.ts'

/** The CA that answers. */
export interface CaParts {
  /** `ca-org1`. */
  name: string
  /** Which version of Fabric CA it answers as. */
  version: string
  /** PEM, its own certificate first. */
  caCertificates(): readonly string[]
  keys: SigningKeys
  /** Refuse these certificates from now on; resolves once that is so. */
  revoked(certificates: readonly IssuedCertificate[]): Promise<void>
}

/** What an endpoint answers: HTTP's status, and the `result`. */
export interface CaAnswer {
  status: number
  result: unknown
}

type Handler = (call: CaCall) => Promise<CaAnswer> | CaAnswer

interface CaCall {
  request: CaRequest
  /** What follows the endpoint's name in the path, decoded. */
  place: string
  query: URLSearchParams
  registry: Registry
  parts: CaParts
}

/** By method and path (fabric-ca lib/server.go, registerHandlers). */
const endpoints: Record<string, Partial<Record<string, Handler>>> = {
  cainfo: { GET: caInfo, POST: caInfo, HEAD: caInfo },
  enroll: { POST: enrollNew },
  reenroll: { POST: enrollAgain },
  register: { POST: registerNew },
  revoke: { POST: revokeSome },
  gencrl: { POST: listRevoked },
  identities: { GET: readAll, POST: addIdentity },
  'identities/': { GET: readOne, PUT: changeOne, DELETE: removeOne },
  affiliations: { GET: readTree, POST: addToTree },
  'affiliations/': { GET: readTree },
}

/**
 * Answer a request to a Fabric CA, with or without `/api/v1/`. Changes the registry; what fails has changed nothing, except
 * that a wrong secret is counted. Undefined: there is no such endpoint.
 * @throws CaError
 */
export async function answer(request: CaRequest, registry: Registry, parts: CaParts): Promise<CaAnswer | undefined> {
  const url = new URL(request.url, 'http://ca')
  const [name = '', ...below] = url.pathname.replace(/^\/(?:api\/v1\/)?/, '').split('/')
  const methods = Object.hasOwn(endpoints, name) ? endpoints[below.length === 0 ? name : `${name}/`] : undefined
  if (methods === undefined) return undefined
  const handler = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined
  if (handler === undefined) {
    throw new CaError(405, caCode.methodNotAllowed, `Method ${request.method} is not allowed`)
  }
  mustBeFor(parts.name, request, url.searchParams)
  return handler({ request, place: decoded(below.join('/')), query: url.searchParams, registry, parts })
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A request may name the CA that it is for. @throws CaError */
function mustBeFor(name: string, request: CaRequest, query: URLSearchParams): void {
  const inBody = request.body.length === 0 ? undefined : fieldsOf(request)['caname']
  const wanted = query.get('ca') || inBody
  if (wanted === undefined || wanted === null || wanted === '' || wanted === name) return
  throw new CaError(404, caCode.caNotFound, `CA '${typeof wanted === 'string' ? wanted : ''}' does not exist`)
}

function caInfo({ parts }: CaCall): CaAnswer {
  const { CAName, CAChain } = serverInfo(parts, parts.caCertificates()[0] ?? '')
  return { status: 200, result: { CAName, CAChain, Version: parts.version } }
}

function serverInfo({ name, version }: CaParts, chain: string) {
  return { CAName: name, CAChain: Buffer.from(chain).toString('base64'), Version: version }
}

async function enrollNew(call: CaCall): Promise<CaAnswer> {
  const caller = await bySecret(call.request, call.registry)
  const answered = await enrolled(call, caller)
  caller.identity.enrollments += 1
  caller.identity.failedLogins = 0
  return answered
}

function enrollAgain(call: CaCall): Promise<CaAnswer> {
  return enrolled(call, signer(call))
}

async function enrolled({ request, registry, parts }: CaCall, caller: Caller): Promise<CaAnswer> {
  const { certificate, chain } = await enroll(request, registry, caller, parts.keys)
  const Cert = Buffer.from(certificate).toString('base64')
  return { status: 201, result: { Cert, ServerInfo: serverInfo(parts, chain) } }
}

function signer({ request, registry, parts }: CaCall): TokenCaller {
  return byToken(request, registry, parts.caCertificates())
}

async function registerNew(call: CaCall): Promise<CaAnswer> {
  const fields = fieldsOf(call.request)
  const { secret } = await register(fields, call.registry, signer(call))
  return { status: 201, result: { secret } }
}

async function revokeSome(call: CaCall): Promise<CaAnswer> {
  const fields = fieldsOf(call.request)
  const certificates = revoke(fields, call.registry, signer(call))
  await call.parts.revoked(certificates)
  const RevokedCerts = certificates.map(({ serial, aki }) => ({ Serial: serial, AKI: aki }))
  const wantsList = fields['gencrl'] === true && certificates.length > 0
  const CRL = wantsList ? await crlOf(call.registry, await call.parts.keys.identities()) : ''
  return { status: 200, result: { RevokedCerts, CRL } }
}

/** For other peers: those here refuse what is revoked without it. */
async function listRevoked(call: CaCall): Promise<CaAnswer> {
  const ca = await call.parts.keys.identities()
  return { status: 200, result: { CRL: await genCRL(fieldsOf(call.request), call.registry, signer(call), ca) } }
}

function readAll(call: CaCall): CaAnswer {
  const identities = listIdentities(call.registry, signer(call))
  return { status: 200, result: { identities, caname: call.parts.name } }
}

function readOne(call: CaCall): CaAnswer {
  const info = readIdentity(call.registry, signer(call), call.place)
  return { status: 200, result: { ...info, caname: call.parts.name } }
}

async function addIdentity(call: CaCall): Promise<CaAnswer> {
  const { id, secret } = await register(fieldsOf(call.request), call.registry, signer(call))
  const info = identityInfo(id, findIdentity(call.registry, id))
  return { status: 201, result: { ...info, secret, caname: call.parts.name } }
}

async function changeOne(call: CaCall): Promise<CaAnswer> {
  const info = await modifyIdentity(fieldsOf(call.request), call.registry, signer(call), call.place)
  return { status: 200, result: { ...info, caname: call.parts.name } }
}

/** As where fabric-ca-server's configuration doesn't say otherwise. */
function removeOne(call: CaCall): CaAnswer {
  signer(call)
  throw new CaError(403, caCode.removeIdentity, 'Identity removal is disabled')
}

function readTree(call: CaCall): CaAnswer {
  const tree = readAffiliations(call.registry, signer(call), call.place)
  return { status: 200, result: { ...tree, caname: call.parts.name } }
}

function addToTree(call: CaCall): CaAnswer {
  const force = call.query.get('force') === 'true'
  const added = addAffiliation(fieldsOf(call.request), call.registry, signer(call), force)
  return { status: 201, result: { ...added, caname: call.parts.name } }
}
