import type { HostConfig } from '../../config/peer-config.ts'
import type { ContainerCreate } from './engine/engine.ts'

/** The only settings passed to the engine, so that a file can't give a chaincode access to the machine. */
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
 * The host config of a chaincode's container (getDockerHostConfig:
 * core/container/dockercontroller/dockercontroller.go), with `Init`, so that TERM also ends a program that ignores it,
 * and dead child processes are reaped.
 */
export function hostConfigFor(configured: HostConfig): ContainerCreate['hostConfig'] {
  const allowed = Object.entries(configured).filter(([name]) => (ALLOWED as readonly string[]).includes(name))
  return { ...Object.fromEntries(allowed), Init: true }
}
