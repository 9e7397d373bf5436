import { CLIENT_CERTIFICATE, CLIENT_KEY, clientCertificate, placeOf } from './client-certificate.ts'
import { singleQuoted } from './literals.ts'
import type { ProgramFacts, Step } from './program-facts.ts'

const INSTALL = `npm init -y
npm install @grpc/grpc-js@1 @hyperledger/fabric-gateway@1
`

/** An application for Node on the public client. Pure. */
export function nodeProgram(facts: ProgramFacts): Step[] {
  return [
    ...clientCertificate(facts),
    { title: placeOf(facts), text: INSTALL },
    { title: 'Save as app.mjs', file: 'app.mjs', text: program(facts) },
    { title: 'Run', text: 'node app.mjs\n' },
  ]
}

function credentials({ tls }: ProgramFacts): string {
  if (tls === undefined) return 'createInsecure()'
  const files = [tls.peerRoot, ...(tls.clientCa === undefined ? [] : [CLIENT_KEY, CLIENT_CERTIFICATE])]
  return `createSsl(${files.map((path) => `readFileSync(${singleQuoted(path)})`).join(', ')})`
}

function program(facts: ProgramFacts): string {
  const { call, identity, peer } = facts
  return `import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as grpc from '@grpc/grpc-js'
import { connect, signers } from '@hyperledger/fabric-gateway'

const certificate = readFileSync(${singleQuoted(identity.certificate)})
const privateKey = createPrivateKey(readFileSync(${singleQuoted(identity.privateKey)}))
const client = new grpc.Client(${singleQuoted(peer)}, grpc.credentials.${credentials(facts)})
const gateway = connect({
  client,
  identity: { mspId: ${singleQuoted(identity.mspId)}, credentials: certificate },
  signer: signers.newPrivateKeySigner(privateKey),
})

try {
  const network = gateway.getNetwork(${singleQuoted(call.channel)})
  const contract = network.getContract(${singleQuoted(call.chaincode)})
  const result = await contract.${call.kind}(${singleQuoted(call.function)}${options(call)})
  console.log(Buffer.from(result).toString())
} catch (error) {
  console.error(error.message, error.details ?? '')
  process.exitCode = 1
} finally {
  gateway.close()
  client.close()
}
`
}

function options({ args, transient }: ProgramFacts['call']): string {
  const pairs = Object.entries(transient ?? {}).map(([key, value]) => `[${singleQuoted(key)}]: ${literal(value)}`)
  const lines = [
    ...(args.length === 0 ? [] : [`    arguments: [${args.map(literal).join(', ')}],\n`]),
    ...(pairs.length === 0 ? [] : [`    transientData: { ${pairs.join(', ')} },\n`]),
  ]
  return lines.length === 0 ? '' : `, {\n${lines.join('')}  }`
}

function literal(value: string | { base64: string }): string {
  return typeof value === 'string' ? singleQuoted(value) : `Buffer.from(${singleQuoted(value.base64)}, 'base64')`
}
