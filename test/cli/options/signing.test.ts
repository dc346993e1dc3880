import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { readConfigFile } from '../../../src/cli/options/config-file.ts'
import { describeFault } from '../../../src/model/fault.ts'
import { openPgpSigner } from '../../helpers/provenance/openpgp-signer.ts'
import { sshKey } from '../../helpers/signing/ssh-key.ts'

/** Reads a configuration, where DIR stands for a directory with keys. */
async function read(t: ExecutionContext, lines: readonly string[]) {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-signing-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  const { publicKey } = await openPgpSigner()
  const ssh = await sshKey(directory, 'own')
  await sshKey(directory, 'locked', ['-t', 'ed25519'], 'secret')
  await writeFile(join(directory, 'team.asc'), publicKey)
  await writeFile(join(directory, 'signers'), `# all of us\nann ${ssh.publicKey}\n`)
  await writeFile(join(directory, 'bad'), `# all of us\nann cert-authority ${ssh.publicKey}\n`)
  const file = join(directory, 'reeve.yaml')
  await writeFile(file, `cluster: eu\n${lines.join('\n').replaceAll('DIR', directory)}\n`)
  const { verify, sign, faults } = await readConfigFile(file)
  const told = faults.map((each) => describeFault(each).replaceAll(`${directory}/`, ''))
  return { ...JSON.parse(JSON.stringify({ verify, sign }).replaceAll(directory, 'DIR')), faults: told }
}

test('what commits need, and what Reeve signs by, is read', async (t) => {
  const { verify, sign, faults } = await read(t, [
    'verify:',
    '  mode: all',
    '  keys: [DIR/team.asc, DIR/signers]',
    '  principals: ["*@example.com"]',
    '  forgeMerges: require-signed-parent',
    '  forgeKeys: [DIR/team.asc]',
    'sign: {sshKeyFile: DIR/own}',
  ])
  t.deepEqual(faults, [])
  t.deepEqual(verify, {
    mode: 'all',
    keys: ['DIR/team.asc', 'DIR/signers'],
    principals: ['*@example.com'],
    forge: { keys: ['DIR/team.asc'], merges: 'require-signed-parent' },
  })
  t.deepEqual(sign, { format: 'ssh', keyFile: 'DIR/own' })
})

test('the head alone is verified unless more is asked for', async (t) => {
  const { verify } = await read(t, ['verify: {keys: [DIR/signers]}'])
  t.deepEqual(verify, { mode: 'head', keys: ['DIR/signers'] })
})

test('without these keys, nothing is verified or signed', async (t) => {
  const { verify, sign, faults } = await read(t, [])
  t.deepEqual([verify, sign, faults], [undefined, undefined, []])
})

for (const [what, lines, says] of [
  ['no keys', ['verify: {mode: head}'], /:2: .*keys.* is missing/],
  ['an empty list of keys', ['verify: {keys: []}'], /:2: .*keys/],
  ['another mode', ['verify:', '  keys: [DIR/signers]', '  mode: tail'], /:4: .*mode/],
  [
    'a key of another name',
    ['verify:', '  keys: [DIR/signers]', '  principal: [a]'],
    /:4: .*did you mean principals/,
  ],
  ['merges without keys', ['verify: {keys: [DIR/signers], forgeMerges: allow}'], /belong together/],
  ['keys without merges', ['verify: {keys: [DIR/signers], forgeKeys: [DIR/signers]}'], /belong together/],
  ['a file that is not there', ['verify:', '  keys: [DIR/none]'], /:3: .*none cannot be read \(ENOENT\)$/],
  [
    'a line that is not supported',
    ['verify:', '  keys: [DIR/bad]'],
    /:3: .*bad:2: cert-authority is not supported/,
  ],
  ['a private key', ['verify:', '  keys: [DIR/own]'], /:3: .*own has a private key/],
  [
    'a file of the forge',
    ['verify:', '  keys: [DIR/signers]', '  forgeMerges: allow', '  forgeKeys: [DIR/none]'],
    /:5: .*none cannot be read/,
  ],
  [
    'two keys to sign by',
    ['sign: {sshKeyFile: DIR/own, openpgpKeyFile: DIR/own}'],
    /either openpgpKeyFile or sshKeyFile/,
  ],
  ['no key to sign by', ['sign: {passphraseFile: DIR/own}'], /either openpgpKeyFile or sshKeyFile/],
  ['a key without its passphrase', ['sign: {sshKeyFile: DIR/locked}'], /:2: .*locked cannot be used/],
  ['a public key to sign by', ['sign: {openpgpKeyFile: DIR/team.asc}'], /:2: .*has no OpenPGP private key/],
] as const) {
  test(`a fault in what is verified is told by its line: ${what}`, async (t) => {
    const { faults } = await read(t, lines)
    t.is(faults.length, 1, faults.join('\n'))
    t.regex(faults[0] ?? '', says)
  })
}
