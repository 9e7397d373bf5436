import { evaluate, fails, submit, type Sample, type Step } from './sample.ts'

const INDEX = 'varName~op~value~txID'
const delta = (name: string, operator: string, value: number) => `${INDEX}(${name},${operator},${value},<txid>)`
const update = (name: string, value: number, operator: string) =>
  submit('high-throughput:update', [name, String(value), operator], '', [`write ${delta(name, operator, value)}=\\0`])
const all = (name: string, ...keys: string[]) => [`range ${INDEX}(${name})..${INDEX}(${name})…:`, ...keys].join(' ')
const putStandard = (code: string): Step => ({
  kind: 'submit',
  fn: 'high-throughput:putstandard',
  args: ['standard', '7'],
  expected: { effects: ['read standard', 'write standard=7'], code },
})

/** Changes that do not conflict, and one key that does. */
export const highThroughput: Sample = {
  name: 'high-throughput',
  source: 'fabric-samples high-throughput; Fabric v2.5 core/ledger/kvledger/txmgmt/validation/validator.go',
  chaincode: 'shim',
  steps: [
    update('stock', 100, '+'),
    { together: [update('stock', 10, '+'), update('stock', 20, '+'), update('stock', 40, '-')] },
    // Which of the three is which in its block is left to chance, so no transaction reads them.
    evaluate('high-throughput:get', ['stock'], '90', [
      all('stock', delta('stock', '+', 10), delta('stock', '+', 100), delta('stock', '+', 20), delta('stock', '-', 40)),
    ]),
    update('shop', 7, '+'),
    update('shop', 3, '-'),
    submit('high-throughput:prune', ['shop'], '4 of 2 changes', [
      all('shop', delta('shop', '+', 7), delta('shop', '-', 3)),
      `write ${delta('shop', '+', 4)}=\\0`,
      `delete ${delta('shop', '+', 7)}`,
      `delete ${delta('shop', '-', 3)}`,
    ]),
    evaluate('high-throughput:get', ['shop'], '4', [all('shop', delta('shop', '+', 4))]),
    submit('high-throughput:delete', ['shop'], '1', [
      all('shop', delta('shop', '+', 4)),
      `delete ${delta('shop', '+', 4)}`,
    ]),
    fails('high-throughput:get', ['shop'], 'no variable shop'),
    fails('high-throughput:update', ['stock', '1', '*'], 'no operator: *'),
    { together: [putStandard('VALID'), putStandard('MVCC_READ_CONFLICT'), putStandard('MVCC_READ_CONFLICT')] },
    evaluate('high-throughput:getstandard', ['standard'], '7', ['read standard']),
  ],
}
