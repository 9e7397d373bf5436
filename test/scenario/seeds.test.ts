import { readFile, writeFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PeerError } from '../../core/contract/error.ts'
import { testPeer } from '../support/peer.ts'
import { tempFolder } from '../support/temp.ts'
import { openFixture } from './author.ts'

const channel = 'mychannel'
const collection = '_implicit_org_Org1MSP'

async function start(settings: Parameters<typeof testPeer>[0] = {}) {
  const peer = await testPeer(settings)
  const chaincode = await openFixture(peer, 'feature-node', { watch: false })
  const height = () => peer.state().channels[channel]?.height ?? 0
  const file = join(await tempFolder('seeds'), 'state.jsonl')
  return { peer, chaincode, height, api: peer.api, file }
}

type Started = Awaited<ReturnType<typeof start>>

const lines = async (file: string) =>
  (await readFile(file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

/** The code and the line of what an import of these lines throws. */
async function refusal({ api, file }: Started, ...text: (string | object)[]): Promise<unknown> {
  await writeFile(file, text.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'))
  try {
    return await api.importState({ channel, file })
  } catch (error) {
    const { code, details } = PeerError.from(error).toJSON()
    return [code, (details as { line?: number }).line]
  }
}

const HEADER = { format: 'slipway-state', version: 1 }

test('state goes into a file and comes back as blocks: values, bytes, metadata, private data and composite keys', async () => {
  const from = await start()
  const { chaincode, api, file } = from
  const { name } = chaincode
  await chaincode.submit('Put', 'a', '{"n":9007199254740993}')
  await chaincode.submit('SeedComposite', 'car', '0', '3')
  await chaincode.submit('SetPolicy', 'a', 'Org1MSP')
  const transient = { value: 'secret' }
  await api.submit({ chaincode: name, function: 'PutPrivate', args: [collection, 'p'], transient })
  expect(await api.exportState({ channel, file })).toMatchObject({ keys: 4, privateKeys: 1, height: from.height() })
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600)
  const [header, ...rows] = await lines(file)
  expect(header).toEqual({ ...HEADER, channel, height: from.height() })
  const policy = (rows.find(({ key }) => key === 'a')?.['metadata'] as Record<string, string>)['VALIDATION_PARAMETER']
  expect(policy).toMatch(/^[\w+/]+=*$/)
  expect(rows).toContainEqual({
    chaincode: name,
    key: 'a',
    value: '{"n":9007199254740993}',
    metadata: { VALIDATION_PARAMETER: policy },
  })
  expect(rows).toContainEqual({ chaincode: name, private: collection, key: 'p', value: 'secret' })

  const to = await start()
  const bytes = { chaincode: name, key: 'bytes', base64: '/wA=' }
  await writeFile(to.file, [header, ...rows, bytes].map((line) => JSON.stringify(line)).join('\n'))
  const before = to.height()
  expect(await to.api.importState({ channel, file: to.file })).toMatchObject({
    keys: 5,
    privateKeys: 1,
    height: before + 1,
  })
  expect(await to.chaincode.evaluate('Get', 'a')).toBe('{"n":9007199254740993}')
  expect(await to.chaincode.evaluate('GetPolicy', 'a')).toBe(await chaincode.evaluate('GetPolicy', 'a'))
  expect(await to.chaincode.evaluate('GetPrivate', collection, 'p')).toBe('secret')
  // What came is told key by key, a private value as the value.
  const compared = await to.api.compareStates({ channel, from: String(before), limit: 100 })
  expect(compared).toMatchObject({ from: before, to: before + 1, total: 6 })
  expect(compared.changes).toContainEqual({
    namespace: name,
    collection,
    key: 'p',
    before: null,
    after: { text: 'secret', encoding: 'utf8' },
  })
  expect(await to.chaincode.evaluate('GetPrivateHash', collection, 'p')).toBe(
    await chaincode.evaluate('GetPrivateHash', collection, 'p'),
  )
  expect(await to.chaincode.evaluate('Walk', 'composite', 'car', '', '')).toBe(
    await chaincode.evaluate('Walk', 'composite', 'car', '', ''),
  )
  const block = await to.api.readBlock({ channel, number: before })
  expect(block?.transactions).toMatchObject([{ function: 'slipway:import-state', validationCode: 'VALID' }])
  expect(await to.api.readHistory({ channel, namespace: name, key: 'a' })).toHaveLength(1)

  // It is the same state again, but for the key that was added.
  const again = `${to.file}.2`
  await to.api.exportState({ channel, file: again })
  expect((await lines(again)).slice(1)).toEqual(expect.arrayContaining([...rows, bytes]))
  expect(await refusal({ ...to, file: again }, HEADER)).toMatchObject({ keys: 0, height: to.height() })
  await expect(to.api.exportState({ channel, file: again })).rejects.toMatchObject({ code: 'STATE_FILE_EXISTS' })
  expect(await to.api.exportState({ channel, file: again, force: true, chaincode: 'other' })).toMatchObject({ keys: 0 })

  // A key that loses its metadata by an import has none.
  await refusal(to, HEADER, { chaincode: name, key: 'a', value: '1' })
  expect(await to.chaincode.evaluate('GetPolicy', 'a')).toBe('')
})

test('what a file can’t give is refused at its line, and nothing of the file is imported', async () => {
  const peer = await start()
  const { name: chaincode } = peer.chaincode
  const before = peer.height()
  const good = { chaincode, key: 'k', value: '1' }
  const bad = (line: string | object) => refusal(peer, HEADER, good, line)
  expect(await refusal(peer, '')).toEqual(['STATE_LINE', 1])
  expect(await refusal(peer, good)).toEqual(['STATE_LINE', 1])
  expect(await refusal(peer, { ...HEADER, version: 2 }, good)).toEqual(['STATE_LINE', 1])
  for (const line of [
    '{',
    '[]',
    { ...good, key: '' },
    { ...good, value: '' },
    { ...good, base64: 'AA==' },
    { chaincode, key: 'x' },
    { chaincode, key: 'x', base64: '!' },
    { chaincode, key: 7, value: '1' },
    { ...good, key: 'x', vlaue: '1' },
    { ...good, key: 'x', metadata: { VALIDATION_PARAMETER: 1 } },
    { ...good, key: 'x', private: 'nobody' },
    { ...good, chaincode: 'nobody' },
    { ...good, chaincode: '_lifecycle' },
    '{"chaincode":"c","key":"\\ud800","value":"1"}',
    good,
  ])
    expect([line, await bad(line)]).toEqual([line, ['STATE_LINE', 3]])
  await expect(peer.api.importState({ channel, file: `${peer.file}.none` })).rejects.toMatchObject({
    code: 'STATE_FILE_READ',
  })
  await expect(peer.api.importState({ channel, file: 'state.jsonl' })).rejects.toMatchObject({
    code: 'ARGUMENT_INVALID',
  })
  await expect(peer.api.exportState({ channel, file: '/nowhere/state' })).rejects.toMatchObject({
    code: 'STATE_FILE_WRITE',
  })
  expect([peer.height(), await peer.chaincode.evaluate('Get', 'k')]).toEqual([before, ''])
})

test('where a block in the middle is refused, those before it are taken back', async () => {
  const peer = await start()
  const { name: chaincode } = peer.chaincode
  // Nobody of this channel can sign for the organisation that this key asks for.
  await peer.chaincode.submit('SetPolicy', 'k1500', 'GoneMSP').catch(() => undefined)
  await peer.chaincode.submit('Put', 'k1500', '0')
  await peer.chaincode.submit('SetPolicy', 'k1500', 'GoneMSP')
  const before = peer.height()
  const rows = Array.from({ length: 2000 }, (_, i) => ({ chaincode, key: `k${i}`, value: '1' }))
  expect(await refusal(peer, HEADER, ...rows)).toEqual(['STATE_REFUSED', 1002])
  expect(peer.height()).toBe(before)
  expect([await peer.chaincode.evaluate('Get', 'k1'), await peer.chaincode.evaluate('Get', 'k1500')]).toEqual(['', '0'])
  expect(await peer.api.readBranches({ channel })).toEqual([])
  await peer.chaincode.submit('Put', 'k1', '2')
  expect(await peer.chaincode.evaluate('Get', 'k1')).toBe('2')
})
