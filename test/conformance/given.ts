/** What stood in the ledger when a recording began, and what its maker did besides the commands. */
export interface Given {
  /** Invoked before: a chaincode's name, its function, its arguments. */
  before?: [chaincode: string, ...args: string[]][]
  /** Ends this chaincode's process once it was sent a transaction. */
  kill?: string
}

const K1 = ['put', 'k1', 'v1'] as const
/** The last of the status-* recordings that was committed left it. */
const STATUSKEY: [string, ...string[]] = ['probe', 'status', '399', 'm']
const SEEDED: [string, ...string[]] = ['probe', 'seed', 's', '250']

export const given: Record<string, Given> = {
  'cc2cc-same-channel-named': { before: [['nprobe', 'put', 'k1', 'v4']] },
  'chaincode-killed-mid-tx': { kill: 'kill1' },
  'contract-get': { before: [['asset', 'Put', 'a1', 'v1']] },
  'go-get': { before: [['probe', ...K1]] },
  'go-history': {
    before: [
      ['probe', ...K1],
      ['probe', 'put', 'k1', 'v2'],
    ],
  },
  'go-page': { before: [STATUSKEY] },
  'go-page-then-put': { before: [SEEDED] },
  'go-put-then-range': { before: [STATUSKEY, SEEDED] },
  'go-putget': { before: [['probe', ...K1]] },
  'go-range-all': { before: [STATUSKEY] },
  'go-range99': { before: [['probe', 'seed', 'p99_', '99']] },
  'go-range100': { before: [['probe', 'seed', 'p100_', '100']] },
  'go-range200': { before: [['probe', 'seed', 'p200_', '200']] },
  'go-range250': { before: [SEEDED] },
  'node-cc2cc': { before: [['probe', 'put', 'k1', 'v4']] },
  'node-get': { before: [['nprobe', ...K1]] },
  'node-putget': { before: [['nprobe', ...K1]] },
  'node-range250': { before: [['nprobe', 'seed', 's', '250']] },
  'priv-privget__implicit_org_SampleOrg': { before: [['probe', 'privput', '_implicit_org_SampleOrg', 'k', 'v']] },
  'priv-privhash__implicit_org_SampleOrg': { before: [['probe', 'privput', '_implicit_org_SampleOrg', 'k', 'v']] },
  'status-400': { before: [STATUSKEY] },
  'status-404': { before: [STATUSKEY] },
  'status-499': { before: [STATUSKEY] },
  'status-500': { before: [STATUSKEY] },
  'status-1000': { before: [STATUSKEY] },
  'v3-go-cc2cc': { before: [['nprobe', ...K1]] },
  'v3-go-get': { before: [['probe', ...K1]] },
  'v3-go-history': {
    before: [
      ['probe', ...K1],
      ['probe', 'putget', 'k1', 'v2'],
      ['probe', ...K1],
      ['probe', 'putget', 'k1', 'v2'],
    ],
  },
  'v3-go-putget': { before: [['probe', ...K1]] },
  'v3-go-range250': { before: [SEEDED] },
}
