import type { ContainerState } from '../../core/contract/state.ts'

/** What an author may want to do with a container in a terminal, and what it is called. */
export const dockerCommands: { name: keyof ContainerState['commands']; title: string }[] = [
  { name: 'shell', title: 'A shell in it' },
  { name: 'logs', title: 'Its output' },
  { name: 'inspect', title: 'All that the engine knows of it' },
  { name: 'run', title: 'Run its image by hand' },
]
