/**
 * `npm run build`: builds what is out of date. `--force` builds all; naming halves (`host`, `renderer`) builds those.
 */
import { join } from 'node:path'
import { createBuilder } from 'vite'
import { allHalves, root, staleHalves, stampOf, writeStamp } from './freshness.mjs'

const args = process.argv.slice(2)
const named = allHalves.filter((half) => args.includes(half))
const wanted = named.length > 0 ? named : args.includes('--force') ? allHalves : staleHalves(allHalves)

const builder = await createBuilder({ configFile: join(root, 'build/vite.config.ts'), logLevel: 'warn' })
const environments = { host: ['host', 'preload'], renderer: ['client'] }
for (const half of wanted) {
  const stamp = stampOf(half)
  for (const name of environments[half]) {
    const environment = builder.environments[name]
    if (environment === undefined) throw new Error(`build/vite.config.ts has no environment ${name}`)
    await builder.build(environment)
  }
  writeStamp(half, stamp)
}
