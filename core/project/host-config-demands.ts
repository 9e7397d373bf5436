import type { HostConfig } from '../config/peer-config.ts'
import type { Wish } from '../contract/trust.ts'

/** Capabilities that every container has anyway (Docker's default set, oci/caps/defaults.go of moby). */
const USUAL = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
])

/** With one of these a container is as good as privileged: it reaches the machine's files, devices or kernel. */
const CLOSED = new Set(['ALL', 'BPF', 'DAC_READ_SEARCH', 'SYS_ADMIN', 'SYS_BOOT', 'SYS_MODULE', 'SYS_RAWIO'])

/** What a few capabilities open, for those who don't know them by name. */
const OPENS: Record<string, string> = {
  NET_ADMIN: 'may change its network, and listen in on it',
  SYS_PTRACE: 'may look into every process of the container, as a debugger does',
  SYS_TIME: 'may set the clock of the machine',
  SYSLOG: "may read the kernel's log",
}

/** Why a capability may not be added, in words; undefined if it may. */
export function capabilityFault(capability: string): string | undefined {
  return CLOSED.has(bare(capability))
    ? 'makes a container as good as privileged, which Slipway never allows'
    : undefined
}

/** Why a security option may not be set, in words; undefined if it may. */
export function securityOptFault(option: string): string | undefined {
  // Docker's and Podman's names for showing a container what the engine hides from it.
  if (!/^(systempaths|unmask|writable-cgroups|proc-opts)\b/i.test(option)) return undefined
  return "shows a container the machine's own files, which Slipway never allows"
}

/** What the settings of net mode's containers open. Limits and what is taken away (CapDrop) open nothing. */
export function hostConfigDemands(config: HostConfig): [string, Wish | undefined][] {
  const { NetworkMode, CapAdd = [], SecurityOpt = [], ExtraHosts = [], Dns = [], LogConfig } = config
  const added = CapAdd.filter((capability) => !USUAL.has(bare(capability)))
  const options = SecurityOpt.filter((option) => !/^no-new-privileges([:=]true)?$/.test(option))
  return [
    ['NetworkMode', network(NetworkMode)],
    ...added.map((name): [string, Wish] => ['CapAdd', opens(name, OPENS[bare(name)] ?? 'gets one more right')]),
    ...options.map((option): [string, Wish] => ['SecurityOpt', opens(option, securityOpt(option))]),
    ...ExtraHosts.map((host): [string, Wish] => ['ExtraHosts', opens(host, 'finds this name at this address')]),
    ...Dns.map((server): [string, Wish] => ['Dns', opens(server, 'asks this server for the addresses of names')]),
    ['LogConfig', logging(LogConfig)],
  ]
}

function network(mode: string | undefined): Wish | undefined {
  if (mode === undefined || ['bridge', 'default', 'none'].includes(mode)) return undefined
  if (mode === 'host') return opens(mode, 'shares the network of this machine, with every service that listens on it')
  return opens(mode, 'joins this network, with whatever else is on it')
}

function securityOpt(option: string): string {
  const name = option.split(/[:=]/)[0] ?? option
  if (/unconfined|disable|false/.test(option)) return `runs without the protection of ${name}`
  return `runs under other rules of ${name} than the engine's`
}

/** Drivers that keep the output on the machine need no question. */
function logging(config: HostConfig['LogConfig']): Wish | undefined {
  if (config === undefined || ['json-file', 'local', 'none', 'journald'].includes(config.Type)) return undefined
  const settings = Object.entries(config.Config).map(([name, value]) => ` ${name}=${value}`)
  return opens(`${config.Type}${settings.join('')}`, 'has the engine send its output there')
}

function opens(value: string, what: string): Wish {
  return { kind: 'container', value, means: `The container ${what}` }
}

function bare(capability: string): string {
  return capability.toUpperCase().replace(/^CAP_/, '')
}
