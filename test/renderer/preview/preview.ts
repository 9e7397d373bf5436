import { fakePort } from './fake-host.ts'
import { scenes } from './scenes.ts'

/** The window over a recorded scene in place of a host: `?scene=ready`, to look at how it is drawn. */
const name = new URLSearchParams(location.search).get('scene') ?? 'ready'
const scene = scenes[name]
if (scene === undefined) throw new Error(`No scene ${name}; there are ${Object.keys(scenes).join(', ')}.`)
window.slipway = fakePort(scene())
await import('../../../renderer/main.ts')
