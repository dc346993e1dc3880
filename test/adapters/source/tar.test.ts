import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test from 'ava'
import { readTar } from '../../../src/adapters/source/archive/tar.ts'
import { unpackChart } from '../../../src/adapters/source/archive/unpack-chart.ts'
import { run } from '../../../src/sandbox/child.ts'

const LONG = `chat/${'long-'.repeat(30)}/${'name-'.repeat(30)}ü.yaml`

for (const format of ['ustar', 'gnu', 'pax'])
  test(`what tar packs in the format ${format} is unpacked`, async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'reeve-tar-'))
    t.teardown(() => rm(directory, { recursive: true }))
    const path = format === 'ustar' ? `chat/${'d'.repeat(60)}/${'f'.repeat(60)}.yaml` : LONG
    await mkdir(join(directory, dirname(path)), { recursive: true })
    await writeFile(join(directory, path), 'kind: ConfigMap\n')
    await writeFile(join(directory, 'chat/empty'), '')
    await symlink('empty', join(directory, 'chat/link'))
    const { code, stderr } = await run(['tar'], [`--format=${format}`, '-czf', 'chat.tgz', 'chat'], {
      cwd: directory,
    })
    t.is(code, 0, stderr)
    const { files, left } = await unpackChart(await readFile(join(directory, 'chat.tgz')), {
      maxBytes: 1 << 20,
    })
    t.deepEqual([...files.keys()].sort(), ['empty', path.slice('chat/'.length)].sort())
    t.is(Buffer.from(files.get(path.slice('chat/'.length)) ?? []).toString(), 'kind: ConfigMap\n')
    t.deepEqual(left, ['link'])
  })

test('any bytes are an archive or an error', (t) => {
  for (let seed = 1; seed < 300; seed += 1) {
    const bytes = Uint8Array.from({ length: 1536 }, (_, index) => (seed * (index + 7) * 2654435761) >>> 24)
    t.throws(() => [...readTar(bytes)], { instanceOf: Error })
  }
})
