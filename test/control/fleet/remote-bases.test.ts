import { spawnSync } from 'node:child_process'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { Keyring } from '../../../src/control/fleet/keyring.ts'
import { Renderers } from '../../../src/control/fleet/renderers.ts'
import { describeFault } from '../../../src/model/fault.ts'
import { startGitServer } from '../../../src/sandbox/git-server.ts'
import { type WorkingCopy, workingCopy } from '../../../src/sandbox/working-copy.ts'
import { scene } from '../../adapters/source/scene.ts'
import { declareFiles, type RepositoryFiles } from '../../helpers/declare-files.ts'
import { until } from '../../helpers/until.ts'

const map = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`

/** A Git server with a repository of bases. */
async function bases(t: ExecutionContext) {
  const server = await startGitServer()
  t.teardown(() => server.close())
  await server.config('uploadpack.allowReachableSHA1InWant', 'true')
  const work = await workingCopy(server)
  t.teardown(() => work.close())
  const commit = async (files: RepositoryFiles) => {
    for (const [path, text] of Object.entries(files)) await work.write(path, text)
    const oid = await work.commit('Bases')
    await work.push()
    return oid
  }
  const name = server.url.replace('http://', '').replace(/\.git$/, '')
  return { server, work, commit, name, host: new URL(server.url).host }
}

/** Declares repositories one after the other, with the bases of a host allowed. */
async function declaring(t: ExecutionContext, ...remoteBases: readonly string[]) {
  const sources = (await scene(t)).open()
  const renderers = new Renderers({ decrypt: new Keyring().decrypt, sources, remoteBases })
  t.teardown(() => renderers[Symbol.asyncDispose]())
  return async (files: RepositoryFiles) => {
    const installations = [...(await declareFiles(files, { renderers })).installations.values()]
    return {
      objects: installations.flatMap(({ objects }) => objects.map(({ object }) => object.metadata.name)),
      faults: installations.flatMap(({ faults }) => faults.map(describeFault)),
    }
  }
}

/** Writes a tree of lines as `git ls-tree` prints them, whatever their names. */
function makeTree({ directory }: WorkingCopy, ...entries: readonly string[]): string {
  const input = `${entries.join('\n')}\n`
  return spawnSync('git', ['mktree'], { cwd: directory, input }).stdout.toString().trim()
}

const overlay = (...resources: readonly string[]) => ({
  'acme/kustomization.yaml': `namePrefix: eu-\nresources:\n${resources.map((each) => `- ${each}\n`).join('')}`,
})

const NOT_ALLOWED = 'a kustomization refers to a repository that --remote-bases does not allow'
const BAD = 'a remote base of a kustomization that Reeve cannot fetch'
const UNPINNED = 'a remote base of a kustomization without a full commit id'

const WEB = { 'web/kustomization.yaml': 'resources: [web.yaml]\n', 'web/web.yaml': map('web') }

test('an overlay is built from a base of another repository, at exactly its commit', async (t) => {
  const { server, commit, host } = await bases(t)
  const oid = await commit(WEB)
  await commit({ 'web/web.yaml': 'kind: [\n' })
  const declared = await declaring(t, host)
  const files = overlay(`${server.url}//web?ref=${oid}`)
  t.deepEqual(await declared(files), { objects: ['eu-web'], faults: [] })
  await server.stop()
  t.deepEqual(await declared({ ...files, 'other/a.yaml': map('a') }), {
    objects: ['eu-web', 'a'],
    faults: [],
  })
})

test('however the reference is written, Kustomize gets the files at a path', async (t) => {
  const { server, commit, host } = await bases(t)
  const extra = 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnameSuffix: -x\n'
  const oid = await commit({ ...WEB, 'extra/kustomization.yaml': extra })
  const declared = await declaring(t, host)
  const url = `${server.url}//web?ref=${oid}&timeout=90s`
  const part = `${server.url}/extra?version=${oid}`
  for (const text of [
    `resources: [${url}]\ncomponents: [git::${part}]\n`,
    `components: ['${part}']\nresources: ["${url}"]\n`,
    `resources:\n- >-\n  ${url}\ncomponents:\n# ${part}\n- &part ${part} # not ${url}\n`,
    JSON.stringify({ components: [part], bases: [url] }),
    `# ${url}\r\nbases:\r\n  - ${url}\r\ncomponents:\r\n  - ${part}\r\n`,
  ])
    t.deepEqual(await declared({ 'kustomization.yaml': text }), { objects: ['web-x'], faults: [] }, text)
})

test('a base has bases, of its own repository and of others', async (t) => {
  const [far, near] = [await bases(t), await bases(t)]
  const deep = await far.commit({ 'kustomization.yaml': 'resources: [web]\n', ...WEB })
  const middle = await near.commit({
    'a/b/kustomization.yaml': `namePrefix: b-\nresources: [../../c, ${far.server.url}?ref=${deep}]\n`,
    'c/kustomization.yaml': 'resources: [c.yaml]\n',
    'c/c.yaml': map('c'),
  })
  const files = overlay(`${near.server.url}//a/b?ref=${middle}`, `${far.server.url}//web?ref=${deep}`)
  const both = await declaring(t, near.host, far.host)
  t.deepEqual(await both(files), { objects: ['eu-b-c', 'eu-b-web', 'eu-web'], faults: [] })
  const onlyNear = await declaring(t, near.host)
  t.deepEqual((await onlyNear(overlay(`${near.server.url}//a/b?ref=${middle}`))).faults, [
    `${near.name}:${middle}/a/b/kustomization.yaml:2: ${NOT_ALLOWED}: ${far.name}`,
  ])
})

test('an overlay that a template of another repository is has bases, too', async (t) => {
  const [far, near] = [await bases(t), await bases(t)]
  const deep = await far.commit(WEB)
  const commit = await near.commit({
    'chat/kustomization.yaml': `resources: [../c, ${far.server.url}//web?ref=${deep}]\n`,
    'c/kustomization.yaml': 'resources: [c.yaml]\n',
    'c/c.yaml': map('c'),
  })
  const template = { path: 'chat', git: { url: near.server.url, commit } }
  const acme = {
    apiVersion: 'reeve.dev/v1alpha1',
    kind: 'Installation',
    metadata: { name: 'acme' },
    spec: { template },
  }
  const declared = await declaring(t, far.host)
  const { objects, faults } = await declared({ 'acme.yaml': JSON.stringify(acme) })
  t.deepEqual([objects.filter((name) => name !== 'acme'), faults], [['c', 'web'], []])
})

test('a base is allowed, pinned and written plainly, or a fault at its line', async (t) => {
  const { server, commit, name, host } = await bases(t)
  const oid = await commit(WEB)
  const url = `${server.url}//web`
  const none = await declaring(t)
  const ours = await declaring(t, host)
  const faultsOf = async (declared: typeof none, ...resources: readonly string[]) =>
    (await declared(overlay(...resources))).faults
  const at = 'acme/kustomization.yaml'
  t.deepEqual(await faultsOf(none, `${url}?ref=${oid}`), [`${at}:3: ${NOT_ALLOWED}: ${name}`])
  t.deepEqual(await faultsOf(await declaring(t, `${host}/rep`), url), [`${at}:3: ${NOT_ALLOWED}: ${name}`])
  t.deepEqual(server.requests, [])
  t.deepEqual(await faultsOf(ours, url, `${url}?ref=main`, `${url}?ref=${oid.slice(0, 12)}`), [
    `${at}:3: ${UNPINNED}: ${name}`,
    `${at}:4: ${UNPINNED}: ${name}`,
    `${at}:5: ${UNPINNED}: ${name}`,
  ])
  t.regex(
    (await faultsOf(ours, 'https://example.com/a.yaml'))[0] ?? '',
    /:3: a kustomization refers to a file over/,
  )
  t.deepEqual(await faultsOf(ours, `https://u:hunter2@${host}/repo.git//web?ref=${oid}`), [
    `${at}:3: ${BAD}: it has credentials, or is an address of SSH`,
  ])
  t.deepEqual(await faultsOf(ours, `"${url.replace('/web', '\\x2fweb')}?ref=${oid}"`), [
    `${at}:3: ${BAD}: its text has an alias, an escape or a line break`,
  ])
  t.deepEqual(server.requests, [])
})

test('credentials are not shown, wherever a kustomization has them', async (t) => {
  const declared = await declaring(t, 'git.example.com')
  for (const text of [
    'resources: [https://u:hunter2@git.example.com/org/repo//a]\nnamePrefix: a\nnamePrefix: b\n',
    'Resources: [https://u:hunter2@git.example.com/org/repo//a]\n',
    'resources: [a.yaml]\npatches: [{path: "https://u:hunter2@git.example.com/org/a.yaml"}]\n',
    'resources: [git@git.example.com:hunter2/repo]\n',
  ]) {
    const { objects, faults } = await declared({ 'kustomization.yaml': text, 'a.yaml': map('a') })
    t.deepEqual([objects, faults.length], [[], 1], text)
    t.notRegex(faults[0] ?? '', /hunter2@|u:hunter2/)
  }
})

test('what a base lacks is a fault at its own line, not one of another machine', async (t) => {
  const { server, work, commit, name, host } = await bases(t)
  await work.run('config', 'core.symlinks', 'true')
  await symlink('/etc', join(work.directory, 'etc'))
  await symlink('../../../../etc/hostname', join(work.directory, 'host.yaml'))
  const oid = await commit({
    'plain/a.yaml': map('a'),
    'file/kustomization.yaml': '\nresources: [missing.yaml]\n',
    'broken/kustomization.yaml': 'resources: [../plain\n',
    'link/kustomization.yaml': 'resources: [../host.yaml]\n',
    'links/kustomization.yaml': 'resources: [../etc]\n',
    'out/kustomization.yaml': '\nresources: [../../../../other]\n',
    'upper/kustomization.yaml': 'RESOURCES: ["../../a://../../other"]\n',
    'patch/kustomization.yaml': 'patches: [{path: ../../../other/secret.yaml}]\n',
    'chart/kustomization.yaml': '\nhelmCharts: [{name: web}]\n',
  })
  const declared = await declaring(t, host)
  const faultOf = async (path: string) => {
    const { objects, faults } = await declared({
      ...overlay('../other', `${server.url}//${path}?ref=${oid}`),
      'other/kustomization.yaml': 'resources: [secret.yaml]\n',
      'other/secret.yaml': map('secret'),
    })
    t.deepEqual([objects, faults.length], [[], 1], path)
    return faults[0] ?? ''
  }
  const at = `${name}:${oid}`
  const stray = 'it refers to a directory outside of its repository, or cannot be read'
  t.is(
    await faultOf('nothing'),
    `acme/kustomization.yaml:4: template not found: nothing of ${server.url} at ${oid.slice(0, 7)}`,
  )
  t.regex(await faultOf('plain'), /^acme\/kustomization.yaml:4: template not found/)
  t.regex(await faultOf('etc'), /^acme\/kustomization.yaml:4: template not found/)
  t.regex(await faultOf('file'), /kustomization.*missing\.yaml/)
  t.is(await faultOf('broken'), `${at}/broken/kustomization.yaml:1: ${BAD}: ${stray}`)
  t.regex(await faultOf('link'), /the Kustomize overlay cannot be built/)
  t.regex(await faultOf('links'), /the Kustomize overlay cannot be built/)
  t.is(await faultOf('out'), `${at}/out/kustomization.yaml:2: ${BAD}: ${stray}`)
  t.is(await faultOf('upper'), `${at}/upper/kustomization.yaml:1: ${BAD}: ${stray}`)
  t.regex(await faultOf('patch'), /the Kustomize overlay cannot be built/)
  t.regex(
    await faultOf('chart'),
    new RegExp(`^${at}/chart/kustomization.yaml:2: a kustomization that inflates`),
  )
})

test('a tree with names that lead out of it adds no file to another repository', async (t) => {
  const { work, commit, host, server } = await bases(t)
  await commit({ 'evil.yaml': map('evil') })
  const blob = (await work.run('rev-parse', 'HEAD:evil.yaml')).trim()
  const generator = 'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: made}\nliterals: [a=b]\n'
  const options = 'generatorOptions: {disableNameSuffixHash: true}\n'
  await work.write('k.yaml', `${options}generators: [${JSON.stringify(generator)}]\n`)
  const kustomization = (await work.run('hash-object', '-w', 'k.yaml')).trim()
  let tree = makeTree(work, `040000 tree ${makeTree(work, `100644 blob ${blob}\tmore.yaml`)}\tacme`)
  for (let level = 0; level < 3; level += 1) tree = makeTree(work, `040000 tree ${tree}\t..`)
  const [, up = ''] = (await work.run('ls-tree', tree)).split(/\s/).slice(1)
  const web = makeTree(work, `100644 blob ${kustomization}\tkustomization.yaml`, `040000 tree ${up}\t..`)
  const root = makeTree(work, `040000 tree ${web}\tweb`)
  const oid = (await work.run('commit-tree', '-m', 'Evil', root)).trim()
  await work.run('push', '--quiet', 'origin', `${oid}:refs/heads/evil`)
  const declared = await declaring(t, host)
  const { objects, faults } = await declared(overlay('more.yaml', `${server.url}//web?ref=${oid}`))
  t.deepEqual([objects, faults.length], [[], 1])
  t.regex(faults[0] ?? '', /more\.yaml/)
})

test('bases are bounded in number and in the length of a chain', async (t) => {
  const { server, commit, host } = await bases(t)
  const declared = await declaring(t, host)
  const chain = [await commit(WEB)]
  for (const path of ['web', ...Array.from({ length: 9 }, () => 'chain')])
    chain.push(
      await commit({
        'chain/kustomization.yaml': `resources: [${server.url}//${path}?ref=${chain.at(-1)}]\n`,
      }),
    )
  t.deepEqual((await declared(overlay(`${server.url}//chain?ref=${chain.at(-2)}`))).objects, ['eu-web'])
  const [tooLong = ''] = (await declared(overlay(`${server.url}//chain?ref=${chain.at(-1)}`))).faults
  t.true(
    tooLong.endsWith(`chain/kustomization.yaml:1: ${BAD}: a chain of more than 10 remote bases`),
    tooLong,
  )
  const many = Array.from({ length: 101 }, (_, index) => `${server.url}//${index}?ref=${chain[0]}`)
  t.deepEqual((await declared(overlay(...many))).faults, [
    `acme/kustomization.yaml:3: ${BAD}: more than 100 remote bases of one overlay, or 10000 files in them`,
  ])
})

test('a base with a huge directory is a fault before its files are read', async (t) => {
  const { work, commit, host, server } = await bases(t)
  const generator = 'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: made}\n'
  await commit({ 'kustomization.yaml': `generators: [${JSON.stringify(generator)}]\n`, 'a.yaml': map('a') })
  const blob = (await work.run('rev-parse', 'HEAD:a.yaml')).trim()
  const own = (await work.run('ls-tree', 'HEAD')).trim().split('\n')
  const more = Array.from({ length: 10_000 }, (_, index) => `100644 blob ${blob}\tf${index}.yaml`)
  const oid = (await work.run('commit-tree', '-m', 'Huge', makeTree(work, ...own, ...more))).trim()
  await work.run('push', '--quiet', 'origin', `${oid}:refs/heads/huge`)
  const declared = await declaring(t, host)
  t.deepEqual((await declared(overlay(`${server.url}?ref=${oid}`))).faults, [
    `acme/kustomization.yaml:3: ${BAD}: more than 100 remote bases of one overlay, or 10000 files in them`,
  ])
})

test('a base that is away is a fault until it is there', async (t) => {
  const { server, commit, host } = await bases(t)
  const oid = await commit(WEB)
  const declared = await declaring(t, host)
  const files = overlay(`${server.url}//web?ref=${oid}`)
  await server.stop()
  const { faults } = await declared(files)
  t.regex(
    faults[0] ?? '',
    /^acme\/kustomization.yaml:3: the template cannot be fetched: web of http.*ECONNREFUSED/,
  )
  await server.start()
  await until('the base is there', async () => (await declared(files)).faults.length === 0)
  t.deepEqual(await declared(files), { objects: ['eu-web'], faults: [] })
})
