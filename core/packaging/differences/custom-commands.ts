import type { Difference } from '../../contract/state.ts'
import type { Project } from '../../project/project.ts'

const START = {
  golang: 'the program that it built, with -peer.address',
  node: '`npm start -- --peer.address …`',
  java: '`java -jar chaincode.jar --peerAddress …`',
}

/** What slipway.yaml sets for this machine alone. */
export function customDifferences(project: Project): Difference[] {
  const { language, build, start, env } = project
  const found: Difference[] = []
  // What a build makes of Node is in the package; Go and Java are built anew by the peer.
  if (build !== undefined && language !== 'node') {
    found.push({
      name: 'custom-build',
      what: `A peer does not run \`${build}\`.`,
      why: 'It is the `build` of slipway.yaml. A peer builds Go with `go build`, Java with Gradle or Maven, in its own image.',
      do: 'See that the sources in the package build without it: commit what it generates.',
      file: 'slipway.yaml',
      fatal: false,
    })
  }
  if (start !== undefined) {
    found.push({
      name: 'custom-start',
      what: `A peer does not start the chaincode with \`${start}\`.`,
      why: `It is the \`start\` of slipway.yaml. A peer runs ${START[language]}.`,
      do: 'See that the chaincode works when it is started so; then `start` is not needed here either.',
      file: 'slipway.yaml',
      fatal: false,
    })
  }
  const variables = Object.keys(env)
  if (variables.length > 0) {
    found.push({
      name: 'custom-env',
      what: `On a peer these variables are not set: ${variables.join(', ')}.`,
      why: 'They are the `env` of slipway.yaml. A peer gives a chaincode only variables of Fabric.',
      do: 'Put what it needs into the package, into transient data, or into the ledger.',
      file: 'slipway.yaml',
      fatal: false,
    })
  }
  return found
}
