import type { Difference } from '../../contract/difference.ts'
import type { Project } from '../../project/project.ts'

const START = {
  golang: 'the program that it built, with -peer.address',
  node: '`npm start -- --peer.address …`',
  java: '`java -jar chaincode.jar --peerAddress …`',
}

const NO_PLATFORM: Difference = {
  name: 'no-platform',
  what: "A peer can't build or start a chaincode in this language.",
  why: 'It knows Go, Node and Java; slipway.yaml has `language: other`.',
  do: 'Run it there as a service (`slipway package --ccaas HOST:PORT`), or give the peer an external builder.',
  file: 'slipway.yaml',
  fatal: false,
}

/** What slipway.yaml sets for this machine only. */
export function customDifferences(project: Project): Difference[] {
  const { language, build, start, env } = project
  if (language === 'other') return [NO_PLATFORM]
  const differences: Difference[] = []
  // The package holds what a Node build makes; a peer builds Go and Java itself.
  if (build !== undefined && language !== 'node') {
    differences.push({
      name: 'custom-build',
      what: `A peer doesn't run \`${build}\`.`,
      why: 'It is the `build` of slipway.yaml. A peer builds Go with `go build` and Java with Gradle or Maven, in its own image.',
      do: 'Make sure the packaged sources build without it: commit what it generates.',
      file: 'slipway.yaml',
      fatal: false,
    })
  }
  if (start !== undefined) {
    differences.push({
      name: 'custom-start',
      what: `A peer doesn't start the chaincode with \`${start}\`.`,
      why: `It is the \`start\` of slipway.yaml. A peer runs ${START[language]}.`,
      do: "Make sure the chaincode works when started that way; then you don't need `start` here either.",
      file: 'slipway.yaml',
      fatal: false,
    })
  }
  const variables = Object.keys(env)
  if (variables.length > 0) {
    differences.push({
      name: 'custom-env',
      what: `A peer doesn't set these variables: ${variables.join(', ')}.`,
      why: "They are the `env` of slipway.yaml. A peer gives a chaincode only Fabric's own variables.",
      do: 'Put what it needs into the package, into transient data, or into the ledger.',
      file: 'slipway.yaml',
      fatal: false,
    })
  }
  return differences
}
