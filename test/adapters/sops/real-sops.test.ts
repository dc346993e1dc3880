import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import fc from 'fast-check'
import { decryptSopsDocuments } from '../../../src/adapters/sops/decrypt-sops.ts'
import { run } from '../../../src/sandbox/child.ts'
import { arbitraryFile, type PlainFile } from './arbitrary-files.ts'
import { documentsOf, fixture, keysOf } from './fixtures.ts'
import { sopsProgram } from './sops-program.ts'

const numRuns = Number(process.env.REEVE_SOPS_RUNS ?? 40)
const recipient = /age1\w+/.exec(fixture('keys/age.txt'))?.[0]

/** What YAML 1.2 wants escaped and JSON does not. */
const unprintable = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g

function textOf({ documents }: PlainFile): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return documents.map((document) => JSON.stringify(document).replace(unprintable, escaped)).join('\n---\n')
}

test('what the real SOPS encrypts, whatever its values, keys and rule, is decrypted to the same', async (t) => {
  t.timeout(20 * 60_000, 'SOPS is built once')
  const program = await sopsProgram()
  const directory = await mkdtemp(join(tmpdir(), 'reeve-sops-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const config = join(directory, 'config.json')
  const env = { PATH: process.env.PATH, HOME: directory }

  const encrypt = async (file: PlainFile): Promise<string> => {
    await writeFile(config, JSON.stringify({ creation_rules: [{ age: recipient, ...file.rule }] }))
    const args = ['--config', config, 'encrypt', '--filename-override', `secret.${file.format}`]
    const { code, stdout, stderr } = await run([program], args, { input: textOf(file), env })
    if (code !== 0) throw new Error(`sops: ${stderr}`)
    return stdout
  }
  const property = fc.asyncProperty(arbitraryFile, async (file) => {
    const encrypted = await encrypt(file)
    const decrypted = await decryptSopsDocuments(documentsOf(encrypted), keysOf('age.txt'))
    const values = 'problem' in decrypted ? decrypted.problem : decrypted.values
    if (JSON.stringify(values) !== JSON.stringify(file.documents))
      throw new Error(`${JSON.stringify(values)} of\n${encrypted}`)
  })
  await fc.assert(property, { numRuns, includeErrorInReport: true })
  t.pass()
})
