import { evaluate, fails, submit, type Sample, type Step } from './sample.ts'

const INDEX = 'varName~op~value~txID'
const delta = (operator: string, value: number) => `${INDEX}(stock,${operator},${value},<txid>)`
const update = (value: number, operator: string) =>
  submit('high-throughput:update', ['stock', String(value), operator], '', [`write ${delta(operator, value)}=\\0`])
const all = (...keys: string[]) => [`range ${INDEX}(stock)..${INDEX}(stock)…:`, ...keys].join(' ')
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
    update(100, '+'),
    { together: [update(10, '+'), update(20, '+'), update(40, '-')] },
    evaluate('high-throughput:get', ['stock'], '90', [
      all(delta('+', 10), delta('+', 100), delta('+', 20), delta('-', 40)),
    ]),
    submit('high-throughput:prune', ['stock'], '90 of 4 changes', [
      all(delta('+', 10), delta('+', 100), delta('+', 20), delta('-', 40)),
      `delete ${delta('+', 10)}`,
      `delete ${delta('+', 100)}`,
      `delete ${delta('+', 20)}`,
      `write ${delta('+', 90)}=\\0`,
      `delete ${delta('-', 40)}`,
    ]),
    evaluate('high-throughput:get', ['stock'], '90', [all(delta('+', 90))]),
    submit('high-throughput:delete', ['stock'], '1', [all(delta('+', 90)), `delete ${delta('+', 90)}`]),
    fails('high-throughput:get', ['stock'], 'no variable stock'),
    fails('high-throughput:update', ['stock', '1', '*'], 'no operator: *'),
    { together: [putStandard('VALID'), putStandard('MVCC_READ_CONFLICT'), putStandard('MVCC_READ_CONFLICT')] },
    evaluate('high-throughput:getstandard', ['standard'], '7', ['read standard']),
  ],
}
