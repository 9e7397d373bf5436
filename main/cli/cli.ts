import { version } from '../../package.json' with { type: 'json' }

const [first] = process.argv.slice(2)

// Scripts and editors ask for the version often; nothing else has to be loaded for it.
if (first === '--version' || first === '-V') process.stdout.write(`${version}\n`)
// Electron runs no other program.
else if (first === 'after-crash') await runCleaner()
else await runProgram()

// Everything is closed by now. A socket that lingers in some library must not keep the author's shell waiting.
await new Promise((flushed) => process.stdout.write('', flushed))
// Electron's process.exit doesn't look at process.exitCode.
process.exit(process.exitCode)

async function runCleaner(): Promise<void> {
  const [{ cleaner }, { pathToFileURL }] = await Promise.all([import('../host/after-crash.ts'), import('node:url')])
  await import(pathToFileURL(cleaner).href)
}

async function runProgram(): Promise<void> {
  const { run } = await import('./program.ts')
  await run(version)
}
