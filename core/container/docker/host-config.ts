import type { HostConfig } from '../../config/peer-config.ts'
import type { ContainerCreate } from './engine/engine.ts'

/** What of the configuration goes to the engine: whatever else stands in a file, a chaincode gets none of the machine. */
const ALLOWED: readonly (keyof HostConfig)[] = [
  'NetworkMode',
  'Memory',
  'MemorySwap',
  'CpuShares',
  'CpuQuota',
  'CpuPeriod',
  'CpusetCpus',
  'LogConfig',
  'Dns',
  'DnsSearch',
  'ExtraHosts',
  'CapAdd',
  'CapDrop',
  'SecurityOpt',
  'ReadonlyRootfs',
  'PidsLimit',
]

/**
 * The host config of a chaincode's container (getDockerHostConfig: core/container/dockercontroller/dockercontroller.go),
 * with `Init`, so that a TERM ends also a program that does not listen to it, and a child that died is buried.
 */
export function hostConfigFor(configured: HostConfig): ContainerCreate['hostConfig'] {
  const allowed = Object.entries(configured).filter(([name]) => (ALLOWED as readonly string[]).includes(name))
  return { ...Object.fromEntries(allowed), Init: true }
}
