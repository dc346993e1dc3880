import { generateKeyPairSync, hash, sign } from 'node:crypto'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { checkSignature } from '../../../../src/adapters/git/signature/check-signature.ts'
import { SignatureProblem } from '../../../../src/adapters/git/signature/signature-problem.ts'
import { readSignerKeys } from '../../../../src/adapters/git/signature/signer-keys.ts'
import { splitCommit } from '../../../../src/adapters/git/signature/split-commit.ts'
import { wireString } from '../../../../src/adapters/git/signature/ssh-wire.ts'
import { git } from '../../../../src/sandbox/git-process.ts'
import { guardDirectory } from '../../../../src/sandbox/reaper.ts'
import { commits, rawObject } from '../../../helpers/signing/commits.ts'
import { ownSshSignature, securityKey, withSignature } from '../../../helpers/signing/own-ssh-signature.ts'
import { sshKey, sshKeygen } from '../../../helpers/signing/ssh-key.ts'

const OID = '1'.repeat(40)
const directory = await mkdtemp(join(tmpdir(), 'reeve-ssh-'))
guardDirectory(directory)
const repository = await commits()
const ann = await sshKey(directory, 'ann')
const bob = await sshKey(directory, 'bob')
const signers = join(directory, 'signers')
const ANN = `ann@example.com ${ann.publicKey}`
await writeFile(signers, `${ANN}\n`)
const config = { 'gpg.format': 'ssh', 'user.signingkey': ann.path, 'gpg.ssh.allowedSignersFile': signers }
const signed = await repository.commit({ config })

test.after.always(() => repository[Symbol.asyncDispose]())

/** The names of the signer, or why it is refused. */
async function check(raw: Buffer, allowed = ANN, principals?: readonly string[]): Promise<string> {
  const keys = await readSignerKeys(Buffer.from(allowed), 'signers')
  if (typeof keys === 'string') return keys
  try {
    return (await checkSignature(OID, raw, { keys, principals })).principals.join(' ')
  } catch (error) {
    if (!(error instanceof SignatureProblem)) throw error
    return `${error.code}: ${error.message}`
  }
}

const edited = (from: string, to: string, raw = signed) =>
  Buffer.from(raw.toString('latin1').replace(from, to), 'latin1')
const headerOf = (raw: Buffer) =>
  /gpgsig [\s\S]*?-----END SSH SIGNATURE-----\n/.exec(raw.toString())?.[0] ?? ''

for (const options of [
  ['-t', 'ed25519'],
  ['-t', 'ecdsa', '-b', '256'],
  ['-t', 'ecdsa', '-b', '384'],
  ['-t', 'ecdsa', '-b', '521'],
  ['-t', 'rsa', '-b', '2048'],
]) {
  const name = options.join('').replaceAll('-', '')
  test(`a commit signed by ${name} is that of its key`, async (t) => {
    const key = await sshKey(directory, name, options)
    // A number of ECDSA has a leading zero once in 128 times.
    for (let times = 0; times < 8; times += 1) {
      const raw = await repository.commit({ config: { ...config, 'user.signingkey': key.path } })
      t.is(await check(raw, `ann@example.com ${key.publicKey}`), 'ann@example.com')
      t.regex(
        await check(edited('Change', 'Chance', raw), `ann@example.com ${key.publicKey}`),
        /^bad-signature/,
      )
    }
  })
}

test('a key that is not listed is named as ssh-keygen names it', async (t) => {
  const fingerprint = (await sshKeygen(['-l', '-f', `${ann.path}.pub`])).split(' ')[1]
  t.is(
    await check(signed, `bob@example.com ${bob.publicKey}`),
    `unknown-signer: SSH key ${fingerprint} is not listed`,
  )
})

test('principals say which of the keys count', async (t) => {
  t.is(await check(signed, ANN, ['*@example.com']), 'ann@example.com')
  t.regex(await check(signed, ANN, ['bob@*']), /^unknown-signer/)
  t.regex(await check(signed, `ann@example.com,bot ${ann.publicKey}`, ['*', '!bot']), /^unknown-signer/)
})

test('without a signature, or with one in its message, a commit is unsigned', async (t) => {
  t.is(await check(await repository.commit()), 'unsigned-commit: ')
  t.is(
    await check(await repository.commit({ message: `Change\n\n${headerOf(signed)}` })),
    'unsigned-commit: ',
  )
})

test('the signature of another commit does not hold', async (t) => {
  const other = await repository.commit({ message: 'Other', config })
  t.regex(await check(edited(headerOf(signed), headerOf(other))), /^bad-signature: .*not over this commit/)
})

test('two signatures are none', async (t) => {
  const header = headerOf(signed)
  t.regex(await check(edited(header, header + header)), /^bad-signature: it has more than one/)
})

test('a signature for another namespace does not count', async (t) => {
  const { payload } = splitCommit(signed)
  const armor = await sshKeygen(['-Y', 'sign', '-n', 'file', '-f', ann.path], payload.toString())
  t.regex(await check(withSignature(payload, armor)), /^bad-signature: .*namespace "file"/)
  const right = await sshKeygen(['-Y', 'sign', '-n', 'git', '-f', ann.path], payload.toString())
  t.is(await check(withSignature(payload, right)), 'ann@example.com')
})

test('RSA of 1024 bits is refused, and so is SHA-1', async (t) => {
  const weak = await sshKey(directory, 'weak', ['-t', 'rsa', '-b', '1024'])
  t.regex(await check(signed, `ann ${weak.publicKey}`), /^signers:1: an RSA key of 1024 bits/)
  const raw = await repository.commit({ config: { ...config, 'user.signingkey': weak.path } })
  t.regex(await check(raw), /^bad-signature: .*1024 bits/)
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
  const number = (text: string) => wireString(Buffer.concat([Buffer.of(0), Buffer.from(text, 'base64url')]))
  const blob = Buffer.concat([wireString('ssh-rsa'), wireString(Buffer.from(e, 'base64url')), number(n)])
  const { payload } = splitCommit(signed)
  const allowed = `ann@example.com ssh-rsa ${blob.toString('base64')}`
  for (const [algorithm, digest, by, says] of [
    ['rsa-sha2-512', 'sha512', 'sha512', /^ann@example.com$/],
    ['rsa-sha2-256', 'sha512', 'sha256', /^ann@example.com$/],
    ['ssh-rsa', 'sha512', 'sha1', /^bad-signature: .*"ssh-rsa" is not accepted/],
    ['rsa-sha2-512', 'sha1', 'sha512', /^bad-signature: .*"sha1" is not accepted/],
  ] as const) {
    const value = (data: Buffer) =>
      Buffer.concat([wireString(algorithm), wireString(sign(by, data, privateKey))])
    const armor = ownSshSignature({ publicKey: blob, payload, digest, value })
    t.regex(await check(withSignature(payload, armor), allowed), says, algorithm)
  }
})

test('a security key counts if it was touched', async (t) => {
  const { payload } = splitCommit(signed)
  const pair = generateKeyPairSync('ed25519')
  for (const [flags, says] of [
    [1, /^ann@example.com$/],
    [5, /^ann@example.com$/],
    [4, /^bad-signature: .*nobody touched/],
  ] as const) {
    const { publicKey, value } = securityKey(pair, flags)
    const allowed = `ann@example.com sk-ssh-ed25519@openssh.com ${publicKey.toString('base64')}`
    const raw = withSignature(payload, ownSshSignature({ publicKey, payload, value }))
    t.regex(await check(raw, allowed), says)
    await writeFile(join(directory, 'touched'), `${allowed}\n`)
    t.true(
      await repository.verifies(raw, { ...config, 'gpg.ssh.allowedSignersFile': join(directory, 'touched') }),
    )
  }
})

test('a security key of ECDSA counts, too', async (t) => {
  const { payload } = splitCommit(signed)
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const type = 'sk-ecdsa-sha2-nistp256@openssh.com'
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  const blob = Buffer.concat([type, 'nistp256', point, 'ssh:'].map(wireString))
  const more = Buffer.of(1, 0, 0, 0, 9)
  const value = (signed: Buffer) => {
    const data = Buffer.concat([hash('sha256', 'ssh:', 'buffer'), more, hash('sha256', signed, 'buffer')])
    const both = sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
    const numbers = [both.subarray(0, 32), both.subarray(32)].map((each) => {
      const short = each.subarray(each.findIndex((byte) => byte !== 0))
      return wireString((short[0] ?? 0) < 0x80 ? short : Buffer.concat([Buffer.of(0), short]))
    })
    return Buffer.concat([wireString(type), wireString(Buffer.concat(numbers)), more])
  }
  const raw = withSignature(payload, ownSshSignature({ publicKey: blob, payload, value }))
  t.is(await check(raw, `ann@example.com ${type} ${blob.toString('base64')}`), 'ann@example.com')
})

test('a certificate is refused in words of its own', async (t) => {
  const ca = await sshKey(directory, 'ca')
  await sshKeygen(['-q', '-s', ca.path, '-I', 'ann', '-n', 'ann@example.com', `${ann.path}.pub`])
  const raw = await repository.commit({ config: { ...config, 'user.signingkey': `${ann.path}-cert.pub` } })
  t.regex(await check(raw), /^unsupported-signature: it is by an SSH certificate/)
})

test('a key counts only while its line says so, by the time of the commit', async (t) => {
  const at = (date: string) => repository.commit({ config, date })
  const allowed = `ann@example.com valid-after="20240101Z",valid-before="20240201Z" ${ann.publicKey}`
  await writeFile(join(directory, 'timed'), `${allowed}\n`)
  const timed = { ...config, 'gpg.ssh.allowedSignersFile': join(directory, 'timed') }
  for (const [date, isValid] of [
    ['2023-12-31T23:59:59Z', false],
    ['2024-01-01T00:00:00Z', true],
    ['2024-02-01T00:00:00Z', true],
    ['2024-02-01T00:00:01Z', false],
  ] as const) {
    const raw = await at(date)
    t.is((await check(raw, allowed)) === 'ann@example.com', isValid, date)
    t.is(await repository.verifies(raw, timed), isValid, `as ssh-keygen does: ${date}`)
  }
})

for (const [line, says] of [
  ['ann@example.com namespaces="git" KEY', /^ann@example.com$/],
  ['ann@example.com namespaces="file,g?t" KEY comment of words', /^ann@example.com$/],
  ['ann@example.com namespaces="file" KEY', /^bad-signature: .*not listed for commits/],
  ['ann@example.com namespaces="!git,*" KEY', /^bad-signature/],
  ['*@example.com KEY', /^ann@example.com$/],
  ['*@example.org KEY', /^bad-signature: .*not listed for commits of ann@example.com/],
  ['!ann@example.com,*@example.com KEY', /^bad-signature/],
  ['bot KEY', /^bot$/],
  ['"bot" KEY', /^bot$/],
  ['# ann@example.com KEY\nbot KEY', /^bot$/],
  ['bot cert-authority KEY', /^signers:1: cert-authority is not supported/],
  ['bot namespaces="git",Cert-Authority KEY', /^signers:1: cert-authority is not supported/],
  ['bot verify-required KEY', /^signers:1: unknown option verify-required/],
  ['bot valid-after="2024" KEY', /^signers:1: valid-after is not YYYYMMDD/],
  ['bot valid-after="20240230" KEY', /^signers:1: valid-after is not YYYYMMDD/],
  ['bot valid-after="20240201",valid-before="20240101" KEY', /^signers:1: valid-before is not later/],
  ['bot valid-after="20240201",valid-after="20240101" KEY', /^signers:1: valid-after is given twice/],
  ['\nbot', /^signers:2: expected principals/],
  ['bot "ssh-ed25519 KEY', /^signers:1: a quote is not closed/],
  ['bot ssh-ed25519 AAAA', /^signers:1: /],
  ['bot ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIA==', /^signers:1: it ends early/],
  ['bot,, KEY', /^signers:1: a principal is empty/],
  ['# nothing', /^signers has no key$/],
] as const) {
  test(`allowed signers: ${line.trim()}`, async (t) => {
    t.regex(await check(signed, line.replaceAll('KEY', ann.publicKey)), says)
  })
}

test('a merge of a signed tag, which it quotes with its signature, is that of its own key', async (t) => {
  const here = {
    cwd: repository.directory,
    env: { GIT_COMMITTER_NAME: 'Ann', GIT_COMMITTER_EMAIL: 'ann@example.com' },
  }
  const options = Object.entries(config).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const author = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com']
  const run = (...args: readonly string[]) => git([...options, ...author, ...args], here)
  await run('commit', '--quiet', '--allow-empty', '--message=One', '--no-gpg-sign')
  await run('checkout', '--quiet', '-b', 'side')
  await run('commit', '--quiet', '--allow-empty', '--message=Two', '--no-gpg-sign')
  await run('-c', `user.signingkey=${bob.path}`, 'tag', '--sign', '--message=Tag', 'v1')
  await run('checkout', '--quiet', '-')
  await run('merge', '--quiet', '--no-ff', '--no-edit', '--no-gpg-sign', 'v1')
  t.is(await check(await rawObject(repository.directory, 'HEAD')), 'unsigned-commit: ')
  await run('commit', '--quiet', '--amend', '--no-edit', '--gpg-sign')
  const merge = await rawObject(repository.directory, 'HEAD')
  t.regex(merge.toString(), /\nmergetag object [\s\S]*\ngpgsig /)
  t.is(await check(merge), 'ann@example.com')
  t.regex(await check(edited('tag v1', 'tag v2', merge)), /^bad-signature/)
})

test('a signature that is too large is not read', async (t) => {
  const large = `gpgsig -----BEGIN PGP SIGNATURE-----\n${' aaaa\n'.repeat(20_000)}`
  t.is(await check(edited(headerOf(signed), large)), 'bad-signature: its signature is too large')
})

test('a file with a private key is refused', async (t) => {
  const text = '-----BEGIN OPENSSH PRIVATE KEY-----'
  t.regex(await check(signed, text), /^signers has a private key/)
})

test('a commit with any flipped bit never verifies', async (t) => {
  for (let at = 0; at < signed.length; at += 1)
    for (const bit of [at % 8, (at + 5) % 8]) {
      const flipped = Buffer.from(signed)
      flipped[at] = (flipped[at] ?? 0) ^ (1 << bit)
      t.regex(
        await check(flipped),
        /^(?:bad-signature|unsigned-commit|unknown-signer|unsupported-signature)/,
        `${at}`,
      )
    }
})
