import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { Keyring } from '../../../src/control/fleet/keyring.ts'
import { Secret } from '../../../src/model/secret.ts'
import { documentsOf, fixture } from '../../adapters/sops/fixtures.ts'

const documents = documentsOf(fixture('encrypted/age.yaml'))
const age = fixture('keys/age.txt')
const openpgp = fixture('keys/openpgp-rsa.asc')

test('keys of the environment and of files decrypt', async (t) => {
  t.true('values' in (await new Keyring({ ageKey: new Secret(age) }).decrypt(documents)))
  const rsa = documentsOf(fixture('encrypted/openpgp-rsa.yaml'))
  t.true('values' in (await new Keyring({ openpgpKey: new Secret(openpgp) }).decrypt(rsa)))
})

test('a key file is read whenever it is needed, and what is wrong with it is told', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-keys-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const ageKeyFile = join(directory, 'age.txt')
  const keyring = new Keyring({ ageKeyFile })
  t.false(await keyring.isRenewed())
  t.deepEqual(await keyring.decrypt(documents), {
    problem: `the key file ${ageKeyFile} cannot be read (ENOENT)`,
  })
  t.false(await keyring.isRenewed())
  await writeFile(ageKeyFile, fixture('keys/age-second.txt'))
  t.true(await keyring.isRenewed())
  const wrong = await keyring.decrypt(documents)
  t.regex('problem' in wrong ? wrong.problem : '', /^none of the keys fits; the file is encrypted for age1/)
  await writeFile(ageKeyFile, 'nonsense')
  const broken = await keyring.decrypt(documents)
  t.regex('problem' in broken ? broken.problem : '', /^line 1 of the age key file/)
  await writeFile(ageKeyFile, age)
  t.true('values' in (await keyring.decrypt(documents)))
  t.false(await keyring.isRenewed())
})
