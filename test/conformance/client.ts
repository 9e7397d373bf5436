import type { PeerApi } from '../../core/contract/api.ts'
import { PeerError } from '../../core/contract/error.ts'
import { endorserText } from '../../core/endorser/endorser-text.ts'
import type { Command, Outcome } from './recording.ts'

/** Run a recorded command against a peer, and give its outcome as the `peer` command prints it. */
export async function run(api: PeerApi, { kind, chaincode, args, isInit }: Omit<Command, 'outcome'>): Promise<Outcome> {
  // An empty function name isn't an argument here; an empty argument is.
  const [name = '', ...rest] = args
  const request = { chaincode, function: name, args: name === '' ? args : rest, isInit }
  try {
    const { status, message, payload, validationCode } = await api[kind](request)
    const said = {
      status,
      ...(message === '' ? {} : { message }),
      ...(payload === '' ? {} : { payload }),
      ...(validationCode === undefined ? {} : { committed: validationCode }),
    }
    if (status >= 400) return said
    if (kind === 'evaluate') return { payload: payload.trimEnd() }
    return validationCode === undefined ? { notAssembled: status } : said
  } catch (error) {
    return { status: 500, message: textOf(PeerError.from(error)) }
  }
}

function textOf(error: PeerError): string {
  if (error.code !== 'ORDER_REFUSED') return endorserText(error, { txId: TXID, channel: 'ch1' })
  return `10 ABORTED: received unsuccessful response from orderer: status=BAD_REQUEST, info=${error.parts.what}`
}

/** Stands for the transaction's id wherever two outcomes are compared. */
const TXID = 'TXID'

/** An outcome without what no two runs have in common. */
export function comparable(outcome: Outcome): Outcome {
  const set = (text: string) =>
    text
      // protobuf-go has a no-break space there in some builds, on purpose.
      .replaceAll('\u00a0', ' ')
      .replaceAll(/[0-9a-f]{64}/g, TXID)
      // go-history: the ids and times of the transactions that wrote the values.
      .replaceAll(/\[[0-9a-f]{8} ("[^"]*" del=\w+) ts=[\d.]+\]/g, '[TXID $1]')
  return Object.fromEntries(
    Object.entries(outcome).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === 'string' && !isHash(value) ? set(value) : value,
    ]),
  )
}

/** priv-privhash: a payload that is only a hash isn't an id. */
function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text)
}
