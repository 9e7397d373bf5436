import { causePlace, causeWords, type Cause, type CauseKind, type Printed } from './cause.ts'

/** What to do about a cause, by its kind; `{fix}` is the command that fixes it. */
const ADVICE: Partial<Record<CauseKind, { withFix?: string; plain: string }>> = {
  'missing-module': {
    withFix:
      'Run `{fix}` in the chaincode’s folder. Slipway builds again when that changes a file; if it doesn’t, press Restart.',
    plain: 'Install what is missing, or correct the name, then save or press Restart.',
  },
  'missing-file': { plain: 'Create the file, or correct its name where it is used, then save.' },
  'module-system': {
    plain:
      'Use one module system: either `import` and `export` everywhere with `"type": "module"` in package.json, or `require` and `module.exports` without it.',
  },
  config: { plain: 'Correct that setting, then save or press Restart. The chaincode’s source isn’t at fault.' },
  dependencies: {
    withFix: 'Run `{fix}` in the chaincode’s folder, then press Restart.',
    plain: 'Choose versions that fit together, then save.',
  },
  network: {
    plain:
      'Check this machine’s network, its proxy and the registry’s address, then press Restart. The source isn’t at fault; without a network, install the dependencies once where there is one.',
  },
  version: {
    withFix: 'It is too old. Run `{fix}` in the chaincode’s folder and use it in the source, then press Restart.',
    plain:
      'Use the version that it asks for, or change what asks for it, then press Restart. Slipway’s check of the tools shows which ones it found.',
  },
  native: {
    withFix:
      'It was built for another system or another Node. Run `{fix}` in the chaincode’s folder, then press Restart.',
    plain:
      'Native code is missing or was built for another system. Install or build it for this one, then press Restart.',
  },
  memory: {
    plain:
      'Keep less in memory, or allow more: NODE_OPTIONS=--max-old-space-size, -Xmx or GOMEMLIMIT under `env` in slipway.yaml.',
  },
  crash: { plain: 'Native code ended the process. Look at what was called last, and at packages with native code.' },
  port: { plain: 'Stop what uses that port, or choose another, then press Restart.' },
  connection: { plain: 'Check the address that it connects to, and that something listens there, then press Restart.' },
  permission: { plain: 'Give your user access to that file or folder, then press Restart.' },
  disk: { plain: 'Free some disk space, then press Restart.' },
  command: {
    plain: 'Install that program, or correct the command in package.json or slipway.yaml, then press Restart.',
  },
}

/** Why something failed, for `why`: the cause with its place. */
export function whyOf({ cause }: Printed, otherwise = 'It printed nothing of its own.'): string {
  return cause === undefined ? otherwise : causeWords(cause)
}

/** What to do, for `do`: fits the kind of the cause; `otherwise` is for the author's own code. */
export function adviceOf({ cause }: Printed, otherwise: string): string {
  if (cause === undefined) return otherwise
  const fixes = new Set(cause.also?.flatMap(({ fix }) => (fix === undefined || fix === cause.fix ? [] : [fix])))
  return [adviceOn(cause, otherwise), ...[...fixes].map((fix) => `A further error needs \`${fix}\`.`)].join(' ')
}

function adviceOn(cause: Cause, otherwise: string): string {
  const { kind, fix } = cause
  const advice = ADVICE[kind]
  if (advice === undefined) {
    const place = causePlace(cause)
    return place === undefined ? otherwise : otherwise.replace(/\b([Ff]ix) the source\b/, `$1 ${place}`)
  }
  return fix !== undefined && advice.withFix !== undefined ? advice.withFix.replace('{fix}', fix) : advice.plain
}
