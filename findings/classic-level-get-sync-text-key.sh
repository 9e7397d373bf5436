#!/usr/bin/env bash
# classic-level 3.0.0, Node 20 and newer.
#
# Expected: `getSync(key)` answers what `await get(key)` answers.
# Seen: with text keys it can answer with the value of another key. It writes keys into a buffer that it keeps, made for
# the first key asked for plus 64 bytes, and takes a full buffer as the sign that a key was too long. A character of
# several bytes that doesn't fit leaves the buffer not quite full: the key is then cut before that character.
#
#   get      of 64 × "a" + "é": the long one
#   getSync  of 64 × "a" + "é": the short one   (the value of 64 × "a")
#
# Slipway's keys are bytes (`keyEncoding: 'buffer'`), which don't take that way. Fails if this changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >npm.log
npm install --no-audit --no-fund --save-exact classic-level@3.0.0 >>npm.log 2>&1

cat >check.mjs <<'JS'
import { ClassicLevel } from 'classic-level'

const db = new ClassicLevel('db')
const [short, long] = ['a'.repeat(64), `${'a'.repeat(64)}é`]
await db.batch([
  { type: 'put', key: 'k', value: 'first' },
  { type: 'put', key: short, value: 'the short one' },
  { type: 'put', key: long, value: 'the long one' },
])
db.getSync('k')
console.log(`get      ${await db.get(long)}`)
console.log(`getSync  ${db.getSync(long)}`)
await db.close()
JS

node check.mjs | tee seen
diff seen - <<'SEEN'
get      the long one
getSync  the short one
SEEN
