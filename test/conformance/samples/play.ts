import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CallResult } from '../../../core/contract/call.ts'
import { PeerError } from '../../../core/contract/error.ts'
import { openFolder } from '../../scenario/author.ts'
import { committedReadWriteSets } from '../../support/committed-rwsets.ts'
import { fixture, type FixtureName } from '../../support/fixtures.ts'
import { testPeer, type TestPeer } from '../../support/peer.ts'
import { BOOKMARK, compare, resultDifferences, versionDifferences } from './differences.ts'
import { readable } from './effects.ts'
import { ExpectedState } from './expected-state.ts'
import type { Called, Expected, Language, Sample, Step, Together } from './sample.ts'

const CHANNEL = 'mychannel'

/** Where the samples are, and the chaincodes that are opened there. */
export interface Cast {
  fixtures: Record<Language, FixtureName>
  chaincodes: { name: Called; channel?: string; initRequired?: boolean }[]
  /** Played in this order, on one ledger. */
  samples: readonly Sample[]
}

/** What became of the samples in one language. */
export interface Played {
  samples: { sample: Sample; operations: number; differences: string[] }[]
  /** The marshalled read-write sets of what was ordered, by call, in hexadecimal, transaction ids set aside. */
  committed: { call: string; rwsets: string[] }[]
}

interface Scene {
  peer: TestPeer
  language: Language
  state: ExpectedState
  ordered: { call: string; block: number; txIds: string[] }[]
}

/** Play all samples on one new peer, each in the order of its steps. */
export async function play(language: Language, { fixtures, chaincodes, samples }: Cast): Promise<Played> {
  // The copy is built, and Maven would build it again for each chaincode.
  const build = language === 'Java' ? 'build: java -version\n' : ''
  // What one organisation keeps for itself, the other one's peer can't endorse.
  const alone = `endorsementPolicy: "OR('Org1MSP.peer', 'Org2MSP.peer')"\n`
  const copy = async (yaml: string) => {
    const made = await fixture(fixtures[language], 'built')
    if (yaml !== '') writeFileSync(join(made, 'slipway.yaml'), yaml)
    return made
  }
  const folder = await copy(build)
  const privateFolder = await copy(alone + build)
  const peer = await testPeer({ organisations: ['Org1MSP', 'Org2MSP'] })
  for (const chaincode of chaincodes) {
    const of = { folder: chaincode.name === 'private' ? privateFolder : folder, version: '1.0' }
    const opened = await openFolder(peer, { ...of, watch: false, mode: 'dev', ...chaincode })
    await peer.api.launch({ name: chaincode.name })
    await opened.ready()
  }
  await peer.api.issueIdentity({ name: 'alice', mspId: 'Org2MSP' })
  await peer.api.issueIdentity({ name: 'creator', attributes: { 'abac.creator': 'true' } })
  const scene: Scene = { peer, language, state: new ExpectedState(blocksToLive(folder)), ordered: [] }
  const played: Played['samples'] = []
  for (const sample of samples) played.push(await playSample(scene, sample))
  await peer.peer.close()
  return { samples: played, committed: await committed(peer.dataDir, scene.ordered) }
}

/** How many the private data of each collection lives; 0 for ever. */
function blocksToLive(folder: string): Record<string, number> {
  const config = readFileSync(join(folder, 'collections_config.json'), 'utf8')
  const collections = JSON.parse(config) as { name: string; blockToLive: number }[]
  return Object.fromEntries(collections.map(({ name, blockToLive }) => [name, blockToLive]))
}

async function playSample(scene: Scene, sample: Sample): Promise<Played['samples'][number]> {
  const differences: string[] = []
  const seen = { bookmark: '' }
  let operations = 0
  for (const step of sample.steps) {
    operations += 'together' in step ? step.together.length : 1
    const found = 'together' in step ? await runTogether(scene, sample, step) : await runStep(scene, sample, step, seen)
    differences.push(...found)
  }
  return { sample, operations, differences: [...differences, ...(await stateDifferences(scene, sample.chaincode))] }
}

async function runStep(scene: Scene, sample: Sample, step: Step, seen: { bookmark: string }): Promise<string[]> {
  const args = step.args.map((arg) => (arg === '<bookmark>' ? seen.bookmark : arg))
  const call = `${step.kind} ${step.fn} ${args.join(' ')}`.trim()
  const chaincode = step.chaincode ?? sample.chaincode
  const expected = ofLanguage(step, scene.language)
  const answer = await ask(scene, chaincode, { ...step, args })
  if ('refused' in answer) {
    return answer.refused.code === expected.refused ? [] : [`${call}: the peer refuses it: ${String(answer.refused)}`]
  }
  const { result } = answer
  seen.bookmark = BOOKMARK.exec(result.payload)?.[1] ?? seen.bookmark
  const found = resultDifferences(result, expected, chaincode)
  if (result.validationCode !== undefined) compare(found, 'code', result.validationCode, expected.code ?? 'VALID')
  found.push(...versionDifferences(scene.state, result))
  if (result.blockNumber !== undefined) {
    if (chaincode !== 'elsewhere') scene.ordered.push({ call, block: result.blockNumber, txIds: [result.txId] })
    if (result.validationCode === 'VALID') scene.state.commit(result.readWriteSet, result.blockNumber, 0)
  }
  return found.map((difference) => `${call}: ${difference}`)
}

/** All in one block: it is cut when the last of them comes. */
async function runTogether(scene: Scene, sample: Sample, { together }: Together): Promise<string[]> {
  const { api } = scene.peer
  const call = `in one block: ${together.map(({ fn, args }) => `${fn} ${args.join(' ')}`).join(', ')}`
  await api.setOrderer({ batchTimeout: 600_000, maxMessageCount: together.length })
  const answers = await Promise.all(together.map((step) => ask(scene, sample.chaincode, step)))
  await api.setOrderer({ batchTimeout: 0, maxMessageCount: 500 })
  const results = answers.flatMap((answer) => ('result' in answer ? [answer.result] : []))
  const expected = together.map((step) => ofLanguage(step, scene.language))
  const found = results.flatMap((result, i) => [
    ...resultDifferences(result, expected[i] ?? {}, sample.chaincode),
    ...versionDifferences(scene.state, result),
  ])
  const codes = results.map(({ validationCode = 'none' }) => validationCode)
  const wanted = expected.map(({ code = 'VALID' }) => code)
  compare(found, 'codes', codes.toSorted().join(), wanted.toSorted().join())
  const blocks = new Set(results.map(({ blockNumber }) => blockNumber))
  compare(found, 'blocks', String(blocks.size), '1')
  const [block = -1] = blocks
  scene.ordered.push({ call, block, txIds: results.map(({ txId }) => txId) })
  for (const { validationCode, readWriteSet } of results) {
    if (validationCode === 'VALID') scene.state.commit(readWriteSet, block, undefined)
  }
  return found.map((difference) => `${call}: ${difference}`)
}

async function ask(
  { peer }: Scene,
  chaincode: Called,
  step: Step,
): Promise<{ result: CallResult } | { refused: PeerError }> {
  const { kind, fn, args, transient, identity, endorsers, isInit } = step
  const request = {
    chaincode,
    function: fn,
    args,
    ...(transient === undefined ? {} : { transient }),
    ...(identity === undefined ? {} : { identity }),
    ...(endorsers === undefined ? {} : { endorsers }),
    ...(isInit === undefined ? {} : { isInit }),
  }
  return peer.api[kind](request).then(
    (result) => ({ result }),
    (error: unknown) => ({ refused: PeerError.from(error) }),
  )
}

/** The state that is there and the one that the commits should have left: public, and the values of private data. */
async function stateDifferences({ peer, state }: Scene, chaincode: Called): Promise<string[]> {
  const found: string[] = []
  for (const collection of state.collections(chaincode)) {
    const namespace = collection === '' ? chaincode : `${chaincode}$$p${collection}`
    const { entries } = await peer.api.readState({ channel: CHANNEL, namespace, limit: 1000 })
    const expected = state.entries(chaincode, collection)
    const wanted = [...expected].map(([key, { value, block, tx = 0 }]) => `${readable(key)}=${value}@${block}/${tx}`)
    const is = entries.map(({ key, text, version: { block, tx } }) => {
      const known = expected.get(key)?.tx
      return `${readable(key)}=${text}@${block}/${known ?? (expected.has(key) ? 0 : tx)}`
    })
    compare(found, `state of ${namespace}`, is.toSorted().join('\n'), wanted.toSorted().join('\n'))
  }
  return found
}

function ofLanguage({ expected }: Step, language: Language): Expected {
  return 'Go' in expected ? expected[language] : expected
}

async function committed(dataDir: string, ordered: Scene['ordered']): Promise<Played['committed']> {
  const blocks = await committedReadWriteSets(dataDir, CHANNEL)
  const txIds = ordered.flatMap((each) => each.txIds)
  const anyId = (hex: string) => txIds.reduce((set, txId) => set.replaceAll(hexOf(txId), hexOf('<txid>')), hex)
  return ordered.map(({ call, block }) => ({ call, rwsets: (blocks[block] ?? []).map(anyId).toSorted() }))
}

function hexOf(text: string): string {
  return Buffer.from(text).toString('hex')
}
