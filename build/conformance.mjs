/** `npm run conformance`: compares Slipway with real Fabric peers, from recordings and tables. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './freshness.mjs'
import { install, requireNode } from './prepare.mjs'

requireNode()
install()
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const done = spawnSync(process.execPath, [vitest, 'run', 'test/conformance'], { cwd: root, stdio: 'inherit' })
process.exit(done.status ?? 1)
