import type { Screen } from './window-view.svelte.ts'

/** What each screen is called, wherever it is named. */
export const screenTitles: Record<Screen, string> = {
  run: 'Run',
  call: 'Call',
  state: 'State',
  logs: 'Logs',
  blocks: 'Blocks',
  events: 'Events',
  identities: 'Identities',
  connect: 'Connect',
  replay: 'Replay',
}
