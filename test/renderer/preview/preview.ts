import { fakePort } from './fake-host.ts'
import { scenes } from './scenes.ts'

/** The window on a made-up scene instead of a host, to see how it looks: `?scene=ready`. */
const name = new URLSearchParams(location.search).get('scene') ?? 'ready'
const scene = scenes[name]
if (scene === undefined) throw new Error(`No scene ${name}. Scenes: ${Object.keys(scenes).join(', ')}.`)
window.slipway = fakePort(scene())
await import('../../../renderer/main.ts')
