#!/usr/bin/env bash
# electron-updater 6.8.10 (with builder-util-runtime as it brings it), Node 20 and newer.
#
# Expected: checking a generic feed whose latest.yml names no staged rollout is an anonymous GET.
# Seen: every request carries x-user-staging-id, a random id that is made at the first check and kept in the app's user
# data, so a feed's server can tell each installation from the others for good. It is sent whether or not the feed uses
# staged rollouts. `requestHeaders` of the updater replaces it.
#
#   first start   x-user-staging-id: a UUID
#   second start  x-user-staging-id: the same UUID
#   with requestHeaders {'x-user-staging-id': 'none'}: none
#
# Slipway sends the constant. Fails if any of this changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >npm.log
npm install --no-audit --no-fund --save-exact electron-updater@6.8.10 >>npm.log 2>&1

cat >check.cjs <<'JS'
const http = require('node:http')
const { HttpExecutor } = require('builder-util-runtime')
const { NsisUpdater } = require('electron-updater')

/** The library's own executor over Node's HTTP, since Electron's `net` isn't here. */
class NodeExecutor extends HttpExecutor {
  createRequest(options, callback) {
    return http.request(options, callback)
  }
}

const [userDataPath, replaced] = process.argv.slice(2)
const app = {
  version: '1.0.0', name: 'finding', isPackaged: true, appUpdateConfigPath: '', userDataPath, baseCachePath: userDataPath,
  whenReady: () => Promise.resolve(), relaunch() {}, quit() {}, onQuit() {},
}
const seen = []
const server = http.createServer((request, response) => {
  seen.push(request.headers['x-user-staging-id'])
  response.end('version: 1.0.0\nfiles: [{ url: app.exe, sha512: eA==, size: 1 }]\npath: app.exe\nsha512: eA==\n')
})
server.listen(0, '127.0.0.1', async () => {
  const updater = new NsisUpdater(null, app)
  updater.httpExecutor = new NodeExecutor()
  updater.setFeedURL({ provider: 'generic', url: `http://127.0.0.1:${server.address().port}/` })
  updater.logger = null
  updater.autoDownload = false
  if (replaced) updater.requestHeaders = { 'x-user-staging-id': replaced }
  await updater.checkForUpdates()
  server.close()
  console.log(seen.join(' '))
})
JS

first=$(node check.cjs "$work/data")
second=$(node check.cjs "$work/data")
replaced=$(node check.cjs "$work/data" none)
printf 'first start   %s\nsecond start  %s\nreplaced      %s\n' "$first" "$second" "$replaced"
[[ $first =~ ^[0-9a-fA-F-]{36}$ ]] && [ "$first" = "$second" ] && [ "$replaced" = none ]
