import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { checkSignature } from '../../../../src/adapters/git/signature/check-signature.ts'
import { SignatureProblem } from '../../../../src/adapters/git/signature/signature-problem.ts'
import { readSignerKeys, type SignerKeys } from '../../../../src/adapters/git/signature/signer-keys.ts'
import { commits } from '../../../helpers/signing/commits.ts'
import { gpgHome } from '../../../helpers/signing/gpg-home.ts'

const OID = '1'.repeat(40)
const home = await gpgHome()
const repository = await commits()
const ann = await home.key('ann@example.com')
const bob = await home.key('bob@example.com')
const config = { 'gpg.program': await home.program(), 'user.signingkey': ann }
const keys = await keysOf(ann)
const signed = await repository.commit({ config })

test.after.always(async () => {
  await home[Symbol.asyncDispose]()
  await repository[Symbol.asyncDispose]()
})

async function keysOf(...who: readonly string[]): Promise<SignerKeys> {
  const found = await readSignerKeys(Buffer.from(await home.exported(...who)), 'keys.asc')
  if (typeof found === 'string') throw new Error(found)
  return found
}

/** The names of the signer, or why it is refused. */
async function check(raw: Buffer, by = keys, principals?: readonly string[]): Promise<string> {
  try {
    return (await checkSignature(OID, raw, { keys: by, principals })).principals.join(' ')
  } catch (error) {
    if (!(error instanceof SignatureProblem)) throw error
    return `${error.code}: ${error.message}`
  }
}

const edited = (from: string, to: string, raw = signed) =>
  Buffer.from(raw.toString('latin1').replace(from, to), 'latin1')
const headerOf = (raw: Buffer) =>
  /gpgsig [\s\S]*?-----END PGP SIGNATURE-----\n(?: \n)*/.exec(raw.toString())?.[0] ?? ''

test.serial('a commit that gpg signed is that of its key', async (t) => {
  t.true(await repository.verifies(signed, config))
  t.is(await check(signed), `ann@example.com ${ann}`)
})

test.serial('principals say which of the keys count', async (t) => {
  t.is(await check(signed, keys, ['*@example.com']), `ann@example.com ${ann}`)
  t.is(await check(signed, keys, [ann]), `ann@example.com ${ann}`)
  t.regex(await check(signed, keys, ['bob@example.com']), /^unknown-signer: .*none of bob@example.com/)
  t.regex(await check(signed, keys, ['*@example.com', '!ann@*']), /^unknown-signer/)
})

test.serial('a key that is not listed is named', async (t) => {
  t.is(await check(signed, await keysOf(bob)), `unknown-signer: OpenPGP key ${ann.slice(-16)} is not listed`)
})

test.serial('without a signature, a commit is unsigned', async (t) => {
  t.is(await check(await repository.commit()), 'unsigned-commit: ')
  t.is(await check(edited(headerOf(signed), '')), 'unsigned-commit: ')
})

test.serial('a signature in the message is none', async (t) => {
  const message = `Change\n\n${headerOf(signed)}`
  t.is(await check(await repository.commit({ message })), 'unsigned-commit: ')
})

for (const [what, from, to] of [
  ['message', 'Change', 'Chance'],
  ['tree', 'tree 4', 'tree 5'],
  ['author', 'author Ann', 'author Bob'],
  ['committer', 'committer Ann', 'committer Bob'],
  ['headers, which got one more', 'committer', `parent ${OID}\ncommitter`],
  ['headers, which end with CR', 'author Ann <ann@example.com>', 'author Ann <ann@example.com>\r'],
  ['message, which ends with CRLF', 'Change', 'Change\r'],
] as const) {
  test.serial(`a signature does not hold for another ${what}`, async (t) => {
    const other = edited(from, to)
    t.notDeepEqual(other, signed)
    t.regex(await check(other), /^bad-signature: the signature of OpenPGP key/)
  })
}

test.serial('the signature of another commit does not hold', async (t) => {
  const other = await repository.commit({ message: 'Other', config })
  t.regex(await check(edited(headerOf(signed), headerOf(other))), /^bad-signature/)
})

test.serial('two signatures are none, even of the same commit', async (t) => {
  const header = headerOf(signed)
  t.is(await check(edited(header, header + header)), 'bad-signature: it has more than one signature')
  t.false(await repository.verifies(edited(header, header + header), config))
})

test.serial('a message with CRLF is signed as it is', async (t) => {
  t.is(
    await check(await repository.commit({ message: 'One\r\n\r\nTwo\r\n', config })),
    `ann@example.com ${ann}`,
  )
})

test.serial('a key may have expired since, but not before the commit', async (t) => {
  const old = await home.key('old@example.com', { at: '20240101T000000', expires: '30d' })
  const then = {
    'gpg.program': await home.program('--faked-system-time', '20240110T000000!'),
    'user.signingkey': old,
  }
  const listed = await keysOf(old)
  const within = await repository.commit({ config: then, date: '2024-01-10T00:00:01Z' })
  t.is(await check(within, listed), `old@example.com ${old}`)
  const after = await repository.commit({ config: then, date: '2024-03-01T00:00:00Z' })
  t.regex(await check(after, listed), /^bad-signature: .*expired/)
})

test.serial('a key that was renewed since still counts for what it signed before', async (t) => {
  const key = await home.key('renewed@example.com', { at: '20240101T000000', expires: '30d' })
  const program = await home.program('--faked-system-time', '20240110T000000!')
  const by = { 'gpg.program': program, 'user.signingkey': key }
  const before = await repository.commit({ config: by, date: '2024-01-10T00:00:01Z' })
  await home.gpg(['--quick-set-expire', key, '10y'])
  await home.gpg(['--edit-key', key, 'clean', 'save'])
  t.is(await check(before, await keysOf(key)), `renewed@example.com ${key}`)
})

test.serial(
  'a revoked key signs nothing, if it is compromised, and nothing any more, if it is superseded',
  async (t) => {
    for (const [reason, earlier] of [
      ['1', /^bad-signature: .*revoked/],
      ['2', /^rev2@example.com/],
    ] as const) {
      const key = await home.key(`rev${reason}@example.com`, { at: '20240101T000000' })
      const at = async (day: string) => ({
        'gpg.program': await home.program('--faked-system-time', `${day}T000000!`),
        'user.signingkey': key,
      })
      const first = await repository.commit({ config: await at('20240110'), date: '2024-01-10T00:00:01Z' })
      const second = await repository.commit({ config: await at('20240301'), date: '2024-03-01T00:00:01Z' })
      await home.revoke(key, reason, '20240201T000000')
      const listed = await keysOf(key)
      t.regex(await check(first, listed), earlier, reason)
      t.regex(await check(second, listed), /^bad-signature: .*revoked/, reason)
    }
  },
)

test.serial('a subkey signs where the primary key cannot, unless it is not for signing', async (t) => {
  await home.gpg(['--quick-gen-key', 'Sub <sub@example.com>', 'ed25519', 'cert', 'never'])
  const listing = await home.gpg(['--list-keys', '--with-colons', 'sub@example.com'])
  const primary = /^fpr:+([0-9A-F]+):/m.exec(listing)?.[1] ?? ''
  await home.gpg(['--quick-add-key', primary, 'ed25519', 'sign', 'never'])
  const by = { ...config, 'user.signingkey': 'sub@example.com' }
  t.is(
    await check(await repository.commit({ config: by }), await keysOf(primary)),
    `sub@example.com ${primary}`,
  )
})

test.serial('RSA of 1024 bits and SHA-1 are refused', async (t) => {
  const weak = await home.key('weak@example.com', { algorithm: 'rsa1024' })
  const byWeak = await repository.commit({ config: { ...config, 'user.signingkey': weak } })
  t.regex(await check(byWeak, await keysOf(weak)), /^bad-signature: .*too weak/)
  const program = await home.program('--digest-algo', 'SHA1', '--allow-weak-digest-algos')
  const rsa = await home.key('rsa@example.com', { algorithm: 'rsa2048' })
  const bySha1 = await repository.commit({ config: { 'gpg.program': program, 'user.signingkey': rsa } })
  t.regex(await check(bySha1, await keysOf(rsa)), /^bad-signature: .*SHA1/)
  const byRsa = await repository.commit({ config: { ...config, 'user.signingkey': rsa } })
  t.is(await check(byRsa, await keysOf(rsa)), `rsa@example.com ${rsa}`)
})

test.serial('a signature of text is refused: it is over more than one commit', async (t) => {
  const program = join(home.directory, 'textual')
  await writeFile(
    program,
    `#!/bin/sh\nexec gpg --homedir '${home.directory}' --batch --no-tty --textmode "$@"\n`,
    { mode: 0o755 },
  )
  const textual = await repository.commit({ config: { ...config, 'gpg.program': program } })
  t.regex(await check(textual), /^bad-signature: the OpenPGP signature is not one of binary data/)
})

test.serial('a signature of a kind that is not known is refused', async (t) => {
  const armor = '-----BEGIN SIGNED MESSAGE-----\n MIIC\n -----END SIGNED MESSAGE-----'
  t.regex(await check(edited(headerOf(signed), `gpgsig ${armor}\n`)), /^unsupported-signature/)
})

test.serial('a commit with a flipped bit of its payload never verifies', async (t) => {
  const start = signed.indexOf('gpgsig ')
  const end = start + headerOf(signed).length
  for (let at = 0; at < signed.length; at += 1) {
    if (at >= start && at < end) continue
    const flipped = Buffer.from(signed)
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8))
    t.regex(await check(flipped), /^(?:bad-signature|unsigned-commit)/, `byte ${at}`)
  }
})

test.serial('a signature stays with the rest of a commit that is also signed in SHA-256', async (t) => {
  const other = edited('gpgsig ', 'gpgsig-sha256 -----BEGIN\n more\n -----END\ngpgsig ')
  t.is(await check(other), `ann@example.com ${ann}`)
})
