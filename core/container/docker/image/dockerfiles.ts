import { VERSION } from '../../../version.ts'
import type { Labels } from '../engine/engine.ts'

/**
 * The Dockerfile of the dependencies: it runs `slipway/script`; `slipway/src` is the part of the package that the
 * script needs. The labels come first, so that whatever an abort leaves has them.
 */
export function dependenciesDockerfile(base: string, labels: Labels): string {
  return lines(`FROM ${base}`, label(labels), 'COPY slipway /slipway', 'RUN ["/bin/sh", "/slipway/script"]')
}

/**
 * The Dockerfile of a chaincode: Fabric's (GenerateDockerfile: core/chaincode/platforms/platforms.go v2.x), with our
 * labels. `add`: its last line. The lines that are the same for every package come first, because the engine caches
 * their layers; each other layer takes a tenth of a second. Labels passed beside the Dockerfile would be a layer each.
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

/**
 * An author's own Dockerfile, with our labels in each of its stages: first, so that whatever an abort leaves has them,
 * and once more at its end, where they say what the image was made of.
 */
export function ownDockerfile(text: string, labels: Labels, packageHash: string): string {
  const stages = text.replace(/^[ \t]*FROM[ \t](?:[^\n]*\\\r?\n)*[^\n]*$/gim, (from) => `${from}\n${label(labels)}`)
  return lines(stages, label({ 'slipway.package': packageHash }))
}

function label(labels: Labels): string {
  return `LABEL ${Object.entries(labels)
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(' ')}`
}

/** A Dockerfile expands variables in labels. */
function quoted(text: string): string {
  return `"${text.replace(/["\\$]/g, '\\$&')}"`
}

function lines(...all: string[]): string {
  return `${all.join('\n')}\n`
}
