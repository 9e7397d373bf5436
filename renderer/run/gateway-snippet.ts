/** Where an application connects, as whom, and to what. */
export interface SnippetFacts {
  /** `host:port` of its organisation's peer. */
  address: string
  mspId: string
  /** The folder with the user's `cert.pem` and `key.pem`. */
  identityFolder: string
  channel: string
  chaincode: string
}

/** A program for Node that calls the chaincode through the Gateway, complete: it runs as it is pasted. Pure. */
export function gatewaySnippet({ address, mspId, identityFolder, channel, chaincode }: SnippetFacts): string {
  const text = (value: string) => JSON.stringify(value)
  return `// npm install @grpc/grpc-js @hyperledger/fabric-gateway
const { createPrivateKey } = require('node:crypto')
const { readFileSync } = require('node:fs')
const grpc = require('@grpc/grpc-js')
const { connect, signers } = require('@hyperledger/fabric-gateway')

const user = ${text(identityFolder)}
const client = new grpc.Client(${text(address)}, grpc.credentials.createInsecure())
const gateway = connect({
  client,
  identity: { mspId: ${text(mspId)}, credentials: readFileSync(user + '/cert.pem') },
  signer: signers.newPrivateKeySigner(createPrivateKey(readFileSync(user + '/key.pem'))),
})

async function main() {
  const contract = gateway.getNetwork(${text(channel)}).getContract(${text(chaincode)})
  const [fn, ...args] = process.argv.slice(2)
  const answer = await contract.submitTransaction(fn ?? 'org.hyperledger.fabric:GetMetadata', ...args)
  console.log(Buffer.from(answer).toString())
}

main()
  .catch((error) => {
    console.error(error.message, error.details ?? '')
    process.exitCode = 1
  })
  .finally(() => {
    gateway.close()
    client.close()
  })
`
}

/** The folder of an organisation's first user. */
export function identityFolder(dataDir: string, mspId: string, isOwn: boolean): string {
  return [dataDir, 'msp', ...(isOwn ? [] : ['organisations', mspId]), 'User1'].join('/')
}
