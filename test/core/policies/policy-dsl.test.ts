import { describe, expect, test } from 'vitest'
import { organisationsOf, parsePolicy } from '../../../core/policies/policy-dsl.ts'

/** Made by Fabric's own policydsl.FromString, v3.1. */
const golden: [policy: string, hex: string][] = [
  ["OR('Org1MSP.member')", '120812060801120208001a0b12090a074f7267314d5350'],
  [
    "OR('Org1MSP.member', 'Org2MSP.member')",
    '120c120a080112020800120208011a0b12090a074f7267314d53501a0b12090a074f7267324d5350',
  ],
  [
    "AND('Org1MSP.peer','Org2MSP.peer')",
    '120c120a080212020800120208011a0d120b0a074f7267314d535010031a0d120b0a074f7267324d53501003',
  ],
  [
    "OutOf(2, 'A.member', 'B-1.client', 'c.d.admin')",
    '1210120e08021202080012020801120208021a0512030a01411a0912070a03422d3110021a0912070a03632e641001',
  ],
  [
    "OR('A.member', AND('B.peer', 'C.orderer'))",
    '12161214080112020802120c120a080212020800120208011a0712050a014210031a0712050a014310041a0512030a0141',
  ],
  [
    "OutOf(1, AND('A.member','B.member'), OutOf(2,'A.peer','B.peer','C.peer'))",
    '122412220801120c120a080212020800120208011210120e08021202080212020803120208041a0512030a01411a0512030a01421a0712050a014110031a0712050a014210031a0712050a01431003',
  ],
]

describe('a policy as people write it', () => {
  test.each(golden)('%s is the message that Fabric makes of it', (policy, hex) => {
    expect(Buffer.from(parsePolicy(policy).serializeBinary()).toString('hex')).toBe(hex)
  })

  test('names its organisations once each', () => {
    const policy = parsePolicy("OutOf(2, 'A.member', AND('B-1.peer', 'A.admin'), \"c.d.client\")")
    expect(organisationsOf(policy)).toEqual(['B-1', 'A', 'c.d'])
  })

  test.each([
    '',
    'A.member',
    "'A.member'",
    "XOR('A.member')",
    "OR('A.member'",
    "OR('A.member',)",
    "OR('A.boss')",
    "OR('A member')",
    "OR('A.member') x",
    "OutOf('A.member')",
    "OutOf(4, 'A.member', 'B.member')",
    'OR(A.member)',
    "OR('A.member' & 'B.member')",
  ])('%s is refused, with the place', (policy) => {
    expect(() => parsePolicy(policy)).toThrow(/ at character \d+ of /)
  })
})
