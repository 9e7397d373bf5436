import { asset, json, written } from './asset.ts'
import { evaluate, fails, submit, type Sample } from './sample.ts'

const created = asset('abac1', 'blue', 5, 'Org1MSP/creator', 100)
const dearer = { ...created, value: 120 }
const given = { ...dearer, owner: 'Org1MSP/User1' }
const byCreator = { identity: 'creator' }

/** Subject and issuer, each library in an order and a form of its own. */
const GO_NAMES = [
  'CN=User1,OU=client,O=Hyperledger,ST=North Carolina,C=US',
  'CN=ca.slipway,O=Hyperledger,ST=North Carolina,C=US',
]
const NODE_NAMES = [
  '/C=US/ST=North Carolina/O=Hyperledger/OU=client/CN=User1',
  '/C=US/ST=North Carolina/O=Hyperledger/CN=ca.slipway',
]

/** Who may do what is in the certificate. */
export const attributeBased: Sample = {
  name: 'asset-transfer-abac',
  source:
    'fabric-samples asset-transfer-abac; fabric-chaincode-go v2.3.0 pkg/cid/cid.go; fabric-shim 2.5.8 lib/chaincode.js ClientIdentity; fabric-chaincode-java 2.5.4 contract/ClientIdentity',
  chaincode: 'contract',
  steps: [
    evaluate('abac:GetAttribute', ['abac.creator'], 'true', [], byCreator),
    evaluate('abac:GetAttribute', ['abac.creator'], '', []),
    fails('abac:CreateAsset', ['abac1', 'blue', '5', '100'], 'only who has abac.creator may create'),
    submit('abac:CreateAsset', ['abac1', 'blue', '5', '100'], '', [written(created)], byCreator),
    evaluate('abac:ReadAsset', ['abac1'], json(created), ['read abac1']),
    fails('abac:UpdateAsset', ['abac1', '120'], 'Org1MSP/User1 does not own abac1'),
    submit('abac:UpdateAsset', ['abac1', '120'], '', ['read abac1', written(dearer)], byCreator),
    fails('abac:TransferAsset', ['abac1', 'Org2MSP/alice'], 'Org2MSP/alice does not own abac1', {
      identity: 'alice@Org2MSP',
    }),
    submit('abac:TransferAsset', ['abac1', 'Org1MSP/User1'], '', ['read abac1', written(given)], byCreator),
    fails('abac:DeleteAsset', ['abac1'], 'Org1MSP/creator does not own abac1', byCreator),
    submit('abac:DeleteAsset', ['abac1'], '', ['read abac1', 'delete abac1']),
    {
      kind: 'evaluate',
      fn: 'abac:GetSubmittingClientIdentity',
      args: [],
      expected: {
        Go: { payload: Buffer.from(`x509::${GO_NAMES.join('::')}`).toString('base64'), effects: [] },
        Node: { payload: `x509::${NODE_NAMES.join('::')}`, effects: [] },
        Java: { payload: `x509::${GO_NAMES.map((name) => name.replaceAll(',', ', ')).join('::')}`, effects: [] },
      },
    },
  ],
}
