import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { readWebhookSecrets } from '../../../../src/adapters/http/webhooks/webhook-secrets.ts'
import { FaultError } from '../../../../src/model/fault.ts'
import { Secret } from '../../../../src/model/secret.ts'

async function secretFile(t: ExecutionContext, text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-secrets-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const file = join(directory, 'webhook')
  await writeFile(file, text)
  return file
}

test('each line that is not blank is a secret, as it is', async (t) => {
  const file = await secretFile(t, 'one\r\n\n   \n\t\r\n two \nthree')
  t.deepEqual(await readWebhookSecrets({ secretFile: file }), ['one', ' two ', 'three'])
  t.deepEqual(await readWebhookSecrets({ secret: new Secret('one\ntwo') }), ['one', 'two'])
})

test('no secret is a fault, and no file another; neither tells what is in it', async (t) => {
  const problem = async (file: string) =>
    (await t.throwsAsync(readWebhookSecrets({ secretFile: file }), { instanceOf: FaultError }))?.fault
  const blank = await secretFile(t, ' \n\n')
  t.like(await problem(blank), { code: 'webhook-secret-unusable' })
  t.regex((await problem(blank))?.message ?? '', /webhook is empty/)
  t.regex((await problem(`${blank}-gone`))?.message ?? '', /cannot be read \(ENOENT\)/)
})
