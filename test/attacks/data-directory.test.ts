import { chmod, chown, lstat, mkdir, mkdtemp, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { openRepository } from '../../src/adapters/git/repository.ts'
import { compileCacheDirectory } from '../../src/cli/compile-cache.ts'
import { identityIn } from '../../src/control/lease/identity.ts'
import { FaultError } from '../../src/model/fault.ts'
import { run } from '../../src/sandbox/child.ts'
import { startReaper } from '../../src/sandbox/reaper.ts'
import { packageRoot } from '../../src/support/package/package-root.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { configMap } from '../helpers/manifests.ts'

const withControlPlane = controlPlaneTest()
const MAIN = join(packageRoot(), 'src/cli/main.ts')

async function temporary(t: ExecutionContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-data-'))
  const reaper = startReaper()
  reaper.guardDirectory(directory)
  t.teardown(() => reaper.close())
  return directory
}

/** What others may do with a directory and all in it: path and permissions. */
async function openToOthers(directory: string): Promise<readonly string[]> {
  const paths = [directory, ...(await below(directory))]
  const found = await Promise.all(paths.map(async (path) => ({ path, ...(await modeOf(path)) })))
  return found
    .filter(({ mode, isDirectory }) => (mode & 0o777) !== (isDirectory ? 0o700 : 0o600))
    .map(({ path, mode }) => `${path} ${(mode & 0o777).toString(8)}`)
}

async function below(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries.map(({ parentPath, name }) => join(parentPath, name))
}

async function modeOf(path: string) {
  const found = await lstat(path)
  return { mode: found.mode, isDirectory: found.isDirectory() }
}

/** Runs Reeve where the umask takes nothing. */
async function withoutUmask(args: readonly string[]) {
  return run(['sh', '-c', 'umask 0; exec "$0" "$@"', process.execPath, MAIN, ...args], [])
}

withControlPlane('others may read nothing of a data directory, whatever the umask is', async (t) => {
  await using fleet = await startFleet(t.context.controlPlane, { name: 'private' })
  for (const n of ['1', '2', '3']) {
    await fleet.push({ 'acme/a.yaml': configMap('default', 'private', { n }) })
    const { code, stderr } = await withoutUmask(['sync', ...fleet.options])
    t.is(code, 0, stderr)
    t.deepEqual(await openToOthers(fleet.dataDir), [])
  }
  const { stderr } = await withoutUmask(['plan', ...fleet.options])
  t.deepEqual(await openToOthers(`${fleet.dataDir}-plan`), [], stderr)
  t.true((await below(fleet.dataDir)).length > 10)
})

const remote = { url: 'http://127.0.0.1:9/x.git' }

test('a data directory that others may read, with all in it, becomes private', async (t) => {
  const directory = join(await temporary(t), 'data')
  await mkdir(join(directory, 'repository.git/objects/pack'), { recursive: true })
  await mkdir(join(directory, 'sources/packages'), { recursive: true })
  await writeFile(join(directory, 'identity'), '0123456789abcdef')
  await writeFile(join(directory, 'sources/packages/a'), 'x')
  for (const path of [directory, ...(await below(directory))]) await chmod(path, 0o777)
  await using repository = await openRepository({ directory, remote })
  t.truthy(repository)
  t.deepEqual(await openToOthers(directory), [])
})

test('a link in a data directory does not take the permissions of a file elsewhere', async (t) => {
  const place = await temporary(t)
  const [directory, elsewhere] = [join(place, 'data'), join(place, 'elsewhere')]
  await mkdir(directory)
  await writeFile(elsewhere, 'x')
  await chmod(elsewhere, 0o644)
  await symlink(elsewhere, join(directory, 'link'))
  await using repository = await openRepository({ directory, remote })
  t.truthy(repository)
  t.is((await stat(elsewhere)).mode & 0o777, 0o644)
})

test('the identity of a Reeve is private, too', async (t) => {
  const directory = await temporary(t)
  await identityIn(directory)
  t.deepEqual(await openToOthers(directory), [])
})

const asOther = process.getuid?.() === 0 ? test : test.skip

asOther('a data directory of another user that others may read is refused', async (t) => {
  const directory = join(await temporary(t), 'data')
  await mkdir(directory)
  await chmod(directory, 0o777)
  await chmod(join(directory, '..'), 0o755)
  const program = `
    import { openRepository } from ${JSON.stringify(join(packageRoot(), 'src/adapters/git/repository.ts'))}
    process.setgid(65534)
    process.setuid(65534)
    await openRepository({ directory: ${JSON.stringify(directory)}, remote: ${JSON.stringify(remote)} })
      .catch(({ fault }) => console.log(fault.code, fault.remedy))`
  const { stdout, stderr } = await run([process.execPath, '--input-type=module-typescript'], [], {
    input: program,
  })
  t.regex(stdout, /^data-dir-public .*--data-dir/, stderr)
})

asOther('code that another user left where Node keeps compiled code is not run', async (t) => {
  const directory = await temporary(t)
  const own = compileCacheDirectory(directory) ?? ''
  t.is((await stat(own)).mode & 0o777, 0o700)
  await chmod(own, 0o777)
  t.is(compileCacheDirectory(directory), own)
  t.is((await stat(own)).mode & 0o777, 0o700)
  await chown(own, 65534, 65534)
  t.is(compileCacheDirectory(directory), undefined)
})

test('a link where Node keeps compiled code is not followed', async (t) => {
  const directory = await temporary(t)
  await mkdir(join(directory, 'target'))
  await symlink(join(directory, 'target'), join(directory, `reeve-code-${process.getuid?.()}`))
  t.is(compileCacheDirectory(directory), undefined)
})

test('a data directory that cannot be made is a fault of its own', async (t) => {
  const place = await temporary(t)
  await writeFile(join(place, 'file'), '')
  const error = await t.throwsAsync(openRepository({ directory: join(place, 'file'), remote }), {
    instanceOf: FaultError,
  })
  t.is(error.fault.code, 'data-dir-unusable')
})
