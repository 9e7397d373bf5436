import { spawn } from 'node:child_process'
import { getArgsAndEnv } from '../../core/chaincode/launch-config.ts'
import type { Language } from '../../core/contract/language.ts'
import { openIdentities } from '../../core/msp/dev-ca.ts'
import { environment } from '../../core/platforms/environment.ts'
import { Floor } from './floor.ts'

/**
 * The floor of `slipway submit` from nothing, a program of its own: start the bare server, start the chaincode, call
 * it once, print the answer, leave. Arguments: folder of the identities, language, function with its arguments as
 * JSON, then the chaincode's program with its own arguments. Its working folder is the chaincode's.
 */
const [identities = '', language = 'node', call = '[]', program = '', ...args] = process.argv.slice(2)
const [fn = '', ...rest] = JSON.parse(call) as string[]
const { client } = await openIdentities(identities, 'Org1MSP')
const floor = await Floor.start(client)
const { args: flags, env } = getArgsAndEnv(language as Language, 'floor:1', floor.address, 'Org1MSP')
const registered = floor.registered()
const child = spawn(program, [...args, ...flags], { env: environment(env), stdio: 'ignore' })
await registered
process.stdout.write(`${await floor.call(fn, rest)}\n`)
child.kill('SIGKILL')
process.exit()
