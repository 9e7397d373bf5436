import { json } from './asset.ts'
import { evaluate, fails, submit, type Sample } from './sample.ts'

const [USER, ALICE] = ['Org1MSP/User1', 'Org2MSP/alice']
const byAlice = { identity: 'alice@Org2MSP' }
const transfer = (from: string, to: string, value: number) => `event Transfer=${json({ from, to, value })}`
const balance = (account: string, amount: number) =>
  evaluate('erc20:BalanceOf', [account], String(amount), [`read ${account}`])
const ALLOWED = `allowance(${USER},${ALICE})`

/** Balances, allowances and their events. */
export const token: Sample = {
  name: 'token-erc-20',
  source:
    'fabric-samples token-erc-20; Fabric v2.5 core/ledger/kvledger/txmgmt/rwsetutil/rwset_builder.go (keys in order, one write for each)',
  chaincode: 'contract',
  steps: [
    fails('erc20:Mint', ['5000'], 'the token is not initialized'),
    fails('erc20:Initialize', ['some name', 'some symbol', '2'], 'Org2MSP does not mint', byAlice),
    submit('erc20:Initialize', ['some name', 'some symbol', '2'], 'true', [
      'read name',
      'write decimals=2',
      'write name=some name',
      'write symbol=some symbol',
    ]),
    fails('erc20:Initialize', ['other', 'O', '0'], 'the token is initialized already'),
    evaluate('erc20:Name', [], 'some name', ['read name']),
    evaluate('erc20:Symbol', [], 'some symbol', ['read symbol']),
    evaluate('erc20:ClientAccountID', [], USER, []),
    evaluate('erc20:ClientAccountID', [], ALICE, [], byAlice),
    submit('erc20:Mint', ['5000'], '', [
      `read ${USER}`,
      'read name',
      'read totalSupply',
      `write ${USER}=5000`,
      'write totalSupply=5000',
      transfer('0x0', USER, 5000),
    ]),
    fails('erc20:Mint', ['10'], 'Org2MSP does not mint', byAlice),
    fails('erc20:Mint', ['0'], 'not a positive amount: 0'),
    submit('erc20:Transfer', [ALICE, '100'], '', [
      `read ${USER}`,
      `read ${ALICE}`,
      `write ${USER}=4900`,
      `write ${ALICE}=100`,
      transfer(USER, ALICE, 100),
    ]),
    balance(USER, 4900),
    balance(ALICE, 100),
    evaluate('erc20:ClientAccountBalance', [], '100', [`read ${ALICE}`], byAlice),
    balance('Org2MSP/nobody', 0),
    fails('erc20:Transfer', [USER, '1'], 'from and to are the same'),
    fails('erc20:Transfer', [USER, '101'], `${ALICE} has 100`, byAlice),
    fails('erc20:Transfer', [ALICE, '-1'], 'not a positive amount: -1'),
    submit('erc20:Approve', [ALICE, '500'], '', [
      `write ${ALLOWED}=500`,
      `event Approval=${json({ owner: USER, spender: ALICE, value: 500 })}`,
    ]),
    evaluate('erc20:Allowance', [USER, ALICE], '500', [`read ${ALLOWED}`]),
    evaluate('erc20:Allowance', [ALICE, USER], '0', [`read allowance(${ALICE},${USER})`]),
    submit(
      'erc20:TransferFrom',
      [USER, 'Org2MSP/bob', '200'],
      '',
      [
        `read ${ALLOWED}`,
        `read ${USER}`,
        'read Org2MSP/bob',
        `write ${ALLOWED}=300`,
        `write ${USER}=4700`,
        'write Org2MSP/bob=200',
        transfer(USER, 'Org2MSP/bob', 200),
      ],
      byAlice,
    ),
    evaluate('erc20:Allowance', [USER, ALICE], '300', [`read ${ALLOWED}`]),
    fails('erc20:TransferFrom', [USER, ALICE, '301'], `${ALICE} may spend 300 of ${USER}`, byAlice),
    submit('erc20:Burn', ['700'], '', [
      `read ${USER}`,
      'read name',
      'read totalSupply',
      `write ${USER}=4000`,
      'write totalSupply=4300',
      transfer(USER, '0x0', 700),
    ]),
    evaluate('erc20:TotalSupply', [], '4300', ['read totalSupply']),
    fails('erc20:Burn', ['4001'], `${USER} has 4000`),
  ],
}
