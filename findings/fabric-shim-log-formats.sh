#!/usr/bin/env bash
# fabric-shim 2.5.8, Node 20 and newer.
#
# Expected: the shim's logger fills in `%s` and `%j`, which it uses in some fifty messages.
# Seen: it makes its winston logger without the format that does so. The message keeps its `%j`, and the value follows
# as JSON. The most important message of all, why the stream to the peer broke, so has its whole stack on one line, with
# `\n` instead of line ends: nothing that looks for a stack's frames by line finds one.
#
#   Chat stream with peer - on error: %j "Error: 14 UNAVAILABLE\n    at callErrorFromStatus"
#
# Slipway reads that JSON when it looks for the cause of a failed launch (core/causes). Fails if this changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >npm.log
npm install --no-audit --no-fund --save-exact fabric-shim@2.5.8 >>npm.log 2>&1

cat >check.cjs <<'JS'
const { getLogger } = require('fabric-shim/lib/logger')

const stack = 'Error: 14 UNAVAILABLE\n    at callErrorFromStatus'
getLogger('Handler').error('Chat stream with peer - on error: %j', stack)
JS

# Without the time and the colours.
node check.cjs 2>&1 | sed -e 's/\x1b\[[0-9;]*m//g' -e 's/^.*Chat/Chat/' -e 's/ *$//' | tee seen
diff seen - <<'SEEN'
Chat stream with peer - on error: %j "Error: 14 UNAVAILABLE\n    at callErrorFromStatus"
SEEN
