/** A difference that is meant: why, and exactly which. A test fails where it is another, and where it is none. */
export interface OnPurpose {
  reason: string
  differences: string[]
}

const TOO_LARGE =
  'error in simulation: transaction returned with failure: error sending TRANSACTION: rpc error: code = ResourceExhausted desc = trying to send message larger than max (N vs. 104857600)'
const LIVES_ON = 'recorded the chaincode is gone, here the chaincode lives on'

/** By recording. Only what a recorded peer does wrong, or leaves to chance, stands here. */
export const onPurpose: Record<string, OnPurpose | undefined> = {
  ...inBoth('reg-empty-name', malformed, () => ['- open']),
  ...inBoth('reg-garbage', malformed, () => ['- open']),
  ...inBoth('reg-retry-after-bad', malformed, (ready) => ['- REGISTERED', `- ${ready}`, '- open']),
  ...inBoth('reg-unknown', unknownName, (ready) => ['- REGISTERED', `- ${ready}`, '- open']),
  ...inBoth('reg-no-version', unknownName, neverFound),
  ...inBoth('reg-other-version', unknownName, neverFound),
  ...inBoth(
    'reg-syscc',
    {
      reason:
        'The recorded peer leaves such a stream open in silence, and loses the system chaincode when it closes. Here it is turned away.',
      ended: 'REGISTER_UNKNOWN_NAME',
    },
    () => ['- open'],
  ),
  ...inBoth(
    'dup-direct',
    {
      reason:
        'The recorded peer leaves a second process of a name waiting in silence, and loses the first when the second goes. Here the newer one serves, and the older one is told.',
    },
    (ready) => ['+ 2: REGISTERED', `+ 2: ${ready}`, '+ 1: ended: 2, in its own words'],
  ),
  'raw-protocol: tx-two-outstanding': {
    reason:
      'The recorded peer drops a second request of a transaction where the first is still being handled, which is left to chance: v3-raw-protocol has the other case. Here every request is answered.',
    differences: ['+ RESPONSE'],
  },
  ...tooLarge('large-go: eval arg 50MiB', 'large-go: eval arg 90MiB', 'large-go: eval arg 99MiB', 'large-node: 50'),
  ...beyondGrpc('large-go: eval arg 100MiB', 'large-go: eval arg 101MiB'),
  'large-node: 60': {
    reason: 'The recorded peer had lost its chaincode to the call before, which this one does not.',
    differences: [
      `recorded failed: error in simulation: failed to execute transaction TXID: could not launch chaincode nprobegw:TXID: connection to nprobegw:TXID failed: error cannot create connection for nprobegw:TXID: error creating grpc connection to 127.0.0.1:1: failed to create new connection: connection error: desc = "transport: error while dialing: dial tcp 127.0.0.1:1: connect: connection refused", here failed: ${TOO_LARGE}`,
      LIVES_ON,
    ],
  },
}

function tooLarge(...recordings: string[]): Record<string, OnPurpose> {
  const reason =
    'The recorded peer loses the chaincode over a call that is too large to be sent to it. Here the call fails alone.'
  return Object.fromEntries(recordings.map((recording) => [recording, { reason, differences: [LIVES_ON] }]))
}

function beyondGrpc(...recordings: string[]): Record<string, OnPurpose> {
  const reason =
    'The recorded client speaks gRPC with its peer, which takes no larger message. Here the call fails where it is sent to the chaincode.'
  const difference = `recorded failed: 8 RESOURCE_EXHAUSTED: grpc: received message larger than max (N vs. 104857600), here failed: ${TOO_LARGE}`
  return Object.fromEntries(recordings.map((recording) => [recording, { reason, differences: [difference] }]))
}

interface Meant {
  reason: string
  /** The code with which the stream is ended here. */
  ended?: string
}

/** The same of both lists of experiments; `lines` are given what READY looked like. */
function inBoth(
  name: string,
  meant: Meant | (() => Meant),
  lines: (ready: string) => string[],
): Record<string, OnPurpose> {
  const { reason, ended } = typeof meant === 'function' ? meant() : meant
  const of = (ready: string) => ({
    reason,
    differences: [...lines(ready), ...(ended === undefined ? [] : [`+ ended: 2, ${ended}`])],
  })
  return { [`raw-protocol: ${name}`]: of('READY'), [`v3-raw-protocol: ${name}`]: of('READY <10b>') }
}

function malformed(): Meant {
  return {
    reason:
      'The recorded peer says nothing to a REGISTER that it cannot take and leaves the stream open, so that a process hangs. Here its stream ends with the reason.',
    ended: 'REGISTER_MALFORMED',
  }
}

function unknownName(): Meant {
  return {
    reason:
      'The recorded peer takes any name and never finds the chaincode that has another one. Here it is turned away and told the names that are expected.',
    ended: 'REGISTER_UNKNOWN_NAME',
  }
}

function neverFound(ready: string): string[] {
  const text =
    "error in simulation: failed to execute transaction TXID: could not launch chaincode ghost:1.0: error building chaincode: error building image: failed to get chaincode package for external build: could not get legacy chaincode package 'ghost:1.0': open /peer: no such file or directory"
  return ['- REGISTERED', `- ${ready}`, `- client: ${JSON.stringify({ message: text, status: 500 })}`, '- open']
}
