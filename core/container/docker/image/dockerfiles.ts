import { VERSION } from '../../../version.ts'
import type { Labels } from '../engine/engine.ts'

/**
 * The Dockerfile of the dependencies: `slipway/script` is run, `slipway/src` is the part of the package that it needs.
 * The labels come first, so that whatever an abort leaves carries them.
 */
export function dependenciesDockerfile(base: string, labels: Labels): string {
  return lines(`FROM ${base}`, label(labels), 'COPY slipway /slipway', 'RUN ["/bin/sh", "/slipway/script"]')
}

/**
 * The Dockerfile of a chaincode: Fabric's own (GenerateDockerfile: core/chaincode/platforms/platforms.go v2.x), with
 * labels of ours. `add`: its last line. What is the same for every package stands first, for the engine has those layers
 * in its cache; each of the others takes it a tenth of a second (so labels are not given beside the Dockerfile either:
 * they would be a layer each).
 */
export function chaincodeDockerfile(base: string, labels: Labels, packageHash: string, add: string): string {
  return lines(
    `FROM ${base}`,
    label(labels),
    `ENV CORE_CHAINCODE_BUILDLEVEL=${VERSION}`,
    label({ 'slipway.package': packageHash }),
    add,
  )
}

function label(labels: Labels): string {
  return `LABEL ${Object.entries(labels)
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(' ')}`
}

/** A Dockerfile expands variables in a label. */
function quoted(text: string): string {
  return `"${text.replace(/["\\$]/g, '\\$&')}"`
}

function lines(...all: string[]): string {
  return `${all.join('\n')}\n`
}
