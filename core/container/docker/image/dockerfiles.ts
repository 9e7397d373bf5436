import { VERSION } from '../../../version.ts'
import type { Labels } from '../engine/engine.ts'

/**
 * The Dockerfile of the dependencies: `slipway/script` is run, `slipway/src` is the part of the package that it needs.
 * The label comes first, so that whatever an abort leaves carries it.
 */
export function dependenciesDockerfile(base: string, labels: Labels): string {
  return lines(`FROM ${base}`, label(labels), 'COPY slipway /slipway', 'RUN ["/bin/sh", "/slipway/script"]')
}

/** The sources laid over the dependencies, which carry our label already. */
export function sourcesDockerfile(base: string, target: string): string {
  return lines(`FROM ${base}`, BUILD_LEVEL, `COPY src ${target}`)
}

/**
 * Fabric's own (GenerateDockerfile: core/chaincode/platforms/platforms.go v2.x). What is the same for every package
 * stands first: the engine has those layers in its cache.
 */
export function binaryDockerfile(base: string, target: string, labels: Labels): string {
  return lines(`FROM ${base}`, label(labels), BUILD_LEVEL, `ADD binpackage.tar ${target}`)
}

const BUILD_LEVEL = `ENV CORE_CHAINCODE_BUILDLEVEL=${VERSION}`

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
