import type { ContainerState } from '../../core/contract/run-state.ts'

/** Commands an author may run on a container in a terminal, with their titles. */
export const dockerCommands: { name: keyof ContainerState['commands']; title: string }[] = [
  { name: 'shell', title: 'Open a shell' },
  { name: 'logs', title: 'Follow its output' },
  { name: 'inspect', title: 'Inspect it' },
  { name: 'run', title: 'Run its image by hand' },
]
