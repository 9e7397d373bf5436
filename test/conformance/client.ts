import { errorText, invocationText } from '../../core/chaincode/invocation-text.ts'
import type { PeerApi } from '../../core/contract/api.ts'
import { PeerError } from '../../core/contract/error.ts'
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
    return { status: 500, message: endorserText(PeerError.from(error)) }
  }
}

/** What Fabric's endorser says where a chaincode gave no answer (core/endorser/endorser.go; chaincode_support.go, Execute). */
function endorserText(error: PeerError): string {
  const text = errorText(error)
  if (text !== undefined) return `error in simulation: transaction returned with failure: ${text}`
  const details = error.details as Record<string, string | undefined>
  switch (error.code) {
    case 'ORDER_REFUSED':
      return `10 ABORTED: received unsuccessful response from orderer: status=BAD_REQUEST, info=${error.parts.what}`
    case 'CHAINCODE_UNKNOWN': {
      const name = details['name'] ?? ''
      return `make sure the chaincode ${name} has been successfully defined on channel ch1 and try again: chaincode ${name} not found`
    }
    case 'RESPONSE_MALFORMED':
      return `error in simulation: failed to unmarshal response for transaction ${TXID}: ${details['message'] ?? ''}`
    default:
      return `error in simulation: failed to execute transaction ${TXID}: ${invocationText(error)}`
  }
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
