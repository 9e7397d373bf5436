import { expect, test } from 'vitest'
import { fixture, type FixtureName } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'

interface Words {
  put: string
  get: string
  seed?: string
  count?: string
}

/** What every shim must be able to do against the peer: register, write, read back, range over more than one page. */
async function isServed(name: FixtureName, words: Words): Promise<void> {
  const { api, eventually, chaincode } = await testPeer()
  await api.openChaincode({ folder: await fixture(name, 'built'), name: 'shim', version: '1.0', watch: false })
  await eventually(`${name} is ready`, ({ chaincodes }) => {
    if (chaincodes.shim?.error !== undefined) throw new Error(JSON.stringify(chaincodes.shim.error, null, 2))
    return chaincodes.shim?.registration.state === 'ready'
  })
  const { createdAt, establishedAt, readyAt } = chaincode('shim').registration
  expect([createdAt, establishedAt, readyAt]).toEqual([createdAt, establishedAt, readyAt].toSorted())

  const submit = (fn: string, ...args: string[]) => api.submit({ chaincode: 'shim', function: fn, args })
  const evaluate = (fn: string, ...args: string[]) => api.evaluate({ chaincode: 'shim', function: fn, args })
  const put = await submit(words.put, 'k1', 'v1')
  expect(put).toMatchObject({ status: 200, payload: 'ok', validationCode: 'VALID' })
  expect(put.readWriteSet.namespaces).toMatchObject([
    { namespace: 'shim', writes: [{ key: 'k1', value: 'v1', isDelete: false }] },
  ])
  expect((await evaluate(words.get, 'k1')).payload).toContain('v1')
  if (words.seed === undefined || words.count === undefined) return
  expect(await submit(words.seed, 'r', '250')).toMatchObject({ status: 200, payload: '250', validationCode: 'VALID' })
  expect((await evaluate(words.count, 'r', 's')).payload).toMatch(/^(n=)?250\b/)
}

test('fabric-contract-api for Node', () => isServed('javascript-contract', { put: 'Put', get: 'Get' }))
test('fabric-shim for Node', () =>
  isServed('javascript-shim', { put: 'put', get: 'get', seed: 'seed', count: 'range' }))
needs('go').test('fabric-chaincode-go', () =>
  isServed('go-shim-v1', { put: 'put', get: 'get', seed: 'seed', count: 'range' }),
)
needs('go').test('fabric-chaincode-go/v2', () =>
  isServed('go-shim-v2', { put: 'put', get: 'get', seed: 'seed', count: 'count' }),
)
needs('java').test('fabric-chaincode-shim for Java', () =>
  isServed('java-contract', { put: 'Put', get: 'Get', seed: 'Seed', count: 'Count' }),
)
test('the misbehaving one, while it behaves', () =>
  isServed('misbehaving', { put: 'put', get: 'get', seed: 'seed', count: 'count' }))
