/** A deliberate difference: why, and exactly which. A test fails if it differs otherwise, or not at all. */
export interface OnPurpose {
  reason: string
  differences: string[]
}

const TOO_LARGE =
  'error in simulation: transaction returned with failure: error sending TRANSACTION: rpc error: code = ResourceExhausted desc = trying to send message larger than max (N vs. 104857600)'
const LIVES_ON = 'recorded the chaincode is gone, here the chaincode lives on'

/** Why a command of the peer command line is answered otherwise. A test fails if it isn't. */
export const commandsOnPurpose: Record<string, string | undefined> = {
  'lifecycle install, garbage':
    'The text says what is wrong with the package, where Fabric passes on what its reader met.',
}

/** By recording. Only for what a recorded peer does wrong or leaves to chance. */
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
        'The recorded peer leaves such a stream open silently, and loses the system chaincode when it closes. Slipway rejects it.',
      ended: 'REGISTER_UNKNOWN_NAME',
    },
    () => ['- open'],
  ),
  ...inBoth(
    'dup-direct',
    {
      reason:
        'The recorded peer loses the first process when a second one with the same name, which it leaves waiting silently, ends. Here the first one serves on, and its author is asked about each other one.',
    },
    (ready) => ['- 3: REGISTERED', `- 3: ${ready}`],
  ),
  'contract-noargs': asksForNames(
    '< TRANSACTION > COMPLETED < TRANSACTION > COMPLETED',
    '< TRANSACTION (> COMPLETED < TRANSACTION) × 2 > COMPLETED',
  ),
  'contract-wrong-fn': asksForNames(
    '< TRANSACTION (> COMPLETED < TRANSACTION) × 3 > COMPLETED',
    '< TRANSACTION (> COMPLETED < TRANSACTION) × 6 > COMPLETED',
  ),
  'raw-protocol: tx-two-outstanding': {
    reason:
      'The recorded peer drops a second request of a transaction if it is still handling the first, which is left to chance: v3-raw-protocol has the other case. Slipway answers every request.',
    differences: ['+ RESPONSE'],
  },
  ...tooLarge('large-go: eval arg 50MiB', 'large-go: eval arg 90MiB', 'large-go: eval arg 99MiB', 'large-node: 50'),
  ...beyondGrpc('large-go: eval arg 100MiB', 'large-go: eval arg 101MiB'),
  'large-node: 60': {
    reason: 'The recorded peer had lost its chaincode to the call before; Slipway hasn’t.',
    differences: [
      `recorded failed: error in simulation: failed to execute transaction TXID: could not launch chaincode nprobegw:TXID: connection to nprobegw:TXID failed: error cannot create connection for nprobegw:TXID: error creating grpc connection to 127.0.0.1:1: failed to create new connection: connection error: desc = "transport: error while dialing: dial tcp 127.0.0.1:1: connect: connection refused", here failed: ${TOO_LARGE}`,
      LIVES_ON,
    ],
  },
}

function asksForNames(recorded: string, here: string): OnPurpose {
  const reason =
    'No function has that name: Slipway asks the contract for those it has, to name the nearest beside the answer.'
  return { reason, differences: [`sequence: recorded ${recorded}, here ${here}`] }
}

function tooLarge(...recordings: string[]): Record<string, OnPurpose> {
  const reason =
    'The recorded peer loses the chaincode when a call is too large to send to it. Here only the call fails.'
  return Object.fromEntries(recordings.map((recording) => [recording, { reason, differences: [LIVES_ON] }]))
}

function beyondGrpc(...recordings: string[]): Record<string, OnPurpose> {
  const reason =
    'The recorded client uses gRPC to its peer, which accepts no larger message. Here the call fails when it is sent to the chaincode.'
  const difference = `recorded failed: 8 RESOURCE_EXHAUSTED: grpc: received message larger than max (N vs. 104857600), here failed: ${TOO_LARGE}`
  return Object.fromEntries(recordings.map((recording) => [recording, { reason, differences: [difference] }]))
}

interface Meant {
  reason: string
  /** The code with which Slipway ends the stream. */
  ended?: string
}

/** The same for both lists of experiments; `lines` gets what READY looked like. */
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
      'The recorded peer doesn’t answer a REGISTER that it can’t accept and leaves the stream open, so the process hangs. Slipway ends the stream with the reason.',
    ended: 'REGISTER_MALFORMED',
  }
}

function unknownName(): Meant {
  return {
    reason:
      'The recorded peer accepts any name and never finds a chaincode under a wrong one. Slipway rejects it and names those it expects.',
    ended: 'REGISTER_UNKNOWN_NAME',
  }
}

function neverFound(ready: string): string[] {
  const text =
    "error in simulation: failed to execute transaction TXID: could not launch chaincode ghost:1.0: error building chaincode: error building image: failed to get chaincode package for external build: could not get legacy chaincode package 'ghost:1.0': open /peer: no such file or directory"
  return ['- REGISTERED', `- ${ready}`, `- client: ${JSON.stringify({ message: text, status: 500 })}`, '- open']
}
