import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { tempFolder } from '../support/temp.ts'

const run = promisify(execFile)

/** Save the files that the Connect page shows for a language in a new folder, and run its commands. What they print. */
export async function pasted(page: Page, language: string): Promise<string> {
  await page.getByRole('tab', { name: language, exact: true }).click()
  const folder = await tempFolder('pasted')
  const commands: string[] = []
  for (const step of await page.getByTestId('step').all()) {
    const title = (await step.getByRole('heading').textContent()) ?? ''
    const text = (await step.locator('pre').textContent()) ?? ''
    const file = /save as (\S+)$/i.exec(title)?.[1]
    if (file === undefined) commands.push(...lines(text))
    else await write(join(folder, file), text)
  }
  return shell(commands, folder)
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

/** A shell of Windows takes one at a time. */
function lines(text: string): string[] {
  return process.platform === 'win32' ? text.split('\n') : [text]
}

/** In one shell where there can be one: what a step sets is there in the next. */
async function shell(commands: string[], cwd: string): Promise<string> {
  const { PATH = '', PEER_BIN } = process.env
  const env = { ...process.env, PATH: PEER_BIN === undefined ? PATH : [PATH, dirname(PEER_BIN)].join(delimiter) }
  let printed = ''
  for (const command of process.platform === 'win32' ? commands : [commands.join('\n')]) {
    const options = { cwd, env, shell: true }
    const { stdout, stderr } = await run(process.platform === 'win32' ? command : `set -e\n${command}`, options)
    printed += `${stdout}\n${stderr}\n`
  }
  return printed
}
