import { decodeCompositeKey } from '../../core/contract/composite-key.ts'
import { visible } from '../../core/contract/visible.ts'
import type { CallDesks } from '../call/call-desks.svelte.ts'
import { callStatus } from '../call/call-status.ts'
import { callableFunctions } from '../call/functions.ts'
import { openCall } from '../call/open-call.ts'
import { moment } from '../parts/format.ts'
import { withoutColours } from '../parts/log-spans.ts'
import type { WindowView } from '../view/window-view.svelte.ts'
import type { Entry } from './entries.ts'
import type { Findings, Place } from './findings.svelte.ts'

const LONGEST = 160

/** The functions of the chaincode: each opens its form. */
export function functionEntries(
  { contract }: Findings,
  { chaincode }: Place,
  win: WindowView,
  desks: CallDesks,
): Entry[] {
  if (contract === undefined) return []
  return callableFunctions(contract).map((fn) => ({
    id: `function ${fn.callName}`,
    kind: 'function',
    group: `Functions of ${chaincode}`,
    title: fn.callName,
    detail: fn.parameters.map(({ name }) => name).join(', '),
    names: [`call ${fn.callName}`],
    run: () => {
      desks.wanted = { chaincode, function: fn.callName }
      win.choose(chaincode)
      win.show('call')
    },
  }))
}

/** What the peer holds: each opens where it is shown. */
export function foundEntries(findings: Findings, place: Place, win: WindowView, desks: CallDesks): Entry[] {
  return [
    ...keyEntries(findings, place, win),
    ...callEntries(findings, win, desks),
    ...identityEntries(findings, win),
    ...lineEntries(findings, win),
  ]
}

function keyEntries({ keys }: Findings, { chaincode, channel }: Place, win: WindowView): Entry[] {
  return keys.map(({ key, text, encoding }) => {
    const parts = decodeCompositeKey(key)
    return {
      id: `key ${key}`,
      kind: 'key',
      group: 'Keys',
      title: visible(parts === undefined ? key : [parts.objectType, ...parts.attributes].join(' · ')),
      detail: encoding === 'utf8' ? visible(text.slice(0, LONGEST)) : undefined,
      names: parts?.attributes ?? [],
      run: () => {
        win.states.of(chaincode).lead({ channel, key })
        win.show('state')
      },
    }
  })
}

function callEntries({ calls }: Findings, win: WindowView, desks: CallDesks): Entry[] {
  return calls.map((call) => {
    const { function: name, args } = call.request
    const txId = call.outcome.state === 'done' ? call.outcome.result.txId : undefined
    const words = args.map((argument) => (typeof argument === 'string' ? argument : '…')).join(', ')
    return {
      id: `call ${call.id}`,
      kind: 'call',
      group: 'Calls',
      title: visible(`${name}(${words})`.slice(0, LONGEST)),
      detail: `${callStatus(call.outcome, true).word} at ${moment(call.at)}`,
      names: txId === undefined ? [] : [txId],
      run: () => openCall(call, win, desks),
    }
  })
}

function identityEntries({ identities }: Findings, win: WindowView): Entry[] {
  return identities.map(({ id, role }) => ({
    id: `identity ${id}`,
    kind: 'identity',
    group: 'Identities',
    title: id,
    detail: role,
    run: () => {
      win.identity = id
      win.show('identities')
    },
  }))
}

function lineEntries({ lines }: Findings, win: WindowView): Entry[] {
  return lines.map(({ seq, at, source, chaincode, text }) => ({
    id: `line ${seq}`,
    kind: 'log',
    group: 'Log',
    title: withoutColours(text).slice(0, LONGEST),
    detail: `${chaincode ?? source} at ${moment(at)}`,
    run: () => {
      win.logLine = seq
      win.show('logs')
    },
  }))
}
